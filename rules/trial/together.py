"""Grades the compared reviews as one cohort on either side, where a scorecard has a quota or shares out a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rules.cohort.judging import judge_cohort
from rules.cohort.model import CohortFacts
from rules.cohort.reading import APPROVED, read_cohort_facts
from rules.cohort.units import graded_together
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import Facts
from rules.scorecard.fields import Faults, shown
from rules.scorecard.model import Card
from rules.trial.compare import Row, judged_row


def together(
    old: Card, new: Card, rows: Sequence[Row], given: Any = None, by_unit: Mapping[str, Any] | None = None
) -> list[Row]:
    """The rows after step 9 and the split of step 10, over the reviews that are compared here; given: what is known of
    the cohort itself (its pool, who approved), as facts say it; by_unit: what holds for a unit in its place."""
    if not (graded_together(old) or graded_together(new)):
        return list(rows)
    sides = [
        _results(card, [row.read[at] for row in rows], given, by_unit or {}) for at, card in enumerate((old, new))
    ]
    return [judged_row(row, sides[0][place], sides[1][place]) for place, row in enumerate(rows)]


def _results(
    card: Card, facts: Sequence[Facts | None], given: Any, by_unit: Mapping[str, Any]
) -> list[Result | None]:
    if not graded_together(card):
        return [None if one is None else score(card, one) for one in facts]
    there = {place: one for place, one in enumerate(facts) if one is not None}
    made = judge_cohort(card, tuple(there.values()), _cohort(card, given, by_unit, list(there.values()))).results
    found = dict(zip(there, made, strict=True))
    return [found.get(place) for place in range(len(facts))]


def _known(card: Card, given: Any) -> dict[str, Any]:
    """What this scorecard reads of it: the other one may read something else."""
    if not isinstance(given, Mapping):
        return {}
    names = {APPROVED, *(one.name for one in card.inputs.values() if one.of is not None)}
    return {name: value for name, value in given.items() if name in names}


def _cohort(card: Card, given: Any, by_unit: Mapping[str, Any], facts: Sequence[Facts]) -> CohortFacts:
    """A figure that cannot be read is missing; that of a unit in which nobody is here is of no use."""
    names = [] if card.cohort is None else [name for name in (card.cohort.by, card.cohort.into) if name]
    units = {shown(one.subject[name]) for one in facts for name in names if name in one.subject}
    made = read_cohort_facts(card, _known(card, given), Faults(), ("cohort",), units)
    own = {unit: read_cohort_facts(card, _known(card, by_unit[unit]), Faults(), ()) for unit in units & by_unit.keys()}
    figures = {unit: {**made.by_unit.get(unit, {}), **one.figures} for unit, one in own.items()}
    return replace(made, by_unit={**made.by_unit, **figures})
