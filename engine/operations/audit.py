"""Proves the history of this database: streams, heads, commitments, and that rows and timers follow from it."""

from __future__ import annotations

from functools import partial

from engine.history.verify import Verdict
from engine.operations.barriers import poked
from engine.operations.names import SYSTEM
from engine.operations.rights import require_reader
from engine.review.case import Actor
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.timers import timers_of
from engine.runtime import Runtime
from engine.store import audit
from engine.store.database import Tx
from engine.store.timers import Timed


def verify(rt: Runtime, actor: Actor = SYSTEM) -> Verdict:
    """The verdict on everything stored, whatever became of it. NotAllowed when the actor is neither HR nor auditor."""
    with rt.database.read() as tx:
        require_reader(tx, actor, rt.clock.now())
        return audit.check(tx, evolve, partial(next_timers, rt))


def next_timers(rt: Runtime, tx: Tx, review: Review) -> tuple[Timed | None, ...]:
    """What the review may wait for, as it stands: the first of its own timers; behind a barrier also the first after
    the worker has looked whether its cohort is complete; and what tells others that they need not wait for it."""
    definition = rt.definition(tx, review.definition)
    own = timers_of(review, definition)
    looked = [one for one in own if (one.kind, one.ref) != ("gather", review.state)]
    first = next(iter(own), None)
    return first, next(iter(looked), None), poked(definition, review) or first
