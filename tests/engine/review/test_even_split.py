"""Votes that can be split evenly: what the checker warns of is what counting every vote shows."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from engine.definition.model import Branch, Outcome, TaskPlan
from engine.definition.tasks import answers_needed, even_split
from engine.review.tasks import _needed

NEEDS: tuple[int | str | None, ...] = (None, "all", "majority", 1, 2, 3, 4, "25 %", "50 %", "51 %", "100 %")


def plan(need: int | str | None, count: int) -> TaskPlan:
    ways = {name: Outcome(name, (Branch(None, name),)) for name in ("a", "b", "c")[:count]}
    return TaskPlan("vote", "panel", each=True, need=need, outcomes=ways)


def can_split(need: int | str | None, count: int, people: tuple[int, int]) -> bool:
    """Whether all can have answered, no outcome has as many as are needed, and two have most alike."""
    for holders in range(people[0], people[1] + 1):
        for votes in product("abc"[:count], repeat=holders):
            ranked = Counter(votes).most_common()
            if len(ranked) > 1 and ranked[0][1] == ranked[1][1] < _needed(need, holders):
                return True
    return False


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("count", [2, 3])
def test_a_split_is_warned_of_exactly_where_one_can_come(need: int | str | None, count: int) -> None:
    for people in [(least, most) for most in range(1, 6) for least in range(1, most + 1)]:
        found = even_split(plan(need, count), people)
        assert (found is not None) == can_split(need, count, people), (people, found)
        if found is not None:
            first, second = sorted(found.values(), reverse=True)[:2]
            assert first == second < _needed(need, sum(found.values()))
            assert people[0] <= sum(found.values()) <= people[1]


def test_the_checker_and_the_engine_need_as_many_answers() -> None:
    assert all(
        answers_needed(need, holders) == _needed(need, holders) for need in NEEDS for holders in range(1, 30)
    )


def test_where_both_outcomes_do_the_same_an_even_vote_decides_nothing() -> None:
    same = Outcome("a", (Branch(None, "x"),)), Outcome("b", (Branch(None, "x"),))
    assert even_split(TaskPlan("v", "p", each=True, outcomes={one.name: one for one in same}), (2, 4)) is None
