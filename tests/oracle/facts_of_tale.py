"""The facts of a review as a document for the scorecard, made from the clerk's notes: plain texts, no arithmetic."""

from __future__ import annotations

from typing import Any

from tests.oracle.clerk import Row, Tale
from tests.oracle.story_oracle import attainment_before, text_of, values_of

OBSERVED = ("satisfaction", "sales", "sales_plan", "new_customers", "complaint_rate", "response_hours", "violations")
WHOLE = ("new_customers", "violations")


def facts_of(tale: Tale, card: dict[str, Any], subject: str) -> dict[str, Any]:
    """Only the earlier period's attainment is worked out here: the card is handed it."""
    inputs: dict[str, Any] = {}
    for name in OBSERVED:
        rows = [row for _, group in sorted(values_of(tale, subject, name, tale.cycle).items()) for row in group]
        figures = [figure(name, row) for row in rows]
        if figures:
            inputs[name] = figures if name in ("sales", "new_customers") else figures[0]
    inputs["teamwork"] = {}
    for who, given in tale.ratings.get(subject, {}).items():
        inputs["teamwork"].setdefault(who.split()[0], []).append([text_of(one, 0) for one in given] or ["NR"])
    agreed: dict[str, Any] = {}
    for key, number in tale.targets.get(subject, {}).items():
        metric, _, what = key.rpartition(".")
        if metric:
            agreed.setdefault(metric, {})[what] = text_of(number)
        else:
            inputs[what] = text_of(number)
    earlier = text_of(attainment_before(tale, card, subject))
    previous = [] if earlier is None else [{"attainment": earlier}]
    facts: dict[str, Any] = {"inputs": inputs, "agreed": agreed, "previous": previous}
    if tale.settled.get(subject):
        facts["adjusted"] = tale.settled[subject]
    return facts


def figure(name: str, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"value": text_of(row.value, 0 if name in WHOLE else 2)}
    if row.samples is not None:
        found["samples"] = row.samples
    return found
