"""The end of a node: its score inside the limits, then rounded once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rules.expressions.intervals import greatest_span, least_span
from rules.fast.algebra import NO, either, joined, pick
from rules.fast.flags import Flags
from rules.fast.folds import Speaker
from rules.fast.naming import Making, Names
from rules.fast.values import Val, aligned, missing, number, ordered
from rules.numbers import Rounding
from rules.scorecard.model import Node
from rules.scorecard.shapes import Limits


def bounded(making: Making, node: Node, names: Names, score: Val, flags: Flags) -> Val:
    """A score that is there inside its limits, and rounded; missing where an end of them is."""
    builder, limits = making.builder, node.limits
    if limits is None:
        return builder.rounded(score, node.round)
    ends = limits.low, limits.high
    low, high = (one.constant if one is not None and isinstance(one.constant, Decimal) else None for one in ends)
    plain = all(one is None or isinstance(one.constant, Decimal) for one in ends)
    if plain and (low is None or high is None or low <= high):
        return _between(making, score, low, high, node.round)
    made = builder.held(clamped(making, score, limits, names, flags))
    return builder.choose(made.gone, missing, lambda: builder.rounded(made.sure, node.round))


def _between(making: Making, score: Val, low: Decimal | None, high: Decimal | None, rounding: Rounding) -> Val:
    """Inside plain limits and rounded, each way for itself."""
    builder, score = making.builder, making.builder.light(score)

    def inside() -> Val:
        least = low if score.low is None or (low is not None and low > score.low) else score.low
        most = high if score.high is None or (high is not None and high < score.high) else score.high
        return builder.rounded(replace(score, low=least, high=most), rounding)

    def below_high() -> Val:
        if high is None:
            return inside()
        return builder.choose(
            ordered(">", score, number(high)), lambda: builder.rounded(number(high), rounding), inside
        )

    if low is None:
        return below_high()
    return builder.choose(
        ordered("<", score, number(low)), lambda: builder.rounded(number(low), rounding), below_high
    )


def clamped(making: Making, score: Val, limits: Limits, names: Names, flags: Flags | None) -> Val:
    """Inside the limits, missing where an end is."""
    builder, speaker = making.builder, Speaker(making, names)
    ends = [None if term is None else builder.held(speaker.term(term)) for term in (limits.low, limits.high)]
    gone = either(*(one.gone for one in ends if one is not None))

    def lacking() -> Val:
        if flags is not None and making.masks:
            masks = [speaker.lacking(one.expression) for one in (limits.low, limits.high) if one is not None]
            flags.lack.set(joined(*masks))
        return missing()

    def inside() -> Val:
        made = builder.held(score)
        for op, end in zip(("<", ">"), ends, strict=True):
            if end is not None:
                made = builder.held(_replaced(op, made, end.sure))
        return made

    return builder.choose(gone, lacking, inside)


def _replaced(op: str, score: Val, end: Val) -> Val:
    """The end where the score is beyond it."""
    left, right = aligned(score, end)
    beyond = ordered(op, score, end)
    if beyond == NO:
        return score
    low, high = (least_span if op == ">" else greatest_span)([score.span, end.span])
    return Val("number", pick(beyond, right.top, left.top), left.below, low=low, high=high,
               apart=score.nonzero and end.nonzero)
