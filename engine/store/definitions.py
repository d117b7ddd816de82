"""Definitions as published: their texts stay as long as anything was judged by them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from engine.canonical import canonical_bytes
from engine.errors import HistoryBroken, InputError
from engine.store.database import Tx
from engine.store.tables.cycles import definition


@dataclass(frozen=True, slots=True)
class Stored:
    """A definition's texts and who published it. status: `proposed` | `approved`; sources: file name -> text."""

    fingerprint: str
    name: str
    version: int
    status: str
    sources: Mapping[str, str]
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None

    def receipt(self) -> dict[str, Any]:
        """Which definition it is and how it stands, as plain data."""
        return {
            "fingerprint": self.fingerprint, "name": self.name, "version": self.version, "status": self.status,
        }  # fmt: skip


_ONE: Final = select(definition).where(definition.c.fingerprint == bindparam("fingerprint"))
_NEWEST: Final = (
    select(definition)
    .where(definition.c.name == bindparam("name"), definition.c.status == "approved")
    .order_by(definition.c.approved_at.desc(), definition.c.version.desc())
    .limit(1)
)
_ALL: Final = select(definition).order_by(definition.c.name, definition.c.proposed_at, definition.c.fingerprint)
_APPROVE: Final = (
    update(definition)
    .where(definition.c.fingerprint == bindparam("of"), definition.c.status == "proposed")
    .values(
        status="approved",
        approved_by=bindparam("by"),
        approved_at=bindparam("now", type_=definition.c.approved_at.type),
    )
)


def insert_proposed(tx: Tx, stored: Stored) -> None:
    sources = canonical_bytes(stored.sources)
    tx.execute(definition.insert(), {
        "fingerprint": stored.fingerprint,
        "name": stored.name,
        "version": stored.version,
        "status": "proposed",
        "sources": sources.decode(),
        "sources_hash": hashlib.sha256(sources).hexdigest(),
        "proposed_by": stored.proposed_by,
        "proposed_at": stored.proposed_at,
    })


def approve(tx: Tx, fingerprint: str, by: str, at: datetime) -> None:
    """InputError `store.definition_not_proposed` when it is unknown or approved; who may is decided elsewhere."""
    if tx.execute(_APPROVE, {"of": fingerprint, "by": by, "now": at}).rowcount != 1:
        raise InputError("store.definition_not_proposed", fingerprint=fingerprint)


def by_fingerprint(tx: Tx, fingerprint: str) -> Stored | None:
    row = tx.execute(_ONE, {"fingerprint": fingerprint}).one_or_none()
    return None if row is None else _stored(row)


def approved(tx: Tx, name: str) -> Stored | None:
    """The one of this name that was approved last."""
    row = tx.execute(_NEWEST, {"name": name}).one_or_none()
    return None if row is None else _stored(row)


def list_all(tx: Tx) -> tuple[Stored, ...]:
    return tuple(_stored(row) for row in tx.execute(_ALL))


def _stored(row: Any) -> Stored:
    if hashlib.sha256(row.sources.encode()).hexdigest() != row.sources_hash:
        raise HistoryBroken("store.sources_changed", fingerprint=row.fingerprint)
    return Stored(
        row.fingerprint,
        row.name,
        row.version,
        row.status,
        json.loads(row.sources),
        row.proposed_by,
        row.proposed_at,
        row.approved_by,
        row.approved_at,
    )
