"""What rules may read of a cycle is told once, when it is opened: held here against what the scorecard reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import InputError
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card, Input


def check_attributes(card: Card, given: Mapping[str, Any]) -> None:
    """InputError for one that is not told or cannot be: a review of such a cycle could never be judged, and nothing
    could be mended afterwards. What the scorecard does not read may be told."""
    for name, declared in card.cycle.items():
        if given.get(name) in (None, ""):
            raise InputError("OP238", name=name, allowed=_allowed(declared))
        facts, _ = read_facts(card, {"cycle": {name: given[name]}})
        if facts is None:
            raise InputError("OP239", name=name, value=given[name], allowed=_allowed(declared))


def told_attributes(card: Card) -> str:
    """What is to be told, for a person who opens a cycle: `goal=growth|retention; phase=start_up|mature`."""
    return "; ".join(f"{name}={_allowed(one).replace(', ', '|')}" for name, one in card.cycle.items())


def _allowed(declared: Input) -> str:
    if declared.options:
        return ", ".join(declared.options)
    return "true, false" if declared.type == "yes_no" else declared.span.text() or declared.type
