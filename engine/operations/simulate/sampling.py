"""Finds figures for which the conditions of a workflow say different things: corners, steps and the points between.

Everything that is tried is judged by the scorecard itself; nothing is assumed about what it makes of a figure.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations
from typing import Any

from engine.definition.model import Definition
from engine.operations.simulate.cells import Cells, Key, cells_of
from engine.operations.simulate.constants import constants_of
from engine.operations.simulate.figures import Figures, document
from engine.operations.simulate.values import Values, middle
from engine.review.facts import judge
from rules.expressions.types import Kind, Missing

DRAWN = 80  # figures drawn by chance at a time
TRIED_MOST = 1500  # judgings that one search may cost

MANY = 6  # values of one figure tried on the way to a corner


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures with what the rules made of them: names and past as conditions read them, the cell of every way, and the
    wider one in which the neighbours of a constant are not told apart."""

    figures: Figures
    names: Mapping[str, Any]
    past: tuple[Mapping[str, Any], ...]
    cells: Mapping[Key, str]
    wide: Mapping[Key, str]

    def leads(self, cells: Cells, key: Key) -> str | None:
        """The state that the way leads to with these figures; None where no branch holds."""
        return cells.branch(key, self.names, self.past)


class Search:
    """One search; kept has the first sample of every combination of cells."""

    def __init__(self, definition: Definition, period: str, seed: int) -> None:
        self.definition, self.period = definition, period
        self.card = definition.card
        self.cells = cells_of(definition)
        self.dice = random.Random(seed)
        self.constants = constants_of(definition)
        self.values = Values(self.constants)
        self.tried = 0
        self.kept: dict[tuple[str, ...], Sample] = {}
        self.possible: dict[Key, frozenset[str]] = {}
        self.choices = {
            name: (kind.options if kind.kind is Kind.CHOICE else (True, False))
            for name, kind in self.cells.types.items()
            if name not in definition.card.guard_scope().names
        }
        self.spaces = self._spaces()

    def run(self) -> tuple[Sample, ...]:
        """Few samples that reach every cell that was found."""
        base = self.judged(self._drawn(lambda space: space[len(space) // 2]))
        for look in (self._look_around, lambda: self._look_at_ends(base), self._look_around, self._borders):
            if not self._all_found():
                look()
        return self._few(base)

    def _all_found(self) -> bool:
        """Whether every cell that the figures could lie in has been met; never where that cannot be told."""
        for key in self.cells.ways:
            possible = self.possible.setdefault(key, frozenset(self.cells.possible(key)))
            numbers = any(cut.near != cut.constants for cut in self.cells.cuts_of(key))
            if numbers or not possible or not possible <= {sample.wide[key] for sample in self.kept.values()}:
                return False
        return True

    def _look_around(self) -> None:
        for _ in range(DRAWN):
            self.judged(self._drawn(self.dice.choice))
            if self._all_found():
                return

    def _look_at_ends(self, base: Sample) -> None:
        best, worst = self._towards(base, 1), self._towards(base, -1)
        self._between(best, worst)
        self._between(worst, best)

    def judged(self, figures: Figures) -> Sample:
        self.tried += 1
        scoring = judge(self.card, document(self.card, figures, self.period))
        names = {**scoring.names, **figures.choices}
        past = tuple(scoring.past)
        told = {key: self.cells.at(key, names, past) for key in self.cells.ways}
        wide = {key: self.cells.at(key, names, past, near=False) for key in self.cells.ways}
        sample = Sample(figures, names, past, told, wide)
        if scoring.status == "scored" or not self.kept:
            self.kept.setdefault(tuple(told.values()), sample)
        return sample

    def _few(self, base: Sample) -> tuple[Sample, ...]:
        """The sample that shows most that is new, again and again."""
        samples = list(self.kept.values()) or [base]
        wanted = {(key, cell) for one in samples for key, cell in one.cells.items()}
        chosen: list[Sample] = []
        while wanted or not chosen:
            best = max(samples, key=lambda one: len(wanted & set(one.cells.items())))
            chosen.append(best)
            wanted -= set(best.cells.items())
        return tuple(chosen)

    # What can be handed in.

    def _spaces(self) -> dict[str, list[Any]]:
        """Every figure that can be moved, with the values tried for it: `in.x`, `field.list.x`, `subject.x` …"""
        card = self.card
        spaces: dict[str, list[Any]] = {}
        for name, one in card.inputs.items():
            spaces[f"in.{name}"] = self.values.of(one)
        for name, rows in card.lists.items():
            spaces[f"rows.{name}"] = list(self.values.counts(rows.count.low, rows.count.high))
            for key, one in rows.fields.items():
                spaces[f"field.{name}.{key}"] = self.values.of(one)
        for prefix, declared in (("subject", card.subject), ("cycle", card.cycle)):
            for name, one in declared.items():
                spaces[f"{prefix}.{name}"] = self.values.of(one)
        for name in sorted(self.constants.past):
            kind = card.guards.past.get(name)
            if kind is not None:
                spaces[f"past.{name}"] = [None, *self.values.typed(kind)]
        for name, options in self.choices.items():
            spaces[f"form.{name}"] = list(options)
        return spaces

    def _drawn(self, pick: Callable[[list[Any]], Any]) -> Figures:
        figures = Figures(previous=({},) if self.constants.past else ())
        for place, space in self.spaces.items():
            if space:
                figures = self._with(figures, place, pick(space))
        return figures

    def _with(self, figures: Figures, place: str, value: Any) -> Figures:
        """The figures with one of them moved."""
        kind, _, name = place.partition(".")
        if kind == "in":
            return replace(figures, values={**figures.values, name: value})
        if kind == "subject":
            return replace(figures, attributes={**figures.attributes, name: value})
        if kind == "cycle":
            return replace(figures, cycle={**figures.cycle, name: value})
        if kind == "form":
            return replace(figures, choices={**figures.choices, name: value})
        if kind == "past":
            row = {key: one for key, one in figures.previous[0].items() if key != name}
            return replace(figures, previous=({**row, **({} if value is None else {name: value})},))
        if kind == "rows":
            return replace(figures, rows={**figures.rows, name: self._rows(name, value)})
        name, _, field = name.partition(".")
        texts = self.card.lists[name].fields[field].type == "text"
        rows = tuple({**row, field: f"{field}-{index + 1}" if texts else value}
                     for index, row in enumerate(figures.rows.get(name, ())))
        return replace(figures, rows={**figures.rows, name: rows})

    def _rows(self, name: str, count: int) -> tuple[Mapping[str, str], ...]:
        fields = self.card.lists[name].fields
        return tuple(
            {key: f"{key}-{index + 1}" if one.type == "text" else self.dice.choice(self.values.of(one))
             for key, one in fields.items()}
            for index in range(count)
        )

    # Where to look.

    def _towards(self, start: Sample, sign: int) -> Sample:
        """The best, or the worst, total that moving one figure after another leads to."""
        best, top = start, _height(start)
        for place, space in self.spaces.items():
            tries = space if len(space) <= MANY else [*self.dice.sample(space, MANY), space[0], space[-1]]
            for value in tries:
                one = self.judged(self._with(best.figures, place, value))
                height = _height(one)
                if height is not None and (top is None or sign * (height - top) > 0):
                    best, top = one, height
        return best

    def _between(self, start: Sample, end: Sample) -> None:
        """Figure after figure from one sample to the other."""
        here = start
        for place in self.spaces:
            value = self._value_at(end.figures, place)
            if value is not None or place.startswith("past."):
                here = self.judged(self._with(here.figures, place, value))

    def _value_at(self, figures: Figures, place: str) -> Any:
        kind, _, name = place.partition(".")
        if kind == "rows":
            return len(figures.rows.get(name, ()))
        if kind == "field":
            name, _, field = name.partition(".")
            return next((row[field] for row in figures.rows.get(name, ()) if field in row), None)
        found: Mapping[str, Any] = {
            "in": figures.values, "subject": figures.attributes, "cycle": figures.cycle, "form": figures.choices,
            "past": figures.previous[0] if figures.previous else {},
        }[kind]
        return found.get(name)

    def _borders(self) -> None:
        """From every sample to one in another cell of a way: the one figure that makes the difference, to its digit.
        Again and again, since a cell that was found has borders of its own."""
        before = -1
        while before < len(self.kept) and self.tried < TRIED_MOST:
            before = len(self.kept)
            for key in self.cells.ways:
                self._borders_of(key)

    def _borders_of(self, key: Key) -> None:
        samples: dict[str, Sample] = {}
        for one in list(self.kept.values()):
            samples.setdefault(one.cells[key], one)
        for one, other in permutations(samples.values(), 2):
            if self.tried < TRIED_MOST:
                self._border(key, one, other)

    def _border(self, key: Key, start: Sample, end: Sample) -> None:
        here = start
        for place in self.spaces:
            value = self._value_at(end.figures, place)
            if value is None:
                continue
            there = self.judged(self._with(here.figures, place, value))
            if there.cells[key] != here.cells[key]:
                self._halve(key, place, here, there)
                return
            here = there

    def _halve(self, key: Key, place: str, low: Sample, high: Sample) -> None:
        """Two neighbouring values of one figure between which the cell changes."""
        for _ in range(60):
            one, other = (self._value_at(sample.figures, place) for sample in (low, high))
            between = middle(one, other)
            if between is None:
                return
            sample = self.judged(self._with(low.figures, place, between))
            if sample.cells[key] == low.cells[key]:
                low = sample
            else:
                high = sample


def _height(sample: Sample) -> Fraction | None:
    total = sample.names.get("total")
    return None if total is None or isinstance(total, Missing) else Fraction(total)
