"""Steps 1 and 2 as a program: which profile, then every weight, target and standard, and whether they fit the card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from rules.fast.algebra import NO, YES, both, compared, either, isnt
from rules.fast.combining import WEIGHTED, summed
from rules.fast.folds import Speaker
from rules.fast.groups import Groups
from rules.fast.incoming import Slots
from rules.fast.naming import Listed, Names
from rules.fast.program import Branch, Each, Expr, Guard, Lit, Note, Op, Ref
from rules.fast.rowsin import row_of
from rules.fast.running import Running
from rules.fast.slots import Variant, agreed_digits
from rules.fast.values import Val, missing, number
from rules.scorecard.model import Node, Span

NO_ATTRIBUTE, NO_PROFILE, NO_FIGURE, OUTSIDE, WRONG_SUM, NOT_MET = 1, 2, 3, 13, 14, 15
"""SR001, SR002, SR003, SR013, SR014, SR015."""


def settle(groups: Groups, slots: Slots, variant: Variant) -> None:
    """Fills what is settled, the dotted names of it, and which metrics are judged."""
    card, builder = groups.judge.making.card, groups.judge.making.builder
    profile = _profile(groups)
    going = _still(groups)

    def all_settled() -> None:
        for node in card.metrics:
            _node(groups, slots, variant, node, profile)
        weighted = bool(card.profiles) or (card.total is not None and card.total.combine in WEIGHTED)
        for node in card.metrics:
            weight = groups.settled[node.key].get("weight")
            if weighted:
                groups.judged[node.key] = NO if weight is None else weight.there
        for key, settled in groups.settled.items():
            for what, value in settled.items():
                groups.names.names[f"{key}.{what}"] = value
        if not variant.free:
            _sums(groups, slots)
        groups.names.lists["metrics"] = groups.rows(card.metrics)
        if not variant.free:
            _requirements(groups, slots)

    if going == YES:
        all_settled()
        return
    # Without a profile nothing is settled; what is settled all the same is not read, because scoring stops here.
    with builder.inside() as steps:
        all_settled()
    quiet = [step for step in steps if not _notes(step)]
    builder.block.extend(quiet)
    for step in steps:
        if _notes(step):
            builder.when(going, lambda step=step: builder.block.append(step))  # type: ignore[misc]


def _notes(step: object) -> bool:
    match step:
        case Note():
            return True
        case Branch(_, then, otherwise):
            return any(map(_notes, (*then, *otherwise)))
        case Guard(body, handler):
            return any(map(_notes, (*body, *handler)))
    return False


def _still(groups: Groups) -> Expr:
    return Op("not", (Ref("r"),)) if groups.judge.making.builder.noted else YES


def _profile(groups: Groups) -> Val:
    """The place of the profile that holds, missing where none does or one is undecided."""
    making = groups.judge.making
    builder, profiles = making.builder, making.card.profiles

    def from_place(place: int) -> Val:
        if place == len(profiles):
            if profiles:
                builder.note(NO_PROFILE)
            return missing()
        condition = profiles[place].condition
        if condition is None:
            return number(place)
        held = Speaker(making, groups.names).condition(condition)

        def lacks() -> Val:
            builder.note(NO_ATTRIBUTE)
            return missing()

        return builder.choose(held.gone, lacks, lambda: builder.choose(
            held.sure.top, lambda: number(place), lambda: from_place(place + 1)
        ))

    return builder.held(from_place(0))


def _node(groups: Groups, slots: Slots, variant: Variant, node: Node, profile: Val) -> None:
    making = groups.judge.making
    card, builder, settled = making.card, making.builder, {}
    plain: dict[str, Callable[[], Val] | None] = {
        "target": None if node.target is None else lambda: Speaker(making, groups.names).term(node.target),  # type: ignore[arg-type]
        "weight": None if node.weight is None else lambda: number(node.weight),  # type: ignore[arg-type]
    }
    for name, term in node.standards.items():
        plain[name] = lambda term=term: Speaker(making, groups.names).term(term)  # type: ignore[misc]
    for what, make in plain.items():
        value = missing() if make is None else builder.held(make())
        given = [(place, (one.weights if what == "weight" else one.targets)[node.key])
                 for place, one in enumerate(card.profiles)
                 if what in ("weight", "target") and node.key in (one.weights if what == "weight" else one.targets)]
        value = _by_profile(groups, profile, given, value)
        if what in node.agree or (variant.free and value.kind == "number"):
            value = _agreed(groups, slots, variant, node, what, value)
        if value.never and make is None:
            continue
        settled[what] = builder.held(value)
        groups.names.names[f"{node.key}.{what}"] = settled[what]
    groups.settled[node.key] = settled
    for part in node.parts:
        _node(groups, slots, variant, part, profile)


def _by_profile(groups: Groups, profile: Val, given: Sequence[tuple[int, Decimal]], value: Val) -> Val:
    builder = groups.judge.making.builder
    for place, one in given:
        if profile.never:
            return value
        same = compared("==", profile.top, Lit(place))
        value = builder.choose(same, lambda one=one: number(one), lambda value=value: value)  # type: ignore[misc]
    return value


def _agreed(groups: Groups, slots: Slots, variant: Variant, node: Node, what: str, value: Val) -> Val:
    """What was agreed in its place; outside its range it is refused."""
    builder, span = groups.judge.making.builder, node.agree.get(what) or Span()
    default = node.weight if what == "weight" else _constant(node, what)
    digits = agreed_digits(span.low, span.high, default)
    given = slots.agreed(node.key, what, digits, span.low, span.high)
    if not variant.free:
        beyond = either(*(
            _tested(groups, op, given.sure, end) for op, end in (("<", span.low), (">", span.high)) if end is not None
        ))
        builder.when(both(given.there, beyond), lambda: builder.note(OUTSIDE, "f"))
    return builder.choose(given.there, lambda: given.sure, lambda: value)


def _tested(groups: Groups, op: str, value: Val, end: Decimal) -> Expr:
    return Speaker(groups.judge.making, groups.names).tested(op, value, number(end)).top


def _constant(node: Node, what: str) -> Decimal | None:
    term = node.target if what == "target" else node.standards.get(what)
    return term.constant if term is not None and isinstance(term.constant, Decimal) else None


def _sums(groups: Groups, slots: Slots) -> None:
    card = groups.judge.making.card
    if card.total is not None and card.total.weights_sum is not None:
        _sum(groups, card.total.weights_sum, card.metrics)
    for node in card.nodes().values():
        if node.parts and node.weights_sum is not None:
            _sum(groups, node.weights_sum, node.parts)
        elif node.over is not None and node.weights_sum is not None:
            _row_sum(groups, node, node.weights_sum, slots.listed(node.over))


def _sum(groups: Groups, wanted: Decimal, nodes: Sequence[Node]) -> None:
    builder = groups.judge.making.builder
    weights = [groups.settled[node.key].get("weight") or missing() for node in nodes]
    found = summed(groups.judge, [(one.there, one.sure) for one in weights if not one.never])
    wrong = isnt(_tested(groups, "==", found, wanted))
    builder.when(wrong, lambda: builder.note(WRONG_SUM, "f"))


def _row_sum(groups: Groups, node: Node, wanted: Decimal, listed: Listed) -> None:
    """The rows' own weights; where one lacks, nothing is said of their sum here."""
    making = groups.judge.making
    builder, lacks = making.builder, making.builder.variable(NO)
    every = node.each.weight if node.each is not None else None
    targets, row, _ = row_of(builder, listed)
    weight = row.get("weight") or number(every or 0)
    fold = Running(Speaker(making, Names()), "sum")
    fold.begin("number", weight.static, weight.span)
    with builder.inside() as body:
        builder.when(weight.gone, lambda: builder.set(lacks, YES), lambda: fold.more(weight.sure))
    builder.block.append(Each(listed.rows, targets, tuple(body)))
    wrong = both(isnt(lacks), isnt(_tested(groups, "==", fold.end(), wanted)))
    builder.when(wrong, lambda: builder.note(WRONG_SUM, "f"))


def _requirements(groups: Groups, slots: Slots) -> None:
    making = groups.judge.making
    names = groups.names.inner({})
    names.lists = {**groups.names.lists, **{name: slots.listed(name) for name in making.card.lists}}
    for one in making.card.require:
        held = Speaker(making, names).condition(one.that)
        making.builder.when(
            held.gone, lambda: making.builder.note(NO_FIGURE),
            lambda held=held: making.builder.when(  # type: ignore[misc]
                isnt(held.sure.top), lambda: making.builder.note(NOT_MET, "f")
            ),
        )
