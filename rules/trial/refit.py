"""Fits facts that were made for one scorecard to another: what it does not know is left out, and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rules.faults import Fault
from rules.scorecard.course import Reason
from rules.scorecard.facts import RETIRE, Facts, read_facts
from rules.scorecard.model import Card, Node
from rules.scorecard.retiring import retirable

Document = Mapping[str, Any]
WRONG_SUM = "SR014"


@dataclass(frozen=True, slots=True)
class Note:
    """Something of the facts that the scorecard has no use for. code: WI001 a figure, WI002 a list, WI003 something
    agreed that is not open there, WI004 answers of a role, WI005 a value of an earlier period, WI006 an adjustment by
    people, WI009 a metric that was retired, WI010 agreed weights that do not add up there; name: of what."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """facts: None where the scorecard refuses them, and `faults` say why."""

    facts: Facts | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass
class _Fitting:
    card: Card
    others: Sequence[Card]
    notes: dict[Note, None] = field(default_factory=dict)

    def note(self, code: str, name: str) -> None:
        self.notes[Note(code, name)] = None


def fit(card: Card, document: Document, others: Sequence[Card] = ()) -> Fitted:
    """The facts for this scorecard. What it does not know, but one of the others does, is left out with a note; what
    nobody knows stays a fault, because it is a slip of whoever wrote it."""
    if not isinstance(document, Mapping):
        facts, faults = read_facts(card, document)
        return Fitted(facts, faults)
    fitting = _Fitting(card, others)
    fitted = dict(document)
    for key, fit_one in (("inputs", _inputs), ("lists", _lists), ("agreed", _agreed)):
        if isinstance(fitted.get(key), Mapping):
            fitted[key] = fit_one(fitting, fitted[key])
    if fitted.get("adjusted") is not None and not _has_grade(card, fitted["adjusted"]):
        fitting.note("WI006", _word(fitted.pop("adjusted")))
    facts, faults = read_facts(card, fitted)
    past = [fault.path for fault in faults if fault.level == "error" and fault.path[:1] == ("previous",)]
    if facts is None and past and any(isinstance(row, Mapping) for row in fitted["previous"]):
        fitted["previous"] = _without(fitting, fitted["previous"], past)
        facts, faults = read_facts(card, fitted)
    return Fitted(facts, faults, tuple(fitting.notes))


def reweighed(card: Card, facts: Facts, reasons: Sequence[Reason]) -> tuple[Facts, tuple[Note, ...]]:
    """The facts without the weights that were agreed in groups whose weights do not add up here, with a note of each:
    they were agreed beside other weights, so the file's apply. Facts that are refused for more stay as they are."""
    groups = {node.path: node for node in (*card.nodes().values(), *(() if card.total is None else (card.total,)))}
    agreed, notes = dict(facts.agreed), []
    for reason in reasons:
        group = groups.get(reason.path[:-1]) if reason.code == WRONG_SUM else None
        if group is None:
            return facts, ()
        members = [one.key for one in (card.metrics if group is card.total else group.parts)]
        own = [key for key in members if "weight" in agreed.get(key, {})]
        if not own:
            return facts, ()
        for key in own:
            agreed[key] = {what: figure for what, figure in agreed[key].items() if what != "weight"}
        notes.append(Note("WI010", group.key))
    return replace(facts, agreed=agreed), tuple(notes)


def _inputs(fitting: _Fitting, given: Document) -> dict[str, Any]:
    kept = {}
    for name, value in given.items():
        one = fitting.card.inputs.get(name)
        if one is None and any(name in other.inputs for other in fitting.others):
            fitting.note("WI001", str(name))
            continue
        if one is not None and isinstance(value, Mapping) and one.asked and "value" not in value:
            value = _answers(fitting, name, one.asked, value)
        kept[name] = value
    return kept


def _answers(fitting: _Fitting, name: str, asked: Mapping[str, Any], value: Document) -> dict[str, Any]:
    kept = {}
    for role, answers in value.items():
        known = any(name in other.inputs and role in other.inputs[name].asked for other in fitting.others)
        if role not in asked and known:
            fitting.note("WI004", f"{name}: {role}")
        else:
            kept[role] = answers
    return kept


def _lists(fitting: _Fitting, given: Document) -> dict[str, Any]:
    kept = {}
    for name, rows in given.items():
        if name not in fitting.card.lists and any(name in other.lists for other in fitting.others):
            fitting.note("WI002", str(name))
        else:
            kept[name] = rows
    return kept


def _agreed(fitting: _Fitting, given: Document) -> dict[str, Any]:
    """What was agreed stays as it was agreed where this scorecard opens it too."""
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Mapping) and "value" not in value and _metric(fitting, name):
            inner = {what: one for what, one in value.items() if _open(fitting, f"{name}.{what}")}
            if inner:
                kept[name] = inner
        elif _open(fitting, str(name)):
            kept[name] = value
    return kept


def _metric(fitting: _Fitting, name: Any) -> bool:
    return any(name in card.nodes() for card in (fitting.card, *fitting.others))


def _open(fitting: _Fitting, key: str) -> bool:
    """Whether the key is handed on; one that only another scorecard opens is noted instead."""
    if _opens(fitting.card, key) or not any(_opens(other, key) for other in fitting.others):
        return True
    name, _, what = key.rpartition(".")
    if what == RETIRE and not any(what in node.agree for node in _nodes(fitting, name)):
        fitting.note("WI009", name)
    else:
        fitting.note("WI003", key)
    return False


def _nodes(fitting: _Fitting, name: str) -> list[Node]:
    return [card.nodes()[name] for card in (fitting.card, *fitting.others) if name in card.nodes()]


def _opens(card: Card, key: str) -> bool:
    name, _, what = key.rpartition(".")
    node = card.nodes().get(name)
    retired = what == RETIRE and name in retirable(card)
    return key in card.inputs or (node is not None and what in node.agree) or retired


def _has_grade(card: Card, adjusted: Any) -> bool:
    return card.grades is not None and _word(adjusted) in (*card.grades.ladder, *card.grades.outside)


def _word(adjusted: Any) -> str:
    return str(adjusted.get("grade") if isinstance(adjusted, Mapping) else adjusted)


def _without(fitting: _Fitting, periods: Sequence[Any], paths: Sequence[tuple[str | int, ...]]) -> list[Any]:
    """Earlier periods without the values that this scorecard cannot take, such as a grade that it does not have."""
    kept = [dict(_flat(row, "")) if isinstance(row, Mapping) else row for row in periods]
    for path in paths:
        if len(path) > 2 and isinstance(path[1], int) and isinstance(kept[path[1]], dict):
            name = ".".join(map(str, path[2:]))
            if kept[path[1]].pop(name, None) is not None:
                fitting.note("WI005", name)
    return kept


def _flat(values: Document, above: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        found.extend(_flat(value, f"{above}{key}.") if isinstance(value, Mapping) else [(f"{above}{key}", value)])
    return found
