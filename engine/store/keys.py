"""One key for each person, in a database of its own, wrapped by a key file that nobody else may read."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.errors import HistoryBroken, InputError, UnsafeSettings
from engine.history.commit import KEY_SIZE, NONCE_SIZE, unwrap_key, wrap_key
from engine.ids import Ids
from engine.store.tables.keys import about, person_key

VERSION: Final = "1"
ORGANISATION: Final = "-"
"""Owner of the key for payloads that are about nobody."""

_CHUNK: Final = 500
_PROOF_OWNER: Final = "proof"
_select_keys = select(person_key.c.person, person_key.c.wrapped, person_key.c.destroyed_at).where(
    person_key.c.person.in_(bindparam("persons", expanding=True))
)
_INSERT: Final = {
    "sqlite": sqlite.insert(person_key).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(person_key).on_conflict_do_nothing(),
}


class Keyring:
    """Gives keys by person, making those that are missing. Made keys are committed before anything is sealed by them,
    so that a payload can never outlive its key by accident. Opened keys are kept in memory while the process lives."""

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[Connection]],
        master: bytes,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._master = master
        self._ids = ids
        self._opened: dict[str, bytes] = {}

    def keys_for_writing(self, persons: Iterable[str | None], at: datetime) -> dict[str | None, bytes]:
        """A key for each; InputError `store.person_erased` when one was destroyed: nothing new is sealed about her."""
        wanted = {person: person or ORGANISATION for person in persons}
        missing = sorted({owner for owner in wanted.values() if owner not in self._opened})
        if missing:
            with self._begin() as connection:
                found, destroyed = self._load(connection, missing)
                if destroyed:
                    raise InputError("store.person_erased", person=min(destroyed))
                made = {owner: self._ids.random_bytes(KEY_SIZE) for owner in missing if owner not in found}
                if made:
                    connection.execute(_INSERT[connection.dialect.name], [
                        {"person": owner, "wrapped": self._wrap(key, owner), "made_at": at, "destroyed_at": None}
                        for owner, key in made.items()
                    ])
                    # Another process may have been faster: what is stored holds.
                    made, _ = self._load(connection, sorted(made))
            self._opened |= found | made
        return {person: self._opened[owner] for person, owner in wanted.items()}

    def keys_for_reading(self, persons: Iterable[str | None]) -> dict[str | None, bytes | None]:
        """A key for each that has one, None for those destroyed; whoever never had a key is left out.

        HistoryBroken `store.key_unreadable` when a wrapped key does not open.
        """
        wanted = {person: person or ORGANISATION for person in persons}
        missing = sorted({owner for owner in wanted.values() if owner not in self._opened})
        destroyed: set[str] = set()
        if missing:
            with self._begin() as connection:
                found, destroyed = self._load(connection, missing)
            self._opened |= found
        return {
            person: self._opened.get(owner)
            for person, owner in wanted.items()
            if owner in self._opened or owner in destroyed
        }

    def derived(self, purpose: str, name: str) -> bytes:
        """32 secret bytes that follow from the key file, the purpose and the name alone: the same each time, and none
        of them says anything of another or of the key file."""
        key = hmac.digest(self._master, f"derived-v1\n{purpose}".encode(), hashlib.sha256)
        return hmac.digest(key, name.encode(), hashlib.sha256)

    def destroy(self, person: str, at: datetime) -> None:
        """Forgets the key for ever; what was sealed by it stays as bytes that nobody can read. Other processes that
        have opened the key keep it until they end."""
        with self._begin() as connection:
            connection.execute(
                update(person_key)
                .where(person_key.c.person == person, person_key.c.destroyed_at.is_(None))
                .values(wrapped=None, destroyed_at=at)
            )
        self._opened.pop(person, None)

    def _load(self, connection: Connection, owners: list[str]) -> tuple[dict[str, bytes], set[str]]:
        found: dict[str, bytes] = {}
        destroyed: set[str] = set()
        for first in range(0, len(owners), _CHUNK):
            for owner, wrapped, gone_at in connection.execute(
                _select_keys, {"persons": owners[first : first + _CHUNK]}
            ):
                if gone_at is not None or wrapped is None:
                    destroyed.add(owner)
                else:
                    found[owner] = self._unwrap(wrapped, owner)
        return found, destroyed

    def _unwrap(self, wrapped: bytes, owner: str) -> bytes:
        try:
            return unwrap_key(self._master, wrapped, owner)
        except ValueError as error:
            raise HistoryBroken("store.key_unreadable", person=owner) from error

    def _wrap(self, key: bytes, owner: str) -> bytes:
        return wrap_key(self._master, self._ids.random_bytes(NONCE_SIZE), key, owner)


def master_key(path: Path, ids: Ids, may_make: bool) -> bytes:
    """The key file's 32 bytes (hex in the file), made with mode 0600 when absent and allowed.

    UnsafeSettings when it is missing, readable by others or not a key.
    """
    if not path.exists():
        if not may_make:
            raise UnsafeSettings("store.key_file_missing", file=path)
        _make_key_file(path, ids.random_bytes(KEY_SIZE))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UnsafeSettings("store.key_file_open", file=path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_SIZE:
        raise UnsafeSettings("store.key_file_wrong", file=path)
    return key


def _make_key_file(path: Path, key: bytes) -> None:
    """Whole or not at all: two processes that start together must end up with the same key."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(partial)


def begin_keys(connection: Connection, log: str, master: bytes, ids: Ids) -> None:
    """Notes in an empty key database which log it belongs to, with a proof of the key file."""
    proof = wrap_key(master, ids.random_bytes(NONCE_SIZE), log.encode(), _PROOF_OWNER)
    connection.execute(about.insert(), {"log": log, "version": VERSION, "proof": proof})


def check_keys(connection: Connection, log: str, master: bytes, file: Path) -> None:
    """UnsafeSettings when the key database belongs to another log, another release, or another key file."""
    row = connection.execute(select(about)).one_or_none()
    if row is None or row.log != log:
        raise UnsafeSettings("store.keys_of_another_log", log=log)
    if row.version != VERSION:
        raise UnsafeSettings("store.database_newer", version=row.version, known=VERSION)
    try:
        unwrap_key(master, row.proof, _PROOF_OWNER)
    except ValueError:
        raise UnsafeSettings("store.key_file_wrong", file=file) from None

