"""Targets as somebody would propose them: within what the scorecard leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from engine.definition.model import TaskPlan
from engine.operations.simulate.figures import Figures
from rules.numbers import decimal_text
from rules.scorecard.model import Agreeable, Card


def proposals(card: Card, plan: TaskPlan, figures: Figures) -> Iterator[dict[str, str]]:
    """What to hand in, the fullest first: the file's own values and the figures of this path, then those alone that the
    file leaves without a value, then nothing."""
    if plan.sets is None:
        yield {}
        return
    open_ones = card.agreeable()
    own_inputs = [one.key for one in open_ones if one.kind == "input" and one.key in figures.values]
    inputs = {key: figures.values[key] for key in own_inputs}
    own = {one.key: decimal_text(one.default, one.digits) for one in open_ones if one.default is not None}
    loose = {one.key: _between(one) for one in open_ones if one.default is None and one.kind not in ("input", "weight")}
    if plan.sets == "targets":
        yield {**own, **loose, **inputs}
        yield {**loose, **inputs}
        yield inputs
    yield {}


def _between(one: Agreeable) -> str:
    """The middle of what may be agreed, at the digits that it is agreed with."""
    low = one.low if one.low is not None else one.high
    high = one.high if one.high is not None else low
    if low is None or high is None:
        return decimal_text(0 if one.low is None else one.low, one.digits)
    middle = ((low + high) / 2).quantize(Decimal(1).scaleb(-one.digits), ROUND_FLOOR)
    return decimal_text(max(middle, low), one.digits)
