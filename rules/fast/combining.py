"""Combining what the children of a group came to: which count, which lack, and the one exact number they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from math import lcm

from rules.expressions.intervals import Span, hull, sum_span
from rules.fast.algebra import NO, YES, ZERO, both, compared, either, isnt, joined, pick, plus, times
from rules.fast.builder import Make
from rules.fast.flags import Flags
from rules.fast.folds import Speaker, fold_some
from rules.fast.leaves import Judge
from rules.fast.naming import Names
from rules.fast.program import Expr, Lit
from rules.fast.values import Val, added, missing, multiplied, number
from rules.numbers import Rounding
from rules.scorecard.model import Node

MEANS = ("weighted_mean", "mean")
WEIGHTED = ("weighted_mean", "weighted_sum")


@dataclass(frozen=True, slots=True)
class Entry:
    """One child on its way into a combination. there: whether it is judged at all; left_out: whatever the policy."""

    there: Expr
    score: Val
    weight: Val
    left_out: Expr
    lack: Expr
    blocked: Expr


def combined(judge: Judge, node: Node, entries: Sequence[Entry], flags: Flags) -> Val:
    """The children's scores as one exact number; missing where one lacks that may not, or none is left."""
    making, builder = judge.making, judge.making.builder
    lacking = [both(one.there, one.score.gone, isnt(one.left_out)) for one in entries]
    there = [both(one.there, one.score.there) for one in entries]
    some_lack, some = _kept(judge, either(*lacking)), either(*there)
    empty = isnt(either(*(one.there for one in entries)))
    blocked = either(*(both(lack, one.blocked) for lack, one in zip(lacking, entries, strict=True)))
    if blocked != NO:
        builder.when(blocked, lambda: flags.blocked.set(YES))
    if some_lack != NO and making.masks:
        masks = [pick(lack, making.own(one.lack), ZERO) for lack, one in zip(lacking, entries, strict=True)]
        builder.when(some_lack, lambda: flags.lack.set(joined(*masks)))
    unrated = both(isnt(empty), isnt(some), isnt(some_lack))
    if unrated != NO:
        builder.when(unrated, lambda: flags.unrated.set(YES))
    go = both(
        isnt(flags.blocked.now), YES if node.combine in MEANS else isnt(some_lack),
        either(some, empty) if node.combine in ("sum", "weighted_sum") else some,
    )

    score = builder.held(builder.choose(go, lambda: _whole(judge, node, entries, there), missing))
    if flags.lack.used:
        builder.when(score.there, lambda: flags.lack.set(ZERO))
    return score


def _kept(judge: Judge, one: Expr) -> Expr:
    return one if isinstance(one, Lit) else judge.making.builder.let(one)


def _whole(judge: Judge, node: Node, entries: Sequence[Entry], there: Sequence[Expr]) -> Val:
    builder = judge.making.builder
    scores = [(condition, one.score) for condition, one in zip(there, entries, strict=True)]
    if node.combine in ("min", "max", "mean"):
        return fold_some(Speaker(judge.making, Names()), node.combine or "", scores)
    if node.combine == "sum":
        return summed(judge, scores)
    weights = [(condition, one.weight) for condition, one in zip(there, entries, strict=True)]
    parts = [
        (both(condition, one.weight.there), builder.reduced(multiplied(one.score.sure, one.weight.sure)))
        for condition, one in zip(there, entries, strict=True) if not one.score.never and not one.weight.never
    ]
    if node.combine == "weighted_sum":
        if node.round_each is not None:
            each = node.round_each
            parts = [(condition, _when(judge, condition, partial(builder.rounded, part, each)))
                     for condition, part in parts]
        return summed(judge, parts)
    whole = builder.held(summed(judge, [(both(one, w.there), w.sure) for one, w in weights if not w.never]))

    def mean() -> Val:
        sure = replace(whole, apart=True)
        if node.round_each is None:
            return builder.quotient(summed(judge, parts), sure)
        each = node.round_each
        return summed(judge, [
            (condition, _when(judge, condition, partial(_share, judge, part, sure, each))) for condition, part in parts
        ])

    return builder.choose(compared("==", whole.top, ZERO), missing, mean)


def _when(judge: Judge, condition: Expr, make: Make) -> Val:
    """The value where the condition holds; read only there."""
    return judge.making.builder.choose(condition, make, missing)


def summed(judge: Judge, parts: Sequence[tuple[Expr, Val]]) -> Val:
    """The sum of those whose condition holds; over one denominator where all are known before."""
    builder = judge.making.builder
    parts = [(condition, value.sure) for condition, value in parts if condition != NO and not value.never]
    statics = [value.static for _, value in parts]
    known = [one for one in statics if one is not None]
    if len(known) == len(parts):
        below = lcm(1, *known)
        tops = [pick(condition, times(value.top, Lit(below // one)), ZERO)
                for (condition, value), one in zip(parts, known, strict=True)]
        low, high = _reach(parts)
        surely = low is not None and low >= 0 and any(condition == YES and value.nonzero for condition, value in parts)
        return Val("number", plus(*tops), Lit(below), low=low, high=high, apart=surely)
    whole = number(0)
    for condition, value in parts:
        whole = builder.choose(condition, partial(_more, judge, whole, value), partial(_same, whole))
    return whole


def _reach(parts: Sequence[tuple[Expr, Val]]) -> Span:
    """The bounds of the sum; what need not be there counts from 0."""
    whole: Span = (Decimal(0), Decimal(0))
    for condition, value in parts:
        whole = sum_span(whole, value.span if condition == YES else hull([value.span, (Decimal(0), Decimal(0))]))
    return whole


def _more(judge: Judge, one: Val, other: Val) -> Val:
    return judge.making.builder.reduced(added(one, other))


def _same(one: Val) -> Val:
    return one


def _share(judge: Judge, part: Val, whole: Val, each: Rounding) -> Val:
    builder = judge.making.builder
    return builder.rounded(builder.quotient(part, whole), each)
