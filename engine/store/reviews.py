"""Reviews: loaded whole in one statement, saved where they changed, found by whom they concern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import and_, bindparam, exists, select, update

from engine.errors import NotFound, StaleRevision
from engine.review.model import Review
from engine.store import cycles as cycle_store
from engine.store import people as people_store
from engine.store.database import Tx
from engine.store.history import Head, plain_of_part, remember_head
from engine.store.prepared import Prepared
from engine.store.review_rows import (
    participant_row,
    review_of,
    review_row,
    task_row,
    whole,
)
from engine.store.rows import BulkInsert, read_rows, slices, upsert
from engine.store.tables.cycles import cycle
from engine.store.tables.history import payload
from engine.store.tables.people import person
from engine.store.tables.reviews import participant, review, task


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review in a list; total is canonical decimal text."""

    id: str
    cycle: str
    subject: str
    definition: str
    state: str
    revision: int
    opened_at: datetime
    entered_at: datetime
    ended_at: datetime | None
    status: str | None
    total: str | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class Previous:
    """An ended review of an earlier period; payload: of the event that holds its result, None without one or when
    it is erased."""

    review: str
    period: str
    state: str
    status: str | None
    total: str | None
    grade: str | None
    payload: Mapping[str, Any] | None


_CYCLE: Final = attrgetter(*(f"cycle_{column.name}" for column in cycle.columns))
_PERSON: Final = attrgetter(*(f"person_{column.name}" for column in person.columns))
_LOAD: Final = Prepared(whole().where(review.c.id == bindparam("id")))
_LOAD_MANY: Final = whole().where(review.c.id.in_(bindparam("ids", expanding=True)))
_UPDATE: Final = Prepared(
    update(review)
    .where(review.c.id == bindparam("of"), review.c.revision == bindparam("expected"))
    .values({name: bindparam(f"new_{name}") for name in review.columns.keys() if name != "id"})  # noqa: SIM118
)
_REVIEWS: Final = BulkInsert(review)
_TASKS: Final = BulkInsert(task)
_PARTICIPANTS: Final = BulkInsert(participant)
_PUT_TASKS: Final = Prepared(upsert(task))
_PUT_PARTICIPANTS: Final = Prepared(upsert(participant))
_LISTED: Final = tuple(review.c[name] for name in ReviewRow.__dataclass_fields__)
_BEGUN_WITH: Final = (
    select(review.c.id)
    .where(review.c.id >= bindparam("first"), review.c.id < bindparam("last"))
    .order_by(review.c.id)
    .limit(bindparam("most"))
)
_PREVIOUS: Final = Prepared(
    select(
        review.c.id,
        cycle.c.period,
        review.c.state,
        review.c.status,
        review.c.total,
        review.c.grade,
        *(payload.c[name] for name in ("stream", "seq", "number", "person", "sealed")),
    )
    .join(cycle, cycle.c.id == review.c.cycle)
    .outerjoin(
        payload,
        and_(
            payload.c.stream == "review:" + review.c.id, payload.c.seq == review.c.result_seq, payload.c.number == 0
        ),
    )
    .where(
        review.c.subject == bindparam("subject"),
        cycle.c.workflow == bindparam("workflow"),
        cycle.c.period < bindparam("before"),
        review.c.ended_at.is_not(None),
    )
    .order_by(cycle.c.period.desc())
    .limit(bindparam("most"))
)


def load(tx: Tx, review_id: str) -> Review:
    """The whole review, in one statement; its cycle and subject are then known to this transaction too.

    NotFound `no_such_review`.
    """
    row = tx.row(_LOAD, {"id": review_id})
    if row is None:
        raise NotFound("no_such_review", review=review_id)
    return _loaded(tx, row)


def load_many(tx: Tx, ids: Iterable[str]) -> dict[str, Review]:
    """By id; unknown ones are left out."""
    wanted = sorted(set(ids))
    found = [row for some in slices(wanted) for row in tx.execute(_LOAD_MANY, {"ids": list(some)})]
    return {row.id: _loaded(tx, row) for row in found}


def save(tx: Tx, one: Review, expected_revision: int) -> None:
    """Writes the review over the revision it was made from; StaleRevision when another one lies there."""
    values = {f"new_{name}": value for name, value in review_row(one).items() if name != "id"}
    if tx.change(_UPDATE, {"of": one.id, "expected": expected_revision, **values}) != 1:
        raise StaleRevision("store.stale_revision", review=one.id, expected=expected_revision)
    before: Review | None = tx.memory("reviews").get(one.id)
    known = before is not None and before.revision == expected_revision
    tasks = before.tasks if before and known else ()
    participants = before.participants if before and known else ()
    tx.change(_PUT_TASKS, *(task_row(one.id, place, row) for place, row in _changed(tasks, one.tasks)))
    tx.change(
        _PUT_PARTICIPANTS,
        *(participant_row(one.id, place, row) for place, row in _changed(participants, one.participants)),
    )
    tx.memory("reviews")[one.id] = one


def insert_many(tx: Tx, reviews: Sequence[Review]) -> None:
    """New reviews with all their rows: three statements, however many."""
    tx.insert(_REVIEWS, [review_row(one) for one in reviews])
    tx.insert(_TASKS, [task_row(one.id, place, row) for one in reviews for place, row in enumerate(one.tasks)])
    tx.insert(
        _PARTICIPANTS,
        [participant_row(one.id, place, row) for one in reviews for place, row in enumerate(one.participants)],
    )
    tx.memory("reviews").update({one.id: one for one in reviews})


def begun_with(tx: Tx, prefix: str, most: int) -> list[str]:
    """Ids that begin with these hex digits."""
    return list(tx.execute(_BEGUN_WITH, {"first": prefix, "last": prefix + "g", "most": most}).scalars())


def find(
    tx: Tx,
    *,
    cycle: str | None = None,
    subject: str | None = None,
    state: str | None = None,
    holder: str | None = None,
) -> tuple[ReviewRow, ...]:
    """Reviews that fit all that is given; holder: a person who holds, or held, a role in it. By cycle and subject."""
    wanted = select(*_LISTED).order_by(review.c.cycle, review.c.subject)
    values: dict[str, Any] = {}
    for column, value in ((review.c.cycle, cycle), (review.c.subject, subject), (review.c.state, state)):
        if value is not None:
            wanted = wanted.where(column == bindparam(f"wanted_{column.name}"))
            values[f"wanted_{column.name}"] = value
    if holder is not None:
        held = exists().where(participant.c.review == review.c.id, participant.c.person == bindparam("holder"))
        wanted, values = wanted.where(held), values | {"holder": holder}
    return tuple(ReviewRow(*row) for row in tx.execute(wanted, values))


def previous_results(tx: Tx, subject: str, workflow: str, before_period: str, limit: int) -> tuple[Previous, ...]:
    """Ended reviews of the same workflow in earlier periods (keys of one kind sort by time), newest first."""
    values = {"subject": subject, "workflow": workflow, "before": before_period, "most": limit}
    rows = tx.rows(_PREVIOUS, values)
    keys = tx.database.keys.keys_for_reading({row.person for row in rows if row.sealed is not None})
    return tuple(
        Previous(row[0], row[1], row[2], row[3], row[4], row[5], plain_of_part(row, keys) if row.sealed else None)
        for row in rows
    )


def _changed(before: Sequence[Any], after: Sequence[Any]) -> list[tuple[int, Any]]:
    """Places and rows that are new or differ; rows are never removed from a review."""
    return [
        (place, row) for place, row in enumerate(after) if place >= len(before) or before[place] != row
    ]


def _loaded(tx: Tx, row: Any) -> Review:
    one = review_of(row)
    tx.memory("reviews")[one.id] = one
    tx.memory("drafts")[one.id] = read_rows(row.drafts)
    tx.memory("cycles").setdefault(one.cycle, cycle_store.cycle_of(_CYCLE(row)))
    tx.memory("people").setdefault(one.subject, people_store.person_of(_PERSON(row)))
    if row.event_data is not None:
        remember_head(tx, f"review:{one.id}", Head(one.revision, row.event_leaf_hash, row.event_data))
    return one
