"""Seals what a working table holds of somebody's words, under the key of whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.canonical import canonical_bytes
from engine.errors import HistoryBroken
from engine.history.commit import NONCE_SIZE, SALT_SIZE, seal, unseal
from engine.store.database import Tx


def sealed_for(tx: Tx, person: str, place: str, plain: Mapping[str, Any], at: datetime) -> bytes:
    """place ties the bytes to where they lie. InputError `store.person_erased` when the person's key was destroyed."""
    ids = tx.database.ids
    key = tx.database.keys.keys_for_writing([person], at)[person]
    return seal(key, ids.random_bytes(NONCE_SIZE), ids.random_bytes(SALT_SIZE), canonical_bytes(plain), place.encode())


def opened_for(tx: Tx, person: str, place: str, sealed: bytes) -> dict[str, Any] | None:
    """None once the person's key was destroyed. HistoryBroken when the bytes do not open."""
    key = tx.database.keys.keys_for_reading([person]).get(person)
    if key is None:
        return None
    try:
        _, data = unseal(key, bytes(sealed), place.encode())
    except ValueError as error:
        raise HistoryBroken("store.words_unreadable", place=place.partition("\n")[0]) from error
    plain: dict[str, Any] = json.loads(data)
    return plain
