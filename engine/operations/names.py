"""Turns what people type into ids: a person by ref, a review by its subject, a cycle by its period."""

from __future__ import annotations

import re
from datetime import datetime

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.operations.seeing import viewer_of
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import cycles, directory, people, reviews
from engine.store.cycles import Cycle
from engine.store.database import Tx
from engine.store.directory import Asker

_PREFIX = re.compile(r"[0-9a-f]{8,31}")
SYSTEM = Actor(None, "system")
"""Whoever runs this machine, as long as nobody says who it is."""

_ID = re.compile(r"[0-9a-f]{32}")


def actor_named(rt: Runtime, ref: str | None) -> Actor:
    """The person with this ref (or id) as an actor; no ref is the system itself. NotFound for an unknown one."""
    if ref is None:
        return SYSTEM
    with rt.database.read() as tx:
        return Actor(person_named(tx, ref))


def person_named(tx: Tx, ref: str) -> str:
    """The id of the person, account or team with this ref (or id)."""
    found = people.by_ref(tx, [ref]).get(ref)
    if found is not None:
        return found.id
    if _ID.fullmatch(ref) and ref in people.by_id(tx, [ref]):
        return ref
    raise NotFound("OP001", ref=ref)


def person_known(tx: Tx, actor: Actor, ref: str, at: datetime) -> str:
    """The id of the person with this ref (or id), whom the actor may look up. NotFound, as if there were nobody, for
    everybody else."""
    person = person_named(tx, ref)
    if actor.person in (None, person):
        return person
    asker = Asker(actor.person, at, people.places_of(tx, actor.person or "", at))
    if not directory.find(tx, asker, ref=people.by_id(tx, [person])[person].ref, limit=1):
        raise NotFound("OP001", ref=ref)
    return person


def review_named(rt: Runtime, text: str, cycle: str | None = None, actor: Actor | None = None) -> str:
    """A review's id from its id (or eight signs of it at least), or from its subject's ref: `am01` is the newest one,
    `am01/2025-Q3` that period's; of those that the actor may see, where one asks. NotFound when there is none."""
    with rt.database.read() as tx:
        if actor is None:
            return review_in(tx, text, cycle)
        for one in _meant(tx, text, cycle):
            if _visible(rt, tx, one, actor):
                return one
        raise NotFound("OP002", ref=text)


def definition_of(rt: Runtime, review_id: str) -> Definition:
    """The definition a review runs by: for titles in place of keys. NotFound for an unknown review."""
    with rt.database.read() as tx:
        return rt.definition(tx, reviews.load(tx, review_id).definition)


def _visible(rt: Runtime, tx: Tx, review_id: str, actor: Actor) -> bool:
    try:
        review = reviews.load(tx, review_id)
        definition = rt.definition(tx, review.definition)
        around = people.relations(tx, [review.subject], rt.clock.now(), rt.groups(definition))
        viewer_of(definition, review, around, actor)
    except NotFound:
        return False
    return True


def review_in(tx: Tx, text: str, cycle: str | None = None) -> str:
    """The review that is meant, whoever asks. NotFound when there is none."""
    return _meant(tx, text, cycle)[0]


def _meant(tx: Tx, text: str, cycle: str | None) -> tuple[str, ...]:
    """Every review that may be meant, the likeliest first. NotFound when there is none."""
    if _ID.fullmatch(text):
        return (text,)
    ref, _, period = text.replace("@", "/", 1).partition("/")
    begun = tuple(reviews.begun_with(tx, text, 2)) if _PREFIX.fullmatch(text) else ()
    if len(begun) == 1 and ref not in people.by_ref(tx, [ref]):
        return begun
    wanted = {one.id for one in cycles_in(tx, cycle or period)} if cycle or period else None
    subject = person_named(tx, ref)
    if wanted is not None and not wanted:
        raise NotFound("OP003", ref=cycle or period)
    rows = [row for row in reviews.find(tx, subject=subject) if wanted is None or row.cycle in wanted]
    rows.sort(key=lambda row: (row.opened_at, row.id), reverse=True)
    found = (*(begun if len(begun) == 1 else ()), *(row.id for row in rows))
    if not found:
        raise NotFound("OP002", ref=text)
    return found


def cycle_in(tx: Tx, text: str) -> Cycle:
    """A cycle from its id, its period, or `workflow/period`; the newest one where several fit."""
    found = cycles_in(tx, text)
    if not found:
        raise NotFound("OP003", ref=text)
    return found[0]


def cycles_in(tx: Tx, text: str) -> tuple[Cycle, ...]:
    """Every cycle that is meant by an id, a period, or `workflow/period`; the newest first."""
    workflow, _, period = text.rpartition("/")
    found = [
        cycle
        for cycle in cycles.list_all(tx)
        if cycle.id == text or (cycle.period == period and workflow in ("", cycle.workflow))
    ]
    return tuple(sorted(found, key=lambda cycle: (cycle.opened_at, cycle.id), reverse=True))
