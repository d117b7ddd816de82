"""A metric that was retired is not judged: the card without it, and the facts without what was agreed of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from rules.scorecard.facts import RETIRE, Facts
from rules.scorecard.model import Card, Node


def retirable(card: Card) -> tuple[str, ...]:
    """The metrics that some proposal of `re_adjust` may retire, by dotted name."""
    return tuple(dict.fromkeys(one.metric for one in card.re_adjust if one.what == RETIRE))


def in_force(card: Card, facts: Facts) -> tuple[Card, Facts]:
    """Card and facts as they are judged; made once for each set of retired metrics and kept with the card."""
    names = sorted(facts.retired)
    key = f"without {', '.join(names)}"
    left: Card | None = card.prepared.get(key)
    if left is None:
        left = card.prepared[key] = _without(card, names)
    agreed = {name: one for name, one in facts.agreed.items() if not _below(name, names)}
    return left, replace(facts, agreed=agreed)


def retired_steps(card: Card, facts: Facts) -> list[dict[str, Any]]:
    """For the trace: which metrics are left out and who said so."""
    nodes = card.nodes()
    return [
        {"step": "agreed", "name": name, "what": "retired", "value": "true", "source": source,
         "path": list(nodes[name].path), "title": dict(nodes[name].title)}
        for name, source in facts.retired.items() if name in nodes
    ]


def _below(name: str, retired: Collection[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in retired)


def _without(card: Card, names: Collection[str]) -> Card:
    return replace(
        card, metrics=_left(card.metrics, names),
        re_adjust=tuple(one for one in card.re_adjust
                        if not _below(one.metric, names) and not _below(one.take_from or "", names)),
    )


def _left(nodes: tuple[Node, ...], names: Collection[str]) -> tuple[Node, ...]:
    return tuple(
        replace(node, parts=_left(node.parts, names)) if node.parts else node
        for node in nodes if node.key not in names
    )
