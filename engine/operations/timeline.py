"""A review's past: its events as lines, its state at an instant by replay, and why its grade is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.clock import instant_text
from engine.definition.model import Definition
from engine.errors import NotFound
from engine.history.event import Record, event_from, review_stream
from engine.operations.lines import Line, ids_in, lines_of
from engine.operations.seeing import viewer_of
from engine.operations.titles import titled
from engine.review import access
from engine.review.access import Viewer
from engine.review.case import Actor
from engine.review.evolve import evolve
from engine.review.model import Judgement, Review
from engine.review.score_text import card_titles, score_lines
from engine.runtime import Runtime
from engine.store import history as records_of
from engine.store import people, reviews
from engine.store.database import Tx
from engine.words.book import say

__all__ = [
    "History", "Line", "Score", "Stood", "history", "replay", "score", "score_titles", "score_zone", "state_at",
    "way_of", "why_grade",
]


@dataclass(frozen=True, slots=True)
class History:
    """A review's events as the viewer may read them, oldest first."""

    review: str
    definition: Definition
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Stood:
    """How a review stood at an instant, as far as the viewer may see such things now and might have seen them then."""

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


@dataclass(frozen=True, slots=True)
class Score:
    """A stored judgement: seq of the event that made it, and the complete result with its trace. The single answers in
    its facts are left out: the trace shows roles, never a person of them. facts: what it was made from, to judge again
    by and never to be shown."""

    review: str
    definition: Definition
    seq: int
    total: str | None
    grade: str | None
    first_grade: str | None
    status: str
    result: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)


def history(rt: Runtime, actor: Actor, review_id: str, *, after: int = 0, limit: int | None = None) -> History:
    """The review's events, oldest first: those after the seq, at most so many (None: all).

    NotFound when the review, or its history, is not the actor's to see.
    """
    with rt.database.read() as tx:
        review, viewer = looked_at(rt, tx, actor, review_id, rt.clock.now(), "history")
        definition = rt.definition(tx, review.definition)
        last = records_of.SEQ_MAX if limit is None else after + limit
        records = records_of.read(tx, review_stream(review.id), after + 1, last)
        return History(review.id, definition, lines_of(tx, definition, review, viewer, records))


def way_of(rt: Runtime, actor: Actor, review_id: str) -> tuple[str, ...]:
    """The states that the review has entered, in order, forks too; nothing for whoever may not read its history."""
    with rt.database.read() as tx:
        review, viewer = seen_by(rt, tx, actor, review_id, rt.clock.now())
        definition = rt.definition(tx, review.definition)
        if not access.sees(definition, review, viewer, "history"):
            return ()
        return tuple(_entered(records_of.read(tx, review_stream(review.id))))


def _entered(records: Iterable[Record]) -> Iterator[str]:
    here = None
    for record in records:
        for state in (record.payload or {}).get("trail", ()) or (record.open.to_state,):
            if state is not None and state != here:
                yield state
                here = state


def state_at(rt: Runtime, actor: Actor, review_id: str, instant: datetime) -> Stood:
    """The review as it stood at the instant, folded from its events. NotFound before it was opened."""
    with rt.database.read() as tx:
        review, viewer = looked_at(rt, tx, actor, review_id, rt.clock.now(), "history")
        definition = rt.definition(tx, review.definition)
        found = replay(tx, review.id, instant)
    if found is None:
        raise NotFound("OP021", at=instant_text(instant))
    result = result_then(definition, review, found, viewer)
    seen = [task for task in found.tasks if task.visit == found.visit and access.sees_task(viewer, task)]
    names = list(dict.fromkeys(task.name for task in seen))
    # By status, and not in the order of asking: which of several rows is whose would follow from its place.
    seen.sort(key=lambda task: (names.index(task.name), task.number, task.status))
    return Stood(
        review=found.id,
        definition=definition,
        at=instant,
        state=found.state,
        revision=found.revision,
        head=found.head,
        entered_at=found.entered_at,
        tasks=tuple((task.name, task.status, task.due_at) for task in seen),
        targets=found.agreed if access.sees(definition, review, viewer, "targets") else None,
        total=result.total if result else None,
        grade=result.grade if result else None,
        acknowledgements=tuple((one.what, one.how) for one in found.acknowledgements),
    )


def replay(tx: Tx, review_id: str, until: datetime | None = None) -> Review | None:
    """The fold of the stored events up to the instant (None: all). NotFound OP237 when a payload is erased."""
    records = records_of.read(tx, review_stream(review_id))
    return fold(tx, [record for record in records if until is None or record.open.at <= until])


def fold(tx: Tx, records: Iterable[Record], review: Review | None = None) -> Review | None:
    """The review after these events, from where it stood before them."""
    listed = tuple(records)
    ids = ids_in(tx, listed)
    for record in listed:
        if record.payload is None:
            raise NotFound("OP237")
        review = evolve(review, event_from(record, ids.__getitem__), record.leaf_hash)
    return review


def score(rt: Runtime, actor: Actor, review_id: str, instant: datetime | None = None) -> Score:
    """The stored judgement that held at the instant (None: that holds now), with its trace.

    NotFound when there was none, when it is erased, and when the actor may not see it now or might not have seen it
    then: what was not released in its day is not released by looking back.
    """
    with rt.database.read() as tx:
        review, viewer = looked_at(rt, tx, actor, review_id, rt.clock.now(), "result")
        definition = rt.definition(tx, review.definition)
        found = review if instant is None else replay(tx, review.id, instant)
        if found is None:
            raise NotFound("OP021", at=instant_text(instant) if instant else "")
        judged = result_then(definition, review, found, viewer)
        if judged is None:
            raise NotFound("OP022")
        payload = records_of.payload_of(tx, review_stream(review.id), judged.seq)
    if not payload or "result" not in payload:
        raise NotFound("OP023")
    result = {name: value for name, value in payload["result"].items() if name != "facts"}
    return Score(
        review.id, definition, judged.seq, judged.total, judged.grade, judged.first_grade, judged.status, result,
        payload["result"].get("facts", {}),
    )


def result_then(definition: Definition, now: Review, then: Review, viewer: Viewer) -> Judgement | None:
    """The result at an earlier instant, for whoever may see such things now and might have seen it then."""
    seen = all(access.sees(definition, review, viewer, "result") for review in (now, then))
    return then.result if seen else None


def why_grade(
    rt: Runtime, actor: Actor, review_id: str, lang: str, instant: datetime | None = None
) -> tuple[str, ...]:
    """The judgement of `score`, told line by line from its trace."""
    found = score(rt, actor, review_id, instant)
    trace = found.result["trace"]
    return tuple(score_lines(trace, lang, score_titles(found.definition, trace, lang), score_zone(found.definition)))


def score_zone(definition: Definition) -> ZoneInfo:
    """Where the days are told on which figures were taken."""
    return ZoneInfo(definition.calendar.timezone)


def score_titles(definition: Definition, trace: Sequence[Mapping[str, Any]], lang: str) -> dict[str, str]:
    """What figures, metrics and roles are called where a score is told."""
    roles = {name: titled(lang, role.title, name) for name, role in definition.roles.items()}
    return {**card_titles(trace, lang), "subject": say(lang, "OP108"), **roles}


def looked_at(
    rt: Runtime, tx: Tx, actor: Actor, review_id: str, at: datetime, thing: str
) -> tuple[Review, Viewer]:
    """The review for somebody who wants to read the thing of it. NotFound when it is not hers to read."""
    review, viewer = seen_by(rt, tx, actor, review_id, at)
    if not access.sees(rt.definition(tx, review.definition), review, viewer, thing):
        raise NotFound("OP024", thing=thing)
    return review, viewer


def seen_by(rt: Runtime, tx: Tx, actor: Actor, review_id: str, at: datetime) -> tuple[Review, Viewer]:
    review = reviews.load(tx, review_id)
    definition = rt.definition(tx, review.definition)
    around = people.relations(tx, [review.subject], at, rt.groups(definition))
    return review, viewer_of(definition, review, around, actor)
