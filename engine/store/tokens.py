"""Bearer tokens: whom a text stands for, as long as it is neither revoked nor too old and its person works here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, update

from engine.store import passes
from engine.store.admission import admitted
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables.doors import token


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: everything but its text. made_by and revoked_by: None for the system itself."""

    id: str
    person: str
    made_at: datetime
    made_by: str | None
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None


_AT: Final = bindparam("at", type_=token.c.expires_at.type)
_COLUMNS: Final = tuple(token.c[name] for name in Token.__dataclass_fields__)
_INSERT: Final = token.insert()
_FIND: Final = select(*_COLUMNS).where(token.c.id == bindparam("of"))
_OF_PERSON: Final = (
    select(*_COLUMNS).where(token.c.person == bindparam("person")).order_by(token.c.made_at.desc(), token.c.id)
)
_BEARER: Final = Prepared(
    select(token.c.person, token.c.hash).where(
        token.c.id == bindparam("of"),
        token.c.revoked_at.is_(None),
        token.c.expires_at > _AT,
        admitted(token.c.person, token.c.made_at),
    )
)
_REVOKE: Final = (
    update(token)
    .where(token.c.id == bindparam("of"), token.c.revoked_at.is_(None))
    .values(revoked_at=_AT, revoked_by=bindparam("by"))
)


def insert(tx: Tx, one: Token, text: str) -> None:
    """Keeps the token with the hash of its text."""
    values = {name: getattr(one, name) for name in Token.__dataclass_fields__}
    tx.execute(_INSERT, {**values, "hash": passes.hash_of(text)})


def find(tx: Tx, token_id: str) -> Token | None:
    row = tx.execute(_FIND, {"of": token_id}).one_or_none()
    return None if row is None else Token(*row)


def of_person(tx: Tx, person: str) -> tuple[Token, ...]:
    """All that were ever made for the person, newest first."""
    return tuple(Token(*row) for row in tx.execute(_OF_PERSON, {"person": person}))


def bearer(tx: Tx, text: str, at: datetime) -> str | None:
    """The id of the person that the text stands for at the instant; None for every text that lets nobody in."""
    token_id = passes.id_in(passes.TOKEN, text)
    if token_id is None:
        return None
    row = tx.row(_BEARER, {"of": token_id, "at": at})
    fits = passes.fits(text, None if row is None else row.hash)
    return row.person if fits and row is not None else None


def revoke(tx: Tx, token_id: str, by: str | None, at: datetime) -> bool:
    """False when it was revoked before; the first time stays."""
    return tx.execute(_REVOKE, {"of": token_id, "by": by, "at": at}).rowcount == 1
