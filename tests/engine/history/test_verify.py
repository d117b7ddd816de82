"""The proof of one stream, tried without any database: what is stored, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from engine.canonical import canonical_bytes
from engine.history.chain import leaf_hash
from engine.history.commit import commitment, place_of, seal
from engine.history.event import entry_of, event_from, open_bytes, read_open
from engine.history.verify import Finding, Ground, StoredEvent, StoredPart, check_stream
from engine.ids import SeededIds
from engine.review.evolve import evolve
from engine.review.model import Review
from tests.engine.store.organisation import DEFINITION, answered, opening

KEYS: dict[str | None, bytes | None] = {who: bytes([number]) * 32 for number, who in enumerate(("ann", "bob", "mia"))}


@dataclass(frozen=True, slots=True)
class Told:
    events: tuple[StoredEvent, ...]
    review: Review


def build() -> Told:
    """The events of a whole review, as they would be stored."""
    ids = SeededIds(7)
    events: list[StoredEvent] = []
    review: Review | None = None
    steps = ((0, "", False, False), (1, "ann", False, False), (2, "bob", True, False), (3, "mia", False, True))
    for hours, who, anonymous, ends in steps:
        event = opening() if review is None else answered(review, hours=hours, who=who, anonymous=anonymous, ends=ends)
        entry = entry_of(event, definition=DEFINITION, subject="ann", request="0" * 64)
        parts, commitments = [], []
        for number, part in enumerate(entry.parts):
            salt, nonce, plain = ids.random_bytes(32), ids.random_bytes(12), canonical_bytes(part.plain)
            key = KEYS[part.person]
            assert key is not None
            commitments.append(commitment(salt, plain))
            sealed = seal(key, nonce, salt, plain, place_of(entry.stream, event.seq, number))
            parts.append(StoredPart(number, part.person, sealed))
        data = open_bytes(
            entry, log="log", id=ids.new_id(), seq=event.seq, prev=None if review is None else review.head,
            pseudonym_of=lambda person: f"p-{person}", commitments=tuple(commitments),
        )  # fmt: skip
        events.append(StoredEvent(event.seq, leaf_hash(data), data, tuple(parts)))
        review = evolve(review, event, leaf_hash(data))
    assert review is not None
    return Told(tuple(events), review)


TOLD = build()


def ground(keys: dict[str | None, bytes | None] = KEYS, log: str = "log") -> Ground:
    return Ground(log, keys, lambda pseudonym: pseudonym.removeprefix("p-"), evolve)


def findings(events: Sequence[StoredEvent], kept: Review | None = TOLD.review) -> tuple[Finding, ...]:
    return check_stream("review:r1", events, kept, ground()).findings


def test_an_untouched_stream_is_proven() -> None:
    verdict = check_stream("review:r1", TOLD.events, TOLD.review, ground())
    assert (verdict.findings, verdict.erased, verdict.events) == ((), False, 4)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]


@pytest.mark.parametrize("number", [0, 3, *(pytest.param(number, marks=pytest.mark.slow) for number in (1, 2))])
def test_each_changed_byte_is_named_with_its_event(number: int) -> None:
    event = TOLD.events[number]
    assert isinstance(event.data, bytes)
    assert isinstance(event.leaf_hash, str)
    changed = [replace(event, data=flipped(event.data, at)) for at in range(len(event.data))]
    hashed = event.leaf_hash.encode()
    changed += [replace(event, leaf_hash=flipped(hashed, at).decode("latin-1")) for at in range(len(hashed))]
    for place, part in enumerate(event.parts):
        assert isinstance(part.sealed, bytes)
        for at in range(len(part.sealed)):
            parts = list(event.parts)
            parts[place] = replace(part, sealed=flipped(part.sealed, at))
            changed.append(replace(event, parts=tuple(parts)))
    assert len(changed) > 1_000
    for one in changed:
        found = findings([*TOLD.events[:number], one, *TOLD.events[number + 1 :]])
        assert (found[0].review, found[0].seq) == ("r1", number + 1)


@pytest.mark.parametrize("number", range(4))
def test_each_dropped_event_is_named(number: int) -> None:
    found = findings([*TOLD.events[:number], *TOLD.events[number + 1 :]])
    assert (found[0].review, found[0].seq) == ("r1", number + 1)


@pytest.mark.parametrize("number", range(3))
def test_each_swapped_pair_is_named(number: int) -> None:
    events = list(TOLD.events)
    events[number : number + 2] = events[number + 1], events[number]
    assert findings(events)[0].seq == number + 1
    renumbered = [replace(event, seq=place + 1) for place, event in enumerate(events)]
    assert findings(renumbered)[0].seq == number + 1


@pytest.mark.parametrize("number", range(4))
def test_a_record_written_anew_with_its_own_hash_is_named(number: int) -> None:
    event = TOLD.events[number]
    assert isinstance(event.data, bytes)
    data = event.data.replace(b'"outcome":', b'"outcome":"forged"#', 1).replace(b'"forged"#"done"', b'"forged"')
    data = data.replace(b'"forged"#null', b'"forged"')
    forged = replace(event, data=data, leaf_hash=leaf_hash(data))
    found = findings([*TOLD.events[:number], forged, *TOLD.events[number + 1 :]])
    assert found[0].seq in (number + 1, number + 2)


def test_a_stream_of_another_log_or_name_is_not_taken_for_this_one() -> None:
    assert {one.code for one in check_stream("review:r1", TOLD.events, TOLD.review, ground(log="x")).findings} == {
        "verify.record_moved"
    }
    assert "verify.record_moved" in {
        one.code for one in check_stream("review:r2", TOLD.events, TOLD.review, ground()).findings
    }


@pytest.mark.parametrize("field", ["total", "state", "tasks"])
def test_a_row_that_differs_from_the_replay_is_named(field: str) -> None:
    result = TOLD.review.result
    assert result is not None
    rows = {
        "total": replace(TOLD.review, result=replace(result, total="99.00")),
        "state": replace(TOLD.review, state="rating"),
        "tasks": replace(TOLD.review, tasks=TOLD.review.tasks[:1]),
    }
    (found,) = findings(TOLD.events, rows[field])
    assert (found.seq, found.code) == (4, "verify.state_differs" if field == "state" else "verify.row_differs")


def test_destroyed_keys_leave_the_states_proven() -> None:
    keys = KEYS | {"ann": None}
    verdict = check_stream("review:r1", TOLD.events, TOLD.review, ground(keys))
    assert (verdict.findings, verdict.erased) == ((), True)
    wrong = check_stream("review:r1", TOLD.events, replace(TOLD.review, state="rating"), ground(keys))
    assert [one.code for one in wrong.findings] == ["verify.state_differs"]


def test_a_payload_cannot_be_passed_off_as_erased_by_giving_it_to_another() -> None:
    event = TOLD.events[1]
    moved = replace(event, parts=(replace(event.parts[0], person="zoe"),))
    verdict = check_stream(
        "review:r1", [TOLD.events[0], moved, *TOLD.events[2:]], TOLD.review, ground(KEYS | {"zoe": None})
    )
    assert [(one.seq, one.code) for one in verdict.findings] == [(2, "verify.payload_of_another")]


@pytest.mark.parametrize("value", [None, 3, "text", b"", b"\xff" * 200, 2**70, [1]])
@pytest.mark.parametrize("field", ["seq", "leaf_hash", "data"])
def test_no_value_makes_the_proof_stumble(field: str, value: object) -> None:
    changed = StoredEvent(**{
        "seq": 2, "leaf_hash": TOLD.events[1].leaf_hash, "data": TOLD.events[1].data, "parts": TOLD.events[1].parts,
        field: value,
    })  # type: ignore[arg-type]  # fmt: skip
    assert findings([TOLD.events[0], changed, *TOLD.events[2:]])


def test_the_name_of_an_anonymous_actor_lies_in_a_part_of_her_own() -> None:
    event = TOLD.events[2]
    assert isinstance(event.data, bytes)
    opened = read_open(event.data)
    assert (opened.actor, opened.cause, len(opened.payload)) == (None, "person", 2)
    assert b"bob" not in event.data
    assert [part.person for part in event.parts] == ["ann", "bob"]


def test_an_event_survives_its_record() -> None:
    """The replayed review equals the live one, so every event came back whole; here the open fields one by one."""
    assert isinstance(TOLD.events[1].data, bytes)
    opened = read_open(TOLD.events[1].data)
    assert opened.guards == (("targets.next.1", True),)
    assert (opened.from_state, opened.to_state, opened.task, opened.role) == ("targets", "rating", "propose", "peer")


def test_unknown_keys_versions_and_actions_are_refused() -> None:
    data = TOLD.events[0].data
    assert isinstance(data, bytes)
    for old, new in (
        (b'"v":1', b'"v":2'), (b'"v":1', b'"v":true'), (b'"action":"opened"', b'"action":"invented"'),
        (b'"cause":"batch"', b'"cause":"whim"'), (b'"seq":1', b'"seq":"1"'), (b'{"action"', b'{"a":1,"action"'),
        (b"2025-07-01T01:00:00.000000Z", b"2025-07-01T01:00:00Z"), (b'"guards":[]', b'"guards":[["a"]]'),
    ):  # fmt: skip
        assert old in data
        with pytest.raises(ValueError, match="not"):
            read_open(data.replace(old, new))
    assert read_open(data).seq == 1


def test_an_erased_record_gives_no_event() -> None:
    from engine.history.event import OpenedPart, Record

    data = TOLD.events[0].data
    assert isinstance(data, bytes)
    record = Record(read_open(data), data, leaf_hash(data), (OpenedPart("ann", None),))
    with pytest.raises(ValueError, match="erased"):
        event_from(record, str)
