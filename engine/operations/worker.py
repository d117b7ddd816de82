"""Fires what is due: one transaction for each timer, so that its effect happens exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.errors import StaleRevision
from engine.operations.handle import apply
from engine.review.case import Actor, Refused
from engine.review.commands import FireTimer
from engine.review.timers import timers_of
from engine.runtime import Runtime
from engine.store import reviews, timers

TIMER = Actor(None, "timer")
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Fired:
    """How many timers acted, by kind; stale ones had nothing left to do; next_due is the earliest that waits."""

    count: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    stale: int = 0
    next_due: datetime | None = None


def fire_due(rt: Runtime, now: datetime) -> Fired:
    """Fires every timer due at `now`, also those that come due by firing others, oldest first.

    What another worker holds is left to it: any number of workers may run at once.
    """
    kinds: Counter[str] = Counter()
    stale = 0
    while True:
        with rt.database.read() as tx:
            waiting = timers.due(tx, now, AT_ONCE)
        said = [kind for one in waiting if (kind := _fire(rt, one.review, now)) is not None]
        kinds.update(kind for kind in said if kind)
        stale += said.count("")
        if not said:
            break
    with rt.database.read() as tx:
        upcoming = timers.next_due(tx)
    return Fired(kinds.total(), dict(kinds), stale, upcoming)


def _fire(rt: Runtime, review_id: str, now: datetime) -> str | None:
    """The kind fired; an empty text for one that had nothing left to do; None when it is no longer ours to fire."""
    try:
        with rt.database.write() as tx:
            timer = timers.claim(tx, review_id, now)
            if timer is None:
                return None
            done = apply(rt, tx, TIMER, FireTimer(timer.review, timer.kind, timer.ref), now)
            if not isinstance(done, Refused):
                return timer.kind
            review = reviews.load(tx, timer.review)
            left = timers_of(review, rt.definition(tx, review.definition))
            gone = (timer.kind, timer.ref, timer.at)
            timers.sync(tx, review.id, [one for one in left if (one.kind, one.ref, one.at) != gone])
            return ""
    except StaleRevision:
        return None
