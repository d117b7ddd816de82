"""Whom to be, to look around in a demo: somebody of HR, a manager whom something waits for, an auditor."""

from __future__ import annotations

from dataclasses import dataclass

from engine.operations.names import SYSTEM
from engine.operations.seeing import Named, named
from engine.operations.views import review_view
from engine.review.roles import AUDITOR, HR
from engine.runtime import Runtime
from engine.store import people, reviews


@dataclass(frozen=True, slots=True)
class Guides:
    """None where the organisation has no such person."""

    hr: Named | None
    manager: Named | None
    auditor: Named | None


def guides(rt: Runtime) -> Guides:
    """The first by ref of each group, and the manager for whom the oldest review waits."""
    with rt.database.read() as tx:
        groups = people.relations(tx, None, rt.clock.now()).groups
        members = {
            group: sorted(map(named, people.by_id(tx, groups.get(group, ())).values()), key=lambda one: one.ref)
            for group in (HR, AUDITOR)
        }
        waiting = sorted((row.opened_at, row.id) for row in reviews.find(tx) if row.ended_at is None)
    holders = (
        holder
        for _, review in waiting
        for task in review_view(rt, SYSTEM, review).tasks
        if task.status == "open" and task.role == "manager"
        for holder in task.holders
    )
    return Guides(next(iter(members[HR]), None), next(holders, None), next(iter(members[AUDITOR]), None))
