"""Receipts of requests that carried an idempotency key: the same key gives the same reply, without free text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from engine.errors import KeyReused, StaleRevision
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.rows import json_text
from engine.store.tables.history import request

_FIND: Final = Prepared(
    select(request.c.digest, request.c.receipt).where(
        request.c.actor == bindparam("actor"), request.c.key == bindparam("key")
    )
)
_INSERT: Final = Prepared(request.insert())


def find(tx: Tx, actor: str, key: str, digest: str) -> Mapping[str, Any] | None:
    """The receipt given before, None for a new key; KeyReused when it came with another request (digest: its hash)."""
    row = tx.row(_FIND, {"actor": actor, "key": key})
    if row is None:
        return None
    if row.digest != digest:
        raise KeyReused("store.key_reused", key=key)
    receipt: Mapping[str, Any] = json.loads(row.receipt)
    return receipt


def insert(tx: Tx, actor: str, key: str, digest: str, receipt: Mapping[str, Any], at: datetime) -> None:
    """Kept as long as the event. StaleRevision when the same key was used at the same moment: try again."""
    values = {"actor": actor, "key": key, "digest": digest, "receipt": json_text(receipt), "at": at}
    try:
        tx.change(_INSERT, values)
    except IntegrityError as error:
        raise StaleRevision("store.same_key_at_once", key=key) from error
