"""Once and no more: a wish that comes again with the same key gets the receipt it got, whatever has happened since."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from engine.canonical import canonical_bytes
from engine.errors import InputError, StaleRevision
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import requests
from engine.store.database import Tx

Result = TypeVar("Result")

OUTDATED: Final = "OP220"
"""The code of a StaleRevision that says: the caller has looked at an older review. Trying again would not help."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Once:
    """key: what the caller calls this wish; digest: SHA-256 (hex) of all that was asked, see `digest_of`."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """The wish had been granted before: the receipt of that time, and nothing was done now."""

    receipt: Mapping[str, Any]


def known(tx: Tx, actor: Actor, once: Once | None) -> Mapping[str, Any] | None:
    """The receipt that the actor's key got before; None for a new key, for no key, and for the system itself.

    KeyReused when the key came with another wish; InputError for a key that is empty, long or not plain ASCII. To be
    asked first inside the transaction that would do the work.
    """
    if once is None or actor.person is None:
        return None
    if not _KEY.fullmatch(once.key):
        raise InputError("OP221")
    return requests.find(tx, actor.person, once.key, once.digest)


def receipt_before(rt: Runtime, actor: Actor, once: Once | None) -> Mapping[str, Any] | None:
    """The same for whoever has no transaction open."""
    with rt.database.read() as tx:
        return known(tx, actor, once)


def keep(tx: Tx, actor: Actor, once: Once | None, receipt: Mapping[str, Any], at: datetime) -> None:
    """Writes the receipt beside the work, in its transaction: plain data without names and without anybody's words.

    StaleRevision when the same key was used at the same moment: whoever tries again finds the receipt.
    """
    if once is not None and actor.person is not None:
        requests.insert(tx, actor.person, once.key, once.digest, receipt, at)


def again(work: Callable[[], Result]) -> Result:
    """What the work gives; where somebody else was faster it is tried once more, from the beginning."""
    try:
        return work()
    except StaleRevision as error:
        if error.code == OUTDATED:
            raise
        return work()


def digest_of(asked: Any) -> str:
    """SHA-256 (hex) of what was asked, as plain data (decimals and days are read as their text), so that a key cannot
    come back with another wish."""
    return hashlib.sha256(canonical_bytes(_plain(asked))).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value  # nearly all: asked first, since whether it is a mapping takes ten times as long to say
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
