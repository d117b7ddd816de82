"""Proves the history of this database: streams, heads, commitments, and that replay equals the rows."""

from __future__ import annotations

from engine.history.verify import Verdict
from engine.operations.names import SYSTEM
from engine.operations.rights import require_reader
from engine.review.case import Actor
from engine.review.evolve import evolve
from engine.runtime import Runtime
from engine.store import audit


def verify(rt: Runtime, actor: Actor = SYSTEM) -> Verdict:
    """The verdict on everything stored, whatever became of it. NotAllowed when the actor is neither HR nor auditor."""
    with rt.database.read() as tx:
        require_reader(tx, actor, rt.clock.now())
        return audit.check(tx, evolve)
