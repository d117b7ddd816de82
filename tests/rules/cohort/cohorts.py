"""Cards of a cohort for its tests: one figure that is the total, a quota, and facts made of totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.definition.source import read_yaml
from rules.cohort.judging import judge_cohort
from rules.cohort.model import CohortResult
from rules.cohort.reading import read_members
from rules.faults import Fault
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card

CARD = """\
scorecard: cohort
version: 1
language: 1
missing: block
round: {{metric: exact, total: exact}}
inputs:
  work: {{type: number, digits: 2, range: 0..100}}
  calls: {{type: count, range: 0..100, missing: {{use: 0}}}}
  vetoed: {{type: yes_no, missing: {{use: false}}}}
  kept: {{type: yes_no, missing: {{use: false}}}}
  pool: {{type: money, digits: 2, range: 0..100000000, of: cohort, missing: {{use: 0}}}}
metrics: {{work: {{weight: 100}}}}
total: {{combine: weighted_mean, weights_sum: 100}}
grades:
  bands: [{{from: 90, gives: A}}, {{from: 75, gives: B}}, {{from: 60, gives: C}}, {{else: D}}]
  rules: [{{rule: veto, if: vetoed, at_most: C}}, {{rule: floor, if: kept, at_least: B}}]
{more}
"""


def card_with(more: str) -> Card:
    card, faults = read_card(data_of(CARD.format(more=more)))
    assert card is not None, [(one.code, one.path, dict(one.values)) for one in faults]
    return card


def faults_of(more: str) -> tuple[Fault, ...]:
    """What is said of the card, but that nothing reads an input that this test has no use for."""
    return tuple(one for one in read_card(data_of(CARD.format(more=more)))[1] if one.code != "SC070")


def data_of(text: str) -> Any:
    made, problems = read_yaml(text, "card.yaml")
    assert made is not None, [(one.code, one.values) for one in problems]
    return made.data


def cards(totals: Sequence[object], unit: str = "east", **more: object) -> list[dict[str, Any]]:
    """One card for each total, all of one unit."""
    return [
        {"id": f"{unit}{place}", "subject": {"unit": unit}, "inputs": {"work": str(total), **more}}
        for place, total in enumerate(totals)
    ]


def judged(card: Card, made: Sequence[Mapping[str, Any]], **cohort: object) -> CohortResult:
    members, faults = read_members(card, {"cohort": cohort, "cards": made})
    assert members is not None, [(one.code, one.path, dict(one.values)) for one in faults]
    return judge_cohort(card, members.facts, members.cohort)


def grades(result: CohortResult) -> str:
    return "".join(one.grade or "-" for one in result.results)


def codes(result: CohortResult, place: int = 0) -> list[str]:
    return [one.code for one in result.results[place].reasons]
