"""What happened to a review, on one page: one event for each accepted command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ACTIONS = (
    "opened", "answered", "waived", "reassigned", "intervened", "remarked", "figures_taken", "figures_corrected",
    "task_opened", "reminded", "escalated", "expired",
)


@dataclass(frozen=True, slots=True)
class Event:
    """An accepted command. The first group of fields becomes the open part of the history record (persons as
    pseudonyms there; actor null when anonymous), `payload` the encrypted part.

    payload is plain JSON data (str, int, bool, None, list, dict; decimals and instants as canonical text), complete
    enough that `evolve` needs nothing else. Keys, all optional:
    subject, cycle, period, definition (opened only); opened: [task rows as dicts of model.Task's fields];
    closed: [{id, status}] ; answer: {task_id, form, ratings, targets, grade}; comment; reason;
    counts, agreed, next_agreed, chosen: the new complete maps; retired, arrived, corrections: the new complete lists;
    fixed: [names fixed now]; acknowledged: [{what, how}]; participants: [new or ended rows];
    deadlines: [{index, at}] complete new list; reminders: [[task id, instant]] complete new list;
    result: {status, total, grade, first_grade, bounds, consequences, metrics, reasons, facts, trace};
    notices: [{to: [person], role, what}]; carry_over: {...}; trail: [states passed through, last = to_state];
    guard_values: {guard id: {name: text}}; difference: {...} for corrections.
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
