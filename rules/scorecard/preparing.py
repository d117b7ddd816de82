"""Makes a card ready for scoring, once: each node becomes a plan of closures and of what its steps always say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from rules.expressions.compiled import Expression
from rules.expressions.tree import Name
from rules.scorecard.course import Course, ready, rounding_step
from rules.scorecard.model import Card, Node, Path, Rule
from rules.scorecard.plans import InputPlan, NodePlan, Past, Prepared, Settled, Step
from rules.scorecard.shapes import Term
from rules.scorecard.shaping import shaper

_AGO = re.compile(r";\s*([0-9]{1,3})\s*\)")  # how many periods back `previous(x; 2)` and `past(x; 3)` look
_OWN = "own"
WEIGHTED = ("weighted_mean", "weighted_sum")


def prepared_of(card: Card) -> Prepared:
    """The plans of a card, made when they are first asked for and kept with it."""
    found: Prepared | None = card.prepared.get(_OWN)
    if found is None:
        found = card.prepared[_OWN] = _prepared(card)
    return found


def plan_of(course: Course, node: Node) -> NodePlan:
    return course.prepared.nodes.get(id(node)) or node_plan(node)


def _prepared(card: Card) -> Prepared:
    nodes = tuple(card.nodes().values())
    metrics = tuple(node_plan(node, "metrics") for node in nodes)
    bare = None if card.grades is None else replace(card.grades.node, rules=())
    plans = [
        *metrics, *(node_plan(one, "computed") for one in card.computed),
        *(node_plan(one.each) for one in nodes if one.each is not None),
        *(node_plan(one, "consequences") for one in card.consequences),
    ]
    if card.total is not None:
        plans.append(node_plan(card.total, "total"))
    if bare is not None:
        plans.append(node_plan(bare))
    judged = (card.computed, card.metrics, card.profiles, card.require, card.total, card.grades, card.consequences,
              card.re_adjust, card.cohort, card.quota)
    inputs = card.inputs.values()
    rules = [rule for one in (*nodes, card.total) if one is not None for rule in one.part_rules]
    rules += [] if card.grades is None else card.grades.node.rules
    return Prepared(
        {id(plan.node): plan for plan in plans}, metrics,
        tuple(InputPlan(one, _head("inputs", one.name, one)) for one in inputs),
        tuple(InputPlan(one, _agreed(one.name, "input", one.path)) for one in inputs if one.agreed),
        frozenset(_reads(judged)), (*card.inputs, *(one.name for one in card.computed)),
        bool(card.profiles) or (card.total is not None and card.total.combine in WEIGHTED),
        tuple(one for one in nodes if one.weights_sum is not None), bare,
        {id(rule): rule_head(rule) for rule in rules},
    )  # fmt: skip


def _reads(thing: Any) -> Iterator[str]:
    """Every name that an expression somewhere below reads."""
    if isinstance(thing, Expression):
        yield from thing.reads
    elif isinstance(thing, Mapping):
        for one in thing.values():
            yield from _reads(one)
    elif isinstance(thing, tuple | list):
        for one in thing:
            yield from _reads(one)
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from _reads(getattr(thing, one.name))


def _head(step: str | None, name: str, one: Any) -> Step:
    head: Step = {} if step is None else {"step": step}
    return {**head, "name": name, "path": list(one.path), "title": dict(one.title)}


def node_plan(node: Node, step: str | None = None) -> NodePlan:
    """step: under which heading the trace tells of the node; None where its step is part of another one."""
    head = _head(step, node.key, node)
    if node.group:
        head["combine"] = node.combine
    alone = node.values[0].expression if len(node.values) == 1 else None
    limits = node.limits
    return NodePlan(
        node, head, tuple(ready(term) for term in node.values),
        " | ".join(term.text for term in node.values),
        alone.tree.text if alone is not None and isinstance(alone.tree, Name) else None, *read_by(node.values),
        None if node.shape is None else shaper(node.shape),
        None if limits is None else (ready(limits.low), ready(limits.high)), rounding_step(node.round),
        tuple((rule, rule_head(rule)) for rule in node.rules), tuple(_settled(node)),
        f"{node.key}.score", f"{node.key}.value", step is not None and not node.standards,
    )  # fmt: skip


def _settled(node: Node) -> Iterator[Settled]:
    weight = None if node.weight is None else Term(str(node.weight), node.weight)
    for what, term in {"target": node.target, "weight": weight, **node.standards}.items():
        yield Settled(what, f"{node.key}.{what}", ready(term), _agreed(node.key, what, (*node.path, what)))


def _agreed(name: str, what: str, path: Path) -> Step:
    return {"step": "agreed", "name": name, "what": what, "value": None, "source": None, "path": list(path)}


def read_by(terms: Sequence[Term]) -> tuple[tuple[str, ...], tuple[Past, ...]]:
    """The figures that these terms read, of this period and of earlier ones."""
    made = [term.expression for term in terms if term.expression is not None]
    reads = dict.fromkeys(name for one in made for name in sorted(one.reads))
    return tuple(reads), tuple(dict.fromkeys(_past(made)))


def _past(made: Sequence[Expression]) -> Iterator[Past]:
    """The figures of earlier periods that these read, each as often as it is looked back for."""
    for one in made:
        deep = max((int(ago) for ago in _AGO.findall(one.text)), default=1) if one.past_reads else 0
        for name in sorted(one.past_reads):
            for ago in range(1, deep + 1):
                yield name, ago, f"previous({name})" if ago == 1 else f"previous({name}; {ago})"


def rule_head(rule: Rule) -> Step:
    """The entry of a rule in the trace before anything is known of it."""
    condition = None if rule.condition is None else rule.condition.text
    return {
        "rule": rule.name, "effect": rule.effect, "acted": None, "path": list(rule.path), "if": condition,
        "say": dict(rule.say),
    }
