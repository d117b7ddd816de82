"""What happened to a review, on one page: one event for each accepted command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ACTIONS = (
    "opened", "answered", "waived", "reassigned", "intervened", "remarked", "figures_taken", "figures_corrected",
    "task_opened", "reminded", "escalated", "expired", "delegated", "extended", "held", "resumed", "skipped",
    "retracted", "gathered",
)


@dataclass(frozen=True, slots=True)
class Event:
    """An accepted command. The first group of fields becomes the open part of the history record (persons as
    pseudonyms there; actor null when anonymous), `payload` the encrypted part.

    payload is plain JSON data (str, int, bool, None, list, dict; decimals and instants as canonical text), complete
    enough that `evolve` needs nothing else. A key is there only when it says something:
    subject, cycle, period, definition (opened only); opened: rows of new tasks as dicts of model.Task's fields;
    changed: [{id, changed fields}] of tasks that were there; answer: {task_id, form, ratings, targets, grade};
    comment; reason; counts, watched, agreed, origins, next_agreed, delegated, chosen, fixed (name -> instant): the new
    complete maps; retired, arrived, corrections, acknowledged, deadlines, reminders: the new complete lists;
    participants: rows that are new or ended now; ended_at: instant or None; held: {since, until, by} or None;
    extended: {before, after, and task_id or step}; retracted: {task_id, seq of the answer};
    trail: [states entered, last = to_state];
    result: {status, total, grade, first_grade, bounds, consequences, metrics, figures, reasons, facts, trace,
    proposals};
    notices: [{what, role, to: [person], values}]; carry_over: {...}; guard_values: {guard id: {name: text}};
    difference: {total, grade: [before, after]} of a correction. Who gave an anonymous answer stands in `actor` alone.
    """

    review: str
    seq: int
    action: str
    at: datetime
    cause: str
    actor: str | None
    from_state: str | None
    to_state: str
    role: str | None = None
    on_behalf_of: str | None = None
    task: str | None = None
    outcome: str | None = None
    effective: datetime | None = None
    anonymous: bool = False
    guards: tuple[tuple[str, bool], ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)
