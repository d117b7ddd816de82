"""Employees on customer indicators: two half-years played to the end, and what the review of the metrics changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.operations.audit import verify
from engine.operations.examples import run_examples
from engine.store import cycles
from tests.oracle.playing import Played, played
from tests.stories import customer_stories, indicators_by_hand
from tests.stories.customer_sums import text_of

SHIPPED = Path(__file__).parents[2] / "workflows" / "customer-indicators"
SAMPLE = SHIPPED / "sample"


@pytest.fixture(scope="module")
def half_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played(SHIPPED, tmp_path_factory.mktemp("half-years")) as found:
        yield found


def test_what_the_story_expects_is_what_our_own_sums_say() -> None:
    """No engine at all: the numbers written in the story against fractions of the sample's figures."""
    expected = indicators_by_hand.verdicts(SAMPLE)
    told = re.findall(r"review: (\w+), cycle: (\S+), .*?total: \"([\d.]+)\", grade: (\w)", text("story.yaml"))
    assert len(told) >= 10
    for ref, cycle, total, grade in told:
        verdict = expected[ref, cycle]
        assert (text_of(verdict[0]), verdict[2]) == (total, grade), (ref, cycle)


def text(name: str) -> str:
    return (SAMPLE / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_review_has_our_own_total_and_grade(half_years: Played) -> None:
    expected = indicators_by_hand.verdicts(SAMPLE)
    assert len(expected) == 40
    assert customer_stories.disagreements(half_years, expected) == {}
    total, first, grade = expected["sa1", "2025-H1"]
    wrong = {("sa1", "2025-H1"): (total + 1, first, grade)}
    assert list(customer_stories.disagreements(half_years, wrong)) == [("sa1", "2025-H1")]


@pytest.mark.slow
def test_the_history_of_both_half_years_verifies(half_years: Played) -> None:
    assert verify(half_years.rt).ok


@pytest.mark.slow
def test_weights_move_from_ten_to_twenty_and_the_old_product_counts_no_more(half_years: Played) -> None:
    for ref, gains in (("sa1", "loyalty"), ("mk2", "conversion")):
        before, after = (weights(half_years, ref, cycle) for cycle in ("2025-H1", "2025-H2"))
        assert (before[gains], after[gains]) == ("10", "20")
    assert [weights(half_years, "sa1", cycle)["new_customers"] for cycle in ("2025-H1", "2025-H2")] == ["30", "20"]
    assert set(weights(half_years, "mk2", "2025-H1")) - set(weights(half_years, "mk2", "2025-H2")) == {"trial_packs"}
    # Who won fewer than planned keeps the weights of the profile.
    assert weights(half_years, "sa3", "2025-H2")["loyalty"] == "10"


def weights(story: Played, ref: str, cycle: str) -> dict[str, str]:
    found = story.outcomes([ref], cycle)[ref].result["metrics"]
    return {name: one["weight"].removesuffix(".00") for name, one in found.items() if one["weight"] is not None}


@pytest.mark.slow
def test_cheap_growth_raises_a_grade_and_hr_changes_two(half_years: Played) -> None:
    outcome = half_years.outcomes(["mk1"], "2025-H1")["mk1"]
    assert (outcome.total, outcome.grade) == ("107.39", "S")
    assert "cheap_growth" in json.dumps(outcome.result["trace"])
    adjusted = {}
    for ref in customer_stories.subjects(SHIPPED):
        result = half_years.review(ref, "2025-H1").result
        assert result is not None
        if result.grade != result.first_grade:
            adjusted[ref] = (result.first_grade, result.grade)
    assert adjusted == {"sa3": ("B", "A"), "af1": ("A", "B")}


@pytest.mark.slow
def test_the_second_half_begins_where_the_review_of_the_metrics_ended(half_years: Played) -> None:
    for ref, gone in (("sa1", []), ("sa2", []), ("mk1", ["trial_packs"]), ("mk5", ["trial_packs"])):
        decided = dict(half_years.review(ref, "2025-H1").next_agreed)
        assert decided.pop("trial_packs.retire", "false") == ("true" if gone else "false")
        start = start_of(half_years, ref, "2025-H2")
        assert decided
        assert {key: start["agreed"][key] for key in decided} == decided
        assert start["retired"] == gone


@pytest.mark.slow
def test_what_was_retired_stays_so_in_the_year_after(half_years: Played) -> None:
    assert start_of(half_years, "mk1", "2026-H1")["retired"] == ["trial_packs"]
    assert start_of(half_years, "sa1", "2026-H1")["retired"] == []


def start_of(story: Played, ref: str, period: str) -> Mapping[str, Any]:
    subject = story.review(ref, "2025-H1").subject
    with story.rt.database.read() as tx:
        return cycles.start_of(tx, subject=subject, workflow="customer-indicators", period=period)


@pytest.mark.slow
def test_the_same_card_moves_nobody_and_other_weights_move_whom_our_own_sums_move(
    half_years: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert customer_stories.moved(half_years, SHIPPED, "2025-H1", {}) == {}
    before = indicators_by_hand.verdicts(SAMPLE)
    monkeypatch.setitem(indicators_by_hand.SHARES, "service", {"service_satisfaction": 10, "complaints_resolved": 90})
    monkeypatch.setitem(indicators_by_hand.SHARES, "after_sales", {"service_satisfaction": 80, "loyalty": 20})
    expected = customer_stories.moved_by_hand(before, indicators_by_hand.verdicts(SAMPLE), "2025-H1")
    assert expected
    changes = {
        "{service_satisfaction: 60, complaints_resolved: 40}": "{service_satisfaction: 10, complaints_resolved: 90}",
        "{service_satisfaction: 50, loyalty: 50}": "{service_satisfaction: 80, loyalty: 20}",
    }
    assert customer_stories.moved(half_years, SHIPPED, "2025-H1", changes) == expected


@pytest.mark.slow
def test_every_example_holds() -> None:
    found = run_examples(SHIPPED / "examples.yaml")
    assert len(found) >= 25
    assert {one.name: one.failures for one in found if one.failures} == {}
