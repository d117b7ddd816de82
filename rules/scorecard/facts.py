"""What is known in one review when it is scored: figures, answers by role, agreements, earlier periods."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from rules.expressions.types import MISSING, Missing, Value
from rules.faults import Fault
from rules.scorecard.fields import Faults, Fields, nearest, shown
from rules.scorecard.figures import FactReading, Figure, Given
from rules.scorecard.model import Card, Input

RETIRE = "retire"
KEYS = ("subject", "cycle", "inputs", "lists", "agreed", "previous", "adjusted", "id")


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a score is made from; frozen with it.

    inputs: what was given by input name, agreed inputs too; lists: rows of fields; agreed: metric key -> `target`,
    `weight` or a standard -> figure whose source is `agreed`, `carried` or `given`; previous: newest first;
    adjusted: the grade that people set within the bounds, if they did; cohort: figures `of: cohort`; quota_grade: what
    the quota of step 9 made of the grade, None where it left it; shares: what a `split` consequence gave this card;
    retired: metrics that are not judged any more -> `agreed`, `carried` or `given`.
    """

    subject: Mapping[str, Value | Missing] = field(default_factory=dict)
    cycle: Mapping[str, Value | Missing] = field(default_factory=dict)
    inputs: Mapping[str, Given] = field(default_factory=dict)
    lists: Mapping[str, tuple[Mapping[str, Given], ...]] = field(default_factory=dict)
    agreed: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    previous: tuple[Mapping[str, Value | Missing], ...] = ()
    adjusted: str | None = None
    cohort: Mapping[str, Given] = field(default_factory=dict)
    quota_grade: str | None = None
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    retired: Mapping[str, str] = field(default_factory=dict)


def read_facts(card: Card, document: Mapping[str, Any]) -> tuple[Facts | None, tuple[Fault, ...]]:
    """Facts from plain data; every fault with its path, and no facts where there is one.

    A figure is a number (Decimal, int or its text), a word, true/false, a date's text, or `{value, samples, source,
    observation, taken_at}`. An input holds one figure, a list of them, or for questions `{role: [answers]}` where an
    answer is a figure or, one person over time, a list. `null`, `NR` and absence mean that there is no figure.
    """
    faults = Faults()
    fields = Fields(faults, _present(document), (), KEYS)
    reading = FactReading(faults)
    agreed, agreed_inputs, retired = _agreed(reading, card, fields)
    inputs = _named(reading, card.inputs, fields, "inputs")
    facts = Facts(
        subject=_attributes(reading, card.subject, fields, "subject", _units(card)),
        cycle=_attributes(reading, card.cycle, fields, "cycle"),
        inputs={**inputs, **agreed_inputs},
        lists=_lists(reading, card, fields),
        agreed=agreed,
        previous=_previous(reading, card, fields),
        adjusted=_adjusted(faults, card, fields),
        retired=retired,
    )
    return (None if faults.broken else facts), tuple(faults.found)


def card_documents(document: Mapping[str, Any]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The facts of one or many cards as (id, document); one card alone has an empty id."""
    cards = document.get("cards") if isinstance(document, Mapping) else None
    if not isinstance(cards, list | tuple):
        return (("", document),)
    return tuple((shown(one.get("id", index)) if isinstance(one, Mapping) else str(index), one)
                 for index, one in enumerate(cards, 1))


def _present(document: Any) -> Any:
    """The mapping without its nulls: null is one way not to have a figure."""
    if not isinstance(document, Mapping):
        return document
    return {key: value for key, value in document.items() if value is not None}


def _named(reading: FactReading, known: Mapping[str, Input], fields: Fields, key: str) -> dict[str, Given]:
    found = {}
    for name, value in fields.mapping(key).items():
        path = (*fields.at(key), name)
        if name not in known:
            reading.faults.add("FA001", path, name=name, nearest=nearest(name, known))
        else:
            found[name] = reading.given(known[name], value, path)
    return found


def _units(card: Card) -> tuple[str | None, ...]:
    """The attributes that say with whom a subject is graded together."""
    return () if card.cohort is None else (card.cohort.by, card.cohort.into)


def _attributes(
    reading: FactReading, known: Mapping[str, Input], fields: Fields, key: str, units: Collection[str | None] = ()
) -> dict[str, Value | Missing]:
    """Attributes that the card does not declare may be there; of use to it are only those that make units."""
    found: dict[str, Value | Missing] = {}
    for name, value in fields.mapping(key).items():
        if name in known:
            figure = reading.figure(known[name], value, (*fields.at(key), name))
            found[name] = MISSING if figure is None else figure.value
        elif name in units and value is not None and not isinstance(value, Mapping | list | tuple):
            found[name] = value if isinstance(value, str) else shown(value)
    return found


def _lists(reading: FactReading, card: Card, fields: Fields) -> dict[str, tuple[Mapping[str, Given], ...]]:
    found: dict[str, tuple[Mapping[str, Given], ...]] = {}
    for name, rows in fields.mapping("lists").items():
        path = (*fields.at("lists"), name)
        declared = card.lists.get(name)
        if declared is None:
            reading.faults.add("FA001", path, name=name, nearest=nearest(name, card.lists))
            continue
        if not isinstance(rows, list | tuple):
            if rows is not None:
                reading.faults.add("SC001", path, wants="list", value=rows)
            continue
        if declared.count.high is not None and len(rows) > declared.count.high:
            reading.faults.add("FA006", path, name=name, rows=str(len(rows)), count=declared.count.text())
        made = []
        for index, row in enumerate(rows):
            row_fields = Fields(reading.faults, _present(row), (*path, index), (*declared.fields, "id"))
            made.append({
                field: reading.given(declared.fields[field], value, (*path, index, field))
                for field, value in row_fields.values.items()
                if field in declared.fields
            })
        found[name] = tuple(made)
    return found


def _agreed(
    reading: FactReading, card: Card, fields: Fields
) -> tuple[dict[str, dict[str, Figure]], dict[str, Given], dict[str, str]]:
    """`{sales: {target: 90}}`, also as `{"sales.target": 90}`, agreed inputs by their bare name, `{sales: {retire:
    true}}` for a metric that is not judged any more."""
    metrics: dict[str, dict[str, Figure]] = {}
    inputs: dict[str, Given] = {}
    retired: dict[str, str] = {}
    nodes = card.nodes()
    for name, value in fields.mapping("agreed").items():
        path = (*fields.at("agreed"), name)
        key, _, what = name.rpartition(".")
        if name in nodes and isinstance(value, Mapping) and not set(value) & {"value"}:
            for inner, one in value.items():
                if inner == RETIRE and _retired(reading, card, name, one, (*path, RETIRE), retired):
                    continue
                figure = reading.number(one, (*path, str(inner)))
                if figure is not None:
                    metrics.setdefault(name, {})[str(inner)] = figure
        elif name in card.inputs:
            inputs[name] = _as_agreed(reading.given(card.inputs[name], value, path))
        elif key in nodes:
            if what == RETIRE and _retired(reading, card, key, value, path, retired):
                continue
            figure = reading.number(value, path)
            if figure is not None:
                metrics.setdefault(key, {})[what] = figure
        else:
            reading.faults.add("FA001", path, name=name, nearest=nearest(name, [*nodes, *card.inputs]))
    return metrics, inputs, retired


def _retired(
    reading: FactReading, card: Card, name: str, value: Any, path: tuple[str | int, ...], retired: dict[str, str]
) -> bool:
    """Whether `retire` was meant; notes the metric, or that no proposal of the card retires it."""
    if RETIRE in card.nodes()[name].standards:
        return False
    inner = value if isinstance(value, Mapping) else {"value": value}
    said = {"true": True, "false": False}.get(str(inner.get("value")).lower())
    if said is None:
        reading.faults.add("SC001", path, wants="yes_no", value=inner.get("value"))
    elif said and not any(one.metric == name and one.what == RETIRE for one in card.re_adjust):
        reading.faults.add("FA032", path, name=name)
    elif said:
        source = inner.get("source")
        retired[name] = source if isinstance(source, str) else "agreed"
    return True


def _as_agreed(given: Given) -> Given:
    """An agreed input that does not say where it comes from was agreed in this review."""
    single = given.single
    return given if single is None or single.source is not None else Given(single=replace(single, source="agreed"))


def _previous(reading: FactReading, card: Card, fields: Fields) -> tuple[Mapping[str, Value | Missing], ...]:
    found = []
    for index, period in enumerate(fields.items("previous")):
        row: dict[str, Value | Missing] = {}
        path = (*fields.at("previous"), index)
        if period is not None and not isinstance(period, Mapping):
            reading.faults.add("SC001", path, wants="mapping", value=period)
        for name, value in _flat(period if isinstance(period, Mapping) else {}, ""):
            its_type = card.guards.past.get(name)
            if its_type is not None:
                row[name] = reading.typed(its_type, value, (*path, *name.split(".")))
        found.append(row)
    return tuple(found)


def _flat(values: Mapping[Any, Any], above: str) -> list[tuple[str, Any]]:
    """Nested results (`{sales: {score: 90}}`) by dotted name."""
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            found.extend(_flat(value, f"{above}{key}."))
        else:
            found.append((f"{above}{key}", value))
    return found


def _adjusted(faults: Faults, card: Card, fields: Fields) -> str | None:
    value = fields.raw("adjusted")
    if isinstance(value, Mapping):
        value = value.get("grade")
    if value is None or card.grades is None:
        return None
    known = (*card.grades.ladder, *card.grades.outside)
    word = value if isinstance(value, str) else shown(value)
    if word not in known:
        faults.add("SC030", fields.at("adjusted"), grade=word, nearest=nearest(word, known), allowed=", ".join(known))
        return None
    return word
