"""One scoring on its way: the names known so far, rules that acted, reasons that stop it, the trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.types import MISSING, Missing, Value
from rules.numbers import EXACT, Rounding, decimal_text, number_text, round_number
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card, MissingPolicy, Path, Rule
from rules.scorecard.shapes import Limits, Term

Number = Decimal | Fraction
Names = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no result, or no such result: a code, the place in the card, and the values of its sentence."""

    code: str
    path: Path
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Course:
    """names: what expressions read; lacks: name -> the figures for whose want it is missing; unrated: figures that were
    not rated (NR), which are left out whatever the policy; settled: metric key -> its local names after step 2; traced:
    whether anybody reads what was settled and from where."""

    card: Card
    facts: Facts
    traced: bool = True
    names: Names = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)
    refusals: list[Reason] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)
    lacks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unrated: set[str] = field(default_factory=set)
    settled: dict[str, Names] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    judged: list[str] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)

    def value(self, expression: Expression, names: Names) -> Value | Missing:
        return expression.value(names, self.facts.previous, self.held)

    def term(self, term: Term, names: Names) -> Any:
        """A constant or what the expression gives; MISSING where it cannot be had."""
        if term.expression is None:
            return term.constant
        return self.value(term.expression, names)

    def lacking(self, expression: Expression | None, names: Names) -> tuple[str, ...]:
        """The figures without which the expression has no value, the roots and not what was made from them."""
        if expression is None:
            return ()
        found: list[str] = []
        for name in sorted(expression.reads):
            if names.get(name, MISSING) is MISSING:
                found.extend(self.lacks.get(name) or (name,))
        for name in sorted(expression.past_reads):
            if not self.facts.previous or self.facts.previous[0].get(name, MISSING) is MISSING:
                found.append(f"previous({name})")
        return tuple(dict.fromkeys(found))

    def holds(self, rule: Rule, names: Names) -> tuple[bool | None, tuple[str, ...]]:
        """Whether the rule acts, None when it stays undecided, and for want of which figures."""
        if rule.condition is None:
            return True, ()
        truth = self.value(rule.condition, names)
        if truth is not MISSING:
            return bool(truth), ()
        lacking = self.lacking(rule.condition, names)
        if rule.if_missing is not None:
            return rule.if_missing == "holds", lacking
        return None, lacking

    def block(self, code: str, path: Path, **values: str) -> None:
        self.reasons.append(Reason(code, path, values))

    def refuse(self, code: str, path: Path, **values: str) -> None:
        self.refusals.append(Reason(code, path, values))


def plain(value: Any) -> Any:
    """A value as the trace and the printed result hold it: numbers as text, missing as null."""
    kind = type(value)
    if kind is Decimal or kind is Fraction:
        return number_text(value)
    if kind is str or kind is bool:
        return value
    if value is MISSING or value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    return number_text(value) if isinstance(value, Decimal | Fraction | int) else str(value)


def text_at(value: Number, rounding: Rounding) -> str:
    """The number at its declared digits, or without loss where no rounding is declared."""
    return number_text(value) if rounding.digits is None else decimal_text(value, rounding.digits)


def rounding_step(rounding: Rounding) -> dict[str, Any] | None:
    return None if rounding == EXACT else {"digits": rounding.digits, "mode": rounding.mode}


def policy_step(policy: MissingPolicy) -> dict[str, Any]:
    return {"policy": policy.policy, "score": plain(policy.score)}


def substitute(policy: MissingPolicy) -> Any:
    """What a policy puts in the place of a missing value; MISSING where it puts nothing."""
    if policy.policy == "zero":
        return Decimal(0)
    return policy.score if policy.policy == "score" else MISSING


def clamp(course: Course, value: Number, limits: Limits, names: Names) -> tuple[Number | Missing, dict[str, Any]]:
    """The exact value inside the limits, and the step that says which end was hit."""
    ends: dict[str, Any] = {}
    for side, term in (("low", limits.low), ("high", limits.high)):
        ends[side] = None if term is None else course.term(term, names)
    step = {"low": plain(ends["low"]), "high": plain(ends["high"]), "before": plain(value), "hit": None}
    if MISSING in (ends["low"], ends["high"]):
        return MISSING, step
    result = value
    if ends["low"] is not None and result < ends["low"]:
        result, step["hit"] = ends["low"], "low"
    if ends["high"] is not None and result > ends["high"]:
        result, step["hit"] = ends["high"], "high"
    step["after"] = plain(result)
    return result, step


def rounded(value: Number, rounding: Rounding) -> Number:
    return round_number(value, rounding)
