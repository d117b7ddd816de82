"""One scoring on its way: the names known so far, rules that acted, reasons that stop it, the trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.plan import Moment, ZeroDivisor
from rules.expressions.types import MISSING, Missing, Value
from rules.numbers import EXACT, Rounding, decimal_text, number_text, round_number
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card, MissingPolicy, Node, Path, Rule
from rules.scorecard.plans import Prepared, Ready
from rules.scorecard.shapes import Term
from rules.scorecard.wanting import earlier_wants, hidden_wants
from rules.totals import less

Number = Decimal | Fraction
Names = dict[str, Any]

# Bare names that every node gives its own meaning; they stand here so that a node only changes them and adds none.
_NOTHING_YET: Names = {"value": MISSING, "score": MISSING, "target": MISSING, "weight": MISSING}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no result, or no such result: a code, the place in the card, and the values of its sentence."""

    code: str
    path: Path
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Course:
    """names: what expressions read; lacks: name -> the figures for whose want it is missing; unrated: figures that were
    not rated (NR), which are left out whatever the policy; settled: metric key -> its local names after step 2; traced:
    whether anybody reads what was settled and from where; sourced: how that is told; judged: the metrics that are;
    texts: name -> the value it held when it was told, and its text."""

    card: Card
    facts: Facts
    traced: bool = True
    names: Names = field(default_factory=_NOTHING_YET.copy)
    held: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)
    refusals: list[Reason] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)
    lacks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unrated: set[str] = field(default_factory=set)
    settled: dict[str, Names] = field(default_factory=dict)
    sourced: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    judged: list[Node] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    prepared: Prepared = field(default_factory=Prepared)
    moment: Moment = field(init=False)

    def __post_init__(self) -> None:
        self.moment = Moment(self.facts.previous, self.held)

    def value(self, expression: Expression, names: Names) -> Value | Missing:
        return expression.run(names, self.moment)

    def told(self, name: str, value: Any) -> Any:
        """The value of this name as the trace holds it; made once for as long as the name keeps it."""
        known = self.texts.get(name)
        return known[1] if known is not None and known[0] is value else plain(value)

    def term(self, term: Term, names: Names) -> Any:
        """A constant or what the expression gives; MISSING where it cannot be had."""
        if term.expression is None:
            return term.constant
        try:
            return self.value(term.expression, names)
        except ZeroDivisor:
            return MISSING

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

    def wanting(self, expression: Expression | None, names: Names) -> tuple[str, ...]:
        """Everything for want of which it has no value, as it is told; where all that lacks was not rated, that alone.

        Where nothing else is found it is earlier periods; and else a word of theirs that has no place on the ladder.
        """
        if expression is None:
            return ()
        found = self.lacking(expression, names)
        if found and self.unrated.issuperset(found):
            return found
        found = (*found, *hidden_wants(expression, names, self.moment))
        if not found:
            past = (f"previous({name})" for name in sorted(expression.past_reads))
            found = tuple(earlier_wants(expression, self.moment)) or tuple(past) or tuple(sorted(expression.reads))
        return tuple(dict.fromkeys(found))

    def holds(self, rule: Rule, names: Names) -> tuple[bool | None, tuple[str, ...]]:
        """Whether the rule acts, None when it stays undecided, and for want of which figures."""
        if rule.condition is None:
            return True, ()
        truth = self.value(rule.condition, names)
        if truth is not MISSING:
            return bool(truth), ()
        lacking = self.wanting(rule.condition, names)
        if rule.if_missing is not None:
            return rule.if_missing == "holds", lacking
        return None, lacking

    def block(self, code: str, path: Path, **values: str) -> None:
        self.reasons.append(Reason(code, path, values))

    def refuse(self, code: str, path: Path, **values: str) -> None:
        self.refusals.append(Reason(code, path, values))


def plain(value: Any) -> Any:
    """A value as the trace and the printed result hold it: numbers as text, missing as null."""
    if type(value) is Decimal:
        text = str(value)  # as it stands, where it is whole or ends in no zero
        return text if text.isdigit() or (text[-1] != "0" and "E" not in text) else number_text(value)
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if value is MISSING:
        return None
    if isinstance(value, date):
        return value.isoformat()
    return number_text(value) if kind is Fraction or isinstance(value, Decimal | Fraction | int) else str(value)


def ready(term: Term | None) -> Ready:
    """The term as scoring asks for it; one that is not there is a constant None."""
    if term is None or term.expression is None:
        value = None if term is None else term.constant
        return Ready(term, value, plain(value), None)
    return Ready(term, None, None, term.expression.run)


def text_at(value: Number, rounding: Rounding) -> str:
    """The number at its declared digits; without loss where none are declared, or a rule over parts made more."""
    digits = rounding.digits
    if digits is None or round_number(value, rounding) != value:
        return number_text(value)
    return decimal_text(value, digits)


def rounding_step(rounding: Rounding) -> dict[str, Any] | None:
    return None if rounding == EXACT else {"digits": rounding.digits, "mode": rounding.mode}


def policy_step(policy: MissingPolicy) -> dict[str, Any]:
    return {"policy": policy.policy, "score": plain(policy.score)}


def substitute(policy: MissingPolicy) -> Any:
    """What a policy puts in the place of a missing value; MISSING where it puts nothing."""
    if policy.policy == "zero":
        return Decimal(0)
    return policy.score if policy.policy == "score" else MISSING


def clamp(
    course: Course, value: Number, text: Any, low: Ready, high: Ready
) -> tuple[Number | Missing, Any, dict[str, Any]]:
    """The exact value inside the limits with its text, and the step that says which end was hit."""
    lowest: Any = low.value if low.run is None else low.run(course.names, course.moment)
    highest: Any = high.value if high.run is None else high.run(course.names, course.moment)
    low_text = low.text if low.run is None else plain(lowest)
    high_text = high.text if high.run is None else plain(highest)
    step = {"low": low_text, "high": high_text, "before": text, "hit": None}
    if lowest is MISSING or highest is MISSING:
        return MISSING, None, step
    if lowest is not None and less(value, lowest):
        value, text, step["hit"] = lowest, low_text, "low"
    if highest is not None and less(highest, value):
        value, text, step["hit"] = highest, high_text, "high"
    step["after"] = text
    return value, text, step


def lay(names: Names, local: Mapping[str, Any]) -> Names:
    """Puts local names over the others and gives those they hide, which `lift` brings back."""
    hidden = {key: names[key] for key in local if key in names}
    names.update(local)
    return hidden


def lift(names: Names, local: Mapping[str, Any], hidden: Names) -> None:
    """Takes local names away again."""
    for key in local:
        if key not in hidden:
            del names[key]
    names.update(hidden)
