"""Counting answers of several people: every way in which up to five of them can answer, against counting on fingers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from engine.definition.model import Branch, Outcome, TaskPlan
from engine.review.commands import Answer, Waive
from engine.review.model import Task
from engine.review.tasks import Tally, tally
from tests.engine.review.world import World

GOING = {"yes": Outcome("yes", (Branch(None, "a"),)), "no": Outcome("no", (Branch(None, "b"),))}
SAID = {"yes": Outcome("yes"), "no": Outcome("no")}
NEEDS: tuple[Any, ...] = (
    None, "all", "majority", 1, 2, 3, 4, 5, "1 %", "25 %", "40 %", "50 %", "51 %", "60 %", "100 %",
)
FIRM = (None, "all", "majority", "51 %", "60 %", "100 %")  # more than half of the people
STEPS = ("yes", "no", "waived")


def mostly_slow(values: tuple[Any, ...], *fast: Any) -> list[Any]:
    return [pytest.param(one, marks=() if one in fast else pytest.mark.slow) for one in values]


def enough(need: Any, votes: int, people: int) -> bool:
    """Whether so many of so many people are as many as `need` says; nobody is never enough."""
    if votes == 0:
        return False
    if isinstance(need, int):
        return votes >= need
    if need == "majority":
        return votes > people - votes
    if need in (None, "all"):
        return votes == people
    return Fraction(votes, people) >= Fraction(int(need.split()[0]), 100)


def finger(need: Any, tie: str | None, moves: bool, given: tuple[str, ...], left: int) -> tuple[bool, str | None]:
    """Done or not, and with which outcome: the sentence of the language, word by word."""
    yes, no = given.count("yes"), given.count("no")
    people = yes + no + left  # who was waived is not counted
    more = None if yes + no == 0 else "yes" if yes >= no else "no"
    if moves:
        winners = [name for name, votes in (("yes", yes), ("no", no)) if enough(need, votes, people)]
        if winners:
            return True, winners[0] if len(winners) == 1 else more
    elif enough(need, yes + no, people):
        return True, more
    if left:
        return False, None
    return True, None if more is None else tie or more


def rows_of(given: tuple[str, ...], left: int) -> list[Task]:
    status = {"yes": "done", "no": "done", "waived": "waived"}
    said = [(status[one], one if one != "waived" else None) for one in given] + [("open", None)] * left
    return [
        Task(str(place), "vote", "s", 1, 1, "panel", str(place), state, None, None, None, outcome=outcome)
        for place, (state, outcome) in enumerate(said)
    ]


def plays() -> Iterator[tuple[tuple[str, ...], int]]:
    """What was said so far, and how many are still to say something: 1 to 5 people."""
    for people in range(1, 6):
        for told in range(people + 1):
            for given in product(STEPS, repeat=told):
                yield given, people - told


@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize("need", mostly_slow(NEEDS, "majority", 2))
def test_every_small_vote_comes_out_as_on_fingers(need: Any, moves: bool) -> None:
    for tie in (None, "yes", "no"):
        plan = TaskPlan("vote", "panel", each=True, need=need, tie=tie, outcomes=GOING if moves else SAID)
        for given, left in plays():
            found = tally(plan, rows_of(given, left))
            assert (found.done, found.outcome) == finger(need, tie, moves, given, left), (tie, given, left)


@pytest.mark.parametrize("need", mostly_slow(FIRM, "majority"))
def test_what_is_decided_stays_decided_whatever_the_others_would_say(need: Any) -> None:
    """A vote that ends early ends as it would have with everybody's answer (where half of the people or fewer are
    needed, whoever comes first decides: that is what was asked for)."""
    plan = TaskPlan("vote", "panel", each=True, need=need, outcomes=GOING)
    for given, left in plays():
        found = tally(plan, rows_of(given, left))
        if not found.done or left == 0 or found.outcome is None:
            continue
        for rest in product(("yes", "no"), repeat=left):
            assert tally(plan, rows_of(given + rest, 0)).outcome == found.outcome, (given, rest)


def test_the_fingers_would_notice_a_miscount() -> None:
    plan = TaskPlan("vote", "panel", each=True, need="majority", outcomes=GOING)
    wrong = [
        (given, left) for given, left in plays()
        if tally(plan, rows_of(given, left)) != Tally(*finger("50 %", None, True, given, left))
    ]
    assert wrong


STATES = """
  begin:
    stage: evaluate
    tasks:
      vote: {{by: panel, each: true, need: {need}{tie}, due: 5 days, outcomes: {{yes: {{to: a}}, no: {{to: b}}}}}}
    deadline: {{in: 9 days, to: late}}
  a: {{final: true}}
  b: {{final: true}}
  late: {{final: true}}
"""
WHERE = {"yes": "a", "no": "b"}


@pytest.mark.parametrize("tie", mostly_slow((None, "yes", "no"), "yes"))
@pytest.mark.parametrize("need", mostly_slow(("all", "majority", 1, 2, "60 %"), "majority"))
def test_a_review_goes_where_the_fingers_point(small: Any, need: Any, tie: str | None) -> None:
    """Three people in turn; HR waives who says nothing. The answer that decides moves the review at once."""
    text = STATES.format(need=need, tie=f", tie: {tie}" if tie else "")
    for given in product(STEPS, repeat=3):
        world: World = small(text)
        for place, one in enumerate(given):
            if world.review.state != "begin":
                break
            if one == "waived":
                world.ask("hr1", Waive("r", world.rows("vote")[place].id, "away"))
            else:
                world.must(f"pan{place + 1}", Answer("r", "vote", one))
            done, outcome = finger(need, tie, True, given[: place + 1], 2 - place)
            assert world.review.state == (WHERE[outcome] if outcome else "begin"), (given, place, done)


def test_a_vote_of_nobody_waits_for_the_deadline(small: Any) -> None:
    world: World = small(STATES.format(need="all", tie=""))
    for row in world.rows("vote"):
        world.ask("hr1", Waive("r", row.id, "away"))
    world.until("2025-07-10 23:59")
    assert world.review.state == "begin"
    world.until("2025-07-11 00:00")
    assert world.review.state == "late"


USED_UP = """
  begin:
    stage: evaluate
    tasks:
      vote:
        by: panel
        each: true
        need: majority
        tie: back
        outcomes: {back: {to: begin, times: 1}, go: {to: over}, stop: {to: stopped}}
    deadline: {in: 9 days, to: late}
  over: {final: true}
  stopped: {final: true}
  late: {final: true}
"""


def test_a_tie_that_names_what_is_used_up_gives_way_to_the_most_frequent_answer(small: Any) -> None:
    """Three people say three things: back, as the tie says; the next time `back` is no longer there."""
    world: World = small(USED_UP)
    for person, said in (("pan1", "back"), ("pan2", "go"), ("pan3", "stop")):
        world.answer(person, "vote", said)
    assert (world.review.state, world.review.visit) == ("begin", 2)
    assert world.refused("pan1", Answer("r", "vote", "back")) == "outcome_used_up"
    world.answer("pan1", "vote", "stop")
    world.answer("pan2", "vote", "go")
    world.must("hr1", Waive("r", world.rows("vote", "open")[-1].id, "away"))
    assert world.review.state == "over"  # one each: the first in the file
