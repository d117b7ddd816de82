"""Metrics, parts and the total: judged bottom up, changed by part_rules, combined into one number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from rules.fast.algebra import NO, YES, ZERO, both, either, isnt, joined
from rules.fast.combining import Entry, combined
from rules.fast.flags import NOTHING_MADE, Flags, Made, flags_of
from rules.fast.folds import Speaker
from rules.fast.leaves import MISSING_OF_NODE, Judge, Rated, rated_of
from rules.fast.naming import Fixed, Names
from rules.fast.program import Expr, Lit
from rules.fast.values import Val, missing, number, truth
from rules.scorecard.model import Node, Rule

Over = Callable[["Groups", Node, Node, Flags, Names], Val]


@dataclass
class Groups:
    """judged: whether a metric is judged; settled: its weight, target and standards; over: judges the rows of a list;
    made: what became of each."""

    judge: Judge
    names: Names
    settled: dict[str, dict[str, Val]]
    judged: dict[str, Expr]
    over: Over
    made: dict[str, Made] = field(default_factory=dict)

    def metric(self, node: Node) -> None:
        """A metric or part with everything below it, where it is judged."""
        there, builder = self.judged.get(node.key, YES), self.judge.making.builder
        if there == YES:
            self._metric(node)
            return
        below = [one for key, one in self.judge.making.card.nodes().items()
                 if key == node.key or key.startswith(f"{node.key}.")]

        def judge() -> list[Val]:
            self._metric(node)
            return [value for one in below for value in self._told(one.key)]

        def idle() -> list[Val]:
            return [missing() if place < 2 else _flagless(place) for _ in below for place in range(5)]

        found = iter(builder.choose_all(there, judge, idle))
        for one in below:
            score, value, lack, unrated, blocked = (next(found) for _ in range(5))
            self._known(one, Made(score, value, lack.top, unrated.top, blocked.top))
            if one.parts:
                self.names.lists[f"{one.key}.parts"] = self.rows(one.parts, isnt(there))

    def _told(self, key: str) -> tuple[Val, Val, Val, Val, Val]:
        made = self.made.get(key, NOTHING_MADE)
        score = self.names.names.get(f"{key}.score", made.score)
        return score, made.value, number_of(made.lack), truth(made.unrated), truth(made.blocked)

    def _metric(self, node: Node) -> None:
        if node.group:
            made = self._group(node)
        else:
            names = self.names.inner(self.settled[node.key])
            made = self.judge.leaf(node, names, self.judge.making.card.missing, self.rated())
        self._known(node, made)

    def _known(self, node: Node, made: Made) -> None:
        builder = self.judge.making.builder
        made = replace(made, score=builder.held(made.score), value=builder.held(made.value))
        self.made[node.key] = made
        for what, value in (("score", made.score), ("value", made.value)):
            self.names.names[f"{node.key}.{what}"] = value
            self.names.lacks[f"{node.key}.{what}"] = made.lack

    def rated(self, extra: Expr = ZERO) -> Rated:
        """Whether all figures of a mask are among those not rated."""
        making = self.judge.making
        return rated_of(joined(making.unrated, extra)) if making.masks else None

    def rows(self, nodes: Sequence[Node], absent: Expr = NO) -> Fixed:
        """Metrics or parts as rows: labels as yes or no, settled names, score and value as far as they are made."""
        labels = {label for node in nodes for label in node.labels}
        found = []
        for node in nodes:
            row = {label: truth(Lit(label in node.labels)) for label in labels} | self.settled.get(node.key, {})
            for what in ("score", "value"):
                row[what] = self.names.names.get(f"{node.key}.{what}") or missing()
            found.append((self.judged.get(node.key, YES), row))
        return Fixed(tuple(found), absent)

    def total(self, node: Node, metrics: Sequence[Node]) -> Made:
        making = self.judge.making
        if node.group:
            with flags_of(making.builder) as flags:
                score = self._combined(node, metrics, "metrics", flags, self.names)
            made = Made(score, missing(), flags.lack.now, flags.unrated.now, flags.blocked.now)
        else:
            made = self.judge.leaf(node, self.names, making.card.missing, self.rated())
        score = making.builder.held(made.score)
        self.names.names["total"] = score
        making.builder.when(
            both(score.gone, making.no_reason()), lambda: making.builder.note(MISSING_OF_NODE)
        )
        return replace(made, score=score)

    def _group(self, node: Node) -> Made:
        making = self.judge.making
        with flags_of(making.builder) as flags:
            local = self.names.inner(self.settled[node.key])
            if node.over is not None and node.each is not None:
                score = self.over(self, node, node.each, flags, local)
            else:
                for part in node.parts:
                    self.metric(part)
                score = self._combined(node, node.parts, f"{node.key}.parts", flags, local)
        return Made(score, missing(), flags.lack.now, flags.unrated.now, flags.blocked.now)

    # --- part rules

    def _combined(self, node: Node, parts: Sequence[Node], rows: str, flags: Flags, local: Names) -> Val:
        self.names.lists[rows] = self.rows(parts)
        dropped: dict[str, Expr] = {}
        self._part_rules(node, node.part_rules, parts, rows, flags, dropped)
        entries = []
        for part in parts:
            made, out = self.made.get(part.key, NOTHING_MADE), dropped.get(part.key, NO)
            score = self.names.names.get(f"{part.key}.score") or missing()
            if out != NO:
                score = self.judge.making.builder.choose(out, missing, partial(replace, score))
            weight = self.settled[part.key].get("weight") or missing()
            entries.append(Entry(
                self.judged.get(part.key, YES), score, weight, either(made.unrated, out), made.lack, made.blocked
            ))
        score = combined(self.judge, node, entries, flags)
        return self.end(node, local, score, flags)

    def end(self, node: Node, local: Names, score: Val, flags: Flags) -> Val:
        builder = self.judge.making.builder
        score = self.judge.finished(node, local, builder.held(score), flags)
        return builder.held(self.judge.settled(node, builder.held(score), flags, self.judge.making.card.missing))

    def _part_rules(
        self, node: Node, rules: Sequence[Rule], parts: Sequence[Node], rows: str, flags: Flags,
        dropped: dict[str, Expr],
    ) -> None:
        """Each sees all scores as the rule above left them; one that is undecided ends them."""
        if not rules:
            return
        rule, making, builder = rules[0], self.judge.making, self.judge.making.builder
        touched = [part for part in parts if not rule.part_names or part.name in rule.part_names]
        before = [self.names.names.get(f"{part.key}.score") or missing() for part in touched]
        out = [dropped.get(part.key, NO) for part in touched]

        def act() -> list[Val]:
            if rule.name in making.held:
                builder.set(making.held[rule.name], YES)
            if rule.effect == "drop":
                outs = [truth(either(one, self.judged.get(part.key, YES)))
                        for one, part in zip(out, touched, strict=True)]
                return [truth(YES), *before, *outs]
            going, after = truth(YES), []
            for part, one in zip(touched, before, strict=True):
                going, changed = self._changed(rule, part, one, going, flags)
                after.append(changed)
            return [going, *after, *map(truth, out)]

        def idle() -> list[Val]:
            return [truth(YES), *before, *map(truth, out)]

        def undecided() -> list[Val]:
            self.judge.block_rule(flags)
            if making.masks and rule.condition is not None:
                flags.lack.set(Speaker(making, self.names).lacking(rule.condition))
            return [truth(NO), *before, *map(truth, out)]

        going, *found = self.judge.ruled_all(rule, self.names, act, idle, undecided)
        for place, part in enumerate(touched):
            self.names.names[f"{part.key}.score"] = builder.held(found[place])
            dropped[part.key] = builder.held(found[len(touched) + place]).top
        self.names.lists[rows] = self.rows(parts)
        if going.top == NO or len(rules) == 1:
            return
        self._rest(node, rules[1:], parts, rows, flags, dropped, builder.held(going).top)

    def _rest(
        self, node: Node, rules: Sequence[Rule], parts: Sequence[Node], rows: str, flags: Flags,
        dropped: dict[str, Expr], going: Expr,
    ) -> None:
        builder = self.judge.making.builder
        if going == YES:
            self._part_rules(node, rules, parts, rows, flags, dropped)
            return
        keys = [f"{part.key}.score" for part in parts]
        before = [self.names.names.get(key) or missing() for key in keys]
        out = [truth(dropped.get(part.key, NO)) for part in parts]

        def on() -> list[Val]:
            self._part_rules(node, rules, parts, rows, flags, dropped)
            after = [self.names.names.get(key) or missing() for key in keys]
            return [*after, *(truth(dropped.get(part.key, NO)) for part in parts)]

        found = builder.choose_all(going, on, lambda: [*before, *out])
        for place, part in enumerate(parts):
            self.names.names[keys[place]] = found[place]
            dropped[part.key] = found[len(parts) + place].top
        self.names.lists[rows] = self.rows(parts)

    def _changed(self, rule: Rule, part: Node, before: Val, going: Val, flags: Flags) -> tuple[Val, Val]:
        """Whether the rules go on, and the part's score; for want of an amount they end here."""
        making, builder = self.judge.making, self.judge.making.builder
        local = {**self.settled[part.key], "score": before,
                 "value": self.names.names.get(f"{part.key}.value") or missing()}
        names = self.names.inner(local)
        acts = both(going.top, self.judged.get(part.key, YES), YES if rule.effect == "set" else before.there)

        def lost() -> list[Val]:
            self.judge.block_rule(flags)
            if making.masks and rule.amount is not None:
                flags.lack.set(Speaker(making, names).lacking(rule.amount.expression))
            return [truth(NO), before]

        def act() -> list[Val]:
            made = builder.held(self.judge.acted(rule, before.sure, names))
            return builder.choose_all(made.gone, lost, lambda: [truth(YES), made.sure])

        on, score = builder.choose_all(acts, act, lambda: [going, before])
        return builder.held(on), builder.held(score)


def number_of(mask: Expr) -> Val:
    return Val("number", mask)


def _flagless(place: int) -> Val:
    return number(0) if place == 2 else truth(NO)
