"""What a cohort did to one card, kept as plain data, so that the card can be judged again without the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.cohort.model import CohortResult
from rules.cohort.reading import read_cohort_facts
from rules.cohort.telling import AFTER, reasons_of
from rules.numbers import decimal_text
from rules.scorecard.course import Reason
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import Facts
from rules.scorecard.fields import Faults
from rules.scorecard.model import Card

Told = Mapping[str, Any]


def remembered(cohort: CohortResult, place: int) -> dict[str, Any]:
    """`quota_grade`, `before`, `shares` and `told` of one card: what `score_again` wants to know."""
    result, where = cohort.results[place], cohort.places[place]
    step = next((dict(one) for one in result.trace if one["step"] == "cohort"), None)
    quota = where is not None and cohort.when_over != "report"
    reasons = reasons_of(cohort.units[cohort.unit_of[place]]) if quota else ()
    splits = {one["name"]: one["split"] for one in result.trace if one["step"] == "consequences" and "split" in one}
    return {
        "quota_grade": None if where is None or where.before == where.after else where.after,
        "before": result.grade if where is None else where.before,
        "shares": {
            split.name: decimal_text(split.parts[place].share, split.digits)
            for split in cohort.splits if place in split.parts
        },
        "told": {
            **({} if step is None else {"step": step}), **({"splits": splits} if splits else {}),
            **({"reasons": [_plain(one) for one in reasons]} if reasons else {}),
        },
    }  # fmt: skip


def _plain(one: Reason) -> dict[str, Any]:
    return {"code": one.code, "path": list(one.path), "values": dict(one.values)}


def with_cohort(card: Card, facts: Facts, kept: Told) -> Facts:
    """The facts with what is kept of the cohort: its figures, the grade that the quota left, the parts of pools."""
    figures = read_cohort_facts(card, kept.get("figures") or None, Faults(), ()).figures
    shares = {name: Decimal(text) for name, text in (kept.get("shares") or {}).items()}
    return replace(facts, cohort={**facts.cohort, **figures}, quota_grade=kept.get("quota_grade"), shares=shares)


def score_again(card: Card, facts: Facts, kept: Told) -> Result:
    """The card's result with the complete steps of its cohort, as they were told when it was judged together."""
    result = score(card, with_cohort(card, facts, kept))
    told = kept.get("told") or {}
    own = next((one for one in result.trace if one["step"] == "cohort"), None)
    trace = [dict(one) for one in result.trace if one["step"] != "cohort"]
    if "step" in told and result.grade is not None:
        at = next((index for index, one in enumerate(trace) if one["step"] in AFTER), len(trace))
        before = result.grade if own is None else own["before"]
        bounds = {"at_most": result.bounds.at_most, "at_least": result.bounds.at_least}
        trace.insert(at, {**told["step"], "before": before, "after": result.grade, **bounds})
    elif own is not None:
        at = next(index for index, one in enumerate(result.trace) if one["step"] == "cohort")
        trace.insert(at, dict(own))
    for name, split in (told.get("splits") or {}).items():
        for one in trace:
            if one["step"] == "consequences" and one["name"] == name:
                one["split"] = dict(split)
    reasons = [Reason(one["code"], tuple(one["path"]), one["values"]) for one in told.get("reasons") or ()]
    return replace(result, trace=tuple(trace), reasons=(*result.reasons, *reasons))
