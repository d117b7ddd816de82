"""Facts of many cards: the cohort's own figures and approvals, and every card with its faults at its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rules.cohort.model import CohortFacts
from rules.cohort.units import unit_name
from rules.faults import Fault
from rules.scorecard.facts import Facts, card_documents, read_facts
from rules.scorecard.fields import Faults, Fields, nearest, shown
from rules.scorecard.figures import FIGURE_KEYS, FactReading, Given
from rules.scorecard.model import Card

APPROVED = "approved"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """ids and facts in the order of the document; together: whether the document says that they are one cohort."""

    ids: tuple[str, ...]
    facts: tuple[Facts, ...]
    cohort: CohortFacts
    together: bool


def read_members(card: Card, document: Any) -> tuple[Members | None, tuple[Fault, ...]]:
    """`{cohort: {pool: 5000, approved: [hr]}, cards: [{id: …, …}]}`, a list of cards, or one card alone.

    Every fault has its path in the document; no members where there is one.
    """
    listed = isinstance(document, list | tuple)
    whole: Mapping[str, Any] = {"cards": document} if listed else document
    together = isinstance(whole, Mapping) and isinstance(whole.get("cards"), list | tuple)
    given = whole.get("cohort") if isinstance(whole, Mapping) else None
    if isinstance(whole, Mapping) and not together:  # one alone may still know a figure of its cohort
        whole = {key: value for key, value in whole.items() if key != "cohort"}
    ids, facts, faults = [], [], []
    for place, (name, one) in enumerate(card_documents(whole)):
        known, found = read_facts(card, one)
        above: Path = () if not together else (place,) if listed else ("cards", place)
        faults += [replace(fault, path=(*above, *fault.path)) for fault in found]
        ids.append(name)
        if known is not None:
            facts.append(known)
    own = Faults()
    cohort = read_cohort_facts(card, given, own, () if listed else ("cohort",), _units(card, facts))
    faults += own.found
    if not together:
        facts = [replace(one, cohort={**cohort.figures, **_of_unit(card, one, cohort)}) for one in facts]
    broken = len(facts) < len(ids) or own.broken
    return (None if broken else Members(tuple(ids), tuple(facts), cohort, together)), tuple(faults)


def _of_unit(card: Card, facts: Facts, cohort: CohortFacts) -> Mapping[str, Given]:
    return cohort.by_unit.get(unit_name(card.cohort, facts) or "", {})


def _units(card: Card, facts: Sequence[Facts]) -> frozenset[str]:
    names = [] if card.cohort is None else [name for name in (card.cohort.by, card.cohort.into) if name]
    return frozenset(shown(one.subject[name]) for one in facts for name in names if name in one.subject)


def read_cohort_facts(
    card: Card, document: Any, faults: Faults, path: Path, units: Collection[str] = ()
) -> CohortFacts:
    """A figure for all (`pool: 5000`) or for each unit (`pool: {east: 3000}`); `approved: [hr]` likewise."""
    if document is None:
        return CohortFacts()
    known = {one.name: one for one in card.inputs.values() if one.of is not None}
    fields = Fields(faults, document, path, tuple(document) if isinstance(document, Mapping) else ())
    reading = FactReading(faults)
    figures: dict[str, Given] = {}
    by_unit: dict[str, dict[str, Given]] = {}
    for name, value in fields.values.items():
        if name == APPROVED:
            continue
        if name not in known:
            faults.add("FA030", fields.at(name), name=name, nearest=nearest(name, known))
        elif isinstance(value, Mapping) and not set(map(str, value)) & set(FIGURE_KEYS):
            for unit, one in value.items():
                word = unit if isinstance(unit, str) else shown(unit)
                if word not in units:
                    near = nearest(word, units)
                    faults.add("FA031", (*fields.at(name), word), name=name, unit=word, nearest=near)
                by_unit.setdefault(word, {})[name] = reading.given(known[name], one, (*fields.at(name), word))
        else:
            figures[name] = reading.given(known[name], value, fields.at(name))
    approved, approved_in = _approved(fields)
    return CohortFacts(figures, by_unit, approved, approved_in)


def _approved(fields: Fields) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    value = fields.raw(APPROVED)
    if isinstance(value, str):
        return frozenset((value,)), {}
    if not isinstance(value, Mapping):
        return frozenset(fields.texts(APPROVED)), {}
    inner = Fields(fields.faults, value, fields.at(APPROVED), tuple(map(str, value)))
    return frozenset(), {
        unit: frozenset((given,) if isinstance(given, str) else inner.texts(unit))
        for unit, given in inner.values.items()
    }
