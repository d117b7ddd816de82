"""An answer that was taken back is kept for whoever gave it, as what she has begun to write."""

from __future__ import annotations

from typing import Any

from engine.definition.model import Definition
from engine.history.event import review_stream
from engine.operations.forms import form_of, people_in, with_refs
from engine.operations.kept import as_kept
from engine.review.events import Event
from engine.review.model import Review
from engine.store import drafts, history, people
from engine.store.database import Tx


def keep_words(tx: Tx, definition: Definition, before: Review, event: Event) -> None:
    """After an event `retracted`: a draft of the answer, unless its words have been erased. before: the review as it
    was, with the answer."""
    told = event.payload.get("retracted") or {}
    row = next((one for one in before.tasks if one.id == told.get("task_id")), None)
    if row is None or event.actor is None:
        return
    place = (review_stream(before.id), told["seq"])
    payload = history.payloads_of(tx, {place})[place]
    if not payload:
        return
    schema, given = form_of(definition, before, row.id), dict(payload["answer"])
    plain: dict[str, Any] = {"outcome": row.outcome, "comment": payload.get("comment")}
    plain |= {key: given.get(key) for key in ("ratings", "targets", "grade")}
    if given.get("form"):
        meant = people.by_id(tx, set(people_in(schema, given["form"])))
        plain["form"] = with_refs(schema, given["form"], {key: one.ref for key, one in meant.items()})
    kept = as_kept({key: value for key, value in plain.items() if value is not None})
    drafts.save(tx, before.id, drafts.key_of(row, before.id), event.actor, kept, event.at)
