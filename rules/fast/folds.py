"""Comparisons, sets, functions and folds of expressions: over several values, over past periods, over rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rules.expressions.tree import Call, Compare, In, Literal, Name, Node, Option, Quantified
from rules.fast.algebra import NO, NOTHING, YES, both, compared, either, pick, plus
from rules.fast.naming import Fixed, Listed
from rules.fast.program import Each, Expr, Lit
from rules.fast.rowsin import row_of, slot_value
from rules.fast.running import Running
from rules.fast.spoken import Speaking, decides, joint, lesser, rounding_of, size
from rules.fast.values import Unspoken, Val, added, missing, number, truth


@dataclass(frozen=True, slots=True)
class Several:
    """A value for each of some past periods, newest first; gone: whether they are missing as a whole."""

    values: tuple[Val, ...]
    gone: Expr


class Speaker(Speaking):
    """Says whatever an expression can hold."""

    def special(self, node: Node) -> Val:
        return series_value(self, node)


def series_value(speaker: Speaker, node: Node) -> Val:
    """One value; a series of yes and no stands for "all of them"."""
    made = checked(speaker, node)
    if isinstance(made, Val):
        return made
    return _folded(speaker, "all", made)


def checked(speaker: Speaker, node: Node) -> Val | Several:
    match node:
        case Compare():
            return _compare(speaker, node)
        case In():
            return _among(speaker, node)
        case Quantified():
            return _quantified(speaker, node)
        case Call():
            return _call(speaker, node)
        case _:
            return speaker.node(node)


def _call(speaker: Speaker, node: Call) -> Val | Several:
    name, args = node.name, node.args
    if name in ("previous", "past"):
        return _past(speaker, name, args)
    if name == "held":
        return truth(speaker.making.held[args[0].text]) if isinstance(args[0], Option) else missing("truth")
    if name == "round":
        return speaker.one(args[0], lambda value: speaker.builder.rounded(value, rounding_of(node)))
    if name == "abs":
        return speaker.one(args[0], lambda value: size(speaker.builder.held(value)))
    if len(args) == 1:
        inner = checked(speaker, args[0])
        if not isinstance(inner, Several):
            raise Unspoken(name)
        return _folded(speaker, name, inner)
    return _of_values(speaker, name, args)


def _of_values(speaker: Speaker, name: str, args: Sequence[Node]) -> Val:
    """min, max, sum, mean of values written out: left to right, and none further once one is missing."""

    def rest(done: list[Val], left: Sequence[Node]) -> Val:
        if not left:
            return fold_there(speaker, name, done)
        value = speaker.node(left[0])
        value = speaker.builder.held(value)
        return speaker.builder.choose(value.gone, missing, lambda: rest([*done, value.sure], left[1:]))

    return rest([], args)


def fold_there(speaker: Speaker, name: str, values: Sequence[Val]) -> Val:
    """The fold of one value or more that are all there."""
    whole = values[0]
    for other in values[1:]:
        if name in ("min", "max"):
            whole = lesser(speaker, whole, other, "<" if name == "min" else ">")
        else:
            whole = added(whole, other)
    if name == "mean":
        whole = speaker.builder.quotient(whole, number(len(values)))
    return whole


# --- past periods


def _past(speaker: Speaker, name: str, args: Sequence[Node]) -> Val | Several:
    figure, count = args[0], args[1] if len(args) > 1 else None
    if not isinstance(figure, Name):
        raise Unspoken(name)
    many = int(count.value) if isinstance(count, Literal) and isinstance(count.value, Decimal) else 1
    if name == "previous":
        return speaker.making.slot("past", many - 1, figure.text)
    values = tuple(speaker.making.slot("past", back, figure.text) for back in range(many))
    gone = either(*(one.gone for one in values))
    return Several(tuple(one.sure for one in values), gone)


def _folded(speaker: Speaker, name: str, several: Several) -> Val:
    def made() -> Val:
        values = several.values
        if name in ("any", "all"):
            tops = [one.top for one in values]
            return truth(either(*tops) if name == "any" else both(*tops))
        if name == "count":
            return Val("number", plus(*(pick(one.top, Lit(1), Lit(0)) for one in values)), low=Decimal(0))
        return fold_there(speaker, name, values)

    return speaker.builder.choose(several.gone, lambda: missing("truth"), made)


def _each(speaker: Speaker, several: Several, test: Callable[[Val], Val], also: Expr) -> Several:
    """The test of each value; missing as a whole where one of them is undecided."""
    gone = either(several.gone, also)
    found: list[Val] = []

    def tests() -> list[Val]:
        return [speaker.builder.held(test(one)) for one in several.values]

    found = speaker.builder.choose_all(gone, lambda: [missing("truth") for _ in several.values], tests)
    return Several(tuple(one.sure for one in found), either(*(one.gone for one in found)))


def _compare(speaker: Speaker, node: Compare) -> Val | Several:
    left, right = checked(speaker, node.left), None
    if isinstance(left, Several):
        right = speaker.builder.held(speaker.node(node.right))
        sure = right.sure
        return _each(speaker, left, lambda one: speaker.tested(node.op, one, sure), right.gone)
    if isinstance(node.right, Call) and node.right.name == "past":
        several = checked(speaker, node.right)
        if isinstance(several, Several):
            one = speaker.builder.held(left)
            return _each(speaker, several, lambda other: speaker.tested(node.op, one.sure, other), one.gone)
    return speaker.two(node.left, node.right, lambda who, one, other: who.tested(node.op, one, other))


def _among(speaker: Speaker, node: In) -> Val | Several:
    options = [speaker.node(option) for option in node.options]

    def test(value: Val) -> Val:
        return truth(either(*(speaker.tested("==", value, option).top for option in options)))

    item = checked(speaker, node.item)
    if isinstance(item, Several):
        return _each(speaker, item, test, NO)
    return speaker.present([speaker.builder.held(item)], lambda found: test(speaker.builder.held(found[0])))


# --- rows


def _quantified(speaker: Speaker, node: Quantified) -> Val:
    rows = speaker.names.lists.get(".".join(node.list))
    if rows is None:
        return missing("truth" if node.fold in ("any", "all") else "number")
    if isinstance(rows, Listed):
        return _over_listed(speaker, node, rows)
    return speaker.builder.choose(rows.absent, missing, lambda: _over_fixed(speaker, node, rows))


def _asked(speaker: Speaker, node: Quantified, known: frozenset[str], row: dict[str, Val]) -> Val:
    if node.where is None:
        return truth(YES)
    inner = Speaker(speaker.making, speaker.names.asking(known, row), speaker.zero_missing)
    return speaker.builder.held(inner.node(node.where))


def _over_fixed(speaker: Speaker, node: Quantified, fixed: Fixed) -> Val:
    """Metrics or parts: every row by itself, written out."""
    known = frozenset({"score", "value"}.union(*(row for _, row in fixed.rows)))
    answers: list[tuple[Expr, Val, Val]] = []
    for there, row in fixed.rows:
        answer = speaker.builder.choose(
            there, lambda row=dict(row): _asked(speaker, node, known, row), lambda: truth(NO)  # type: ignore[misc]
        )
        answers.append((there, speaker.builder.held(answer), row.get(node.field or "") or missing()))
    if node.fold in ("any", "all") and node.field is None:
        result = truth(Lit(node.fold == "all"))
        for there, answer, _ in answers:
            own = answer if node.fold == "any" else _or_yes(answer, there)
            result = speaker.builder.held(joint(result, own, node.fold == "any"))
        return result
    undecided = either(*(both(there, answer.gone) for there, answer, _ in answers))
    taken = [(both(there, answer.sure.top), value) for there, answer, value in answers]
    if node.field is None:
        count = plus(*(pick(condition, Lit(1), Lit(0)) for condition, _ in taken))
        return speaker.builder.choose(undecided, missing, lambda: Val("number", count, low=Decimal(0)))
    gone = either(undecided, *(both(condition, value.gone) for condition, value in taken))
    return speaker.builder.choose(gone, missing, lambda: fold_some(speaker, node.fold, taken))


def _or_yes(answer: Val, there: Expr) -> Val:
    """A row that is not there stands in no one's way."""
    return replace(answer, top=pick(there, answer.top, YES))


def fold_some(speaker: Speaker, fold: str, taken: Sequence[tuple[Expr, Val]]) -> Val:
    """The fold of the values whose condition holds; those are there. None of them: 0 for a sum, else missing."""
    whole = number(0) if fold in ("sum", "mean") else missing()
    for condition, value in taken:
        def more(value: Val = value.sure, so_far: Val = whole) -> Val:
            if fold in ("sum", "mean"):
                return added(so_far, value)
            return speaker.builder.choose(
                so_far.gone, lambda: value,
                lambda: lesser(speaker, so_far.sure, value, "<" if fold == "min" else ">"),
            )

        if not value.never:
            whole = speaker.builder.choose(condition, more, lambda so_far=whole: so_far)  # type: ignore[misc]
    if fold != "mean":
        return whole
    count = plus(*(pick(condition, Lit(1), Lit(0)) for condition, _ in taken))
    sized = speaker.builder.held(Val("number", count, low=Decimal(0), apart=True))
    if isinstance(count, Lit):
        sized = number(count.value or 0)
    return speaker.builder.choose(
        compared("==", sized.top, Lit(0)), missing, lambda: speaker.builder.quotient(whole, sized)
    )


def _over_listed(speaker: Speaker, node: Quantified, listed: Listed) -> Val:
    """The rows of a list, one after the other: whether one decides, whether one is undecided, what they come to."""
    builder = speaker.builder
    undecided = builder.variable(NO)
    question = node.fold in ("any", "all") and node.field is None
    fold = Running(speaker, node.fold if node.field is not None else "count")
    decided = builder.variable(NO)
    if not question:
        field = next((one for one in listed.order if one.source[-1] == node.field), None)
        day = field is not None and field.kind == "day"
        digits = 0 if field is None or day else field.digits
        below = None if digits is None else 10**digits
        span = (None, None) if field is None or day else slot_value(field, Lit(0), Lit(1)).span
        fold.begin("day" if day else "number", below, span)
    targets, row, _ = row_of(builder, listed)
    with builder.inside() as body:
        answer = _asked(speaker, node, frozenset(row), row)
        builder.when(answer.gone, lambda: builder.set(undecided, YES))
        if question:
            builder.when(decides(answer, node.fold == "any"), lambda: builder.set(decided, YES))
        else:
            value = row.get(node.field or "") or missing() if node.field is not None else number(1)
            counts = both(answer.there, answer.sure.top)
            builder.when(both(counts, value.gone), lambda: builder.set(undecided, YES))
            builder.when(both(counts, value.there), lambda: fold.more(value.sure))
    builder.block.append(Each(listed.rows, targets, tuple(body)))
    if question:
        decisive = node.fold == "any"
        return truth(pick(decided, Lit(decisive), pick(undecided, NOTHING, Lit(not decisive))), maybe=True)
    return builder.choose(undecided, missing, fold.end)
