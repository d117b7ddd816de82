"""What rules may know of a subject's earlier periods: results of ended reviews, else the figures that were observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.calendar import parse_period
from engine.operations.periods import keys_of
from engine.review.case import Actor, Case, Observation, Period, Relations
from engine.review.draft import Draft
from engine.review.figures import document_of
from engine.review.model import Review
from engine.runtime import Runtime
from engine.store import reviews
from engine.store.database import Tx
from engine.store.reviews import Previous
from rules.scorecard.course import plain
from rules.scorecard.evaluate import score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card


def previous_of(
    rt: Runtime, tx: Tx, case: Case, periods: Sequence[str], observed: Sequence[Observation]
) -> tuple[Mapping[str, Any], ...]:
    """One mapping of names to plain texts for each of the periods (nearest first), empty where nothing is known.

    An ended review counts with its figures, metric scores, total and grade; without one, the observations of the period
    are folded and the computed figures follow from them, but there is no total and no grade.
    """
    subject = case.review.subject
    ended = {
        one.period: one
        for one in reviews.previous_results(tx, subject, case.definition.name, case.period.key, len(periods))
        if one.grade is not None
    }
    found: list[Mapping[str, Any]] = []
    for period in periods:
        if period in ended:
            found.append(_settled(ended[period]))
        else:
            keys = frozenset(keys_of(period))
            found.append(_folded(rt, case, period, tuple(one for one in observed if one.period in keys)))
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _settled(one: Previous) -> Mapping[str, Any]:
    """Figures and metric scores of an ended review, with the total and the grade that people settled."""
    result = (one.payload or {}).get("result", {})
    scores = {f"{name}.score": part["score"] for name, part in result.get("metrics", {}).items()}
    names = {**result.get("figures", {}), **scores, "total": one.total, "grade": one.grade}
    return {name: value for name, value in names.items() if value is not None}


def _folded(rt: Runtime, case: Case, period: str, observed: tuple[Observation, ...]) -> Mapping[str, Any]:
    if not observed:
        return {}
    key = (case.definition.fingerprint, period, tuple(one.id for one in observed))
    known = rt.known_figures.get(key)
    if known is not None:
        return known
    before = case.review
    blank = Review(
        before.id, before.cycle, before.subject, before.definition, case.definition.initial, 0, "", 0,
        before.opened_at, before.opened_at,
    )  # fmt: skip
    earlier = Case(
        case.definition, blank, Period(*parse_period(period)), Relations(), case.days, case.zone, observed,
        attributes=case.attributes, scored=True,
    )  # fmt: skip
    document = document_of(Draft(earlier, Actor(None, "system"), before.opened_at))
    rt.keep_figures(key, figures_of(case.definition.card, document))
    return rt.known_figures[key]


def figures_of(card: Card, document: Mapping[str, Any]) -> dict[str, Any]:
    """Figures by name as plain texts, computed ones too; {} where the card refuses the facts."""
    facts, _ = read_facts(card, document)
    if facts is None:
        return {}
    names = {name: plain(value) for name, value in score(card, facts).figures.items()}
    return {name: value for name, value in names.items() if value is not None}
