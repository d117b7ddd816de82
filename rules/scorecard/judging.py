"""Steps 4 and 5: one node from figure to score: value, shape, rules, limits, round, and what a missing one becomes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import EXACT, add, multiply, round_number, subtract
from rules.scorecard.course import (
    Course,
    Names,
    Number,
    clamp,
    plain,
    policy_step,
    rounding_step,
    substitute,
    text_at,
)
from rules.scorecard.model import MissingPolicy, Node, Rule
from rules.scorecard.shapes import Term
from rules.scorecard.shaping import apply_shape

_AGO = re.compile(r";\s*([0-9]{1,3})\s*\)")  # how many periods back `previous(x; 2)` and `past(x; 3)` look


@dataclass
class Judged:
    """What became of a node. value: what went into its shape; lacking: figures for whose want the score is missing;
    blocked: it may not be left out; unrated: it is left out whatever the policy; step: its entry in the trace."""

    score: Any
    value: Any = MISSING
    lacking: tuple[str, ...] = ()
    blocked: bool = False
    unrated: bool = False
    step: dict[str, Any] = field(default_factory=dict)


def judge_leaf(
    course: Course, node: Node, local: Names, policy: MissingPolicy | None, unrated: Collection[str] = ()
) -> Judged:
    """policy: what a missing score becomes; None leaves it missing (computed figures and consequences).

    unrated: local names that were not rated.
    """
    names = {**course.names, **local}
    step: dict[str, Any] = {"name": node.key, "path": list(node.path), "title": dict(node.title)}
    judged = Judged(MISSING, step=step)
    try:
        _shape(course, node, names, judged, unrated)
    except ZeroDivisor:
        judged.step["if_zero"] = plain(node.if_zero) or "missing"
        judged.score = node.if_zero if isinstance(node.if_zero, Decimal) else MISSING
        judged.lacking = judged.lacking or ("÷ 0",)
    if judged.score is not MISSING:
        finish(course, node, names, judged)
    return settle_missing(course, node, judged, policy)


def _shape(course: Course, node: Node, names: Names, judged: Judged, unrated: Collection[str]) -> None:
    values = tuple(_value(course, node, names, index) for index in range(len(node.values)))
    figures = _figures(course, node, names)
    judged.step["figures"] = figures
    if node.values:
        judged.step["value"] = {"text": " | ".join(term.text for term in node.values),
                                "value": plain(values[0]) if len(values) == 1 else [plain(one) for one in values]}
    if any(one is MISSING for one in values):
        judged.lacking = _lacking(course, node, names)
        judged.unrated = bool(judged.lacking) and all(
            name in course.unrated or name in unrated for name in judged.lacking
        )
        return
    judged.value = values[0] if values else MISSING
    names["value"] = judged.value
    if node.shape is None:
        judged.score = judged.value
        return
    shaped = apply_shape(course, node.shape, values, names, node.path)
    judged.step["formula"], judged.score, judged.lacking = shaped.formula, shaped.value, shaped.lacking


def _value(course: Course, node: Node, names: Names, index: int) -> Any:
    try:
        return course.term(node.values[index], names)
    except ZeroDivisor:
        if isinstance(node.if_zero, Decimal):
            return node.if_zero
        raise


def _figures(course: Course, node: Node, names: Names) -> list[dict[str, Any]]:
    """The figures that the node's value reads, of this period and of earlier ones, with what they hold."""
    return read_by(course, node.values, names)


def read_by(course: Course, terms: Sequence[Term], names: Names) -> list[dict[str, Any]]:
    """The figures that these terms read, of this period and of earlier ones, with what they hold."""
    made = [term.expression for term in terms if term.expression is not None]
    found = {name: plain(names.get(name, MISSING)) for one in made for name in sorted(one.reads)
             if not isinstance(names.get(name), tuple)}
    for one in made:
        deep = max((int(ago) for ago in _AGO.findall(one.text)), default=1) if one.past_reads else 0
        for name in sorted(one.past_reads):
            for ago, period in enumerate(course.facts.previous[:deep], 1):
                key = f"previous({name})" if ago == 1 else f"previous({name}; {ago})"
                found[key] = plain(period.get(name, MISSING))
    return [{"name": name, "value": value} for name, value in found.items()]


def _lacking(course: Course, node: Node, names: Names) -> tuple[str, ...]:
    found: list[str] = []
    for term in node.values:
        found.extend(course.lacking(term.expression, names))
    return tuple(dict.fromkeys(found))


def finish(course: Course, node: Node, names: Names, judged: Judged) -> None:
    """Rules top to bottom, then limits on the exact value, then rounding."""
    judged.step["exact"] = plain(judged.score)
    if node.rules:
        _rules(course, node.rules, names, judged)
    if judged.score is MISSING or isinstance(judged.score, bool | str):
        return
    if node.limits is not None:
        judged.score, judged.step["limits"] = clamp(course, judged.score, node.limits, names)
        if judged.score is MISSING:
            ends = [end for end in (node.limits.low, node.limits.high) if end is not None]
            judged.lacking = tuple(name for end in ends for name in course.lacking(end.expression, names))
            return
    if isinstance(judged.score, date):
        return
    before = judged.score
    judged.score = round_number(before, node.round)
    if node.round != EXACT:
        judged.step["round"] = {**(rounding_step(node.round) or {}), "before": plain(before)}


def _rules(course: Course, rules: Sequence[Rule], names: Names, judged: Judged) -> None:
    judged.step["rules"] = told = []
    for rule in rules:
        names["score"] = judged.score
        acts, lacking = course.holds(rule, names)
        entry = rule_step(rule, acts)
        told.append(entry)
        if acts is None:
            block_rule(course, rule, lacking)
            judged.score, judged.blocked, judged.lacking = MISSING, True, lacking
            return
        if lacking:
            entry["lacking"] = list(lacking)
        if not acts:
            continue
        course.held.add(rule.name)
        before = judged.score
        judged.score, entry["amount"] = act(course, rule, before, names)
        if rule.amount is not None and rule.amount.expression is not None:
            entry["how"] = {"text": rule.amount.text, "figures": read_by(course, (rule.amount,), names)}
        entry |= {"before": plain(before), "after": plain(judged.score)}
        if judged.score is MISSING:
            judged.lacking = course.lacking(rule.amount.expression if rule.amount else None, names)
            block_rule(course, rule, judged.lacking)
            judged.blocked = True
            return


def rule_step(rule: Rule, acts: bool | None) -> dict[str, Any]:
    """The entry of a rule in the trace, before what it did is added."""
    condition = None if rule.condition is None else rule.condition.text
    return {
        "rule": rule.name, "effect": rule.effect, "acted": acts, "path": list(rule.path), "if": condition,
        "say": dict(rule.say),
    }


def block_rule(course: Course, rule: Rule, lacking: Sequence[str]) -> None:
    course.block("SR003", rule.path, rule=rule.name, names=", ".join(lacking))


def act(course: Course, rule: Rule, before: Number, names: Names) -> tuple[Any, Any]:
    """The number after one rule, and the amount that it used, as the trace holds it."""
    if rule.effect == "limit" and rule.limits is not None:
        after, step = clamp(course, before, rule.limits, names)
        return after, {"low": step["low"], "high": step["high"]}
    if rule.effect == "round" and rule.rounding is not None:
        return round_number(before, rule.rounding), rounding_step(rule.rounding)
    amount = course.term(rule.amount, names) if rule.amount is not None else MISSING
    if amount is MISSING:
        return MISSING, None
    made = {"add": add, "subtract": subtract, "multiply": multiply}.get(rule.effect)
    return (amount if made is None else made(before, amount)), plain(amount)


def settle_missing(course: Course, node: Node, judged: Judged, policy: MissingPolicy | None) -> Judged:
    """Puts the policy's value in the place of a missing score; one that blocks says for want of what."""
    own = node.missing or policy
    if judged.score is not MISSING or judged.blocked:
        if judged.score is not MISSING:
            judged.step["score"] = score_text(node, judged.score)
        return judged
    judged.step["lacking"] = list(judged.lacking)
    if judged.unrated:
        judged.step["missing"] = {"policy": "not_rated", "score": None}
        return judged
    if own is None:
        return judged
    judged.step["missing"] = policy_step(own)
    judged.score = substitute(own)
    if judged.score is not MISSING:
        judged.step["score"] = plain(judged.score)
    elif own.policy == "block" and policy is not None:
        course.block("SR004", node.path, name=node.key, names=", ".join(judged.lacking) or node.key)
        judged.blocked = True
    return judged


def score_text(node: Node, score: Any) -> Any:
    return plain(score) if isinstance(score, bool | str | date) else text_at(score, node.round)
