"""Sign-in links, good for once, and the sessions that they begin: rows that can be ended, never a signed cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from engine.store import passes
from engine.store.admission import admitted
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables.doors import session, sign_in

IDLE: Final = timedelta(hours=8)
LONGEST: Final = timedelta(days=7)
SEEN_EVERY: Final = timedelta(minutes=5)
"""A session ends once nobody was seen for IDLE, and after LONGEST in any case; that she was is noted now and then."""

KEPT: Final = timedelta(days=30)
"""How long links and sessions that are over are kept for their people to look at; the history keeps that they were."""


@dataclass(frozen=True, slots=True)
class Link:
    """What is known of a sign-in link: everything but its text. made_by: None for the system itself."""

    id: str
    person: str
    made_at: datetime
    made_by: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is known of a session: everything but its text. made_by: who had made the link that began it."""

    id: str
    person: str
    made_by: str | None
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    def live(self, at: datetime) -> bool:
        return self.ended_at is None and self.expires_at > at and self.seen_at > at - IDLE


_INSTANT: Final = session.c.seen_at.type
_AT: Final = bindparam("at", type_=_INSTANT)
_SINCE: Final = bindparam("since", type_=_INSTANT)
_COLUMNS: Final = tuple(session.c[name] for name in Sitting.__dataclass_fields__)
_INSERT_LINK: Final = sign_in.insert()
_INSERT: Final = session.insert()
_LINK: Final = select(*(sign_in.c[name] for name in Link.__dataclass_fields__), sign_in.c.hash).where(
    sign_in.c.id == bindparam("of"),
    sign_in.c.used_at.is_(None),
    sign_in.c.expires_at > _AT,
    admitted(sign_in.c.person, sign_in.c.made_at),
)
_USE: Final = (
    update(sign_in).where(sign_in.c.id == bindparam("of"), sign_in.c.used_at.is_(None)).values(used_at=_AT)
)
_LIVE: Final = (session.c.ended_at.is_(None), session.c.expires_at > _AT, session.c.seen_at > _SINCE)
_FIND: Final = Prepared(
    select(*_COLUMNS, session.c.hash).where(
        session.c.id == bindparam("of"), *_LIVE, admitted(session.c.person, session.c.begun_at)
    )
)
_OF_PERSON: Final = (
    select(*_COLUMNS).where(session.c.person == bindparam("person")).order_by(session.c.begun_at.desc(), session.c.id)
)
_SEEN: Final = (
    update(session).where(session.c.id == bindparam("of"), session.c.seen_at < _AT).values(seen_at=_AT)
)
_END: Final = (
    update(session)
    .where(session.c.id == bindparam("of"), session.c.person == bindparam("whose"), session.c.ended_at.is_(None))
    .values(ended_at=_AT)
)
_END_ALL: Final = update(session).where(session.c.person == bindparam("whose"), *_LIVE).values(ended_at=_AT)
_VOID: Final = (
    update(sign_in)
    .where(sign_in.c.person == bindparam("whose"), sign_in.c.used_at.is_(None), sign_in.c.expires_at > _AT)
    .values(used_at=_AT)
)
_FORGET: Final = tuple(
    delete(table).where(table.c.person == bindparam("whose"), table.c.expires_at < _SINCE)
    for table in (sign_in, session)
)


def insert_link(tx: Tx, one: Link, text: str) -> None:
    """Keeps the link with the hash of its text, and forgets the person's links and sessions of long ago."""
    for statement in _FORGET:
        tx.execute(statement, {"whose": one.person, "since": one.made_at - KEPT})
    values = {name: getattr(one, name) for name in Link.__dataclass_fields__}
    tx.execute(_INSERT_LINK, {**values, "hash": passes.hash_of(text), "used_at": None})


def use_link(tx: Tx, text: str, at: datetime) -> Link | None:
    """The link, from now on used; None for a text that lets nobody in: unknown, used, too old, or of one who has left.

    Of two who use it at once, one gets it.
    """
    link_id = passes.id_in(passes.LINK, text)
    if link_id is None:
        return None
    row = tx.execute(_LINK, {"of": link_id, "at": at}).one_or_none()
    if not passes.fits(text, None if row is None else row.hash) or row is None:
        return None
    if tx.execute(_USE, {"of": link_id, "at": at}).rowcount != 1:
        return None
    return Link(*row[:-1])


def insert(tx: Tx, one: Sitting, text: str) -> None:
    values = {name: getattr(one, name) for name in Sitting.__dataclass_fields__}
    tx.execute(_INSERT, {**values, "hash": passes.hash_of(text)})


def find(tx: Tx, text: str, at: datetime) -> Sitting | None:
    """The live session that the text stands for, in one statement; None for every other text."""
    session_id = passes.id_in(passes.SESSION, text)
    if session_id is None:
        return None
    row = tx.row(_FIND, {"of": session_id, "at": at, "since": at - IDLE})
    if not passes.fits(text, None if row is None else row.hash) or row is None:
        return None
    return Sitting(*row[:-1])


def of_person(tx: Tx, person: str) -> tuple[Sitting, ...]:
    """Those that are still kept, newest first, whether live or ended."""
    return tuple(Sitting(*row) for row in tx.execute(_OF_PERSON, {"person": person}))


def seen(tx: Tx, session_id: str, at: datetime) -> None:
    tx.execute(_SEEN, {"of": session_id, "at": at})


def end(tx: Tx, session_id: str, person: str, at: datetime) -> bool:
    """Ends one session of the person; False when it had ended before, or is not hers."""
    return tx.execute(_END, {"of": session_id, "whose": person, "at": at}).rowcount == 1


def end_all(tx: Tx, person: str, at: datetime) -> tuple[int, int]:
    """Ends all sessions of the person and voids the links not used yet: how many of each."""
    ended = tx.execute(_END_ALL, {"whose": person, "at": at, "since": at - IDLE}).rowcount
    return ended, tx.execute(_VOID, {"whose": person, "at": at}).rowcount
