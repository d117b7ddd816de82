"""Takes a total apart into named shares that add up to it exactly, and the difference of two totals likewise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rules.numbers import add, subtract
from rules.scorecard.course import Number
from rules.scorecard.evaluate import Result

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Share:
    """kind: `metric` (its contribution), `formula` (a total with a value of its own), `rule`, `limits`, `round`, or
    `missing` (what stands for a total that is missing); name: of the metric or rule, else ``."""

    kind: str
    name: str
    amount: Number


@dataclass(frozen=True, slots=True)
class Moved:
    """One share in both results, 0 where a result lacks it, and what it contributes to the difference."""

    kind: str
    name: str
    before: Number
    after: Number
    difference: Number


def shares_of(result: Result) -> tuple[Share, ...]:
    """The shares of the total in the order of its making, none of them 0 but metrics; () without a total.

    They add up to the total, to the last digit: each stage of step 6 gives what it changed.
    """
    step = next((one for one in reversed(result.trace) if one["step"] == "total"), None)
    if step is None or result.total is None:
        return ()
    exact = number(step.get("exact"))
    if exact is None:
        return (Share("missing", "", result.total),)
    made = [*_parts(step, exact)]
    now = exact
    for kind, name, after in _stages(step, result.total):
        if after != now:
            made.append(Share(kind, name, subtract(after, now)))
            now = after
    return tuple(made)


def _parts(step: Mapping[str, Any], exact: Number) -> Iterator[Share]:
    """What the metrics brought; of the least or the greatest, the one that decided brought all."""
    parts: Sequence[Mapping[str, Any]] = step.get("parts") or ()
    if not parts:
        yield Share("formula", "", exact)
        return
    deciding = None
    if step.get("combine") in ("min", "max"):
        deciding = next((one["name"] for one in parts if number(one["score"]) == exact), None)
    for one in parts:
        brought = exact if one["name"] == deciding else number(one["contribution"])
        yield Share("metric", one["name"], NOTHING if brought is None else brought)


def _stages(step: Mapping[str, Any], total: Number) -> Iterator[tuple[str, str, Number]]:
    """The number after each rule that acted, after the limits, and after rounding."""
    for rule in step.get("rules") or ():
        after = number(rule.get("after"))
        if rule["acted"] and after is not None:
            yield "rule", rule["rule"], after
    limits = step.get("limits") or {}
    after = number(limits.get("after"))
    if after is not None:
        yield "limits", "", after
    yield "round", "", total


def moved_shares(before: Result, after: Result) -> tuple[Moved, ...]:
    """What each share has to do with the difference of the two totals; they add up to it exactly. () unless there are
    two totals. Shares that are the same in both are left out."""
    if before.total is None or after.total is None:
        return ()
    sides = [_summed(shares_of(one)) for one in (before, after)]
    found = []
    for kind, name in dict.fromkeys((*sides[1], *sides[0])):
        old, new = (side.get((kind, name), NOTHING) for side in sides)
        if old != new:
            found.append(Moved(kind, name, old, new, subtract(new, old)))
    return tuple(found)


def _summed(shares: Sequence[Share]) -> dict[tuple[str, str], Number]:
    found: dict[tuple[str, str], Number] = {}
    for one in shares:
        found[one.kind, one.name] = add(found.get((one.kind, one.name), NOTHING), one.amount)
    return found


def number(text: Any) -> Number | None:
    """A number of the trace from its text: a decimal, or `11/3`; None where it holds none."""
    if not isinstance(text, str):
        return None
    return Fraction(text) if "/" in text else Decimal(text)
