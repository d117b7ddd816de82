"""One node for each row of a list: judged in a loop, of equal ones only the best kept, combined in a second loop."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rules.expressions.intervals import Span
from rules.fast.algebra import NO, NOTHING, YES, ZERO, both, compared, either, isnt, joined
from rules.fast.combining import MEANS, WEIGHTED
from rules.fast.flags import Flags, Made
from rules.fast.folds import Speaker
from rules.fast.groups import Groups
from rules.fast.leaves import MISSING_OF_NODE, rated_of
from rules.fast.naming import Listed, Names
from rules.fast.program import Call, Each, Expr, Gather, Lit, Op, Ref
from rules.fast.rowsin import row_of
from rules.fast.running import Running
from rules.fast.values import Unspoken, Val, missing, multiplied, number
from rules.scorecard.model import Node

_PLACES = 9  # of a gathered row: see rules.fast.rows


def over_rows(groups: Groups, node: Node, each: Node, flags: Flags, local: Names) -> Val:
    making, builder = groups.judge.making, groups.judge.making.builder
    listed = groups.names.lists.get(node.over or "")
    if not isinstance(listed, Listed):
        raise Unspoken("list")
    rows = Ref(builder.fresh())
    builder.block.append(Gather(rows.name))
    targets, row, mask = row_of(builder, listed)
    masks, making.masks = making.masks, True
    with builder.inside() as body:
        made, weight = _judged(groups, node, each, row, mask)
        key = row.get(node.once_per or "") or missing()
        builder.block.append(Gather(rows.name, (
            made.score.top, made.score.below, weight.top, weight.below, made.unrated, made.lack, made.blocked,
            key.top, key.below,
        )))
    builder.block.append(Each(listed.rows, targets, tuple(body)))
    if node.once_per is not None:
        builder.set(rows, Call("once_lowest" if node.keep == "lowest" else "once_highest", (rows,)))
    score = _combined(groups, node, rows, made, weight, flags)
    making.masks = masks
    return groups.end(node, local, score, flags)


def _judged(groups: Groups, node: Node, each: Node, row: dict[str, Val], mask: Ref) -> tuple[Made, Val]:
    """The node of one row, and the row's weight."""
    making, builder = groups.judge.making, groups.judge.making.builder
    names = groups.names.inner(row)
    names.local_lacks = {name: Lit(making.field_bits[name]) for name in row}
    target = {} if each.target is None else {"target": builder.held(Speaker(making, names).term(each.target))}
    weight = row.get("weight") or (number(each.weight) if each.weight is not None else missing())
    if "weight" in row and node.combine in WEIGHTED:
        builder.when(weight.gone, lambda: builder.note(MISSING_OF_NODE))
    inner = groups.names.inner({**target, **row})
    inner.local_lacks = names.local_lacks
    made = groups.judge.leaf(each, inner, making.card.missing, rated_of(joined(making.unrated, mask)))
    return replace(made, score=builder.held(made.score)), weight


def _combined(groups: Groups, node: Node, rows: Ref, made: Made, weight: Val, flags: Flags) -> Val:
    making, builder = groups.judge.making, groups.judge.making.builder
    some, lacks, weights = builder.variable(NO), builder.variable(NO), Running(
        Speaker(making, Names()), "sum"
    )
    if node.combine in WEIGHTED:
        weights.begin("number", weight.static, weight.span)
    with _Loop(groups, rows, made, weight) as loop:
        def counted() -> None:
            builder.set(some, YES)
            if node.combine in WEIGHTED and not weight.never:
                builder.when(loop.weight.there, lambda: weights.more(loop.weight.sure))

        def lost() -> None:
            builder.set(lacks, YES)
            flags.lack.set(joined(flags.lack.now if flags.lack.used else ZERO, making.own(loop.lack)))
            builder.when(loop.blocked, lambda: flags.blocked.set(YES))

        if not made.score.never:
            builder.when(loop.score.there, counted)
        builder.when(both(loop.score.gone, isnt(loop.left_out)), lost)
    empty = Op("not", (rows,))
    builder.when(both(isnt(empty), isnt(some), isnt(lacks)), lambda: flags.unrated.set(YES))
    go = both(
        isnt(flags.blocked.now), YES if node.combine in MEANS else isnt(lacks),
        either(some, empty) if node.combine in ("sum", "weighted_sum") else some,
    )
    score = builder.held(builder.choose(go, lambda: _whole(groups, node, rows, made, weight, weights), missing))
    if flags.lack.used:
        builder.when(score.there, lambda: flags.lack.set(ZERO))
    return score


class _Loop:
    """Over the gathered rows, each with its parts by name."""

    def __init__(self, groups: Groups, rows: Ref, made: Made, weight: Val) -> None:
        builder = groups.judge.making.builder
        self.builder, self.rows = builder, rows
        names = [Ref(builder.fresh()) for _ in range(_PLACES)]
        self.targets = tuple(one.name for one in names)
        below: Expr = names[1] if made.score.static is None else made.score.below
        self.score = replace(made.score, top=NOTHING if made.score.never else names[0], below=below)
        under: Expr = names[3] if weight.static is None else weight.below
        self.weight = replace(weight, top=NOTHING if weight.never else names[2], below=under)
        self.score = replace(self.score, maybe=True)
        self.left_out, self.lack, self.blocked = names[4], names[5], names[6]

    def __enter__(self) -> _Loop:
        self._inside = self.builder.inside()
        self.body = self._inside.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self._inside.__exit__(None, None, None)
        self.builder.block.append(Each(self.rows, self.targets, tuple(self.body)))


def _whole(groups: Groups, node: Node, rows: Ref, made: Made, weight: Val, weights: Running) -> Val:
    making, builder = groups.judge.making, groups.judge.making.builder
    if made.score.never:
        return number(0) if node.combine in ("sum", "weighted_sum") else missing()
    if node.combine not in WEIGHTED:
        return _folded(groups, node.combine or "", rows, made, weight)
    total = weights.whole

    def summed() -> Val:
        static = None if made.score.static is None or weight.static is None else made.score.static * weight.static
        each = node.round_each
        if each is not None and each.digits is not None:
            static = 10**each.digits
        elif each is not None and node.combine == "weighted_mean":
            static = None
        fold = Running(Speaker(making, Names()), "sum")
        fold.begin("number", static, _both_up(made.score, weight))
        with _Loop(groups, rows, made, weight) as loop:
            def more() -> None:
                part = multiplied(loop.score.sure, loop.weight.sure)
                if each is not None and node.combine == "weighted_mean":
                    part = builder.quotient(part, replace(total, apart=True))
                if each is not None:
                    part = builder.rounded(part, each)
                fold.more(part)

            if not weight.never:
                builder.when(both(loop.score.there, loop.weight.there), more)
        return fold.whole

    if node.combine == "weighted_sum":
        return summed()
    if node.round_each is not None:
        return builder.choose(compared("==", total.top, ZERO), missing, summed)
    return builder.choose(
        compared("==", total.top, ZERO), missing, lambda: builder.quotient(summed(), replace(total, apart=True))
    )


def _both_up(one: Val, other: Val) -> Span:
    """Products of two that are never below 0 never are."""
    return (Decimal(0) if one.nonneg and other.nonneg else None, None)


def _folded(groups: Groups, fold: str, rows: Ref, made: Made, weight: Val) -> Val:
    builder = groups.judge.making.builder
    running = Running(Speaker(groups.judge.making, Names()), fold)
    running.begin("number", made.score.static, made.score.span)
    with _Loop(groups, rows, made, weight) as loop:
        builder.when(loop.score.there, lambda: running.more(loop.score.sure))
    return running.end()

