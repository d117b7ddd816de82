"""What will happen to a review by time alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.definition.model import Definition
from engine.review.barrier import opening_step, review_waits
from engine.review.model import Review

ORDER = {"open": 0, "late": 1, "remind": 2, "gather": 3, "deadline": 4, "resume": 5}


@dataclass(frozen=True, slots=True)
class Timer:
    """kind: `open` | `late` | `remind` (ref: task id) | `deadline` (ref: index of the step, as text) | `resume`
    (ref: nothing) | `gather` (ref: the state, where the cohort may be complete; a step's index, where time is up)."""

    review: str
    kind: str
    ref: str
    at: datetime


def timers_of(review: Review, definition: Definition) -> tuple[Timer, ...]:
    """All timers of a review, in the order of firing: at, then opening before late before reminder before deadline.

    None for an ended review; while it is held nothing but its going on. Several reminders of one task are several
    timers.
    """
    if review.ended_at is not None:
        return ()
    if review.held is not None:
        until = review.held.until
        return () if until is None else (Timer(review.id, "resume", "", until),)
    plans = definition.states[review.state].tasks
    timers = [Timer(review.id, "remind", task, instant) for task, instant in review.reminders]
    barrier = opening_step(definition, review.state) if review_waits(definition, review) else None
    if review_waits(definition, review):
        timers.append(Timer(review.id, "gather", review.state, review.entered_at))
    for step in review.deadlines:
        kind = "gather" if step.index == barrier else "deadline"
        timers.append(Timer(review.id, kind, str(step.index), step.at))
    for task in review.tasks:
        if task.visit != review.visit:
            continue
        if task.status == "waiting" and task.opens_at is not None:
            timers.append(Timer(review.id, "open", task.id, task.opens_at))
        elif task.status == "open" and task.due_at is not None and plans[task.name].late_waive:
            timers.append(Timer(review.id, "late", task.id, task.due_at))
    # Rows in the order in which they were made, not by their ids: those are drawn anew in each organisation.
    places = {task.id: place for place, task in enumerate(review.tasks)}
    return tuple(
        sorted(timers, key=lambda timer: (timer.at, ORDER[timer.kind], places.get(timer.ref, 0), timer.ref))
    )
