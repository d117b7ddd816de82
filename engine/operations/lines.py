"""Events of a review as lines that its viewer may read: who, what, where to, and the words that were said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from engine.clock import parse_instant
from engine.definition.model import Definition
from engine.history.event import Open, Record
from engine.operations.seeing import Named, named
from engine.review import access
from engine.review.access import Viewer
from engine.review.model import Review
from engine.store import people
from engine.store.database import Tx

_BY_HR: Final = frozenset(("held", "resumed", "extended", "skipped"))  # their reasons are HR's from the beginning on


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the viewer may read it. actor is None for timers, imports and anonymous answers; comment and
    difference are None where there is none, or where she may not read it; last_days: what ended when before and does
    now (of a hold: None before); moved: working days that the dates moved by; erased: the payload's key is gone."""

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
    on_behalf_of: Named | None = None
    last_days: tuple[datetime | None, datetime | None] | None = None
    moved: int | None = None
    erased: bool = False
    leaf_hash: str = ""
    guards: tuple[tuple[str, bool], ...] = field(default=())

    @property
    def step(self) -> str | None:
        """The task that the event is of; or the command from outside the states, whose name is its outcome."""
        return self.outcome if self.action == "intervened" else self.task


def ids_in(tx: Tx, records: Iterable[Record]) -> dict[str, str]:
    """Ids of the people whom the open parts name, by pseudonym."""
    named_ones = (one for record in records for one in (record.open.actor, record.open.on_behalf_of))
    return people.by_pseudonym(tx, {one for one in named_ones if one is not None})


def lines_of(
    tx: Tx, definition: Definition, review: Review, viewer: Viewer, records: Iterable[Record]
) -> tuple[Line, ...]:
    """The records as lines, in their order. The viewer is one who may read the history; the review as it stands now
    says what of its words."""
    listed = tuple(records)
    ids = ids_in(tx, listed)
    both = (one for record in listed for one in (record.open.actor, record.open.on_behalf_of))
    wanted = {ids[one] for one in both if one in ids}
    wanted.update(one for record in listed for one in _told(definition, record))
    names = {key: named(person) for key, person in people.by_id(tx, wanted).items()}
    return tuple(_line(definition, review, viewer, record, ids, names) for record in listed)


def _told(definition: Definition, record: Record) -> list[str]:
    """Whom the event's notices went to; the history names nobody who was asked in an anonymous role."""
    notices = (record.payload or {}).get("notices", ())
    named_ones = [one for one in notices if access.anonymous_below(definition, one.get("role", "")) is None]
    return [person for one in named_ones for person in one.get("to", [])]


def _line(
    definition: Definition,
    review: Review,
    viewer: Viewer,
    record: Record,
    ids: Mapping[str, str],
    names: Mapping[str, Named],
) -> Line:
    opened, payload = record.open, record.payload
    plain = payload or {}
    told = _may_read_words(definition, review, viewer, opened, plain)
    scored = access.sees(definition, review, viewer, "result")
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
        to=tuple(names[one] for one in _told(definition, record) if one in names),
        on_behalf_of=names.get(ids.get(opened.on_behalf_of or "", "")),
        last_days=_last_days(plain),
        moved=plain.get("moved") or None,
        erased=payload is None,
        leaf_hash=record.leaf_hash,
        guards=opened.guards,
    )


def _last_days(payload: Mapping[str, Any]) -> tuple[datetime | None, datetime | None] | None:
    extended, held = payload.get("extended"), payload.get("held")
    if extended:
        return parse_instant(extended["before"]), parse_instant(extended["after"])
    return (None, parse_instant(held["until"])) if held and held["until"] else None


def _may_read_words(
    definition: Definition, review: Review, viewer: Viewer, opened: Open, payload: Mapping[str, Any]
) -> bool:
    """Comments follow the answer they came with; reasons and remarks follow the review's answers.

    Words that somebody gave unnamed stand among the answers alone: here their instant would tell who gave them to
    whoever had seen who had not answered yet.
    """
    task_id = (payload.get("answer") or payload.get("retracted") or {}).get("task_id")
    task = next((one for one in review.tasks if one.id == task_id), None)
    if task is None:
        if opened.action in _BY_HR and "hr" in viewer.relations:
            return True
        unnamed = opened.cause == "person" and opened.actor is None
        return not unnamed and access.sees(definition, review, viewer, "answers")
    given = sum(one.role == task.role and one.answer_seq is not None for one in review.tasks)
    return access.sees_answer(definition, review, viewer, task, given) == "full"
