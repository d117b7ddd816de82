"""Fires what is due: one transaction for each timer, so that its effect happens exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.errors import StaleRevision
from engine.operations.gathering import gather
from engine.operations.handle import apply
from engine.review.case import Actor, Refused
from engine.review.commands import FireTimer
from engine.review.timers import timers_of
from engine.runtime import Runtime
from engine.store import jobs, reviews, timers
from engine.store.database import Tx

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

    What another worker holds is left to it: any number of workers may run at once. A review whose timer cannot be
    fired by a fault of ours keeps no other from its deadline: the first such error is raised when all had their turn.
    """
    kinds: Counter[str] = Counter()
    stale = 0
    broken: dict[str, Exception] = {}
    while True:
        with rt.database.read() as tx:
            waiting = [one for one in timers.due(tx, now, AT_ONCE + len(broken)) if one.review not in broken]
        known = len(broken)
        said = [kind for one in waiting if (kind := _tried(rt, one, now, broken)) is not None]
        kinds.update(kind for kind in said if kind)
        stale += said.count("")
        if not said and len(broken) == known:
            break
    for error in broken.values():
        raise error
    with rt.database.read() as tx:
        upcoming = timers.next_due(tx)
    return Fired(kinds.total(), dict(kinds), stale, upcoming)


def _tried(rt: Runtime, due: timers.Due, now: datetime, broken: dict[str, Exception]) -> str | None:
    """As `_fire`; a review that stands in its own way is noted. A database that cannot be reached stands in all."""
    try:
        return _fire(rt, due, now)
    except Exception as error:
        if jobs.passing(error):
            raise
        broken[due.review] = error
        return None


def _acted(rt: Runtime, tx: Tx, timer: timers.Due, now: datetime) -> bool:
    """Whether the timer had something to do."""
    if timer.kind == "gather":
        return gather(rt, tx, timer.review, timer.ref, now)
    return not isinstance(apply(rt, tx, TIMER, FireTimer(timer.review, timer.kind, timer.ref), now), Refused)


def _fire(rt: Runtime, due: timers.Due, now: datetime) -> str | None:
    """The kind fired; an empty text for one that had nothing left to do; None when it is no longer ours to fire."""
    try:
        with rt.database.write() as tx:
            if due.kind == "gather":
                tx.take_turn()  # two barriers at once would wait for each other's reviews
            timer = timers.claim(tx, due.review, now)
            if timer is None:
                return None
            if _acted(rt, tx, timer, now):
                return timer.kind
            review = reviews.load(tx, timer.review)
            left = timers_of(review, rt.definition(tx, review.definition))
            gone = (timer.kind, timer.ref, timer.at)
            timers.sync(tx, review.id, [one for one in left if (one.kind, one.ref, one.at) != gone])
            return ""
    except StaleRevision:
        return None
