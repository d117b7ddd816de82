"""Many answers become one figure: over time, within a role, across roles; what is said of each role."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from engine.review.score_text import score_lines
from rules.expressions.types import MISSING
from rules.scorecard.evaluate import Result
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card

Judge = Callable[[str, str], Result]
CARD = """missing: exclude
round: {metric: exact, total: exact}
inputs:
  tone: {type: rating, range: 1..5, asked: {manager: 60, peers: 40}, every: month, fold: mean, round: exact,
    least: {peers: 2}}
  fit: {type: choice, options: [good, poor], asked: {manager: 1, peers: 1}, round: exact%s}
  sold: {type: number, digits: 2, range: 0..100, every: month, fold: sum, least: 2}
  seen: {type: date, every: case, fold: count}
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{manager: [[4, 5, 3]], peers: [5, 4]}", Fraction(60 * 4 + 40 * Fraction(9, 2), 100)),
        ("{manager: [[4, NR, 3]], peers: [5, 4]}", Fraction(60 * Fraction(7, 2) + 40 * Fraction(9, 2), 100)),
        ("{manager: [4], peers: [5]}", 4),
        ("{peers: [5, 4]}", Fraction(9, 2)),
        ("{manager: [NR]}", MISSING),
        ("{}", MISSING),
        ("3", 3),
    ],
)
def test_people_then_roles_then_shares(judge: Judge, given: str, expected: Any) -> None:
    assert judge(CARD % "", f"{{inputs: {{tone: {given}}}}}").figures["tone"] == expected


def test_options_count_when_all_agree_or_have_a_worth(judge: Judge) -> None:
    same = "{inputs: {fit: {manager: [good], peers: [good, good]}}}"
    mixed = "{inputs: {fit: {manager: [good], peers: [good, poor]}}}"
    assert judge(CARD % "", same).figures["fit"] == "good"
    assert judge(CARD % "", mixed).figures["fit"] is MISSING
    assert judge(CARD % ", answers: {good: 80, poor: 20}", mixed).figures["fit"] == 65


def test_sums_need_their_least_and_counts_count(judge: Judge) -> None:
    figures = judge(CARD % "", "{inputs: {sold: [1.5, null, 2], seen: [2025-01-01, 2025-01-02]}}").figures
    assert (figures["sold"], figures["seen"]) == (Fraction(7, 2), 2)
    assert judge(CARD % "", "{inputs: {sold: [1.5]}}").figures["sold"] is MISSING


@pytest.mark.parametrize(("sold", "code"), [("1.25", None), ("1.255", "FA005"), ("[1.255]", "FA005"), ("300", None)])
def test_a_sum_given_as_one_figure_has_no_more_digits_than_its_parts(
    read: Callable[[str], Card], plain: Callable[[str], Any], sold: str, code: str | None
) -> None:
    _, faults = read_facts(read(CARD % ""), plain(f"{{inputs: {{sold: {sold}}}}}"))
    assert [one.code for one in faults] == [code] * (code is not None)


def test_many_people_are_told_by_sum_and_count_and_one_by_the_months(judge: Judge) -> None:
    result = judge(CARD % "", "{inputs: {tone: {manager: [[4, 5, 3]], peers: [[5, 4], 4]}, fit: {manager: [good]}}}")
    text = "\n".join(score_lines(result, "en"))
    assert "tone, manager (share 60): mean of 4, 5, 3 = 4" in text
    assert "tone, peers (share 40): 8.5 / 2 answers = 4.25" in text
    peers = next(step for step in result.trace if step["name"] == "tone")["roles"][1]
    assert "values" not in peers, "no single answer of many is in the trace"
