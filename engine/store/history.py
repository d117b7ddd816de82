"""Appends to the history and reads it back; what it appends it never changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import bindparam, func, select, tuple_
from sqlalchemy.exc import IntegrityError

from engine.canonical import canonical_bytes
from engine.errors import HistoryBroken, StaleRevision
from engine.history.chain import leaf_hash
from engine.history.commit import NONCE_SIZE, SALT_SIZE, commitment, place_of, seal, unseal
from engine.history.event import Entry, Open, OpenedPart, Record, open_bytes, read_open, recorded_at
from engine.ids import Ids
from engine.store import people
from engine.store.database import Tx
from engine.store.rows import BulkInsert, slices
from engine.store.tables.history import event, payload

SEQ_MAX: Final = 2**31 - 1
"""The greatest number that the column holds."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an entry landed; leaf_hash is the stream's new head, 64 hex."""

    stream: str
    seq: int
    leaf_hash: str


@dataclass(frozen=True)
class Head:
    """The last event of a stream: its seq, leaf hash and stored bytes, which are read when its instant is asked for."""

    seq: int
    leaf_hash: str
    data: bytes

    @cached_property
    def at(self) -> datetime:
        """ValueError when these are not the bytes that were hashed, or no record."""
        return recorded_at(self.data, self.leaf_hash)


_last = event.alias("last")
_HEADS: Final = select(event.c.stream, event.c.seq, event.c.leaf_hash, event.c.data).where(
    event.c.stream.in_(bindparam("streams", expanding=True)),
    event.c.seq == select(func.max(_last.c.seq)).where(_last.c.stream == event.c.stream).scalar_subquery(),
)
_EVENTS: Final = BulkInsert(event)
_SEALED: Final = BulkInsert(payload)
_READ: Final = (
    select(event.c.seq, event.c.leaf_hash, event.c.data)
    .where(event.c.stream == bindparam("stream"), event.c.seq.between(bindparam("first"), bindparam("last")))
    .order_by(event.c.seq)
)
_PARTS: Final = (
    select(payload.c.stream, payload.c.seq, payload.c.number, payload.c.person, payload.c.sealed)
    .where(payload.c.stream == bindparam("stream"), payload.c.seq.between(bindparam("first"), bindparam("last")))
    .order_by(payload.c.seq, payload.c.number)
)
_SOME_PARTS: Final = select(
    payload.c.stream, payload.c.seq, payload.c.number, payload.c.person, payload.c.sealed
).where(
    tuple_(payload.c.stream, payload.c.seq).in_(bindparam("places", expanding=True)), payload.c.number == 0
)
_STREAMS: Final = select(event.c.stream).distinct().order_by(event.c.stream)


def heads(tx: Tx, streams: Iterable[str]) -> dict[str, Head]:
    """The last event of each stream that has one; read once in a transaction."""
    known: dict[str, Head | None] = tx.memory("heads")
    wanted = sorted(set(streams))
    for some in slices([stream for stream in wanted if stream not in known]):
        known |= dict.fromkeys(some)
        for row in tx.execute(_HEADS, {"streams": list(some)}):
            known[row.stream] = Head(row.seq, row.leaf_hash, row.data)
    return {stream: head for stream in wanted if (head := known[stream]) is not None}


def remember_head(tx: Tx, stream: str, head: Head) -> None:
    """Spares `append` the look: for whoever has read the last event along with something else."""
    tx.memory("heads").setdefault(stream, head)


def append(tx: Tx, entries: Sequence[Entry]) -> tuple[Appended, ...]:
    """Appends in order, in two statements (and one for heads not known yet), however many entries.

    Keys that are missing are made, and committed, first. StaleRevision when a stream does not stand where its entry
    expects it, or grew meanwhile; HistoryBroken `store.time_went_back` when `at` is before the stream's last event.
    """
    if not entries:
        return ()
    known = _heads_for(tx, entries)
    names = people.pseudonyms(
        tx, [one for entry in entries for one in (entry.actor, entry.on_behalf_of) if one is not None]
    )
    keys = tx.database.keys.keys_for_writing(
        (part.person for entry in entries for part in entry.parts), tx.database.clock.now()
    )
    events: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    appended: list[Appended] = []
    for entry in entries:
        seq, prev = _link(known.get(entry.stream), entry)
        commitments, sealed = _sealed(tx.database.ids, keys, entry, seq)
        parts += sealed
        data = open_bytes(
            entry,
            log=tx.database.log,
            id=tx.database.ids.new_id(),
            seq=seq,
            prev=prev,
            pseudonym_of=names.__getitem__,
            commitments=commitments,
        )
        head = Head(seq, leaf_hash(data), data)
        known[entry.stream] = head
        events.append({"stream": entry.stream, "seq": seq, "leaf_hash": head.leaf_hash, "data": data})
        appended.append(Appended(entry.stream, seq, head.leaf_hash))
    try:
        tx.insert(_EVENTS, events)
    except IntegrityError as error:
        raise StaleRevision("store.stream_grew", stream=entries[0].stream) from error
    tx.insert(_SEALED, parts)
    tx.memory("heads").update(known)
    return tuple(appended)


def read(tx: Tx, stream: str, first: int = 1, last: int = SEQ_MAX) -> tuple[Record, ...]:
    """The stream's events from seq `first` to `last`, with all payloads whose keys live; () for an unknown stream.

    HistoryBroken when stored bytes do not fit; `verify` says where and why.
    """
    values = {"stream": stream, "first": first, "last": min(last, SEQ_MAX)}
    sealed: dict[int, list[Any]] = {}
    for row in tx.execute(_PARTS, values):
        sealed.setdefault(row.seq, []).append(row)
    keys = tx.database.keys.keys_for_reading({row.person for rows in sealed.values() for row in rows})
    return tuple(
        Record(
            _open(stream, row.seq, row.data),
            row.data,
            row.leaf_hash,
            tuple(OpenedPart(part.person, plain_of_part(part, keys)) for part in sealed.get(row.seq, ())),
        )
        for row in tx.execute(_READ, values)
    )


def payload_of(tx: Tx, stream: str, seq: int) -> Mapping[str, Any] | None:
    """The first part of one event's payload: None when erased, {} when there is none."""
    return payloads_of(tx, [(stream, seq)])[stream, seq]


def payloads_of(tx: Tx, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Mapping[str, Any] | None]:
    """The same for many (stream, seq) in one statement."""
    wanted = sorted(set(places))
    rows = [row for some in slices(wanted) for row in tx.execute(_SOME_PARTS, {"places": list(some)})]
    keys = tx.database.keys.keys_for_reading({row.person for row in rows})
    found: dict[tuple[str, int], Mapping[str, Any] | None] = {place: {} for place in wanted}
    return found | {(row.stream, row.seq): plain_of_part(row, keys) for row in rows}


def streams(tx: Tx) -> tuple[str, ...]:
    return tuple(tx.execute(_STREAMS).scalars())


def _sealed(
    ids: Ids, keys: Mapping[str | None, bytes], entry: Entry, seq: int
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The commitments of an entry's parts, and their rows."""
    commitments: list[str] = []
    rows: list[dict[str, Any]] = []
    for number, part in enumerate(entry.parts):
        salt, nonce = ids.random_bytes(SALT_SIZE), ids.random_bytes(NONCE_SIZE)
        plain = canonical_bytes(part.plain)
        commitments.append(commitment(salt, plain))
        sealed = seal(keys[part.person], nonce, salt, plain, place_of(entry.stream, seq, number))
        rows.append({"stream": entry.stream, "seq": seq, "number": number, "person": part.person, "sealed": sealed})
    return tuple(commitments), rows


def _heads_for(tx: Tx, entries: Sequence[Entry]) -> dict[str, Head]:
    """Heads of the streams; a stream whose first entry expects to be its first event has none to look for."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.stream, entry)
    return dict(heads(tx, [stream for stream, entry in first.items() if entry.expected_seq != 1]))


def _link(head: Head | None, entry: Entry) -> tuple[int, str | None]:
    seq = 1 if head is None else head.seq + 1
    if entry.expected_seq not in (None, seq):
        raise StaleRevision("store.stream_grew", stream=entry.stream)
    if head is None:
        return seq, None
    if entry.at < head.at:
        raise HistoryBroken("store.time_went_back", stream=entry.stream, seq=seq, at=entry.at, last=head.at)
    return seq, head.leaf_hash


def _open(stream: str, seq: int, data: bytes) -> Open:
    try:
        return read_open(data)
    except (ValueError, RecursionError) as error:
        raise HistoryBroken("store.record_unreadable", stream=stream, seq=seq) from error


def plain_of_part(row: Any, keys: Mapping[str | None, bytes | None]) -> Mapping[str, Any] | None:
    """What a row of the payload table holds: None when its key was destroyed; HistoryBroken when it does not open."""
    try:
        key = keys[row.person]
        if key is None:
            return None
        _, data = unseal(key, row.sealed, place_of(row.stream, row.seq, row.number))
        # The seal has proven the bytes; whether they are canonical is asked by verify.
        plain: Mapping[str, Any] = json.loads(data)
    except (ValueError, KeyError) as error:
        raise HistoryBroken("store.payload_unreadable", stream=row.stream, seq=row.seq) from error
    return plain
