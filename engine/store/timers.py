"""The next timer of each review, written in the transaction that changed it: what fires late still fires once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import bindparam, delete, func, select

from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.rows import BulkInsert, upsert
from engine.store.tables.reviews import timer


class Timed(Protocol):
    """A timer as the review room derives it from a review."""

    @property
    def review(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def ref(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Due:
    """The next timer of a review: kind `open` | `remind` | `late` | `deadline`, ref as in the command FireTimer."""

    review: str
    kind: str
    ref: str
    at: datetime


_AT: Final = bindparam("now", type_=timer.c.at.type)
_PUT: Final = Prepared(upsert(timer))
_NEW: Final = BulkInsert(timer)
_DROP: Final = Prepared(delete(timer).where(timer.c.review == bindparam("of")))
_DUE: Final = (
    select(timer.c.review, timer.c.kind, timer.c.ref, timer.c.at)
    .where(timer.c.at <= _AT)
    .order_by(timer.c.at, timer.c.review)
    .limit(bindparam("most"))
)
_CLAIM: Final = (
    select(timer.c.review, timer.c.kind, timer.c.ref, timer.c.at)
    .where(timer.c.review == bindparam("of"), timer.c.at <= _AT)
    .with_for_update(skip_locked=True)
)
_NEXT: Final = select(func.min(timer.c.at, type_=timer.c.at.type))


def sync(tx: Tx, review: str, timers: Iterable[Timed]) -> None:
    """Keeps the first of these (in their firing order); the others follow from the review once it has fired."""
    first = min(timers, key=lambda one: one.at, default=None)
    if first is None:
        tx.change(_DROP, {"of": review})
    else:
        tx.change(_PUT, _values(first))


def insert_many(tx: Tx, firsts: Iterable[Timed]) -> None:
    """For reviews opened just now: at most one each, the first to fire."""
    tx.insert(_NEW, [_values(first) for first in firsts])


def due(tx: Tx, now: datetime, limit: int = 1_000) -> tuple[Due, ...]:
    """What should have fired by now, oldest first, at most one a review."""
    return tuple(Due(*row) for row in tx.execute(_DUE, {"now": now, "most": limit}))


def claim(tx: Tx, review: str, now: datetime) -> Due | None:
    """The review's due timer, for this transaction alone; None when another worker has it or it has fired already."""
    row = tx.execute(_CLAIM, {"of": review, "now": now}).one_or_none()
    return None if row is None else Due(*row)


def next_due(tx: Tx) -> datetime | None:
    """When the worker must wake at the latest."""
    at: datetime | None = tx.execute(_NEXT).scalar_one()
    return at


def _values(one: Timed) -> dict[str, object]:
    return {"review": one.review, "at": one.at, "kind": one.kind, "ref": one.ref}
