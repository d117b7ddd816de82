"""Bulk work as rows: how far each piece is, and what became of every item, moved on in the transaction of the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.exc import OperationalError

from engine.errors import Unreachable
from engine.store.database import Tx
from engine.store.rows import BulkInsert
from engine.store.tables.doors import job, job_item

ACTIVE: Final = ("waiting", "running")
UNDONE: Final = (*ACTIVE, "paused")


@dataclass(frozen=True, slots=True)
class JobRow:
    """state: waiting | running | paused, and when it has ended done | cancelled | failed. total: of items, 0 when that
    is not known; done: items dealt with, refused: those of them that were not accepted. cursor: where to go on, result:
    JSON without anybody's words; sealed: what was asked, or why it failed, under the actor's key."""

    id: str
    kind: str
    actor: str
    state: str
    made_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    total: int
    done: int
    refused: int
    cursor: str
    result: str
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """sealed: what is asked, and once it was refused why; receipt: JSON, None as long as its turn has not come."""

    number: int
    sealed: bytes | None
    receipt: str | None


_AT: Final = bindparam("made", type_=job.c.made_at.type)
_COLUMNS: Final = tuple(job.c[name] for name in JobRow.__dataclass_fields__)
_ITEM_COLUMNS: Final = tuple(job_item.c[name] for name in ItemRow.__dataclass_fields__)
_JOBS: Final = BulkInsert(job)
_ITEMS: Final = BulkInsert(job_item)
_FIND: Final = select(*_COLUMNS).where(job.c.id == bindparam("of"))
_LOCK: Final = _FIND.with_for_update()
_CLAIM: Final = _FIND.where(job.c.state.in_(ACTIVE)).with_for_update(skip_locked=True)
_RUNNABLE: Final = select(job.c.id).where(job.c.state.in_(ACTIVE)).order_by(job.c.changed_at, job.c.id)
_PAGE: Final = select(*_COLUMNS).order_by(job.c.made_at.desc(), job.c.id.desc()).limit(bindparam("most"))
_AFTER: Final = or_(job.c.made_at < _AT, and_(job.c.made_at == _AT, job.c.id < bindparam("below")))
_PUT: Final = update(job).where(job.c.id == bindparam("of")).values({
    name: bindparam(f"new_{name}")
    for name in ("state", "changed_at", "ended_at", "total", "done", "refused", "cursor", "result", "sealed")
})  # fmt: skip
_ITEM: Final = select(*_ITEM_COLUMNS).where(job_item.c.job == bindparam("of"), job_item.c.number == bindparam("place"))
_RECEIPTS: Final = (
    select(*_ITEM_COLUMNS)
    .where(job_item.c.job == bindparam("of"), job_item.c.number > bindparam("after"), job_item.c.receipt.is_not(None))
    .order_by(job_item.c.number)
    .limit(bindparam("most"))
)
_PUT_ITEM: Final = (
    update(job_item)
    .where(job_item.c.job == bindparam("of"), job_item.c.number == bindparam("place"))
    .values(sealed=bindparam("new_sealed"), receipt=bindparam("new_receipt"))
)
_EMPTY: Final = (
    update(job_item).where(job_item.c.job == bindparam("of"), job_item.c.receipt.is_(None)).values(sealed=None)
)


def insert(tx: Tx, one: JobRow, items: Sequence[bytes] = ()) -> None:
    """A new job with its sealed items, numbered from 0."""
    tx.insert(_JOBS, [asdict(one)])
    rows = [{"job": one.id, "number": number, "sealed": sealed, "receipt": None} for number, sealed in enumerate(items)]
    tx.insert(_ITEMS, rows)


def find(tx: Tx, job_id: str, *, lock: bool = False) -> JobRow | None:
    """lock: nobody else moves it on before this transaction ends."""
    row = tx.execute(_LOCK if lock else _FIND, {"of": job_id}).one_or_none()
    return None if row is None else JobRow(*row)


def claim(tx: Tx, job_id: str) -> JobRow | None:
    """The job, for this transaction alone; None when it is not to be worked on now or another worker is at it."""
    row = tx.execute(_CLAIM, {"of": job_id}).one_or_none()
    return None if row is None else JobRow(*row)


def runnable(tx: Tx) -> tuple[str, ...]:
    """Ids of jobs to be worked on, the one that was moved on longest ago first."""
    return tuple(tx.execute(_RUNNABLE).scalars())


def page(tx: Tx, actor: str | None, below: tuple[datetime, str] | None, most: int) -> tuple[JobRow, ...]:
    """Jobs of the actor (None: of everybody), newest first, after the one made at `below` with that id."""
    wanted, values = _PAGE, dict[str, object](most=most)
    if actor is not None:
        wanted, values = wanted.where(job.c.actor == bindparam("whose")), values | {"whose": actor}
    if below is not None:
        wanted, values = wanted.where(_AFTER), values | {"made": below[0], "below": below[1]}
    return tuple(JobRow(*row) for row in tx.execute(wanted, values))


def put(tx: Tx, one: JobRow) -> None:
    """How the job stands now; what it asked for is forgotten for items whose turn will not come any more."""
    tx.execute(_PUT, {"of": one.id, **{f"new_{name}": value for name, value in asdict(one).items()}})
    if one.state not in UNDONE:
        tx.execute(_EMPTY, {"of": one.id})


def item(tx: Tx, job_id: str, number: int) -> ItemRow | None:
    row = tx.execute(_ITEM, {"of": job_id, "place": number}).one_or_none()
    return None if row is None else ItemRow(*row)


def put_item(tx: Tx, job_id: str, one: ItemRow) -> None:
    values = {"of": job_id, "place": one.number, "new_sealed": one.sealed, "new_receipt": one.receipt}
    tx.execute(_PUT_ITEM, values)


def receipts(tx: Tx, job_id: str, after: int, most: int) -> tuple[ItemRow, ...]:
    """Items that had their turn, by number."""
    return tuple(ItemRow(*row) for row in tx.execute(_RECEIPTS, {"of": job_id, "after": after, "most": most}))


def passing(error: Exception) -> bool:
    """Whether it is the database that could not be reached just now: to be tried again, no fault of the job."""
    return isinstance(error, OperationalError | Unreachable)
