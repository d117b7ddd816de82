"""Hands the stored history, however damaged, to the room that proves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from sqlalchemy import bindparam, text

from engine.clock import instant_text
from engine.errors import HistoryBroken, NotFound
from engine.history.verify import (
    Evolve,
    Finding,
    Ground,
    StoredEvent,
    StoredPart,
    StreamVerdict,
    Unreadable,
    Verdict,
    check_stream,
    payload_alone,
    review_of,
    stream_missing,
)
from engine.review.model import Review
from engine.store import people, reviews
from engine.store.database import Tx
from engine.store.rows import slices
from engine.store.timers import Timed

# Plain text, so that no column type stumbles over a value that somebody damaged.
_ROWS: Final = text(
    "SELECT e.stream, e.seq, e.leaf_hash, e.data, p.number, p.person, p.sealed FROM event e "
    "LEFT JOIN payload p ON p.stream = e.stream AND p.seq = e.seq ORDER BY e.stream, e.seq, p.number"
).execution_options(yield_per=1_000)
_ALONE: Final = text(
    "SELECT p.stream, p.seq FROM payload p WHERE NOT EXISTS "
    "(SELECT 1 FROM event e WHERE e.stream = p.stream AND e.seq = p.seq) ORDER BY p.stream, p.seq"
)
_UNTOLD: Final = text(
    "SELECT r.id FROM review r WHERE NOT EXISTS "
    "(SELECT 1 FROM event e WHERE e.stream = 'review:' || r.id) ORDER BY r.id"
)
_TIMERS: Final = text("SELECT t.review, t.kind, t.ref, t.at FROM timer t WHERE t.review IN :reviews").bindparams(
    bindparam("reviews", expanding=True)
)
_NEXT: Final = text("SELECT DISTINCT e.stream FROM event e WHERE e.stream > :after ORDER BY e.stream LIMIT :most")
_SOME_ROWS: Final = text(
    "SELECT e.stream, e.seq, e.leaf_hash, e.data, p.number, p.person, p.sealed FROM event e "
    "LEFT JOIN payload p ON p.stream = e.stream AND p.seq = e.seq WHERE e.stream > :after AND e.stream <= :last "
    "ORDER BY e.stream, e.seq, p.number"
)
_COUNT: Final = text("SELECT count(DISTINCT stream) FROM event")

NextTimers = Callable[[Tx, Review], Iterable[Timed | None]]
"""What a review, as it stands, may wait for next; None when time alone does nothing to it any more."""


def check(tx: Tx, evolve: Evolve, next_timers: NextTimers | None = None) -> Verdict:
    """Every stream, its links, payloads and replay; every review row; with next_timers also the rows of timers, which
    follow from the reviews. Always a verdict."""
    with _anything_readable(tx):
        verdict = _verdict(tx, _streams(tx.execute(_ROWS)), people.by_pseudonym(tx), evolve)
        findings = [*verdict.findings, *check_rest(tx)]
        if next_timers is not None:
            known = [str(row.id) for row in tx.execute(_IDS)]
            findings += _timers(tx, known, {one.review for one in findings}, next_timers)
    return replace(verdict, findings=tuple(findings))


def check_some(
    tx: Tx, evolve: Evolve, next_timers: NextTimers, after: str, most: int
) -> tuple[Verdict, str | None]:
    """The same for so many streams after that one, in the database's own order, and the last of them: None when there
    are no more. What belongs to no stream is left to `check_rest`."""
    with _anything_readable(tx):
        names = [str(one) for one in tx.execute(_NEXT, {"after": after, "most": most}).scalars()]
        if not names:
            return Verdict(0, 0, (), ()), None
        rows = tx.execute(_SOME_ROWS, {"after": after, "last": names[-1]})
        verdict = _verdict(tx, _streams(rows), _Named(tx), evolve)
        known = [review for name in names if (review := review_of(name)) is not None]
        found = _timers(tx, known, {one.review for one in verdict.findings}, next_timers)
    return replace(verdict, findings=(*verdict.findings, *found)), names[-1]


def check_rest(tx: Tx) -> tuple[Finding, ...]:
    """Payloads without their event, reviews without their stream."""
    alone = [payload_alone(str(row.stream), row.seq) for row in tx.execute(_ALONE)]
    return (*alone, *(stream_missing(str(row.id)) for row in tx.execute(_UNTOLD)))


def count_streams(tx: Tx) -> int:
    return int(tx.execute(_COUNT).scalar_one())


class _Named(dict[str, str]):
    """Ids by pseudonym, each looked up when it is first asked for: a few streams name few of all people."""

    def __init__(self, tx: Tx) -> None:
        super().__init__()
        self._tx = tx

    def __missing__(self, pseudonym: str) -> str:
        if not (pseudonym.isascii() and pseudonym.isprintable()):
            raise KeyError(pseudonym)  # damaged: no database would take it for a text
        self.update(people.by_pseudonym(self._tx, [pseudonym]))
        if pseudonym not in self:
            raise KeyError(pseudonym)
        return self[pseudonym]


def _verdict(
    tx: Tx, streams: Iterable[tuple[str, tuple[StoredEvent, ...]]], names: dict[str, str], evolve: Evolve
) -> Verdict:
    findings: list[Finding] = []
    erased: list[str] = []
    number = events = 0
    for stream, stored in streams:
        verdict = _checked(tx, stream, stored, names, evolve)
        number, events = number + 1, events + verdict.events
        findings += verdict.findings
        review = review_of(stream)
        if verdict.erased and not verdict.findings and review is not None:
            erased.append(review)
    return Verdict(number, events, tuple(findings), tuple(erased))


def _timers(
    tx: Tx, known: Iterable[str], named: set[str | None], next_timers: NextTimers
) -> list[Finding]:
    """Timers that are not what these reviews wait for: gone, changed or added; a review whose definition is no longer
    what it was waits for nothing that could be told. named: reviews already found wrong."""
    findings: list[Finding] = []
    for some in slices([one for one in known if one not in named]):
        rows = tx.execute(_TIMERS, {"reviews": list(some)})
        stored: dict[str, tuple[object, ...]] = {str(row[0]): tuple(row)[1:] for row in rows}
        for review in reviews.load_many(tx, some).values():
            stream = f"review:{review.id}"
            try:
                wanted = [one and (one.kind, one.ref, instant_text(one.at)) for one in next_timers(tx, review)]
            except (HistoryBroken, NotFound):
                findings.append(Finding(stream, review.id, None, "verify.definition_differs"))
                continue
            if stored.get(review.id) not in wanted:
                findings.append(Finding(stream, review.id, review.revision, "verify.timer_differs"))
    return findings


_IDS: Final = text("SELECT id FROM review ORDER BY id")


def check_review(tx: Tx, review_id: str, evolve: Evolve) -> StreamVerdict:
    """The verdict on one review alone."""
    with _anything_readable(tx):
        rows = tx.execute(_ONE, {"stream": f"review:{review_id}"}).all()
        return _checked(tx, f"review:{review_id}", _events(rows), _Named(tx), evolve)


_ONE: Final = text(
    "SELECT e.stream, e.seq, e.leaf_hash, e.data, p.number, p.person, p.sealed FROM event e "
    "LEFT JOIN payload p ON p.stream = e.stream AND p.seq = e.seq WHERE e.stream = :stream ORDER BY e.seq, p.number"
)


def _checked(
    tx: Tx, stream: str, stored: tuple[StoredEvent, ...], names: dict[str, str], evolve: Evolve
) -> StreamVerdict:
    review = review_of(stream)
    kept = None if review is None else _kept(tx, review)
    people_named = {part.person for event in stored for part in event.parts}
    keys = _keys(tx, {one for one in people_named if one is None or isinstance(one, str)})
    return check_stream(stream, stored, kept, Ground(tx.database.log, keys, names.__getitem__, evolve))


def _streams(found: Iterable[Any]) -> Iterator[tuple[str, tuple[StoredEvent, ...]]]:
    for stream, rows in groupby(found, key=lambda row: row.stream):
        yield str(stream), _events(rows)


def _events(rows: Any) -> tuple[StoredEvent, ...]:
    found = []
    for _, same in groupby(rows, key=lambda row: row.seq):
        parts = list(same)
        row = parts[0]
        found.append(StoredEvent(row.seq, row.leaf_hash, _bytes(row.data), tuple(
            StoredPart(part.number, part.person, _bytes(part.sealed)) for part in parts if part.number is not None
        )))
    return tuple(found)


def _kept(tx: Tx, review: str) -> Review | Unreadable | None:
    try:
        return reviews.load_many(tx, [review]).get(review)
    except Exception:  # a row may be damaged in any way; that it cannot be read is the finding
        return Unreadable()


def _keys(tx: Tx, persons: set[str | None]) -> dict[str | None, bytes | None]:
    """Keys by person; those whose wrapped bytes do not open are left out, as if they had never been."""
    try:
        return tx.database.keys.keys_for_reading(persons)
    except (HistoryBroken, UnicodeEncodeError):
        if len(persons) == 1:
            return {}
        found: dict[str | None, bytes | None] = {}
        for person in persons:
            found |= _keys(tx, {person})
        return found


def _bytes(value: object) -> object:
    """PostgreSQL's driver may hand out a view of the bytes."""
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


@contextmanager
def _anything_readable(tx: Tx) -> Iterator[None]:
    """SQLite text that is no UTF-8 any more is read all the same."""
    if tx.database.dialect != "sqlite":
        yield
        return
    driver: Any = tx.connection.connection.dbapi_connection
    usual = driver.text_factory
    driver.text_factory = _lenient
    try:
        yield
    finally:
        driver.text_factory = usual


def _lenient(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
