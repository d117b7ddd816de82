"""Figures that a review takes from ended reviews of another workflow, and who takes from one that ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.clock import instant_text
from engine.definition.model import Definition
from engine.operations.periods import keys_of
from engine.review.case import TakenFrom
from engine.review.model import Review
from engine.runtime import Runtime
from engine.store import ended, reviews
from engine.store.database import Tx
from engine.store.ended import Ended
from rules.scorecard.model import Card


def sources_of(card: Card) -> dict[str, tuple[str, str]]:
    """Input -> the workflow and the name of the result that it takes."""
    found = {}
    for one in card.inputs.values():
        if one.taken_from is not None:
            workflow, _, name = one.taken_from.partition(".")
            found[one.name] = (workflow, name)
    return found


def taken_of(tx: Tx, definition: Definition, subject: str, period: str) -> dict[str, tuple[TakenFrom, ...]]:
    """What each such input has, by period: results of the subject's scored reviews that ended within."""
    sources = sources_of(definition.card)
    if not sources:
        return {}
    rows = ended.results_of(tx, subject, {workflow for workflow, _ in sources.values()}, keys_of(period))
    found: dict[str, tuple[TakenFrom, ...]] = {}
    for name, (workflow, wanted) in sources.items():
        values = ((row, _results(row).get(wanted)) for row in rows if row.workflow == workflow)
        found[name] = tuple(
            TakenFrom(str(value), row.period, workflow, instant_text(row.ended_at), row.ended_at)
            for row, value in values if value is not None
        )
    return found


def _results(one: Ended) -> Mapping[str, Any]:
    """Everything of the result by the name that `taken_from` may give; total and grade as people settled them."""
    result = (one.payload or {}).get("result", {})
    metrics = result.get("metrics", {}).items()
    parts = {f"{name}.{what}": part.get(what) for name, part in metrics for what in ("score", "value")}
    return {**result.get("figures", {}), **result.get("consequences", {}), **parts, "total": one.total,
            "grade": one.grade}


def takers_of(rt: Runtime, tx: Tx, review: Review, workflow: str) -> tuple[str, ...]:
    """Open reviews of the same subject that take from this workflow and whose inputs are not fixed yet."""
    found = []
    for row in reviews.find(tx, subject=review.subject):
        if row.id == review.id or row.ended_at is not None:
            continue
        sources = sources_of(rt.definition(tx, row.definition).card)
        if any(source == workflow for source, _ in sources.values()):
            found.append(row.id)
    loaded = reviews.load_many(tx, found)
    return tuple(one for one in found if "inputs" not in loaded[one].fixed)
