"""What one history record holds: the open part anyone may read, the parts that only a person's key opens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from engine.canonical import canonical_bytes, plain_of
from engine.clock import instant_text, parse_instant
from engine.history.chain import leaf_hash
from engine.review.events import ACTIONS as REVIEW_ACTIONS
from engine.review.events import Event

VERSION: Final = 1
KEYS: Final = frozenset((
    "v", "log", "id", "stream", "seq", "prev", "at", "effective", "action", "task", "outcome", "from", "to", "cause",
    "actor", "role", "on_behalf_of", "definition", "guards", "payload", "request",
))
CAUSES: Final = ("person", "timer", "batch", "migration", "system")
ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "review": REVIEW_ACTIONS,
    "cycle": ("cycle_opened", "cohort_figures_given", "cycle_closed"),
    "definition": ("definition_proposed", "definition_approved"),
    "person": (
        "person_added", "person_changed", "person_left", "token_made", "token_revoked", "link_made", "signed_in",
    ),
    "log": ("log_begun", "people_imported", "figures_imported"),
}
"""The fixed registry of past-tense words, by kind of stream."""


@dataclass(frozen=True, slots=True)
class Part:
    """One encrypted part: plain JSON data about one person; person None is the organisation itself (its own key)."""

    person: str | None
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What shall be appended to one stream; the store adds id, seq, prev, pseudonyms and commitments.

    stream: `review:<id>`, `cycle:<id>`, `definition:<name>`, `person:<id>` or `log`. actor and on_behalf_of are ids of
    people (pseudonyms in the record). expected_seq: the seq this event must get, else StaleRevision; None appends after
    whatever is there. request: hex of `request_hash`, None for timers. parts: at least the subject's; may be empty.
    """

    stream: str
    action: str
    at: datetime
    cause: str
    actor: str | None = None
    role: str | None = None
    on_behalf_of: str | None = None
    task: str | None = None
    outcome: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    definition: str | None = None
    guards: tuple[tuple[str, bool], ...] = ()
    effective: datetime | None = None
    request: str | None = None
    parts: tuple[Part, ...] = ()
    expected_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """The open part of a stored record, checked. actor and on_behalf_of are pseudonyms; payload: commitments in hex."""

    log: str
    id: str
    stream: str
    seq: int
    prev: str | None
    at: datetime
    effective: datetime | None
    action: str
    task: str | None
    outcome: str | None
    from_state: str | None
    to_state: str | None
    cause: str
    actor: str | None
    role: str | None
    on_behalf_of: str | None
    definition: str | None
    guards: tuple[tuple[str, bool], ...]
    payload: tuple[str, ...]
    request: str | None


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """A part as read back: plain is None once the person's key was destroyed."""

    person: str | None
    plain: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Record:
    """A stored event with what could be decrypted of it. data: the stored bytes; leaf_hash: 64 hex."""

    open: Open
    data: bytes
    leaf_hash: str
    parts: tuple[OpenedPart, ...] = field(default=())

    @property
    def payload(self) -> Mapping[str, Any] | None:
        """The first part's data: empty without parts, None when erased."""
        return self.parts[0].plain if self.parts else {}


def request_hash(actor: str, key: str) -> str:
    """SHA-256 (hex) of actor and idempotency key, as the open part's `request` holds it."""
    return hashlib.sha256(canonical_bytes([actor, key])).hexdigest()


def review_stream(review: str) -> str:
    return f"review:{review}"


def entry_of(event: Event, *, definition: str, subject: str, request: str | None = None) -> Entry:
    """The entry of a review's event. The payload lies under the subject's key; the name of an anonymous actor lies in
    a second part under her own, and the open part then names nobody."""
    parts = [Part(subject, event.payload)]
    if event.anonymous:
        parts.append(Part(event.actor, {"actor": event.actor}))
    return Entry(
        stream=review_stream(event.review),
        action=event.action,
        at=event.at,
        cause=event.cause,
        actor=None if event.anonymous else event.actor,
        role=event.role,
        on_behalf_of=event.on_behalf_of,
        task=event.task,
        outcome=event.outcome,
        from_state=event.from_state,
        to_state=event.to_state,
        definition=definition,
        guards=tuple(event.guards),
        effective=event.effective,
        request=request,
        parts=tuple(parts),
        expected_seq=event.seq,
    )


def event_from(record: Record, person_of: Callable[[str], str]) -> Event:
    """The review's event for replay. person_of: pseudonym -> person id. ValueError when the record is no review's or
    its payload is erased; an erased anonymous actor is None."""
    opened, payload = record.open, record.payload
    kind, _, review = opened.stream.partition(":")
    if kind != "review" or opened.to_state is None:
        raise ValueError("not an event of a review")
    if payload is None:
        raise ValueError("the payload is erased")
    anonymous = opened.cause == "person" and opened.actor is None
    actor = None if opened.actor is None else person_of(opened.actor)
    if anonymous and len(record.parts) > 1:
        actor = (record.parts[1].plain or {}).get("actor")
    return Event(
        review=review,
        seq=opened.seq,
        action=opened.action,
        at=opened.at,
        cause=opened.cause,
        actor=actor,
        from_state=opened.from_state,
        to_state=opened.to_state,
        role=opened.role,
        on_behalf_of=None if opened.on_behalf_of is None else person_of(opened.on_behalf_of),
        task=opened.task,
        outcome=opened.outcome,
        effective=opened.effective,
        anonymous=anonymous,
        guards=opened.guards,
        payload=payload,
    )


def open_bytes(
    entry: Entry,
    *,
    log: str,
    id: str,
    seq: int,
    prev: str | None,
    pseudonym_of: Callable[[str], str],
    commitments: tuple[str, ...],
) -> bytes:
    """The canonical bytes that are stored and hashed. ValueError for an action or cause outside the registry."""
    kind = entry.stream.partition(":")[0]
    if entry.action not in ACTIONS.get(kind, ()):
        raise ValueError(f"{entry.action!r} is no action of a stream like {entry.stream!r}")
    if entry.cause not in CAUSES:
        raise ValueError(f"{entry.cause!r} is no cause")
    return canonical_bytes({
        "v": VERSION,
        "log": log,
        "id": id,
        "stream": entry.stream,
        "seq": seq,
        "prev": prev,
        "at": instant_text(entry.at),
        "effective": None if entry.effective is None else instant_text(entry.effective),
        "action": entry.action,
        "task": entry.task,
        "outcome": entry.outcome,
        "from": entry.from_state,
        "to": entry.to_state,
        "cause": entry.cause,
        "actor": None if entry.actor is None else pseudonym_of(entry.actor),
        "role": entry.role,
        "on_behalf_of": None if entry.on_behalf_of is None else pseudonym_of(entry.on_behalf_of),
        "definition": entry.definition,
        "guards": [[guard, truth] for guard, truth in entry.guards],
        "payload": list(commitments),
        "request": entry.request,
    })


def read_open(data: bytes) -> Open:
    """The open part of stored bytes; ValueError when they are not canonical or not exactly one of our records."""
    plain = plain_of(data)
    if not isinstance(plain, dict) or plain.keys() != KEYS:
        raise ValueError("not the keys of a record")
    if plain["v"] != VERSION or type(plain["v"]) is not int:
        raise ValueError("not a known version")
    _check_types(plain)
    kind = plain["stream"].partition(":")[0]
    if plain["action"] not in ACTIONS.get(kind, ()) or plain["cause"] not in CAUSES:
        raise ValueError("not a registered action or cause")
    return Open(
        log=plain["log"],
        id=plain["id"],
        stream=plain["stream"],
        seq=plain["seq"],
        prev=plain["prev"],
        at=_instant(plain["at"]),
        effective=None if plain["effective"] is None else _instant(plain["effective"]),
        action=plain["action"],
        task=plain["task"],
        outcome=plain["outcome"],
        from_state=plain["from"],
        to_state=plain["to"],
        cause=plain["cause"],
        actor=plain["actor"],
        role=plain["role"],
        on_behalf_of=plain["on_behalf_of"],
        definition=plain["definition"],
        guards=tuple((guard, truth) for guard, truth in plain["guards"]),
        payload=tuple(plain["payload"]),
        request=plain["request"],
    )


def recorded_at(data: bytes, leaf: str) -> datetime:
    """The instant of a stored record, when its bytes are still those of its leaf hash: what these were made from was
    checked then, so it need not be asked again whether they are canonical. ValueError when they are not."""
    if leaf_hash(data) != leaf:
        raise ValueError("not the bytes of the leaf hash")
    plain = json.loads(data)
    if not isinstance(plain, dict) or not isinstance(plain.get("at"), str):
        raise ValueError("not the keys of a record")
    return parse_instant(plain["at"])


_TEXTS: Final = ("log", "id", "stream", "at", "action", "cause")
_TEXTS_OR_NULL: Final = tuple(sorted(KEYS - {*_TEXTS, "v", "seq", "guards", "payload"}))


def _check_types(plain: Mapping[str, Any]) -> None:
    guards, payload = plain["guards"], plain["payload"]
    fits = (
        all(type(plain[key]) is str for key in _TEXTS)
        and all(plain[key] is None or type(plain[key]) is str for key in _TEXTS_OR_NULL)
        and type(plain["seq"]) is int
        and type(guards) is list
        and all(type(pair) is list and [type(item) for item in pair] == [str, bool] for pair in guards)
        and type(payload) is list
        and all(type(item) is str for item in payload)
    )
    if not fits:
        raise ValueError("not the types of a record")


def _instant(text: str) -> datetime:
    instant = parse_instant(text)
    if instant_text(instant) != text:
        raise ValueError("not a canonical instant")
    return instant
