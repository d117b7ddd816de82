"""The barrier of a cohort opens: the result is what the judgement of all together leaves, and the tasks may begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.review import facts, figures, tasks
from engine.review.case import Together
from engine.review.decide import moves
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.model import Gathered
from rules.cohort.judging import judge_cohort
from rules.cohort.model import CohortFacts, CohortResult
from rules.cohort.reading import read_cohort_facts
from rules.cohort.remembering import remembered
from rules.cohort.units import unit_name
from rules.scorecard.facts import read_facts
from rules.scorecard.fields import Faults
from rules.scorecard.model import Card


def gather(draft: Draft) -> Event:
    """What the case brings of the cohort's judgement; a review that is asked alone is a cohort of one."""
    together = draft.case.together or _alone(draft)
    facts.gather(draft, replace(together, gathered=replace(together.gathered, visit=draft.visit)))
    tasks.open_ready(draft)
    tasks.start_deadlines(draft)
    moves.follow(draft)
    return draft.event("gathered")


def gathered_at(cohort: CohortResult, place: int, visit: int, own: str | None, given: Mapping[str, Any]) -> Gathered:
    """One card's part of a judgement; given: the cohort's figures as they hold for its unit."""
    unit = cohort.units[cohort.unit_of[place]].unit
    kept = remembered(cohort, place)
    return Gathered(visit, unit.kind, unit.name, own, len(unit.members), figures=dict(given), **kept)


def cohort_facts(card: Card, given: Mapping[str, Any]) -> CohortFacts:
    return CohortFacts(read_cohort_facts(card, dict(given) or None, Faults(), ()).figures)


def _alone(draft: Draft) -> Together:
    card, given = draft.definition.card, draft.case.cohort
    adjusted = facts.adjusted_by_people(draft)
    document = {name: value for name, value in figures.document_of(draft).items() if name != figures.COHORT}
    known, _ = read_facts(card, document if adjusted is None else {**document, "adjusted": adjusted})
    if known is None:
        return Together(Gathered(draft.visit, "all", figures=dict(given)), document)
    cohort = judge_cohort(card, [known], cohort_facts(card, given))
    return Together(gathered_at(cohort, 0, draft.visit, unit_name(card.cohort, known), given), document)
