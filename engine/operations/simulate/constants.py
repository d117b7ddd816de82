"""The numbers and dates that a scorecard compares with, and the earlier figures that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from engine.definition.model import Definition
from engine.definition.table import steps
from rules.expressions.compiled import Expression

MOST = 40  # numbers kept; a card of hundreds of rows has enough of them in any case
LARGEST = Decimal(10) ** 12


@dataclass(slots=True)
class Constants:
    numbers: list[Decimal] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)
    past: set[str] = field(default_factory=set)


def constants_of(definition: Definition) -> Constants:
    """From the scorecard and the conditions of the workflow, in the order in which they stand there."""
    found = Constants()
    card = definition.card
    for part in (card.computed, card.metrics, card.profiles, card.total, card.grades, card.consequences):
        _collect(part, found, 0)
    for way in steps(definition).values():
        for branch in way:
            if branch.guard is not None:
                _collect(branch.guard.expression, found, 0)
    found.numbers = list(dict.fromkeys(found.numbers))[:MOST]
    found.dates = list(dict.fromkeys(found.dates))[:MOST]
    return found


def _collect(value: Any, found: Constants, depth: int) -> None:
    if depth > 60 or isinstance(value, str | bool | Enum) or value is None:
        return
    if isinstance(value, Decimal):
        if abs(value) < LARGEST:
            found.numbers.append(value)
    elif isinstance(value, date):
        found.dates.append(value)
    elif isinstance(value, Expression):
        found.past |= value.past_reads
        _collect(value.tree, found, depth + 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            if one.name not in ("path", "title", "column", "type"):
                _collect(getattr(value, one.name), found, depth + 1)
    elif isinstance(value, Mapping):
        for one in value.values():
            _collect(one, found, depth + 1)
    elif isinstance(value, tuple | list):
        for one in value:
            _collect(one, found, depth + 1)
