"""Steps 4 and 5: one node from figure to score: value, shape, rules, limits, round, and what a missing one becomes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import add, decimal_text, multiply, round_number, subtract
from rules.scorecard.course import (
    Course,
    Names,
    Number,
    clamp,
    lay,
    lift,
    plain,
    policy_step,
    ready,
    rounding_step,
    substitute,
)
from rules.scorecard.model import MissingPolicy, Node, Rule
from rules.scorecard.plans import NodePlan, Past, Ready
from rules.scorecard.preparing import node_plan, read_by, rule_head


class Judged:
    """What became of a node. value: what went into its shape; lacking: figures for whose want the score is missing;
    blocked: it may not be left out; unrated: it is left out whatever the policy; step: its entry in the trace; text: of
    the score, where it is known."""

    value: Any = MISSING
    blocked = False
    unrated = False
    text: Any = None

    def __init__(self, score: Any, step: dict[str, Any], lacking: tuple[str, ...] = ()) -> None:
        self.score, self.step, self.lacking = score, step, lacking


def judge_leaf(
    course: Course, node: Node, local: Names, policy: MissingPolicy | None, unrated: Collection[str] = ()
) -> Judged:
    """policy: what a missing score becomes; None leaves it missing (computed figures and consequences).

    unrated: local names that were not rated.
    """
    plan = course.prepared.nodes.get(id(node)) or node_plan(node)
    names, step = course.names, plan.head.copy()
    judged = Judged(MISSING, step)
    hidden: Names | None = None
    if plan.own:
        names.update(local)
    else:
        hidden = lay(names, local)
    if local.get("target") is MISSING:
        course.lacks["target"] = course.lacks.get(f"{node.key}.target", ("target",))
    try:
        _shape(course, plan, judged, unrated)
    except ZeroDivisor:
        step["if_zero"] = plain(node.if_zero) or "missing"
        judged.score, judged.text = node.if_zero if isinstance(node.if_zero, Decimal) else MISSING, None
        judged.lacking = judged.lacking or ("÷ 0",)
    if judged.score is not MISSING:
        finish(course, plan, judged)
    names["value"] = MISSING
    if hidden is None:
        names["target"] = names["weight"] = MISSING
    else:
        lift(names, local, hidden)
    if judged.score is MISSING:
        return settle_missing(course, node, judged, policy)
    step["score"] = judged.text
    return judged


def _shape(course: Course, plan: NodePlan, judged: Judged, unrated: Collection[str]) -> None:
    """The value, the figures it reads and what the shape makes of it; `judged.text` is the text of the exact score."""
    names, step, name = course.names, judged.step, plan.name
    values: tuple[Any, ...]
    if name is not None:  # a figure as it is
        value = names.get(name, MISSING)
        values = (value,)
        known = course.texts.get(name)
        text = known[1] if known is not None and known[0] is value else plain(value)
        step["figures"] = [{"name": name, "value": text}]
        step["value"] = {"text": plan.text, "value": text}
        missing = value is MISSING
    else:
        values = tuple([_value(course, plan, one, step) for one in plan.values])
        value = values[0] if values else MISSING
        step["figures"] = figures_read(course, plan.reads, plan.past)
        text = plain(value) if len(values) == 1 else [plain(one) for one in values]
        if values:
            step["value"] = {"text": plan.text, "value": text}
        missing = any(one is MISSING for one in values)
    if missing:
        judged.lacking = _lacking(course, plan.node)
        judged.unrated = bool(judged.lacking) and all(
            name in course.unrated or name in unrated for name in judged.lacking
        )
        if not judged.unrated:
            judged.lacking = _wanting(course, plan.values, values)
        return
    judged.value = names["value"] = value
    shape = plan.shape
    if shape is None:
        judged.score, judged.text = value, text
    else:
        judged.score, judged.text, step["formula"], judged.lacking = shape(course, values)


def _value(course: Course, plan: NodePlan, one: Ready, step: dict[str, Any]) -> Any:
    if one.run is None:
        return one.value
    try:
        return one.run(course.names, course.moment)
    except ZeroDivisor:
        if isinstance(plan.node.if_zero, Decimal):
            step["zero_value"] = plain(plan.node.if_zero)
            return plan.node.if_zero
        raise


def figures_read(course: Course, reads: Sequence[str], past: Sequence[Past]) -> list[dict[str, Any]]:
    """The figures of this period and of earlier ones with what they hold; lists are told where they stand."""
    names, found = course.names, []
    for name in reads:
        value = names.get(name, MISSING)
        if type(value) is not tuple:
            found.append({"name": name, "value": course.told(name, value)})
    periods = course.facts.previous
    for name, ago, key in past:
        if ago <= len(periods):
            found.append({"name": key, "value": plain(periods[ago - 1].get(name, MISSING))})
    return found


def _lacking(course: Course, node: Node) -> tuple[str, ...]:
    found: list[str] = []
    for term in node.values:
        found.extend(course.lacking(term.expression, course.names))
    return tuple(dict.fromkeys(found))


def _wanting(course: Course, terms: Sequence[Ready], values: Sequence[Any]) -> tuple[str, ...]:
    """For want of what those of them are missing that are."""
    wanted = [one.term.expression for one, value in zip(terms, values, strict=True) if value is MISSING and one.term]
    return tuple(dict.fromkeys(name for one in wanted for name in course.wanting(one, course.names)))


def wanted_by(course: Course, rule: Rule) -> tuple[str, ...]:
    """For want of what the rule has no amount."""
    ends = () if rule.limits is None else (rule.limits.low, rule.limits.high)
    terms = [term for term in (rule.amount, *ends) if term is not None]
    return tuple(dict.fromkeys(name for term in terms for name in course.wanting(term.expression, course.names)))


def finish(course: Course, plan: NodePlan, judged: Judged) -> None:
    """Rules top to bottom, then limits on the exact value, then rounding; `judged.text` becomes that of the score."""
    step, score, text = judged.step, judged.score, judged.text
    if text is None:
        text = plain(score)
    step["exact"] = text
    if plan.rules:
        _rules(course, plan, judged)
        course.names["score"] = MISSING
        text = text if judged.score is score else plain(judged.score)
        score = judged.score
    kind = type(score)
    if score is MISSING or kind is str or kind is bool:
        judged.text = text
        return
    if plan.ends is not None:
        score, text, step["limits"] = clamp(course, score, text, *plan.ends)
        judged.score = score
        if score is MISSING:
            terms = [end.term for end in plan.ends if end.term is not None]
            judged.lacking = tuple(
                name for term in terms for name in course.wanting(term.expression, course.names)
            )
            return
    if kind is not date:
        rounding = plan.node.round
        digits = rounding.digits
        judged.score = round_number(score, rounding)
        if digits is not None:
            step["round"] = {"digits": digits, "mode": rounding.mode, "before": text}
            text = decimal_text(judged.score, digits)
    judged.text = text


def _rules(course: Course, plan: NodePlan, judged: Judged) -> None:
    names = course.names
    judged.step["rules"] = told = []
    for rule, head in plan.rules:
        names["score"] = judged.score
        acts, lacking = course.holds(rule, names)
        entry = head.copy()
        entry["acted"] = acts
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
            entry["how"] = {"text": rule.amount.text, "figures": figures_read(course, *read_by((rule.amount,)))}
        entry |= {"before": plain(before), "after": plain(judged.score)}
        if judged.score is MISSING:
            judged.lacking = wanted_by(course, rule)
            block_rule(course, rule, judged.lacking)
            judged.blocked = True
            return


def rule_step(course: Course, rule: Rule, acts: bool | None) -> dict[str, Any]:
    """The entry of a rule over parts or on the grade in the trace, before what it did is added."""
    step = (course.prepared.rules.get(id(rule)) or rule_head(rule)).copy()
    step["acted"] = acts
    return step


def block_rule(course: Course, rule: Rule, lacking: Sequence[str]) -> None:
    course.block("SR003", rule.path, rule=rule.name, names=", ".join(lacking))


def act(course: Course, rule: Rule, before: Number, names: Names) -> tuple[Any, Any]:
    """The number after one rule, and the amount that it used, as the trace holds it."""
    if rule.effect == "limit" and rule.limits is not None:
        after, _, step = clamp(course, before, plain(before), ready(rule.limits.low), ready(rule.limits.high))
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
    if judged.score is not MISSING:
        judged.step["score"] = judged.text
        return judged
    if judged.blocked:
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
        judged.text = None
    elif own.policy == "block" and policy is not None:
        course.block("SR004", node.path, name=node.key, names=", ".join(judged.lacking) or node.key)
        judged.blocked = True
    return judged


def shown(judged: Judged, node: Node) -> Any:
    """The score without the zeros that its declared digits would add."""
    return judged.text if judged.text is not None and node.round.digits is None else plain(judged.score)
