"""Plays a course on the real engine, at the instants that it foretells, and says what the engine made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from engine.operations.simulate.invented import Organisation
from engine.operations.simulate.play import Play, Stage
from engine.operations.simulate.routes import ANSWER, Move
from engine.operations.simulate.sampling import Search
from engine.operations.simulate.working import Manner, _Worker
from engine.review.ahead.model import Asked, Course, Stay
from engine.review.events import Event

Rows = frozenset[tuple[str, int, datetime | None, datetime | None]]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of a state: when it began, its task rows and its deadline steps."""

    state: str
    entered_at: datetime
    rows: Rows
    steps: tuple[tuple[int, datetime], ...]


@dataclass
class Follower:
    """Does what a course foretells; visits: by their number, as the engine had them."""

    play: Play
    seen: dict[int, tuple[str, datetime, tuple[tuple[int, datetime], ...]]] = field(default_factory=dict)

    def follow(self, course: Course) -> bool:
        """Whether everything could be done; the states may still be others, since figures decide."""
        self._look()
        for at, stay, row in sorted(_deeds(course), key=lambda one: one[0]):
            self._until(at)
            if self.play.review.state != stay.state:
                return False
            if row is None:
                names = tuple(self.play.definition.states[stay.state].collects)
                done = isinstance(self.play.deliver(names, at), Event)
            else:
                done = self._answer(row)
            self._look()
            if not done:
                return False
        self._until(course.stays[-1].entered_at)
        return True

    def _answer(self, asked: Asked) -> bool:
        review = self.play.review
        rows = [row for row in review.tasks if (row.name, row.number, row.visit) == (
            asked.task, asked.number, review.visit)]
        row = next((one for one in rows if one.status == "open"), None)
        if row is None:
            return bool(rows)  # fewer people were chosen than are around
        return _Worker(self.play, Move(ANSWER, asked.task, asked.outcome), Manner())._answer(row)

    def _until(self, at: datetime) -> None:
        while not self.play.ended and (timers := self.play.timers()) and timers[0].at <= at:
            self.play.fire(timers[0])
            self._look()
        self.play.now = max(self.play.now, at)

    def _look(self) -> None:
        review = self.play.review
        steps = tuple((one.index, one.at) for one in review.deadlines)
        if review.visit not in self.seen or len(steps) == len(self.play.definition.states[review.state].deadline):
            self.seen[review.visit] = (review.state, review.entered_at, steps)

    def visits(self) -> dict[int, Visit]:
        return {
            number: Visit(
                state, entered,
                frozenset((row.name, row.number, row.opened_at or row.opens_at, row.due_at)
                          for row in self.play.review.tasks if row.visit == number),
                steps,
            )
            for number, (state, entered, steps) in self.seen.items()
        }


def _deeds(course: Course) -> Iterator[tuple[datetime, Stay, Asked | None]]:
    for stay in course.stays:
        if stay.figures_at is not None:
            yield stay.figures_at, stay, None
        for row in stay.asked:
            if row.done_at is not None:
                yield row.done_at, stay, row


def foretold(course: Course, forks: frozenset[str]) -> dict[int, Visit]:
    """The same of the course itself."""
    return {
        number: Visit(
            stay.state, stay.entered_at,
            frozenset((row.task, row.number, row.opens_at, row.due_at) for row in stay.asked),
            tuple((step.index, step.at) for step in stay.steps),
        )
        for number, stay in enumerate(course.stays, 1) if stay.state not in forks
    }


def plays(stage: Stage) -> Iterator[Play]:
    """One for each combination of figures that leads elsewhere."""
    search = Search(stage.definition, stage.period.key, 1)
    found = search.run()
    for sample in (*found, *(one for one in search.kept.values() if one not in found)):
        yield Play(stage, sample.figures)


__all__ = ["Follower", "Organisation", "Visit", "foretold", "plays"]
