"""What somebody has begun to write for a task, sealed under her own key until it is handed in or no longer wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, select

from engine.ids import derived_id
from engine.review.events import Event
from engine.review.model import OPEN, Review, Task
from engine.store.database import Tx
from engine.store.rows import upsert
from engine.store.sealed import opened_for, sealed_for
from engine.store.tables.doors import draft


@dataclass(frozen=True, slots=True)
class Draft:
    """plain: what was saved, as the author's door understands it; numbers are texts."""

    saved_at: datetime
    plain: Mapping[str, Any]


_PUT: Final = upsert(draft)
_FIND: Final = select(draft.c.saved_at, draft.c.sealed).where(
    draft.c.task == bindparam("of"), draft.c.person == bindparam("whose")
)
_DROP: Final = delete(draft).where(draft.c.task == bindparam("of"), draft.c.person == bindparam("whose"))


def key_of(task: Task, review: str) -> str:
    """What a draft hangs on: this occurrence of the task in this visit. Not the row, which is made anew when the task
    opens for each of its holders or is sent back."""
    return derived_id("draft", review, task.visit, task.name, task.number)


def save(tx: Tx, review: str, key: str, person: str, plain: Mapping[str, Any], at: datetime) -> None:
    """Over whatever the person had saved before. ValueError when `plain` has no canonical bytes."""
    sealed = sealed_for(tx, person, _place(key, person), plain, at)
    values = {"task": key, "person": person, "review": review, "saved_at": at, "sealed": sealed}
    tx.execute(_PUT[tx.database.dialect], values)


def find(tx: Tx, key: str, person: str) -> Draft | None:
    """None when there is none, or when the author's key was destroyed. HistoryBroken when it does not open."""
    row = tx.execute(_FIND, {"of": key, "whose": person}).one_or_none()
    plain = None if row is None else opened_for(tx, person, _place(key, person), row.sealed)
    return None if row is None or plain is None else Draft(row.saved_at, plain)


def drop(tx: Tx, key: str, person: str) -> bool:
    return tx.execute(_DROP, {"of": key, "whose": person}).rowcount == 1


def settle(tx: Tx, review: Review, event: Event) -> None:
    """After an event: drops what was handed in with it, and what nobody can hand in any more.

    Loading the review has told which drafts there are, so where there are none this costs nothing.
    """
    kept: list[list[str]] = tx.memory("drafts").pop(review.id, [])
    if not kept:
        return
    open_to: dict[str, set[str | None]] = {}
    for task in review.tasks if review.ended_at is None else ():
        if task.visit == review.visit and task.status in OPEN:
            open_to.setdefault(key_of(task, review.id), set()).add(task.person)
    answered = (event.payload.get("answer") or {}).get("task_id") if event.action == "answered" else None
    handed_in = {(key_of(task, review.id), event.actor) for task in review.tasks if task.id == answered}
    gone = [
        {"of": key, "whose": person}
        for key, person in kept
        if (key, person) in handed_in or open_to.get(key, set()).isdisjoint((None, person))
    ]
    tx.many(_DROP, gone)


def _place(key: str, person: str) -> str:
    return f"draft-v1\n{key}\n{person}"
