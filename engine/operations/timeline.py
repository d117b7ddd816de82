"""A review's past: its events as lines, its state at an instant by replay, and why its grade is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.history.event import Record, event_from, review_stream
from engine.operations.seeing import Named, named, viewer_of
from engine.operations.titles import titled
from engine.review import access
from engine.review.access import Viewer
from engine.review.case import Actor
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.score_text import card_titles, score_lines
from engine.runtime import Runtime
from engine.store import history as records_of
from engine.store import people, reviews
from engine.store.database import Tx
from engine.words.book import say


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the viewer may read it. actor is None for timers, imports and anonymous answers; comment and
    difference are None where there is none, or where she may not read it; erased: the payload's key is gone."""

    seq: int
    at: datetime
    action: str
    cause: str
    actor: Named | None
    role: str | None
    task: str | None
    outcome: str | None
    from_state: str | None
    to_state: str | None
    trail: tuple[str, ...] = ()
    comment: str | None = None
    difference: Mapping[str, Any] | None = None
    to: tuple[Named, ...] = ()
    erased: bool = False
    leaf_hash: str = ""
    guards: tuple[tuple[str, bool], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class History:
    """A review's events as the viewer may read them, oldest first."""

    review: str
    definition: Definition
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Stood:
    """How a review stood at an instant, as far as the viewer may see such things now."""

    review: str
    definition: Definition
    at: datetime
    state: str
    revision: int
    head: str
    entered_at: datetime
    tasks: tuple[tuple[str, str, datetime | None], ...]
    targets: Mapping[str, str] | None
    total: str | None
    grade: str | None
    acknowledgements: tuple[tuple[str, str], ...]


def history(rt: Runtime, actor: Actor, review_id: str) -> History:
    """The review's events, oldest first. NotFound when the review, or its history, is not the actor's to see."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        review, viewer = _looked_at(rt, tx, actor, review_id, at, "history")
        records = records_of.read(tx, review_stream(review.id))
        ids = people.by_pseudonym(tx)
        wanted = {ids[record.open.actor] for record in records if record.open.actor in ids}
        wanted.update(one for record in records for one in _told(rt.definition(tx, review.definition), record))
        names = {key: named(person) for key, person in people.by_id(tx, wanted).items()}
        lines = tuple(_line(rt, tx, review, viewer, record, ids, names) for record in records)
        return History(review.id, rt.definition(tx, review.definition), lines)


def state_at(rt: Runtime, actor: Actor, review_id: str, instant: datetime) -> Stood:
    """The review as it stood at the instant, folded from its events. NotFound before it was opened."""
    with rt.database.read() as tx:
        review, viewer = _looked_at(rt, tx, actor, review_id, rt.clock.now(), "history")
        definition = rt.definition(tx, review.definition)
        found = replay(tx, review.id, instant)
    if found is None:
        raise NotFound("OP021", at=instant.isoformat())
    result = found.result if access.sees(definition, review, viewer, "result") else None
    rows = [(task.name, task.status, task.due_at) for task in found.tasks if task.visit == found.visit]
    return Stood(
        review=found.id,
        definition=definition,
        at=instant,
        state=found.state,
        revision=found.revision,
        head=found.head,
        entered_at=found.entered_at,
        tasks=tuple(rows) if access.sees(definition, review, viewer, "tasks") else (),
        targets=found.agreed if access.sees(definition, review, viewer, "targets") else None,
        total=result.total if result else None,
        grade=result.grade if result else None,
        acknowledgements=tuple((one.what, one.how) for one in found.acknowledgements),
    )


def replay(tx: Tx, review_id: str, until: datetime | None = None) -> Review | None:
    """The fold of the stored events up to the instant (None: all). ValueError when a payload is erased."""
    ids = people.by_pseudonym(tx)
    review: Review | None = None
    for record in records_of.read(tx, review_stream(review_id)):
        if until is not None and record.open.at > until:
            break
        review = evolve(review, event_from(record, ids.__getitem__), record.leaf_hash)
    return review


def why_grade(rt: Runtime, actor: Actor, review_id: str, lang: str) -> tuple[str, ...]:
    """The stored judgement that holds now, told line by line from its trace. NotFound when there is none, or none that
    the actor may see."""
    with rt.database.read() as tx:
        review, _ = _looked_at(rt, tx, actor, review_id, rt.clock.now(), "result")
        if review.result is None:
            raise NotFound("OP022")
        payload = records_of.payload_of(tx, review_stream(review.id), review.result.seq)
        if not payload or "result" not in payload:
            raise NotFound("OP023")
        definition = rt.definition(tx, review.definition)
    trace = payload["result"]["trace"]
    roles = {name: titled(lang, role.title, name) for name, role in definition.roles.items()}
    titles = {**card_titles(trace, lang), "subject": say(lang, "OP108"), **roles}
    return tuple(score_lines(trace, lang, titles))


def _looked_at(
    rt: Runtime, tx: Tx, actor: Actor, review_id: str, at: datetime, thing: str
) -> tuple[Review, Viewer]:
    review = reviews.load(tx, review_id)
    definition = rt.definition(tx, review.definition)
    around = people.relations(tx, [review.subject], at, rt.groups(definition))
    viewer = viewer_of(definition, review, around, actor)
    if not access.sees(definition, review, viewer, thing):
        raise NotFound("OP024", thing=thing)
    return review, viewer


def _told(definition: Definition, record: Record) -> list[str]:
    """Whom the event's notices went to; the history names nobody who was asked in an anonymous role."""
    notices = (record.payload or {}).get("notices", ())
    named_ones = [one for one in notices if access.anonymous_below(definition, one.get("role", "")) is None]
    return [person for one in named_ones for person in one.get("to", [])]


def _line(
    rt: Runtime,
    tx: Tx,
    review: Review,
    viewer: Viewer,
    record: Record,
    ids: Mapping[str, str],
    names: Mapping[str, Named],
) -> Line:
    opened, payload = record.open, record.payload
    plain = payload or {}
    told = _may_read_words(rt, tx, review, viewer, plain)
    scored = access.sees(rt.definition(tx, review.definition), review, viewer, "result")
    return Line(
        seq=opened.seq,
        at=opened.at,
        action=opened.action,
        cause=opened.cause,
        actor=names.get(ids.get(opened.actor or "", "")),
        role=opened.role,
        task=opened.task,
        outcome=opened.outcome,
        from_state=opened.from_state,
        to_state=opened.to_state,
        trail=tuple(plain.get("trail", ())),
        comment=(plain.get("comment") or plain.get("reason")) if told else None,
        difference=plain.get("difference") if scored else None,
        to=tuple(names[one] for one in _told(rt.definition(tx, review.definition), record) if one in names),
        erased=payload is None,
        leaf_hash=record.leaf_hash,
        guards=opened.guards,
    )


def _may_read_words(
    rt: Runtime, tx: Tx, review: Review, viewer: Viewer, payload: Mapping[str, Any]
) -> bool:
    """Comments follow the answer they came with; reasons and remarks follow the review's answers."""
    definition = rt.definition(tx, review.definition)
    task_id = payload.get("answer", {}).get("task_id")
    task = next((one for one in review.tasks if one.id == task_id), None)
    if task is None:
        return access.sees(definition, review, viewer, "answers")
    given = sum(one.role == task.role and one.answer_seq is not None for one in review.tasks)
    return access.sees_answer(definition, review, viewer, task, given) != "none"
