"""Figures of a whole cohort, such as a pool: given for a cycle by HR, for all its reviews or for those of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import InputError
from engine.history.event import Entry, Part
from engine.operations.barriers import FIGURES, Group, groups_of, own_unit
from engine.operations.moment import moment
from engine.operations.once import Once, Replayed, again, keep, known
from engine.operations.rights import require_hr
from engine.operations.sight import cycle_in_sight, sight_of
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import cycles, history
from engine.store.cycles import Cycle
from engine.store.database import Tx
from rules.cohort.reading import APPROVED, read_cohort_facts
from rules.scorecard.fields import Faults
from rules.scorecard.model import Card


@dataclass(frozen=True, slots=True)
class GiveFigures:
    """figures: input `of: cohort` -> its value for all, or a mapping of units to theirs; texts, as they were typed."""

    cycle: str
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FiguresGiven:
    """figures: `{all: {input: value}, units: {unit: {input: value}}}`, everything that holds now."""

    cycle: str
    figures: Mapping[str, Any]

    def receipt(self) -> dict[str, Any]:
        return {"cycle": self.cycle, "figures": dict(self.figures)}


def give_figures(
    rt: Runtime, actor: Actor, request: GiveFigures, once: Once | None = None, *, dry: bool = False
) -> FiguresGiven | Replayed:
    """What is given replaces what was given before under the same name and unit.

    NotFound for a cycle that the actor does not see; NotAllowed when she is not HR; InputError OP244 for a figure, a
    unit or a value that the scorecard does not know, OP245 where a cohort was judged with what was known.
    """
    return again(lambda: _give(rt, actor, request, once, dry))


def _give(
    rt: Runtime, actor: Actor, request: GiveFigures, once: Once | None, dry: bool
) -> FiguresGiven | Replayed:
    at = rt.clock.now()
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        found = cycle_in_sight(tx, sight_of(rt, tx, actor, at), request.cycle)
        require_hr(tx, actor, at)
        definition = rt.definition(tx, found.definition)
        groups = groups_of(tx, definition, found.id, at)
        every, units = _read(definition.card, request.figures, groups)
        _in_time(found, groups, every, units)
        given = _merged(found, every, units)
        _store(tx, actor, found, given, at)
        done = FiguresGiven(found.id, given)
        if dry:
            tx.rollback()
        else:
            keep(tx, actor, once, done.receipt(), at)
        return done


def _read(
    card: Card, figures: Mapping[str, Any], groups: tuple[Group, ...]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What is given for all, and by unit."""
    names = {one.name for one in groups if one.name is not None}
    names |= {own for one in groups for member in one.members if (own := own_unit(card, member)) is not None}
    faults = Faults()
    read_cohort_facts(card, dict(figures), faults, (), names)
    fault = next(iter(faults.found), None)
    if fault is not None or APPROVED in figures or not figures:
        raise InputError("OP244", name=next(iter(figures), "-"), problem="-" if fault is None else fault.code)
    every = {name: str(value) for name, value in figures.items() if not isinstance(value, Mapping)}
    units: dict[str, dict[str, Any]] = {}
    for name, value in figures.items():
        for unit, one in value.items() if isinstance(value, Mapping) else ():
            units.setdefault(str(unit), {})[name] = str(one)
    return every, units


def _in_time(cycle: Cycle, groups: tuple[Group, ...], every: Mapping[str, Any], units: Mapping[str, Any]) -> None:
    for group in groups:
        if group.opened and (every or group.name in units):
            raise InputError("OP245", period=cycle.period, unit=group.name or "-")


def _merged(cycle: Cycle, every: Mapping[str, Any], units: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    before: Mapping[str, Any] = cycle.attributes.get(FIGURES) or {}
    own = {unit: dict(figures) for unit, figures in (before.get("units") or {}).items()}
    for unit, figures in units.items():
        own.setdefault(unit, {}).update(figures)
    return {"all": {**(before.get("all") or {}), **every}, "units": own}


def _store(tx: Tx, actor: Actor, cycle: Cycle, given: Mapping[str, Any], at: datetime) -> None:
    stream = f"cycle:{cycle.id}"
    at = moment(tx, at, [stream])
    entry = Entry(
        stream, "cohort_figures_given", at, actor.cause, actor.person, definition=cycle.definition,
        parts=(Part(None, dict(given)),),
    )  # fmt: skip
    history.append(tx, [entry])
    cycles.describe(tx, cycle.id, {**cycle.attributes, FIGURES: given})
