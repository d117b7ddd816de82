"""Plays a workflow's story through the engine and reads off what it made of every review."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.clock import HandClock
from engine.history.event import review_stream
from engine.ids import SeededIds
from engine.operations.names import review_in
from engine.operations.script import read_script
from engine.operations.story import Player, start_of
from engine.runtime import open_runtime, settings_for
from engine.store import history, reviews


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands in the database about one review at the story's end; figures and scores from the scoring event."""

    state: str
    total: str | None
    grade: str | None
    first_grade: str | None
    result: dict[str, Any]


def play(folder: Path, data: Path, refs: list[str]) -> dict[str, Outcome]:
    """ref -> outcome in the cycle 2025-Q3; AssertionError with all failures when the story does not go as told."""
    script = read_script(folder / "sample" / "story.yaml")
    (story,) = script.examples
    clock = HandClock(start_of(story))
    rt = open_runtime(settings_for(data, "en", {}), clock, SeededIds(7))
    try:
        failures = Player(rt, clock, script).play(story)
        assert not failures, [f"{one.place} {dict(one.values)}" for one in failures]
        found = {}
        with rt.database.read() as tx:
            for ref in refs:
                review = reviews.load(tx, review_in(tx, ref, "2025-Q3"))
                assert review.result is not None, ref
                payload = history.payload_of(tx, review_stream(review.id), review.result.seq)
                result = dict((payload or {}).get("result") or {})
                judged = review.result
                found[ref] = Outcome(review.state, judged.total, judged.grade, judged.first_grade, result)
        return found
    finally:
        rt.close()
