"""What a cohort made of one card, as it is printed: decimals as text, heads as numbers."""

from __future__ import annotations

from typing import Any

from rules.cohort.model import CohortResult
from rules.cohort.telling import unit_step
from rules.scorecard.course import plain


def cohort_document(cohort: CohortResult, place: int) -> dict[str, Any]:
    """The card's unit with its rules, its rank in it, the grade before and after, and the pools it has a part of."""
    report, where = cohort.units[cohort.unit_of[place]], cohort.places[place]
    found = unit_step(report) if cohort.when_over is not None else {
        key: value for key, value in unit_step(report).items() if key not in ("kept", "rules")
    }
    if cohort.when_over is not None:
        found |= {"when_over": cohort.when_over, "rank": None if where is None else where.rank,
                  "tied": None if where is None else where.tied,
                  "before": None if where is None else where.before, "after": None if where is None else where.after}
    splits = {
        split.name: {"pool": plain(split.pool), "paid": plain(split.paid), "weights": plain(split.weights),
                     "weight": plain(split.parts[place].weight) if place in split.parts else "0",
                     "share": plain(split.parts[place].share) if place in split.parts else "0"}
        for split in cohort.splits if split.unit is None or split.unit == report.unit.name
    }
    return {**found, "splits": splits} if splits else found
