"""Steps 7 to 9 as a program: the number becomes a word, rules move and bind it, people may set it inside the bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rules.fast.algebra import NO, YES, both, compared, either, isnt, pick, plus
from rules.fast.flags import Flags, flags_of
from rules.fast.groups import Groups
from rules.fast.incoming import Slots
from rules.fast.leaves import MISSING_OF_NODE
from rules.fast.program import Expr, Lit
from rules.fast.slots import Variant
from rules.fast.values import Val, missing, truth
from rules.scorecard.model import Grades, Rule

NOT_ALLOWED = 16


def grade(groups: Groups, slots: Slots, grades: Grades, variant: Variant) -> tuple[Val, Val]:
    """The first grade and the grade after people; both missing where none can be given."""
    builder = groups.judge.making.builder
    first, at_most, at_least = builder.choose_all(
        groups.judge.making.no_reason(), lambda: _given(groups, grades), lambda: [missing("word")] * 3
    )
    now = first
    if variant.people:
        now = _people(groups, slots, first, at_most, at_least)
    if variant.quota:
        wanted = replace(slots.of("quota"), maybe=False)
        now = builder.choose(now.gone, lambda: missing("word"), lambda: Val(
            "word", within(groups, wanted, at_most.sure, at_least.sure), known=True
        ))
    groups.names.names["grade"] = now
    return first, now


def _given(groups: Groups, grades: Grades) -> list[Val]:
    """The grade by shape and rules, then the best and the worst grade that is still allowed."""
    judge, making = groups.judge, groups.judge.making
    builder, last = making.builder, len(grades.ladder) - 1
    made = judge.leaf(replace(grades.node, rules=()), groups.names, making.card.missing, groups.rated())
    word = builder.held(made.score)
    if word.kind != "word" and not word.never:
        word = missing("word")
    builder.when(both(word.gone, making.no_reason()), lambda: builder.note(MISSING_OF_NODE))
    best, worst = Val("word", Lit(0), known=True), Val("word", Lit(max(last, 0)), known=True)

    def ruled() -> list[Val]:
        with flags_of(builder) as flags:
            found = _rules(groups, grades, grades.node.rules, [replace(word.sure, known=True), best, worst], flags)
        return found

    return builder.choose_all(word.gone, lambda: [missing("word"), best, worst], ruled)


def _rules(groups: Groups, grades: Grades, rules: Sequence[Rule], now: list[Val], flags: Flags) -> list[Val]:
    builder = groups.judge.making.builder
    now = [builder.held(one) for one in now]
    if not rules:
        return now
    rule = rules[0]
    groups.names.names["grade"] = now[0]

    def act() -> list[Val]:
        if rule.name in groups.judge.making.held:
            builder.set(groups.judge.making.held[rule.name], YES)
        return [truth(YES), *_acted(groups, grades, rule, now)]

    def undecided() -> list[Val]:
        groups.judge.block_rule(flags)
        return [truth(NO), missing("word"), *now[1:]]

    going, *after = groups.judge.ruled_all(rule, groups.names, act, lambda: [truth(YES), *now], undecided)
    going = builder.held(going)
    return builder.choose_all(
        going.top,
        lambda: _rules(groups, grades, rules[1:], [after[0].sure, *after[1:]], flags),
        lambda: [missing("word"), *after[1:]],
    )


def _acted(groups: Groups, grades: Grades, rule: Rule, now: list[Val]) -> list[Val]:
    builder, last = groups.judge.making.builder, len(grades.ladder) - 1
    word, best, worst = now
    amount = rule.amount.constant if rule.amount is not None else None
    if rule.effect in ("at_most", "at_least"):
        # A bound beside the ladder binds nothing, and takes the place of one that did.
        code = Lit(groups.judge.making.code(str(amount)))
        on = str(amount) in grades.ladder
        if rule.effect == "at_most":
            best = replace(best, top=_greater(best.top, code) if on else Lit(0))
        else:
            worst = replace(worst, top=_lesser(worst.top, code) if on else Lit(max(last, 0)))
    elif rule.effect == "set":
        word = Val("word", Lit(groups.judge.making.code(str(amount))), known=True)
    elif isinstance(amount, Decimal) and last >= 0:
        steps = int(amount) if rule.effect == "lower" else -int(amount)
        moved = _lesser(_greater(plus(word.top, Lit(steps)), Lit(0)), Lit(last))
        word = replace(word, top=pick(_on(groups, word), moved, word.top))
    word, best, worst = builder.held(word), builder.held(best), builder.held(worst)
    return [replace(word, top=within(groups, word, best, worst)), best, worst]


def within(groups: Groups, word: Val, best: Val, worst: Val) -> Expr:
    """The grade inside the bounds; a cap is stronger than a floor; what stands beside the ladder stays."""
    inside = _greater(_lesser(word.top, worst.top), best.top)
    return pick(_on(groups, word), inside, word.top)


def _on(groups: Groups, word: Val) -> Expr:
    making = groups.judge.making
    return YES if not making.outside and word.known else compared("<", word.top, Lit(making.ladder))


def _lesser(one: Expr, other: Expr) -> Expr:
    return one if one == other else pick(compared(">", one, other), other, one)


def _greater(one: Expr, other: Expr) -> Expr:
    return one if one == other else pick(compared("<", one, other), other, one)


def _people(groups: Groups, slots: Slots, first: Val, best: Val, worst: Val) -> Val:
    """Allowed is the first grade itself, and whatever lies within the bounds."""
    builder = groups.judge.making.builder
    wanted = replace(slots.of("adjusted"), maybe=False, known=True)

    def allowed() -> Expr:
        inside = compared("==", within(groups, wanted, best.sure, worst.sure), wanted.top)
        return either(compared("==", wanted.top, first.top), inside)

    def judged() -> Val:
        fits = builder.let(allowed())
        builder.when(isnt(fits), lambda: builder.note(NOT_ALLOWED, "f"))
        return Val("word", pick(fits, wanted.top, first.top), known=True)

    return builder.choose(first.gone, lambda: missing("word"), judged)

