"""Which cycle is watched, and of whom: HR of certain units watches these, HR of everybody and auditors all."""

from __future__ import annotations

from datetime import datetime

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.operations.names import cycles_in
from engine.operations.rights import reader_units
from engine.review.case import Actor
from engine.review.roles import hr_group
from engine.runtime import Runtime
from engine.store.cycles import Cycle
from engine.store.database import Tx


def watched_cycle(
    rt: Runtime, tx: Tx, actor: Actor, text: str, at: datetime
) -> tuple[Cycle, Definition, tuple[str, ...] | None]:
    """The newest cycle meant, its definition, and the units whose reviews the actor watches (None: everybody's).

    NotAllowed for whoever is neither its HR nor an auditor, be there such a cycle or not; then NotFound.
    """
    found = cycles_in(tx, text)
    if not found:
        reader_units(tx, actor, at)
        raise NotFound("OP003", ref=text)
    definition = rt.definition(tx, found[0].definition)
    return found[0], definition, reader_units(tx, actor, at, hr_group(definition))
