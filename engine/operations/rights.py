"""Who may run the organisation: HR imports, publishes and opens; before there is anybody, the system begins."""

from __future__ import annotations

from datetime import datetime

from engine.errors import NotAllowed
from engine.review.case import Actor
from engine.review.roles import AUDITOR, HR
from engine.store import people
from engine.store.database import Tx


def require_hr(tx: Tx, actor: Actor, at: datetime) -> None:
    """NotAllowed unless the actor is HR of the whole organisation, or the system itself (the owner of the machine)."""
    if actor.person is None:
        return
    places = people.places_of(tx, actor.person, at)
    if HR not in places.groups:
        raise NotAllowed("OP005")
    if places.hr_of:
        raise NotAllowed("OP200", units=", ".join(places.hr_of))


def require_reader(tx: Tx, actor: Actor, at: datetime) -> None:
    """NotAllowed unless the actor may read everything: HR of the whole organisation, an auditor, the system itself."""
    units = reader_units(tx, actor, at)
    if units is not None:
        raise NotAllowed("OP201", units=", ".join(units))


def reader_units(tx: Tx, actor: Actor, at: datetime, group: str = HR) -> tuple[str, ...] | None:
    """The units whose reviews the actor may watch as HR (a member of the group) or auditor; None: everybody's.

    NotAllowed for all others.
    """
    if actor.person is None:
        return None
    places = people.places_of(tx, actor.person, at)
    if AUDITOR in places.groups:
        return None
    if group not in places.groups:
        raise NotAllowed("OP006")
    return places.hr_of or None
