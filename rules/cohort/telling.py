"""What the cohort did to one card, as steps of its trace and as reasons: plain data, numbers as text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.cohort.model import CohortResult, GradeShare, Part, Place, RuleReport, SplitReport, UnitReport
from rules.numbers import number_text
from rules.scorecard.course import Reason, plain
from rules.scorecard.evaluate import Result
from rules.scorecard.model import Card

NO_UNIT = "–"
AFTER = ("consequences", "re_adjust")


def told(card: Card, cohort: CohortResult, place: int) -> Result:
    """The card's result with the steps of its cohort, and with a reason for each rule that a refusal stands on."""
    result = cohort.results[place]
    report, where = cohort.units[cohort.unit_of[place]], cohort.places[place]
    trace = [dict(step) for step in result.trace if step["step"] != "cohort"]
    if where is not None and card.quota is not None:
        at = next((index for index, step in enumerate(trace) if step["step"] in AFTER), len(trace))
        trace.insert(at, _step(card, result, report, where))
    for split in cohort.splits:
        for step in trace:
            if step["step"] == "consequences" and step["name"] == split.name and place in split.parts:
                step["split"] = split_step(card, split, split.parts[place])
    reasons = reasons_of(report) if where is not None and cohort.when_over != "report" else ()
    return replace(result, trace=tuple(trace), reasons=(*result.reasons, *reasons))


def _step(card: Card, result: Result, report: UnitReport, where: Place) -> dict[str, Any]:
    path = list(card.quota.path) if card.quota is not None else []
    return {"step": "cohort", "name": "grade", "path": path, "before": where.before, "after": where.after,
            "at_most": result.bounds.at_most, "at_least": result.bounds.at_least, "allowed": True,
            **unit_step(report), "rank": where.rank, "tied": where.tied}


def unit_step(report: UnitReport) -> dict[str, Any]:
    """One unit and what became of every rule in it."""
    return {"unit": report.unit.name, "kind": report.unit.kind, "pooled": list(report.unit.pooled), "n": report.n,
            "uncounted": report.uncounted, "kept": report.kept, "rules": [rule_step(rule) for rule in report.rules]}


def rule_step(rule: RuleReport) -> dict[str, Any]:
    """Only what this kind of rule has; numbers as text, heads as numbers."""
    found: dict[str, Any] = {"rule": rule.kind, "grades": list(rule.grades), "kept": rule.kept,
                             "feasible": rule.feasible, "why": rule.why, "stuck": rule.stuck}
    if rule.kind == "share":
        return {**found, "shares": [_share_step(one) for one in rule.shares]}
    if rule.kind == "mean":
        return {**found, "sum": plain(rule.sum), "mean": plain(rule.mean), "after": plain(rule.mean_left),
                "at_most": plain(rule.mean_most)}
    found |= {"share": plain(rule.share), "exact": plain(rule.exact), "most": rule.most, "before": rule.held,
              "after": rule.left}
    if rule.kind == "about":
        return {**found, "least": rule.least, "low": plain(rule.low), "high": plain(rule.high)}
    return {**found, "approved_by": rule.approved_by}


def _share_step(one: GradeShare) -> dict[str, Any]:
    return {"grade": one.grade, "share": plain(one.share), "exact": plain(one.exact), "target": one.target,
            "before": one.held, "after": one.left}


def split_step(card: Card, split: SplitReport, part: Part) -> dict[str, Any]:
    """How the card's part of the pool came about."""
    node = next(one for one in card.consequences if one.name == split.name)
    by, pool = ("", "") if node.split is None else (node.split.by.text, node.split.pool)
    return {"of": pool, "pool": plain(split.pool), "by": by, "weight": plain(part.weight),
            "weights": plain(split.weights), "exact": plain(part.exact), "digits": split.digits,
            "down": plain(part.down), "share": plain(part.share), "unit": plain(Decimal(1).scaleb(-split.digits))}


def reasons_of(report: UnitReport) -> tuple[Reason, ...]:
    """A reason for each rule that is not kept."""
    return tuple(Reason(rule.why, rule.path, _values(report, rule)) for rule in report.rules if rule.why is not None)


def _values(report: UnitReport, rule: RuleReport) -> dict[str, str]:
    unit = report.unit.name if report.unit.name is not None else NO_UNIT
    off = [f"{one.grade} {one.left} ≠ {one.target}" for one in rule.shares if one.left != one.target]
    over = rule.left - (rule.most or 0) if rule.why != "SR021" else (rule.least or 0) - rule.left
    return {"unit": unit, "grades": ", ".join(off or rule.grades), "n": str(rule.n), "held": str(rule.left),
            "most": _most(rule), "least": str(rule.least or 0), "over": str(over), "stuck": str(rule.stuck),
            "low": plain(rule.low) or "", "high": plain(rule.high) or "", "mean": plain(rule.mean_left) or ""}


def _most(rule: RuleReport) -> str:
    return str(rule.most) if rule.mean_most is None else number_text(rule.mean_most)
