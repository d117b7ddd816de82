"""Everything that comes from outside in one path: figures, ratings, choices in forms, earlier periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.calendar import kind_of, parts_of
from engine.ids import derived_id
from engine.review.case import Observation, TakenFrom
from engine.review.figures import COHORT
from engine.review.rows import row_value
from rules.scorecard.model import Card, Input

SAMPLES = 1000  # so many cases lie behind an observed figure, more than any `least` that people write
SOURCE = "simulate"


@dataclass(frozen=True, slots=True)
class Figures:
    """values: input -> plain text, an option, `true` or `false`; rows: list -> rows of such fields; previous: results
    of earlier periods, newest first; choices: `task.field` of a form -> the value chosen there."""

    values: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    previous: tuple[Mapping[str, Any], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    cycle: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Any] = field(default_factory=dict)


def stretches(declared: Input, period: str) -> tuple[str, ...]:
    """Keys of the stretches of time that the input wants a figure for."""
    if declared.every in (None, "case") or declared.every == kind_of(period):
        return (period,)
    return parts_of(period, str(declared.every))


def document(card: Card, figures: Figures, period: str) -> dict[str, Any]:
    """What the rules read when all has come in."""
    inputs: dict[str, Any] = {}
    agreed: dict[str, Any] = {}
    for name, declared in card.inputs.items():
        value = figures.values.get(name)
        if value is None or declared.of:
            continue
        if declared.agreed:
            agreed[name] = {"value": value, "source": "agreed"}
        elif declared.asked:
            inputs[name] = {role: [[value]] * max(declared.least_of(role), 1) for role in declared.asked}
        elif declared.every is not None:
            inputs[name] = [{"value": value, "samples": SAMPLES} for _ in stretches(declared, period)]
        else:
            inputs[name] = {"value": value, "samples": SAMPLES}
    shared = pools(card, figures)
    lists = {name: [dict(row) for row in rows] for name, rows in figures.rows.items() if rows}
    told: dict[str, Any] = {
        "subject": dict(figures.attributes), "cycle": dict(figures.cycle), "inputs": inputs, "lists": lists,
        COHORT: {"figures": shared} if shared else {}, "agreed": agreed,
        "previous": [dict(one) for one in figures.previous],
    }
    return {name: value for name, value in told.items() if value}


def pools(card: Card, figures: Figures) -> dict[str, str]:
    """Figures of the whole cohort."""
    return {name: figures.values[name] for name, one in card.inputs.items() if one.of and name in figures.values}


def observations(
    card: Card, figures: Figures, names: tuple[str, ...], period: str, subject: str, at: datetime
) -> list[Observation]:
    """The figures of these inputs and lists as an import would bring them at the instant."""
    found = []
    for name in names:
        declared = card.inputs.get(name)
        if declared is None:
            texts = [(period, row_value(row)) for row in figures.rows.get(name, ())]
        elif name in figures.values:
            texts = [(part, figures.values[name]) for part in stretches(declared, period)]
        else:
            continue
        for place, (part, text) in enumerate(texts):
            record = f"{name}-{part}-{place + 1}"
            found.append(Observation(
                id=derived_id("simulate", name, part, str(place)), subject=subject, input=name, value=text, period=part,
                source=SOURCE, record=record, taken_at=at, recorded_at=at,
                samples=None if declared is None else SAMPLES,
            ))
    return found


def taken(card: Card, figures: Figures, period: str, at: datetime) -> dict[str, tuple[TakenFrom, ...]]:
    """Results of other workflows' reviews, for the inputs that are taken from there."""
    return {
        name: tuple(
            TakenFrom(figures.values[name], part, str(declared.taken_from), at.isoformat(), at)
            for part in stretches(declared, period)
        )
        for name, declared in card.inputs.items()
        if declared.taken_from and name in figures.values
    }
