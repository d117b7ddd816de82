"""One card judged while one figure moves: which grades are possible, node by node as in the exact judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING
from rules.numbers import EXACT
from rules.scorecard.course import Course
from rules.scorecard.evaluate import Result
from rules.scorecard.facts import Facts
from rules.scorecard.folding import fold_row
from rules.scorecard.grading import Bounds, act_on_grade
from rules.scorecard.model import Card, Grades, MissingPolicy, Node, Rule
from rules.scorecard.settling import settle
from rules.scorecard.shapes import Limits
from rules.trial.clouds import NOTHING, Cloud, Unknown, calculated, clamped, folded, point, rounded, truths, united
from rules.trial.reading import acted_in, read_by, scores_in
from rules.trial.supposed_expressions import Rows, View
from rules.trial.supposed_shapes import shaped

_OPERATION = {"add": "+", "subtract": "-", "multiply": "*"}


@dataclass
class Supposing:
    """A card, its facts and what the exact judging made of them; asked again and again with other stretches."""

    card: Card
    facts: Facts
    result: Result
    known: dict[str, Any] = field(default_factory=dict)
    settled: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    read: dict[str, frozenset[str]] = field(default_factory=dict)
    acted: frozenset[str] = frozenset()
    scores: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        course = Course(self.card, self.facts, traced=False)
        settle(course)
        self.settled = course.settled
        lists = {
            name: tuple(fold_row(one.fields, row) for row in self.facts.lists.get(name, ()))
            for name, one in self.card.lists.items()
        }
        self.known = {**course.names, **self.result.figures, **lists}
        self.acted = frozenset(acted_in(self.result.trace))
        self.scores = scores_in(self.result.trace)
        self.read = {node.key: read_by(node) for node in (*self.card.nodes().values(), *self.card.computed)}

    def grades(self, moved: Mapping[str, Cloud], rows: Mapping[str, Rows]) -> frozenset[str]:
        """Every grade that the rules can give while these names and rows move; raises Unknown where it cannot tell.

        A scoring that would be blocked or refused gives no grade and so adds none.
        """
        ladder = () if self.card.grades is None else self.card.grades.ladder
        view = View({**self.known}, {}, dict(rows), self.facts.previous, set(), set(), ladder)
        view.changed |= {*moved, *rows}
        for name, cloud in moved.items():
            view.put(name, cloud)
        for node in self.card.computed:
            if self._touched(view, node):
                view.put(node.name, self._leaf(view, node, {}, None))
                view.changed.add(node.name)
                view.asked_again(node.rules)
            else:
                view.held.update(self.acted.intersection(rule.name for rule in node.rules))
        judged = [node for node in self.card.metrics if self.result.metrics[node.key].judged]
        for node in judged:
            self._metric(view, node)
        self._rows_of(view, "metrics", judged)
        total = self.card.total
        if total is not None:
            group = self._group(view, total, judged, "metrics") if total.group else None
            view.put("total", group or self._leaf(view, total, {}, self.card.missing))
        return frozenset() if self.card.grades is None else self._grade(view, self.card.grades)

    def _touched(self, view: View, node: Node) -> bool:
        """Whether anything that the node reads moves."""
        if node.over in view.changed or not view.changed.isdisjoint(self.read[node.key]):
            return True
        return any(f"{part.key}.score" in view.changed for part in node.parts)

    def _metric(self, view: View, node: Node) -> None:
        for part in node.parts:
            self._metric(view, part)
        if not self._touched(view, node):
            view.put(f"{node.key}.score", point(self.scores[node.key]))
            view.put(f"{node.key}.value", point(self.result.metrics[node.key].value))
            view.held.update(self.acted.intersection(rule.name for rule in (*node.part_rules, *node.rules)))
            return
        view.changed |= {f"{node.key}.score", f"{node.key}.value"}
        view.asked_again((*node.part_rules, *node.rules))
        if node.group:
            view.put(f"{node.key}.value", NOTHING)
            view.put(f"{node.key}.score", self._group(view, node, node.parts, f"{node.key}.parts"))
        else:
            value = self._value(view.inside(self.settled[node.key]), node)
            view.put(f"{node.key}.value", value)
            view.put(f"{node.key}.score", self._leaf(view, node, self.settled[node.key], self.card.missing))

    def _value(self, view: View, node: Node) -> Cloud:
        try:
            return view.term(node.values[0]) if node.values else NOTHING
        except ZeroDivisor:
            return point(node.if_zero) if isinstance(node.if_zero, Decimal) else NOTHING

    def _leaf(self, outer: View, node: Node, local: Mapping[str, Any], policy: MissingPolicy | None) -> Cloud:
        view = outer.inside(local)
        try:
            score = self._shaped(view, node)
        except ZeroDivisor:
            score = point(node.if_zero) if isinstance(node.if_zero, Decimal) else NOTHING
        return self._instead(node, self._finished(view, node, score), policy)

    def _shaped(self, view: View, node: Node) -> Cloud:
        values = tuple(view.term(term) for term in node.values)
        if any(one == NOTHING for one in values):
            return NOTHING
        if any(one.missing for one in values):
            raise Unknown
        if values:
            view.put("value", values[0])
        if node.shape is None:
            return values[0] if values else NOTHING
        return shaped(view, node.shape, values)

    def _instead(self, node: Node, score: Cloud, policy: MissingPolicy | None) -> Cloud:
        """What its policy puts in the place of a missing score; what was not rated cannot be told from here."""
        own = node.missing or policy
        if not score.missing or own is None or own.policy not in ("zero", "score"):
            return score
        before = self.result.metrics.get(node.key)
        if not score.single or before is None or before.score is None:
            raise Unknown
        return point(Decimal(0) if own.policy == "zero" else own.score)

    def _finished(self, view: View, node: Node, score: Cloud) -> Cloud:
        if score == NOTHING:
            return score
        for rule in node.rules:
            score = self._ruled(view, rule, score)
        if score.span is None:
            return score
        if node.limits is not None:
            score = self._limited(view, score, node.limits)
        return score if node.round == EXACT else rounded(score, node.round)

    def _ruled(self, view: View, rule: Rule, score: Cloud) -> Cloud:
        view.put("score", score)
        return united(self._acted(view, rule, score) if acts else score for acts in self._acts(view, rule))

    def _acts(self, view: View, rule: Rule) -> frozenset[bool]:
        """Whether the rule acts; that is kept for held()."""
        answer = self._answers(view, rule)
        view.acts(rule.name, answer)
        return answer

    def _answers(self, view: View, rule: Rule) -> frozenset[bool]:
        """One that stays undecided blocks, so that there is no grade to reckon with."""
        answer = truths(view.of(rule.condition)) if rule.condition is not None else frozenset((True,))
        if MISSING in answer:
            answer -= {MISSING}
            if rule.if_missing is not None:
                answer |= {rule.if_missing == "holds"}
        if not answer:
            raise Unknown
        return answer

    def _acted(self, view: View, rule: Rule, score: Cloud) -> Cloud:
        if rule.effect == "limit" and rule.limits is not None:
            return self._limited(view, score, rule.limits)
        if rule.effect == "round" and rule.rounding is not None:
            return rounded(score, rule.rounding)
        if rule.amount is None:
            raise Unknown
        amount = view.term(rule.amount)
        return amount if rule.effect == "set" else calculated(_OPERATION[rule.effect], score, amount)

    def _limited(self, view: View, score: Cloud, limits: Limits) -> Cloud:
        ends = [None if term is None else view.term(term) for term in (limits.low, limits.high)]
        return clamped(score, ends[0], ends[1])

    def _group(self, view: View, node: Node, parts: Sequence[Node], rows: str) -> Cloud:
        if node.over is not None and node.each is not None:
            made = self._each(view, node, node.each)
        else:
            self._rows_of(view, rows, parts)
            dropped = self._part_rules(view, node, parts, rows)
            made = [
                (NOTHING if part.key in dropped else view.get(f"{part.key}.score"),
                 point(self.settled.get(part.key, {}).get("weight", MISSING)))
                for part in parts
            ]
        score = self._combined(node, made)
        if score == NOTHING:
            raise Unknown
        return self._finished(view.inside(self.settled.get(node.key, {})), node, score)

    def _rows_of(self, view: View, name: str, parts: Sequence[Node]) -> None:
        """The metrics or parts as rows, with what their scores can be."""
        labels = {label for part in parts for label in part.labels}
        rows = []
        for part in parts:
            made = {label: label in part.labels for label in labels} | dict(self.settled.get(part.key, {}))
            rows.append({**made, **{what: view.get(f"{part.key}.{what}") for what in ("score", "value")}})
        view.rows[name] = rows

    def _part_rules(self, view: View, node: Node, parts: Sequence[Node], rows: str) -> set[str]:
        dropped: set[str] = set()
        for rule in node.part_rules:
            acts = self._acts(view, rule)
            if True not in acts:
                continue
            for part in parts:
                if not rule.part_names or part.name in rule.part_names:
                    self._on_part(view, rule, part, acts, dropped)
            self._rows_of(view, rows, parts)
        return dropped

    def _on_part(self, view: View, rule: Rule, part: Node, acts: frozenset[bool], dropped: set[str]) -> None:
        if rule.effect == "drop":
            if acts != {True}:
                raise Unknown
            dropped.add(part.key)
            return
        key = f"{part.key}.score"
        before = view.get(key)
        if before == NOTHING and rule.effect != "set":
            return
        own = view.inside({**self.settled[part.key], "score": before, "value": view.get(f"{part.key}.value")})
        view.put(key, united(self._acted(own, rule, before) if one else before for one in acts))

    def _combined(self, node: Node, parts: Sequence[tuple[Cloud, Cloud]]) -> Cloud:
        there = [(score, weight) for score, weight in parts if score != NOTHING]
        means = node.combine in ("weighted_mean", "mean")
        if any(score.missing for score, _ in there) or (len(there) < len(parts) and not means):
            raise Unknown
        if node.combine in ("weighted_mean", "weighted_sum"):
            weights = [point(Decimal(0)) if weight == NOTHING else weight for _, weight in there]
            whole = folded("sum", weights)
            made = [calculated("*", score, weight) for (score, _), weight in zip(there, weights, strict=True)]
            if node.combine == "weighted_mean":
                if whole == point(Decimal(0)):
                    return NOTHING
                made = [calculated("/", one, whole) for one in made]
            if node.round_each is not None:
                made = [rounded(one, node.round_each) for one in made]
            return folded("sum", made)
        scores = [score for score, _ in there]
        if not scores:
            return point(Decimal(0)) if node.combine == "sum" else NOTHING
        return folded(node.combine or "sum", scores)

    def _each(self, view: View, node: Node, each: Node) -> list[tuple[Cloud, Cloud]]:
        rows = view.rows.get(node.over or "") or self.known.get(node.over or "", ())
        made, kept = [], []
        for row in rows:
            own = view.inside(row)
            target = {} if each.target is None else {"target": own.term(each.target)}
            score = self._leaf(view, each, {**row, **target}, self.card.missing)
            weight = row.get("weight", each.weight)
            made.append((score, weight if isinstance(weight, Cloud) else point(weight)))
            kept.append(row.get(node.once_per) if node.once_per else None)
        return made if node.once_per is None else _once(node, made, kept)

    def _grade(self, view: View, grades: Grades) -> frozenset[str]:
        words = self._leaf(view, replace(grades.node, rules=()), {}, self.card.missing)
        if words.span is not None:
            raise Unknown
        states = {(word, Bounds()) for word in words.words if isinstance(word, str)}
        for rule in grades.node.rules:
            after: set[tuple[str, Bounds]] = set()
            answers: set[bool] = set()
            for grade, bounds in states:
                view.put("grade", point(grade))
                answer = self._answers(view, rule)
                answers |= answer
                for acts in answer:
                    after.add(act_on_grade(grades, rule, grade, bounds) if acts and rule.amount else (grade, bounds))
            states = after
            view.acts(rule.name, frozenset(answers))
        return frozenset(grade for grade, _ in states)


def _once(node: Node, made: list[tuple[Cloud, Cloud]], keys: list[Any]) -> list[tuple[Cloud, Cloud]]:
    """Of rows with the same key only the best counts; which one that is may move."""
    if node.combine in ("weighted_mean", "weighted_sum") or any(isinstance(key, Cloud) for key in keys):
        raise Unknown
    alone = [one for one, key in zip(made, keys, strict=True) if key is MISSING]
    groups: dict[Any, list[Cloud]] = {}
    for (score, _), key in zip(made, keys, strict=True):
        if key is not MISSING and score != NOTHING:
            groups.setdefault(key, []).append(score)
    fold = "min" if node.keep == "lowest" else "max"
    return [*alone, *((folded(fold, scores), NOTHING) for scores in groups.values())]
