"""Plays a workflow's story through the engine and reads off what it made of every review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.clock import HandClock
from engine.history.event import review_stream
from engine.ids import SeededIds
from engine.operations.names import review_in
from engine.operations.report import FiguresReport
from engine.operations.script import Step, read_script
from engine.operations.story import Player, start_of
from engine.review.model import Review
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import history, reviews


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands in the database about one review at the story's end; figures and scores from the scoring event."""

    state: str
    total: str | None
    grade: str | None
    first_grade: str | None
    result: dict[str, Any]


@dataclass(slots=True)
class Played:
    """A played story: its runtime is still open; reports of the imports in their order."""

    rt: Runtime
    reports: list[FiguresReport] = field(default_factory=list)

    def review(self, ref: str, cycle: str = "2025-Q3") -> Review:
        with self.rt.database.read() as tx:
            return reviews.load(tx, review_in(tx, ref, cycle))

    def events(self, ref: str, cycle: str = "2025-Q3") -> list[Any]:
        """The open parts of a review's history."""
        with self.rt.database.read() as tx:
            return [one.open for one in history.read(tx, review_stream(review_in(tx, ref, cycle)))]

    def outcomes(self, refs: Iterable[str], cycle: str = "2025-Q3") -> dict[str, Outcome]:
        return {ref: self._outcome(self.review(ref, cycle)) for ref in refs}

    def _outcome(self, review: Review) -> Outcome:
        judged = review.result
        assert judged is not None, review.id
        with self.rt.database.read() as tx:
            payload = history.payload_of(tx, review_stream(review.id), judged.seq) or {}
        return Outcome(review.state, judged.total, judged.grade, judged.first_grade, dict(payload.get("result") or {}))


@contextmanager
def played(folder: Path, data: Path) -> Iterator[Played]:
    """The story of a workflow, played; AssertionError with all failures when it does not go as told."""
    script = read_script(folder / "sample" / "story.yaml")
    (story,) = script.examples
    clock = HandClock(start_of(story))
    rt = open_runtime(settings_for(data, "en", {}), clock, SeededIds(7))
    found = Played(rt)

    def told(step: Step, result: Any) -> None:
        if isinstance(result, FiguresReport):
            found.reports.append(result)

    try:
        failures = Player(rt, clock, script, told).play(story)
        assert not failures, [f"{one.place} {dict(one.values)}" for one in failures]
        yield found
    finally:
        rt.close()


def play(folder: Path, data: Path, refs: list[str]) -> dict[str, Outcome]:
    """ref -> outcome in the cycle 2025-Q3."""
    with played(folder, data) as found:
        return found.outcomes(refs)
