"""Keeps the review's participants true to the organisation: who stepped in, who is only a former holder now."""

from __future__ import annotations

from dataclasses import replace

from engine.review import roles
from engine.review.draft import Draft
from engine.review.model import OPEN

FOLLOWING = ("manager", "owner")  # kinds of roles whose holder is whoever the organisation names


def begin(draft: Draft) -> None:
    """The subject and every holder whom the organisation names, from the opening on."""
    draft.take_part(roles.SUBJECT, draft.before.subject, "opened")
    for role in draft.definition.roles.values():
        if role.who.kind in FOLLOWING:
            for person in roles.resolve(draft.definition, draft, draft.case.relations, role.name):
                draft.take_part(role.name, person, "opened")


def refresh(draft: Draft) -> None:
    """Ends the row of a manager who is one no longer, and lets the new one in."""
    for role in draft.definition.roles.values():
        if role.who.kind not in FOLLOWING:
            continue
        now = roles.resolve(draft.definition, draft, draft.case.relations, role.name)
        if not now:
            continue
        for place, row in enumerate(draft.participants):
            if row.role == role.name and row.until is None and row.person not in now and not _own(draft, row.person):
                draft.participants[place] = replace(row, until=draft.at)
        for person in now:
            draft.take_part(role.name, person, "succession")


def _own(draft: Draft, person: str) -> bool:
    """Whether an open row is given to the person by name; she then stays whoever the manager is."""
    return any(task.person == person and task.status in OPEN for task in draft.tasks.values())
