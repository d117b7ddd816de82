"""One node from figure to score: value, shape, rules, limits, round, and what a missing one becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.fast.algebra import NO, YES, ZERO, both, compared, either, isnt, joined, pick
from rules.fast.ending import bounded, clamped
from rules.fast.flags import Flags, Made, flag_of, flags_of
from rules.fast.folds import Speaker
from rules.fast.naming import Making, Names
from rules.fast.program import Expr, Lit, Op
from rules.fast.shapes import Shaping, shaped
from rules.fast.values import (
    Unspoken,
    Val,
    added,
    constant,
    missing,
    multiplied,
    number,
    opposite,
    truth,
)
from rules.numbers import EXACT
from rules.scorecard.model import MissingPolicy, Node, Rule
from rules.scorecard.shapes import Term

MISSING_OF_RULE, MISSING_OF_NODE = 3, 4
Rated = Callable[[Expr], Expr] | None
"""Whether all figures of a mask were not rated; None where masks are not kept."""


def rated_of(unrated: Expr) -> Rated:
    def rated(mask: Expr) -> Expr:
        some = compared("!=", mask, ZERO)
        return both(some, compared("==", Op("&", (mask, Op("~", (unrated,)))), ZERO))

    return rated


@dataclass
class Judge:
    """Judges nodes in one program."""

    making: Making

    def leaf(
        self, node: Node, names: Names, policy: MissingPolicy | None, rated: Rated = None
    ) -> Made:
        builder = self.making.builder
        with flags_of(builder) as flags:
            value, score = self._shaped(node, names, flags, rated)
            if not self._at_once(node):
                score = self.finished(node, names.inner({"value": value}), builder.held(score), flags)
            score = self.settled(node, builder.held(score), flags, policy)
        return Made(score, value, flags.lack.now, flags.unrated.now, flags.blocked.now)

    def _at_once(self, node: Node) -> bool:
        """Whether limits and rounding can be done where the shape gives its numbers: they read nothing."""
        limits = node.limits
        ends = () if limits is None else (limits.low, limits.high)
        plain = all(end is None or end.expression is None for end in ends)
        return node.shape is not None and not node.rules and plain

    def _shaped(
        self, node: Node, names: Names, flags: Flags, rated: Rated
    ) -> tuple[Val, Val]:
        builder = self.making.builder
        instead = number(node.if_zero) if isinstance(node.if_zero, Decimal) else missing()

        def end(score: Val) -> Val:
            if score.never or not self._at_once(node):
                return score
            return self.finished(node, names, builder.held(score) if score.maybe else score, flags)

        def zero() -> Val:
            if self.making.masks:
                flags.lack.set(Lit(self.making.other))
            return end(instead)

        with flag_of(builder, NO) as failed:
            def fell() -> list[Val]:
                failed.set(YES)
                return [missing() for _ in node.values]

            values = builder.attempt(lambda: [self._value(node, names, term) for term in node.values], fell)
            values = [builder.held(one) for one in values]
            gone = either(*(one.gone for one in values))
            sure = [one.sure for one in values]

            def lacking() -> Val:
                self._lacking(node, names, flags, rated)
                return missing()

            def through() -> Val:
                shape = node.shape
                if shape is None:
                    return sure[0] if sure else missing()
                inner = names.inner({"value": sure[0] if sure else missing()})
                shaping = Shaping(Speaker(self.making, inner), flags.lack, end)
                return builder.attempt(lambda: [builder.held(shaped(shaping, shape, sure))], lambda: [zero()])[0]

            score = builder.choose(failed.now, zero, lambda: builder.choose(gone, lacking, through))
            value = missing() if not values else values[0]
            if len(values) > 1:  # the value of a node with two is its first, and there only where both are
                value = builder.choose(gone, missing, lambda: sure[0])
        return value, score

    def _value(self, node: Node, names: Names, term: Term) -> Val:
        speaker, builder = Speaker(self.making, names), self.making.builder
        if not isinstance(node.if_zero, Decimal):
            return builder.held(speaker.term(term))
        instead = number(node.if_zero)
        return builder.attempt(lambda: [builder.held(speaker.term(term))], lambda: [instead])[0]

    def _lacking(
        self, node: Node, names: Names, flags: Flags, rated: Rated
    ) -> None:
        if not self.making.masks and rated is None:
            return
        speaker = Speaker(self.making, names)
        flags.lack.set(joined(*(speaker.lacking(term.expression) for term in node.values)))
        if rated is not None:
            flags.unrated.set(rated(flags.lack.now))

    # --- rules, limits, round

    def finished(self, node: Node, names: Names, score: Val, flags: Flags) -> Val:
        """Rules top to bottom, then limits on the exact value, then rounding; a missing score stays."""
        if score.never or (not node.rules and node.limits is None and node.round == EXACT):
            return score
        if score.kind != "number":
            if node.rules or node.limits is not None:
                raise Unspoken("rules on words")
            return score
        builder = self.making.builder

        def steps() -> Val:
            if not node.rules:
                return bounded(self.making, node, names, score.sure, flags)
            made = builder.held(self._rules(node.rules, names, score.sure, flags))
            if made.never:
                return made
            return builder.choose(made.gone, missing, lambda: bounded(self.making, node, names, made.sure, flags))

        return builder.choose(score.gone, missing, steps)

    def _rules(self, rules: Sequence[Rule], names: Names, score: Val, flags: Flags) -> Val:
        if not rules:
            return score
        rule, builder = rules[0], self.making.builder
        names = names.inner({"score": score})

        def undecided() -> Val:
            self.block_rule(flags)
            if self.making.masks and rule.condition is not None:
                flags.lack.set(Speaker(self.making, names).lacking(rule.condition))
            return missing()

        def act() -> Val:
            made = builder.held(self.acted(rule, score, names))
            if rule.name in self.making.held:
                builder.set(self.making.held[rule.name], YES)

            def lost() -> Val:
                self.block_rule(flags)
                if self.making.masks and rule.amount is not None:
                    flags.lack.set(Speaker(self.making, names).lacking(rule.amount.expression))
                return missing()

            return builder.choose(made.gone, lost, lambda: made.sure)

        after = self.ruled(rule, names, act, lambda: score, undecided)
        if len(rules) == 1 or after.never:
            return after
        return builder.choose(after.gone, missing, lambda: self._rules(rules[1:], names, after.sure, flags))

    def ruled(
        self, rule: Rule, names: Names, act: Callable[[], Val], idle: Callable[[], Val], undecided: Callable[[], Val]
    ) -> Val:
        """One of three ways, by the rule's condition."""
        return self.ruled_all(rule, names, lambda: [act()], lambda: [idle()], lambda: [undecided()])[0]

    def ruled_all(
        self, rule: Rule, names: Names, act: Callable[[], list[Val]], idle: Callable[[], list[Val]],
        undecided: Callable[[], list[Val]],
    ) -> list[Val]:
        builder = self.making.builder
        if rule.condition is None:
            return act()
        held = Speaker(self.making, names).condition(rule.condition)
        if rule.if_missing is not None:
            held = truth(pick(held.gone, Lit(rule.if_missing == "holds"), held.sure.top))
        return builder.choose_all(
            held.gone, undecided, lambda: builder.choose_all(held.sure.top, act, idle)
        )

    def block_rule(self, flags: Flags) -> None:
        self.making.builder.note(MISSING_OF_RULE)
        flags.blocked.set(YES)

    def acted(self, rule: Rule, score: Val, names: Names) -> Val:
        """The number after one rule; missing where its amount is."""
        builder = self.making.builder
        if rule.effect == "limit" and rule.limits is not None:
            return clamped(self.making, score, rule.limits, names, None)
        if rule.effect == "round" and rule.rounding is not None:
            return builder.rounded(score, rule.rounding)
        if rule.amount is None:
            return missing()
        amount = builder.held(Speaker(self.making, names).term(rule.amount))

        def made() -> Val:
            if rule.effect == "add":
                return builder.reduced(added(score, amount.sure))
            if rule.effect == "subtract":
                return builder.reduced(added(score, opposite(amount.sure)))
            if rule.effect == "multiply":
                return builder.reduced(multiplied(score, amount.sure))
            return amount.sure

        return builder.choose(amount.gone, missing, made)

    # --- missing

    def settled(self, node: Node, score: Val, flags: Flags, policy: MissingPolicy | None) -> Val:
        """The policy's value in the place of a missing score; one that blocks says so."""
        own = node.missing or policy
        if not score.maybe or own is None:
            return score
        builder = self.making.builder
        left = either(flags.blocked.now, flags.unrated.now)
        if own.policy == "block" and policy is not None:
            def block() -> None:
                builder.note(MISSING_OF_NODE)
                flags.blocked.set(YES)

            builder.when(both(score.gone, isnt(left)), block)
            return score
        if own.policy == "zero" or (own.policy == "score" and own.score is not None):
            given = number(0) if own.policy == "zero" else constant(own.score, self.making.code)
            if given.kind != score.kind and not score.never:  # a grade: no number stands in its place
                return score
            return builder.choose(
                score.gone, lambda: builder.choose(left, missing, lambda: given), lambda: score.sure
            )
        return score
