"""Steps 10 and 11: what follows from the grade, and what is proposed for the next period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import Rounding, absolute, add, divide, multiply, places, round_number, subtract
from rules.scorecard.course import Course, Number, lay, lift, plain
from rules.scorecard.judging import Judged, judge_leaf
from rules.scorecard.model import Node, ReAdjust, Span
from rules.scorecard.preparing import plan_of

PROPOSED = Rounding(2, "half_up")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change for the next period that people decide on. what: `target` | `weight` | `retire`; rule: which entry of
    `re_adjust` proposes it, counted from 1."""

    metric: str
    what: str
    old: Any
    new: Any
    rule: str


def follow(course: Course) -> dict[str, Any]:
    """The consequences in the order of the file; one that is missing is there as MISSING."""
    found: dict[str, Any] = {}
    for node in course.card.consequences:
        judged = judge_leaf(course, node, {}, None) if node.split is None else _shared(course, node)
        found[node.name] = course.names[node.name] = judged.score
        if judged.score is MISSING:
            course.lacks[node.name] = judged.lacking
        judged.step["score"] = plain(judged.score)
        course.trace.append(judged.step)
    return found


def _shared(course: Course, node: Node) -> Judged:
    """What the split gave this card; without its cohort there is none."""
    step: dict[str, Any] = {**plan_of(course, node).head, "figures": []}
    share = course.facts.shares.get(node.name)
    return Judged(MISSING if share is None else share, lacking=() if share is not None else ("cohort",), step=step)


def propose(course: Course) -> tuple[Proposal, ...]:
    """Proposals top to bottom; one that is undecided proposes nothing."""
    found: list[Proposal] = []
    names, now = course.names, dict(course.settled)
    for index, one in enumerate(course.card.re_adjust, 1):
        local = {**now.get(one.metric, {}), "score": names.get(f"{one.metric}.score", MISSING),
                 "value": names.get(f"{one.metric}.value", MISSING)}
        hidden = lay(names, local)
        truth = True if one.condition is None else course.value(one.condition, names)
        if truth is MISSING and one.if_missing is not None:
            truth = one.if_missing == "holds"
        made: list[Proposal] = []
        if truth is True:
            made = _retire(one, index) if one.what == "retire" else _change(course, one, names, now, index)
        lift(names, local, hidden)
        for proposal in made:
            found.append(proposal)
            if proposal.what != "retire":
                now[proposal.metric] = {**now[proposal.metric], proposal.what: proposal.new}
    return tuple(found)


def _retire(one: ReAdjust, index: int) -> list[Proposal]:
    return [Proposal(one.metric, "retire", False, True, str(index))]


def _change(
    course: Course, one: ReAdjust, names: dict[str, Any], now: dict[str, dict[str, Any]], index: int
) -> list[Proposal]:
    old = now.get(one.metric, {}).get(one.what, MISSING)
    try:
        wanted = MISSING if one.amount is None else course.term(one.amount, names)
    except ZeroDivisor:
        return []
    if old is MISSING or wanted is MISSING:
        return []
    new = _bounded(old, wanted, one.change_at_most)
    node = course.card.nodes()[one.metric]
    span = node.agree.get(one.what)
    new = _inside(new, span)
    digits = places(new)
    new = new if digits is not None and digits <= (PROPOSED.digits or 0) else round_number(new, PROPOSED)
    taken: list[Proposal] = []
    if one.take_from is not None:
        new, taken = _taken(course, one, old, new, now, index)
    course.trace.append({"step": "re_adjust", "name": one.metric, "what": one.what, "path": list(one.path),
                         "wanted": plain(wanted), "text": one.amount.text if one.amount else None,
                         "before": plain(old), "after": plain(new),
                         "change_at_most": plain(one.change_at_most), "take_from": one.take_from,
                         "low": None if span is None else plain(span.low),
                         "high": None if span is None else plain(span.high),
                         "taken": [{"name": p.metric, "before": plain(p.old), "after": plain(p.new)} for p in taken]})
    return [Proposal(one.metric, one.what, old, new, str(index)), *taken] if new != old else []


def _bounded(old: Number, wanted: Number, share: Decimal | None) -> Number:
    """At most so many per cent away from the old one."""
    if share is None:
        return wanted
    most = divide(multiply(absolute(old), share), Decimal(100))
    return max(subtract(old, most), min(add(old, most), wanted))


def _inside(value: Number, span: Span | None) -> Number:
    """Inside what may be agreed, so that the proposal can be taken over."""
    if span is None:
        return value
    if span.low is not None and value < span.low:
        return span.low
    return span.high if span.high is not None and value > span.high else value


def _taken(
    course: Course, one: ReAdjust, old: Number, new: Number, now: dict[str, dict[str, Any]], index: int
) -> tuple[Number, list[Proposal]]:
    """What one weight gains another loses; where the other may not lose as much, the gain is smaller."""
    other = one.take_from or ""
    theirs = now.get(other, {}).get("weight", MISSING)
    if theirs is MISSING:
        return old, []
    left = _inside(subtract(theirs, subtract(new, old)), course.card.nodes()[other].agree.get("weight"))
    left = max(left, Decimal(0))
    new = add(old, subtract(theirs, left))
    return new, [Proposal(other, "weight", theirs, left, str(index))] if left != theirs else []
