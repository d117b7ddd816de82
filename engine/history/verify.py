"""Proves a stream: bytes against hashes, links, commitments, and the replay against the row; always a verdict.

What is proven: nothing stored was changed, removed or put in since the row's head was written. Whoever may rewrite
stream and row together is caught only by checkpoints kept elsewhere, which a later release adds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from engine.canonical import plain_of
from engine.history.chain import leaf_hash
from engine.history.commit import commitment, place_of, unseal
from engine.history.event import Open, OpenedPart, Record, event_from, read_open
from engine.review.events import Event
from engine.review.model import Review

Evolve = Callable[[Review | None, Event, str], Review]


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A row of the payload table as it lies there, whatever it became."""

    number: object
    person: object
    sealed: object


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of the event table as it lies there, with its parts in the order of their numbers."""

    seq: object
    leaf_hash: object
    data: object
    parts: tuple[StoredPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A review row that cannot even be read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where: stream, review id (None for other streams), seq (None: the stream as a whole), a code
    of engine/words history and its values."""

    stream: str
    review: str | None
    seq: int | None
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StreamVerdict:
    """One stream's: erased tells that its states are proven and some payloads are gone by erasure."""

    stream: str
    events: int
    findings: tuple[Finding, ...]
    erased: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of a whole history. erased: ids of reviews whose states are proven and whose scores cannot be, by erasure."""

    streams: int
    events: int
    findings: tuple[Finding, ...]
    erased: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Ground:
    """What a stream is held against. keys: by person, None once destroyed, left out when there never was one;
    person_of: pseudonym -> person id (KeyError for a stranger)."""

    log: str
    keys: Mapping[str | None, bytes | None]
    person_of: Callable[[str], str]
    evolve: Evolve


def check_stream(
    stream: str, events: Sequence[StoredEvent], kept: Review | Unreadable | None, ground: Ground
) -> StreamVerdict:
    """The verdict on one stream. kept: the row of a `review:` stream, None when there is none. Raises nothing."""
    walk = _Walk(stream, kept.subject if isinstance(kept, Review) else None, ground)
    for event in events:
        walk.step(event)
    if walk.review_id is not None:
        walk.compare(kept)
    return StreamVerdict(stream, len(events), tuple(walk.findings), walk.erased)


def stream_missing(review: str) -> Finding:
    """A review row to which no event belongs."""
    return Finding(f"review:{review}", review, None, "verify.stream_missing", {"review": review})


def payload_alone(stream: str, seq: int | None) -> Finding:
    """A payload to which no event belongs."""
    return Finding(stream, review_of(stream), seq, "verify.payload_alone")


def review_of(stream: str) -> str | None:
    kind, _, name = stream.partition(":")
    return name if kind == "review" else None


_COMPARED: Final = tuple(one.name for one in fields(Review))


class _Walk:
    """One pass over a stream; after a fault it goes on, so that every fault is named."""

    def __init__(self, stream: str, subject: str | None, ground: Ground) -> None:
        self.stream = stream
        self.review_id = review_of(stream)
        self.findings: list[Finding] = []
        self.erased = False
        self._subject = subject
        self._ground = ground
        self._seq = 0
        self._prev: str | None = None
        self._at: datetime | None = None
        self._state: str | None = None
        self._review: Review | None = None

    def step(self, event: StoredEvent) -> None:
        before = len(self.findings)
        seq = event.seq if type(event.seq) is int else self._seq + 1
        joined = event.seq == self._seq + 1
        if not joined:
            self._find(self._seq + 1, "verify.event_missing", found=event.seq)
        data = event.data if isinstance(event.data, bytes) else b""
        head = leaf_hash(data)
        if event.leaf_hash != head:
            self._find(seq, "verify.hash_differs")
        opened = self._open(seq, data)
        if opened is not None:
            self._links(seq, opened, joined)
            self._at, self._state = opened.at, opened.to_state
        self._seq, self._prev = seq, head
        parts = () if opened is None else self._parts(seq, opened, event.parts)
        if opened is not None and len(self.findings) == before:
            self._replay(Record(opened, data, head, parts))

    def compare(self, kept: Review | Unreadable | None) -> None:
        """The stream's end against the review's row."""
        if kept is None:
            self._find(None, "verify.row_missing")
        elif isinstance(kept, Unreadable):
            self._find(None, "verify.row_unreadable")
        elif kept.revision > self._seq:
            self._find(self._seq + 1, "verify.last_event_missing", revision=kept.revision)
        elif kept.revision < self._seq:
            self._find(kept.revision + 1, "verify.row_behind", revision=kept.revision)
        elif kept.head != self._prev:
            self._find(self._seq, "verify.head_differs")
        elif kept.state != self._state:
            self._find(self._seq, "verify.state_differs", state=kept.state, proven=self._state)
        elif not self.erased and not self.findings and kept != self._review:
            differing = [name for name in _COMPARED if getattr(kept, name) != getattr(self._review, name)]
            self._find(self._seq, "verify.row_differs", fields=", ".join(differing))

    def _open(self, seq: int, data: bytes) -> Open | None:
        try:
            return read_open(data)
        except (ValueError, RecursionError):
            self._find(seq, "verify.record_unreadable")
            return None

    def _links(self, seq: int, opened: Open, joined: bool) -> None:
        if (opened.log, opened.stream, opened.seq) != (self._ground.log, self.stream, seq):
            self._find(seq, "verify.record_moved", log=opened.log, place=f"{opened.stream} {opened.seq}")
        # After a gap the link cannot fit; the gap has been named already.
        if joined and opened.prev != self._prev:
            self._find(seq, "verify.link_broken")
        if self._at is not None and opened.at < self._at:
            self._find(seq, "verify.time_went_back", at=opened.at, last=self._at)
        if joined and self.review_id is not None and self._seq and opened.from_state != self._state:
            self._find(seq, "verify.state_jumped", state=opened.from_state, proven=self._state)

    def _parts(self, seq: int, opened: Open, stored: Sequence[StoredPart]) -> tuple[OpenedPart, ...]:
        if [part.number for part in stored] != list(range(len(opened.payload))):
            self._find(seq, "verify.payload_missing", found=len(stored), expected=len(opened.payload))
            return ()
        return tuple(
            self._part(seq, number, part, promised)
            for number, (part, promised) in enumerate(zip(stored, opened.payload, strict=True))
        )

    def _part(self, seq: int, number: int, part: StoredPart, promised: str) -> OpenedPart:
        person = part.person if part.person is None or isinstance(part.person, str) else ""
        if number == 0 and self._subject is not None and person != self._subject:
            self._find(seq, "verify.payload_of_another")
        elif person not in self._ground.keys:
            self._find(seq, "verify.key_missing")
        elif (key := self._ground.keys[person]) is None:
            self.erased = True
        else:
            return OpenedPart(person, self._plain(seq, number, part.sealed, promised, key))
        return OpenedPart(person, None)

    def _plain(self, seq: int, number: int, sealed: object, promised: str, key: bytes) -> Mapping[str, Any] | None:
        try:
            salt, data = unseal(key, sealed if isinstance(sealed, bytes) else b"", place_of(self.stream, seq, number))
        except ValueError:
            self._find(seq, "verify.payload_unreadable")
            return None
        if commitment(salt, data) != promised:
            self._find(seq, "verify.commitment_differs")
            return None
        try:
            plain = plain_of(data)
        except ValueError:
            plain = None
        if not isinstance(plain, dict):
            self._find(seq, "verify.payload_unreadable")
            return None
        return plain

    def _replay(self, record: Record) -> None:
        if self.review_id is None or self.erased:
            return
        following = None if self._review is None else self._review.revision
        if following != (None if record.open.seq == 1 else record.open.seq - 1):
            return  # an earlier fault broke the replay, and was named
        try:
            event = event_from(record, self._ground.person_of)
            self._review = self._ground.evolve(self._review, event, record.leaf_hash)
        except Exception as error:  # whatever a replay stumbles over is a finding, never a traceback
            self._find(record.open.seq, "verify.replay_failed", why=f"{type(error).__name__}: {error}")

    def _find(self, seq: int | None, code: str, **values: object) -> None:
        told = {name: _told(value) for name, value in values.items()}
        self.findings.append(Finding(_told(self.stream), self.review_id and _told(self.review_id), seq, code, told))


def _told(value: object) -> str:
    """Text that can be printed, whatever a damaged row held."""
    return str(value).encode("utf-8", "backslashreplace").decode()[:200]
