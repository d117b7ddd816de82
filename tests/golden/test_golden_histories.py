"""Histories of every release, as their bytes were stored, are proven and replayed for ever.

`v1.json` holds one review (opened, answered by name and anonymously, ended with a score), the keys that open it and the
review that its replay must give. A file here is never changed: what a later release writes becomes a new file.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.clock import instant_text
from engine.history.event import OpenedPart, Record, event_from, read_open
from engine.history.verify import Ground, StoredEvent, StoredPart, check_stream
from engine.review.evolve import evolve
from engine.review.model import Review

FILES = sorted(Path(__file__).parent.glob("v*.json"))


def plain(value: Any) -> Any:
    """A review as JSON data."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def stored(golden: dict[str, Any]) -> list[StoredEvent]:
    events = []
    for event in golden["events"]:
        parts = (StoredPart(n, part["person"], bytes.fromhex(part["sealed"])) for n, part in enumerate(event["parts"]))
        events.append(StoredEvent(event["seq"], event["leaf_hash"], event["data"].encode(), tuple(parts)))
    return events


def replayed(golden: dict[str, Any]) -> Review:
    review: Review | None = None
    names = {pseudonym: person for person, pseudonym in golden["pseudonyms"].items()}
    for event in golden["events"]:
        data = event["data"].encode()
        parts = tuple(OpenedPart(part["person"], part["plain"]) for part in event["parts"])
        record = Record(read_open(data), data, event["leaf_hash"], parts)
        review = evolve(review, event_from(record, names.__getitem__), record.leaf_hash)
    assert review is not None
    return review


def ground(golden: dict[str, Any]) -> Ground:
    names = {pseudonym: person for person, pseudonym in golden["pseudonyms"].items()}
    keys: dict[str | None, bytes | None] = {person: bytes.fromhex(key) for person, key in golden["keys"].items()}
    return Ground(golden["log"], keys, names.__getitem__, evolve)


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def golden(request: pytest.FixtureRequest) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(request.param.read_text(encoding="utf-8"))
    return read


def test_there_is_a_history_of_this_release() -> None:
    assert [file.stem for file in FILES][-1] == "v1"


def test_a_golden_history_replays_to_the_review_it_gave_then(golden: dict[str, Any]) -> None:
    now, then = plain(asdict(replayed(golden))), golden["review"]
    assert {name: now[name] for name in then} == then


def test_a_golden_history_is_still_proven_byte_for_byte(golden: dict[str, Any]) -> None:
    verdict = check_stream(golden["stream"], stored(golden), replayed(golden), ground(golden))
    assert (verdict.findings, verdict.erased) == ((), False)


def test_a_golden_history_with_one_changed_byte_is_not(golden: dict[str, Any]) -> None:
    golden["events"][1]["data"] = golden["events"][1]["data"].replace('"outcome":"done"', '"outcome":"dome"')
    verdict = check_stream(golden["stream"], stored(golden), None, ground(golden))
    assert verdict.findings[0].seq == 2
