"""Customer accounts: two quarters played to the end; tiers given, changed, told and served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.operations.audit import verify
from engine.operations.examples import run_examples
from engine.store import people
from tests.oracle.playing import Played, played
from tests.stories import accounts_by_hand, customer_stories
from tests.stories.customer_sums import text_of

SHIPPED = Path(__file__).parents[2] / "workflows" / "customer-account"
SAMPLE = SHIPPED / "sample"
FIRST, SECOND = "2025-Q3", "2025-Q4"


@pytest.fixture(scope="module")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played(SHIPPED, tmp_path_factory.mktemp("quarters")) as found:
        yield found


def test_what_the_story_expects_is_what_our_own_sums_say() -> None:
    """No engine at all: the numbers written in the story against fractions of the sample's figures."""
    expected = accounts_by_hand.verdicts(SAMPLE)
    story = (SAMPLE / "story.yaml").read_text(encoding="utf-8")
    told = re.findall(r"review: (\w+), cycle: (\S+), .*?total: \"([\d.]+)\", grade: (\w+)", story)
    assert len(told) >= 10
    for ref, cycle, total, tier in told:
        verdict = expected[ref, cycle]
        assert (text_of(verdict[0]), verdict[2]) == (total, tier), (ref, cycle)


@pytest.mark.slow
def test_every_account_has_our_own_total_and_tier(quarters: Played) -> None:
    expected = accounts_by_hand.verdicts(SAMPLE)
    assert len(expected) == 36
    assert customer_stories.disagreements(quarters, expected) == {}
    total, first, tier = expected["yd", FIRST]
    wrong = {("yd", FIRST): (total - 1, first, tier)}
    assert list(customer_stories.disagreements(quarters, wrong)) == [("yd", FIRST)]


@pytest.mark.slow
def test_the_history_of_both_quarters_verifies(quarters: Played) -> None:
    assert verify(quarters.rt).ok


@pytest.mark.slow
def test_whoever_changes_tier_is_written_to_and_nobody_else(quarters: Played) -> None:
    tiers = {key: tier for key, (_, _, tier) in accounts_by_hand.verdicts(SAMPLE).items()}
    refs = customer_stories.subjects(SHIPPED)
    changed = {ref for ref in refs if tiers[ref, FIRST] != tiers[ref, SECOND]}
    assert len(changed) == 10
    for cycle, told in ((FIRST, set()), (SECOND, changed)):
        assert {ref for ref in refs if "announce" in states(quarters, ref, cycle)} == told
        result = {ref: quarters.review(ref, cycle).result for ref in refs}
        assert {ref for ref in refs if result[ref] and result[ref].consequences["tier_changed"]} == told


@pytest.mark.slow
def test_each_tier_is_served_in_its_own_way(quarters: Played) -> None:
    service = {"VIP": "visits", "regular": "call", "potential": "campaign"}
    for (ref, cycle), (_, _, tier) in accounts_by_hand.verdicts(SAMPLE).items():
        found = set(states(quarters, ref, cycle)) & set(service.values())
        assert found == (set() if (ref, cycle) == ("zy", SECOND) else {service[tier]})


def states(story: Played, ref: str, cycle: str) -> list[str]:
    return [one.to_state for one in story.events(ref, cycle)]


@pytest.mark.slow
def test_an_account_that_changes_hands_is_judged_by_its_new_keeper(quarters: Played) -> None:
    holders = {cycle: names(quarters, "tj", cycle) for cycle in (FIRST, SECOND)}
    assert holders == {FIRST: {"k2"}, SECOND: {"k3"}}


def names(story: Played, ref: str, cycle: str) -> set[str]:
    """Who answered the task that asks the keeper about the attachment."""
    review = story.review(ref, cycle)
    with story.rt.database.read() as tx:
        known = {one.id: one.ref for one in people.by_ref(tx).values()}
    return {known[task.answered_by] for task in review.tasks if task.name == "sense" and task.answered_by}


@pytest.mark.slow
def test_the_same_card_moves_nobody_and_other_weights_move_whom_our_own_sums_move(
    quarters: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert customer_stories.moved(quarters, SHIPPED, SECOND, {}) == {}
    before = accounts_by_hand.verdicts(SAMPLE)
    monkeypatch.setitem(accounts_by_hand.DIMENSIONS, "satisfaction", 60)
    monkeypatch.setitem(accounts_by_hand.DIMENSIONS, "value", 0)
    expected = customer_stories.moved_by_hand(before, accounts_by_hand.verdicts(SAMPLE), SECOND)
    assert expected
    changes = {
        "zh: 客户满意度}\n    weight: 30": "zh: 客户满意度}\n    weight: 60",
        "zh: 客户价值贡献}\n    weight: 30": "zh: 客户价值贡献}\n    weight: 0",
    }
    assert customer_stories.moved(quarters, SHIPPED, SECOND, changes) == expected


@pytest.mark.slow
def test_every_example_holds() -> None:
    found = run_examples(SHIPPED / "examples.yaml")
    assert len(found) >= 16
    assert {one.name: one.failures for one in found if one.failures} == {}
