"""Finds out whether a grade goes one way only while a weight goes one way, by looking at what every rule reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from rules.expressions.compiled import Expression
from rules.scorecard.model import Card, Grades, Node, Rule
from rules.scorecard.shapes import Bands


def steady(card: Card, group: str) -> bool:
    """Whether, for every review, no grade comes back once it was left while one weight of the group rises or falls
    (`total` or the key of a node). No says only that it could not be shown.

    Everything between the group and the grade must be a fold, a rounding, limits and rules whose amounts and
    conditions the weight cannot touch; then the grade is a monotone function of the weight.
    """
    chain = _chain(card, group)
    if chain is None or card.total is None or not card.total.group or chain[0].round_each is not None:
        return False
    free = {"total", "grade", *(f"{node.key}.{what}" for node in chain for what in ("score", "value"))}
    if group != "total":
        free |= {"metrics", *(f"{node.key}.parts" for node in chain[1:-1])}
    if reads_weights(card, group):
        return False
    return all(_monotone(node, free) for node in chain) and _grades(card.grades, free)


def reads_weights(card: Card, group: str) -> bool:
    """Whether anything that leads to a grade reads a weight of this group (`total` or the key of a node)."""
    own = card.metrics if group == "total" else card.nodes()[group].parts
    weights = frozenset(f"{part.key}.weight" for part in own)
    rows = "metrics" if group == "total" else f"{group}.parts"
    return any(
        one.reads & weights or (one.reads & {rows, "weight"} and "weight" in one.text)
        for one in _expressions((card.computed, card.metrics, card.total, card.grades))
    )


def _chain(card: Card, group: str) -> list[Node] | None:
    """From the group up to the total."""
    if card.total is None:
        return None
    found = [card.total]
    if group != "total":
        nodes = card.nodes()
        key = group
        inner = []
        while key:
            if key not in nodes:
                return None
            inner.append(nodes[key])
            key = key.rpartition(".")[0]
        found = [*inner, card.total]
    return found


def _monotone(node: Node, free: set[str]) -> bool:
    """Rules and limits of a group act on its number the same way whatever the number is."""
    if not node.group:
        return False
    if any(_depends(rule, free, {"score", "value"}) for rule in (*node.part_rules, *node.rules)):
        return False
    return not any(one.reads & (free | {"score", "value"}) for one in _expressions(node.limits))


def _depends(rule: Rule, free: set[str], local: set[str]) -> bool:
    return any(one.reads & (free | local) for one in _expressions((rule.condition, rule.amount, rule.limits)))


def _grades(grades: Grades | None, free: set[str]) -> bool:
    """Bands over the total whose words stand in the ladder's order, each once, and rules that do not look at it."""
    if grades is None:
        return False
    shape, values = grades.node.shape, grades.node.values
    if any(_depends(rule, free, set()) for rule in grades.node.rules):
        return False
    if not any(one.reads & free for one in _expressions((values, shape))):
        return True
    if not isinstance(shape, Bands) or [one.text for one in values] != ["total"]:
        return False
    terms = [row.gives for row in shape.rows] + ([shape.otherwise] if shape.otherwise is not None else [])
    if any(one.expression is not None for one in terms) or any(_expressions(row.bound) for row in shape.rows):
        return False
    bounds: list[Any] = [row.bound.constant for row in shape.rows]
    if bounds not in (sorted(bounds), sorted(bounds, reverse=True)):
        return False
    words = [str(one.constant) for one in terms]
    if any(word not in grades.ladder for word in words) or len(set(words)) < len(words):
        return False
    places = [grades.ladder.index(word) for word in words]
    return places in (sorted(places), sorted(places, reverse=True))


def _expressions(thing: Any) -> list[Expression]:
    return list(_walk(thing))


def _walk(thing: Any) -> Iterator[Expression]:
    if isinstance(thing, Expression):
        yield thing
    elif isinstance(thing, Mapping):
        for one in thing.values():
            yield from _walk(one)
    elif isinstance(thing, Sequence) and not isinstance(thing, str):
        for one in thing:
            yield from _walk(one)
    elif is_dataclass(thing):
        for part in fields(thing):
            yield from _walk(getattr(thing, part.name))
