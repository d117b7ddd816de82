"""Into which cells the conditions of a way cut the figures, and which cell a set of values lies in.

Within a cell no comparison with a constant changes, so one path through each tries all that a condition can tell apart.
The values next to a constant are cells of their own: a constant that is wrong by one step shows there alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from engine.definition.guards import NEVER, choices_of
from engine.definition.model import Definition, Guard, Way
from engine.definition.table import choose, steps, truth_of
from rules.expressions.abstraction import abstracted
from rules.expressions.points import witnesses
from rules.expressions.types import MISSING, Kind, Missing, Type, Value
from rules.numbers import number_text, parse_decimal, step_above, step_below

MOST = 200  # cells of one way that are looked for
UNKNOWN = "?"

Key = tuple[str, str]
"""Source and trigger of a way."""


def types_of(definition: Definition) -> dict[str, Type]:
    """What conditions may read: the scorecard's names, and the closed choices of the tasks' forms."""
    found = dict(definition.card.guard_scope().names)
    for state in definition.states.values():
        for task in state.tasks.values():
            form = definition.forms.get(task.form or "")
            found.update({f"{task.name}.{key}": one for key, one in choices_of(form or {}).items()})
    return found


@dataclass(frozen=True, slots=True)
class Cut:
    """One guard: the constants that each of its figures is compared with; near: with their neighbours."""

    guard: Guard
    constants: Mapping[str, tuple[Any, ...]]
    near: Mapping[str, tuple[Any, ...]]
    provable: bool


class Cells:
    """The guarded ways of one definition."""

    def __init__(self, definition: Definition) -> None:
        self.types = types_of(definition)
        self.ways: dict[Key, Way] = {
            key: way for key, way in steps(definition).items()
            if any(one.guard is not None and one.guard.expression is not NEVER for one in way)
        }
        self.cuts: dict[str, Cut] = {}
        for way in self.ways.values():
            for branch in way:
                if branch.guard is not None and branch.guard.id not in self.cuts:
                    self.cuts[branch.guard.id] = _cut(branch.guard, self.types)

    def at(self, key: Key, names: Mapping[str, Any], past: Sequence[Mapping[str, Any]], *, near: bool = True) -> str:
        """The cell of these values: what the guards that are asked read, and what they say; near: neighbours of a
        constant count by themselves."""
        parts = []
        for branch in self.ways[key]:
            if branch.guard is None:
                break
            truth = truth_of(branch.guard, names, past)
            parts.append(self._part(branch.guard.id, names, truth is True, near))
            if truth:
                break
        return "; ".join(parts)

    def told(self, here: str, trigger: str, asked: Mapping[str, bool], values: Mapping[str, Mapping[str, str]]) -> str:
        """The cell that an event tells of; empty for a way without conditions."""
        if (here, trigger) not in self.ways:
            return ""
        parts = []
        for guard, truth in asked.items():
            names = {name: _value(self.types.get(name), text) for name, text in values.get(guard, {}).items()}
            parts.append(self._part(guard, names, truth, near=True))
        return "; ".join(parts)

    def _part(self, guard: str, names: Mapping[str, Any], truth: bool, near: bool) -> str:
        cut = self.cuts[guard]
        marks = cut.near if near else cut.constants
        told = [_placed(name, names.get(name, MISSING), constants) for name, constants in marks.items()]
        if not cut.provable:
            told.append(f"{cut.guard.text}: {'yes' if truth else 'no'}")
        return ", ".join(told)

    def cuts_of(self, key: Key) -> tuple[Cut, ...]:
        return tuple(self.cuts[one.guard.id] for one in self.ways[key] if one.guard is not None)

    def possible(self, key: Key) -> Iterator[str]:
        """Every cell that its figures could lie in by their types; nothing where there are too many or no proof."""
        guards = [one.guard for one in self.ways[key] if one.guard is not None]
        if not all(self.cuts[guard.id].provable for guard in guards):
            return
        constants: dict[str, set[Any]] = {}
        for guard in guards:
            for name, values in self.cuts[guard.id].constants.items():
                constants.setdefault(name, set()).update(values)
        spaces = {name: _there(witnesses(self.types[name], values)) for name, values in constants.items()}
        if prod(len(space) for space in spaces.values()) > MOST:
            return
        seen = set()
        for values in product(*spaces.values()):
            cell = self.at(key, dict(zip(spaces, values, strict=True)), (), near=False)
            if cell not in seen:
                seen.add(cell)
                yield cell

    def branch(self, key: Key, names: Mapping[str, Any], past: Sequence[Mapping[str, Any]]) -> str | None:
        return choose(self.ways[key], names, past).to


@lru_cache(maxsize=16)
def _cells(fingerprint: str, holder: _Holder) -> Cells:
    return Cells(holder.definition)


class _Holder:
    """A definition that is told from others by its fingerprint alone."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and other.definition.fingerprint == self.definition.fingerprint

    def __hash__(self) -> int:
        return hash(self.definition.fingerprint)


def cells_of(definition: Definition) -> Cells:
    """The cells of a definition, cut once."""
    return _cells(definition.fingerprint, _Holder(definition))


def cell_name(trigger: str, cell: str) -> str:
    return f"{trigger}|{cell}"


def _cut(guard: Guard, types: Mapping[str, Type]) -> Cut:
    found = abstracted([guard.expression.tree], types)
    constants = {name: tuple(sorted(values, key=_order)) for name, values in sorted(found.constants.items())}
    near = {name: _with_neighbours(values, types.get(name)) for name, values in constants.items()}
    return Cut(guard, constants, near, not found.free)


def _with_neighbours(constants: tuple[Any, ...], kind: Type | None) -> tuple[Any, ...]:
    if kind is None or kind.kind is not Kind.NUMBER or kind.digits is None:
        return constants
    digits = kind.digits
    around = {step(one, digits) for one in constants for step in (step_below, step_above)}
    return tuple(sorted({*constants, *around}, key=_order))


def _order(value: Any) -> Any:
    return (0, Fraction(value)) if isinstance(value, Decimal | Fraction | int) else (1, str(value))


def _placed(name: str, value: Any, constants: tuple[Any, ...]) -> str:
    """`total < 60`, `60 < total < 80`, `total = 60`, `grade = D`."""
    if isinstance(value, Missing):
        return f"{name} = {UNKNOWN}"
    if isinstance(value, bool | str) or not constants:
        return f"{name} = {_text(value)}"
    if value in constants:
        return f"{name} = {_text(value)}"
    below = [one for one in constants if one < value]
    above = [one for one in constants if one > value]
    if below and above:
        return f"{_text(below[-1])} < {name} < {_text(above[0])}"
    return f"{name} > {_text(below[-1])}" if below else f"{name} < {_text(above[0])}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, Decimal | Fraction | int) else str(value)


def _there(space: Sequence[Value | Missing]) -> list[Value]:
    return [value for value in space if not isinstance(value, Missing)]


def _value(kind: Type | None, text: str) -> Any:
    """A value from the text that an event keeps of it."""
    if text in ("True", "False"):
        return text == "True"
    if kind is not None and kind.kind is Kind.NUMBER:
        return Fraction(text) if "/" in text else parse_decimal(text)
    if kind is not None and kind.kind is Kind.DATE:
        return date.fromisoformat(text)
    return text
