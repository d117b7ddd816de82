"""Definitions from a folder into force: checked, proposed by one person, approved by another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from engine.definition.problem import Problem
from engine.definition.reader import Checked, read_definition
from engine.errors import InputError, NotAllowed, NotFound
from engine.history.event import Entry, Part
from engine.operations.moment import moment
from engine.operations.rights import require_hr
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import definitions, history
from engine.store.database import Tx
from engine.store.definitions import Stored

_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class Propose:
    """folder: a workflow's folder with its texts."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Approve:
    """name: the definition's name (its newest proposal), or its fingerprint or at least eight signs of it."""

    name: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """stored is None when problems of level `error` or `later` stand in the way."""

    stored: Stored | None
    problems: tuple[Problem, ...]


def check(folder: Path) -> Checked:
    """What the reader makes of the folder; nothing is stored. Raises nothing for faults in the files."""
    return read_definition(folder)


def propose(rt: Runtime, actor: Actor, request: Propose) -> Proposed:
    """Stores the texts for a second person to approve. InputError when the same texts were proposed before."""
    if actor.person is None:
        raise NotAllowed("OP009")
    checked = read_definition(request.folder)
    definition = checked.definition
    if definition is None or any(problem.level != "warning" for problem in checked.problems):
        return Proposed(None, checked.problems)
    at = rt.clock.now()
    stored = Stored(
        definition.fingerprint, definition.name, definition.version, "proposed", definition.sources, actor.person, at
    )
    with rt.database.write() as tx:
        require_hr(tx, actor, at)
        if definitions.by_fingerprint(tx, definition.fingerprint) is not None:
            raise InputError("OP012", name=definition.name, fingerprint=definition.fingerprint[:12])
        stored = replace(stored, proposed_at=moment(tx, at, [f"definition:{stored.name}"]))
        definitions.insert_proposed(tx, stored)
        history.append(tx, [_entry(stored, "definition_proposed", actor, stored.proposed_at)])
    return Proposed(stored, checked.problems)


def approve(rt: Runtime, actor: Actor, request: Approve) -> Stored:
    """Puts a proposal into force. NotAllowed for whoever proposed it: four eyes see more than two."""
    if actor.person is None:
        raise NotAllowed("OP009")
    at = rt.clock.now()
    with rt.database.write() as tx:
        require_hr(tx, actor, at)
        stored = _proposal(tx, request.name)
        if stored.proposed_by == actor.person:
            raise NotAllowed("OP013", name=stored.name)
        at = moment(tx, at, [f"definition:{stored.name}"])
        definitions.approve(tx, stored.fingerprint, actor.person, at)
        history.append(tx, [_entry(stored, "definition_approved", actor, at)])
        approved = definitions.by_fingerprint(tx, stored.fingerprint)
    if approved is None:
        raise NotFound("OP010", fingerprint=stored.fingerprint)
    return approved


def listing(rt: Runtime) -> tuple[Stored, ...]:
    """All definitions, by name and time."""
    with rt.database.read() as tx:
        return definitions.list_all(tx)


def _proposal(tx: Tx, name: str) -> Stored:
    found = [
        one
        for one in definitions.list_all(tx)
        if one.status == "proposed"
        and (one.name == name or (_FINGERPRINT.fullmatch(name) and one.fingerprint.startswith(name)))
    ]
    if not found:
        raise NotFound("OP014", name=name)
    return max(found, key=lambda one: (one.proposed_at, one.fingerprint))


def _entry(stored: Stored, action: str, actor: Actor, at: datetime) -> Entry:
    plain = {"version": stored.version, "fingerprint": stored.fingerprint}
    return Entry(
        f"definition:{stored.name}", action, at, actor.cause, actor.person, definition=stored.fingerprint,
        parts=(Part(None, plain),),
    )  # fmt: skip
