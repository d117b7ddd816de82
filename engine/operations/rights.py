"""Who may run the organisation: HR imports, publishes and opens; before there is anybody, the system begins."""

from __future__ import annotations

from datetime import datetime

from engine.errors import NotAllowed
from engine.review.case import Actor
from engine.review.roles import AUDITOR, HR
from engine.store import people
from engine.store.database import Tx


def require_hr(tx: Tx, actor: Actor, at: datetime) -> None:
    """NotAllowed unless the actor is HR at the instant, or the system itself (the owner of the machine)."""
    if actor.person is None:
        return
    if not people.has_group(tx, actor.person, HR, at):
        raise NotAllowed("OP005")


def require_reader(tx: Tx, actor: Actor, at: datetime) -> None:
    """NotAllowed unless the actor is HR, an auditor, or the system itself."""
    if actor.person is None:
        return
    if not any(people.has_group(tx, actor.person, group, at) for group in (HR, AUDITOR)):
        raise NotAllowed("OP006")
