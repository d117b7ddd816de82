"""Proves the history of this database: streams, heads, commitments, and that rows and timers follow from it."""

from __future__ import annotations

from functools import partial

from engine.history.verify import Verdict
from engine.operations.names import SYSTEM
from engine.operations.rights import require_reader
from engine.review.case import Actor
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.timers import Timer, timers_of
from engine.runtime import Runtime
from engine.store import audit
from engine.store.database import Tx


def verify(rt: Runtime, actor: Actor = SYSTEM) -> Verdict:
    """The verdict on everything stored, whatever became of it. NotAllowed when the actor is neither HR nor auditor."""
    with rt.database.read() as tx:
        require_reader(tx, actor, rt.clock.now())
        return audit.check(tx, evolve, partial(next_timer, rt))


def next_timer(rt: Runtime, tx: Tx, review: Review) -> Timer | None:
    """What the review waits for, as it stands."""
    return next(iter(timers_of(review, rt.definition(tx, review.definition))), None)
