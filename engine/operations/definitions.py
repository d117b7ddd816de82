"""Definitions from a folder into force: checked, proposed by one person, approved by another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, overload

from engine.definition.model import Definition
from engine.definition.problem import Problem
from engine.definition.reader import CALENDAR, Checked, read_definition, read_texts
from engine.errors import InputError, NotAllowed, NotFound
from engine.history.event import Entry, Part
from engine.operations.moment import moment
from engine.operations.once import Once, Replayed, again, keep, known
from engine.operations.rights import require_hr
from engine.operations.seeing import Named, named
from engine.operations.sight import cycles_in_sight, sight_of
from engine.operations.staff import check_people
from engine.review.case import Actor
from engine.review.roles import AUDITOR, HR
from engine.runtime import Runtime
from engine.store import definitions, history, people
from engine.store.database import Tx
from engine.store.definitions import Stored

_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class Propose:
    """source: a workflow's folder, or its texts by the names that the workflow gives them."""

    source: Path | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Approve:
    """name: the definition's name (its newest proposal), or its fingerprint or at least eight signs of it."""

    name: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """stored is None when problems of level `error` or `later` stand in the way."""

    stored: Stored | None
    problems: tuple[Problem, ...]

    def receipt(self) -> dict[str, Any]:
        """What is kept for the key: which definition was stored; empty when none was."""
        return {} if self.stored is None else self.stored.receipt()


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """A stored definition with its texts, and who published it (None when nobody knows any more)."""

    stored: Stored
    definition: Definition
    proposed_by: Named | None = None
    approved_by: Named | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the reader has to say of the texts: warnings. Reads them anew."""
        return read_texts(self.stored.sources).problems


def check(folder: Path) -> Checked:
    """What the reader makes of the folder; nothing is stored. Raises nothing for faults in the files."""
    return read_definition(folder)


def check_texts(texts: Mapping[str, str]) -> Checked:
    """The same for texts that were handed in. Their calendar's days are always those that the library says: nobody
    makes a working day a holiday by handing in a file of days."""
    return read_texts({name: text for name, text in texts.items() if name != CALENDAR})


@overload
def propose(rt: Runtime, actor: Actor, request: Propose) -> Proposed: ...


@overload
def propose(rt: Runtime, actor: Actor, request: Propose, once: Once | None) -> Proposed | Replayed: ...


def propose(rt: Runtime, actor: Actor, request: Propose, once: Once | None = None) -> Proposed | Replayed:
    """Stores the texts for a second person to approve. InputError when the same texts were proposed before."""
    if actor.person is None:
        raise NotAllowed("OP009")
    person, source = actor.person, request.source
    with rt.database.read() as tx:
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        require_hr(tx, actor, rt.clock.now())  # reading texts is work: it is done for those only who may propose
    checked = check(source) if isinstance(source, Path) else check_texts(source)
    definition = checked.definition
    if definition is None or any(problem.level != "warning" for problem in checked.problems):
        return Proposed(None, checked.problems)
    # Who lacks now may come before a cycle opens: it is told and holds nothing back.
    people_now = tuple(replace(one, level="warning") for one in check_people(rt, definition))
    return again(lambda: _propose(rt, actor, person, definition, (*checked.problems, *people_now), once))


def _propose(
    rt: Runtime, actor: Actor, person: str, definition: Definition, problems: tuple[Problem, ...], once: Once | None
) -> Proposed | Replayed:
    at = rt.clock.now()
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        require_hr(tx, actor, at)
        if definitions.by_fingerprint(tx, definition.fingerprint) is not None:
            code = "OP012" if _in_order(rt.definition(tx, definition.fingerprint)) == _in_order(definition) else "OP025"
            raise InputError(code, name=definition.name, fingerprint=definition.fingerprint[:12])
        stored = Stored(
            definition.fingerprint, definition.name, definition.version, "proposed", definition.sources, person,
            moment(tx, at, [f"definition:{definition.name}"]),
        )  # fmt: skip
        definitions.insert_proposed(tx, stored)
        history.append(tx, [_entry(stored, "definition_proposed", actor, stored.proposed_at)])
        proposed = Proposed(stored, problems)
        keep(tx, actor, once, proposed.receipt(), at)
        return proposed


def _in_order(definition: Definition) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """States, tasks and outcomes as they stand in the file: what lies forwards is decided by it, and a fingerprint
    does not hold it."""
    return [
        (name, [(task, list(plan.outcomes)) for task, plan in state.tasks.items()])
        for name, state in definition.states.items()
    ]


@overload
def approve(rt: Runtime, actor: Actor, request: Approve) -> Stored: ...


@overload
def approve(rt: Runtime, actor: Actor, request: Approve, once: Once | None) -> Stored | Replayed: ...


def approve(rt: Runtime, actor: Actor, request: Approve, once: Once | None = None) -> Stored | Replayed:
    """Puts a proposal into force. NotAllowed for whoever proposed it: four eyes see more than two."""
    if actor.person is None:
        raise NotAllowed("OP009")
    person = actor.person
    return again(lambda: _approve(rt, actor, person, request, once))


def _approve(rt: Runtime, actor: Actor, person: str, request: Approve, once: Once | None) -> Stored | Replayed:
    at = rt.clock.now()
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        require_hr(tx, actor, at)
        stored = _proposal(tx, request.name)
        if stored.proposed_by == person:
            raise NotAllowed("OP013", name=stored.name)
        at = moment(tx, at, [f"definition:{stored.name}"])
        definitions.approve(tx, stored.fingerprint, person, at)
        history.append(tx, [_entry(stored, "definition_approved", actor, at)])
        approved = definitions.by_fingerprint(tx, stored.fingerprint)
        if approved is None:
            raise NotFound("OP010", fingerprint=stored.fingerprint)
        keep(tx, actor, once, approved.receipt(), at)
        return approved


def listing(rt: Runtime, actor: Actor) -> tuple[Stored, ...]:
    """All definitions by name and time, for HR, auditors and the system; for others those of reviews they see."""
    with rt.database.read() as tx:
        return _seen(rt, tx, actor)


def definition_view(rt: Runtime, actor: Actor, name: str) -> DefinitionView:
    """One definition by its fingerprint (or eight signs of it at least), or by its name: the newest in force, else the
    newest proposal. NotFound when there is none, or none that the actor may see."""
    with rt.database.read() as tx:
        found = [one for one in _seen(rt, tx, actor) if _named(one, name)]
        if not found:
            raise NotFound("OP010", fingerprint=name)
        stored = max(found, key=lambda one: (one.status == "approved", one.approved_at or one.proposed_at))
        by = {one for one in (stored.proposed_by, stored.approved_by) if one is not None}
        names = {key: named(person) for key, person in people.by_id(tx, by).items()}
        return DefinitionView(
            stored, rt.definition(tx, stored.fingerprint), names.get(stored.proposed_by),
            names.get(stored.approved_by or ""),
        )  # fmt: skip


def _seen(rt: Runtime, tx: Tx, actor: Actor) -> tuple[Stored, ...]:
    everything = definitions.list_all(tx)
    at = rt.clock.now()
    if actor.person is None or {HR, AUDITOR} & people.places_of(tx, actor.person, at).groups:
        return everything
    seen = {cycle.definition for cycle in cycles_in_sight(tx, sight_of(rt, tx, actor, at))}
    return tuple(one for one in everything if one.fingerprint in seen)


def _named(stored: Stored, name: str) -> bool:
    return stored.name == name or bool(_FINGERPRINT.fullmatch(name) and stored.fingerprint.startswith(name))


def _proposal(tx: Tx, name: str) -> Stored:
    found = [
        one
        for one in definitions.list_all(tx)
        if one.status == "proposed" and _named(one, name)
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
