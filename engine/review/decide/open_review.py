"""A review begins: its first event, with the first state's tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.calendar import WorkingDays
from engine.definition.model import Definition
from engine.review import holders
from engine.review.case import Actor, Case, Observation, Period, Relations
from engine.review.decide import moves
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.model import Review


def open_review(
    definition: Definition, *, review_id: str, cycle: str, subject: str, period: Period, relations: Relations,
    days: WorkingDays, zone: str, actor: Actor, at: datetime, start: Mapping[str, Any] | None = None,
    observations: tuple[Observation, ...] = (), previous: tuple[Mapping[str, Any], ...] = (),
    attributes: Mapping[str, Any] | None = None, cycle_attributes: Mapping[str, Any] | None = None,
) -> Event:
    """The event `opened` of a new stream. start: what the period before left behind; it is looked up again at each
    command until the targets are fixed, so nothing of it is copied here."""
    review = Review(
        id=review_id, cycle=cycle, subject=subject, definition=definition.fingerprint, state=definition.initial,
        revision=0, head="", visit=0, opened_at=at, entered_at=at,
    )
    case = Case(
        definition=definition, review=review, period=period, relations=relations, days=days, zone=zone,
        observations=observations, previous=previous, start=start or {}, attributes=attributes or {},
        cycle_attributes=cycle_attributes or {}, scored=True,
    )
    draft = Draft(case, actor, at)
    holders.begin(draft)
    moves.begin(draft)
    draft.extra.update(subject=subject, cycle=cycle, period=period.key, definition=definition.fingerprint)
    return draft.event("opened", from_state=None)
