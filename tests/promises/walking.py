"""People who ask anything of reviews on a real database, by dice; and the look at all rows afterwards."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from engine.definition.model import Definition
from engine.operations.audit import verify
from engine.operations.handle import Receipt
from engine.operations.timeline import replay
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    Delegate,
    Extend,
    FireTimer,
    Hold,
    Intervene,
    Reassign,
    Remark,
    Resume,
    Retract,
    Skip,
    TakeFigures,
    Waive,
)
from engine.review.model import Review, Task
from engine.review.timers import timers_of
from engine.store import figures, reviews
from engine.store import timers as timer_rows
from tests.promises.organisation import MARKED_NAMES, PERIOD, SUBJECTS, World, quarter

ACTORS = ("m1", "m2", "dir1", "hr1", "hr2", "p1", "p2", "p3", "au1", "x1", None)
TARGETS: tuple[dict[str, str], ...] = (
    {}, {"sales.target": "95"}, {"satisfaction.weight": "30", "new_customers.weight": "5"}, {"sales.target": "1"},
)  # fmt: skip


@dataclass(slots=True)
class Walk:
    """A world in which everybody asks anything, and what became of it; sequences: commands of each review."""

    world: World
    dice: random.Random
    refs: tuple[str, ...]
    definition: Definition
    clocks: random.Random = field(default_factory=lambda: random.Random(1))
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    states: set[str] = field(default_factory=set)

    def step(self, ref: str) -> None:
        """One command on one review, mostly by somebody who may give it."""
        review = self.world.review(ref)
        held = review.held is not None
        if self.clocks.random() < (0.8 if held else 0.12) and review.ended_at is None:
            self.ask(*self.by_the_clock(review))
            review = self.world.review(ref)
        self.ask(*(self.likely(ref, review) if self.dice.random() < 0.7 else self.anything(ref, review)))

    def ask(self, who: str | None, command: Command) -> None:
        done = self.world.do(who, command, key=self.dice.choice((None, f"k{self.dice.random()}")))
        if isinstance(done, Receipt):
            self.accepted[done.action] += 1
            self.states.add(done.state)
        else:
            self.refused[done.code] += 1

    def likely(self, ref: str, review: Review) -> tuple[str | None, Command]:
        rows = [task for task in review.tasks if task.status == "open" and task.visit == review.visit]
        if not rows:
            return self.anything(ref, review)
        row = self.dice.choice(rows)
        manager = "m1" if ref in SUBJECTS else "m2"
        known = {"manager": manager, "subject": ref, "hr": "hr1", "panel": "p1", "colleagues": "a2"}
        return self.holder(row) or known[row.role], self.answer(ref, review, row)

    def holder(self, row: Task) -> str | None:
        everybody = {self.world.person(ref): ref for ref in (*MARKED_NAMES, *self.refs, "p1", "p2", "p3", "p4", "m2")}
        return everybody.get(row.person or "")

    def answer(self, ref: str, review: Review, row: Task) -> Answer:
        plan = self.definition.states[row.state].tasks[row.name]
        ratings: dict[str, Any] = {name: self.dice.choice(("1", "3", "4", "5", "NR", "9")) for name in plan.asks}
        grade = self.dice.choice((None, None, None, "B", "D")) if plan.adjusts else None
        form = self.world.form(row.name, ref)
        if form and self.dice.random() < 0.05:
            form = {**form, "more": "x"}
        outcome = self.dice.choice(self.definition.outcomes_of(plan))
        targets = self.dice.choice(TARGETS) if plan.sets else {}
        comment = self.dice.choice(("because", "because", None))
        return Answer(review.id, self.dice.choice((row.id, row.name)), outcome, form, ratings, targets, grade, comment)

    def anything(self, ref: str, review: Review) -> tuple[str | None, Command]:
        who = self.dice.choice((*ACTORS, *SUBJECTS, ref))
        task = self.dice.choice(review.tasks)
        makers: list[Callable[[], Command]] = [
            lambda: self.answer(ref, review, task),
            lambda: Waive(review.id, task.id, self.dice.choice(("ill", ""))),
            lambda: Reassign(review.id, task.id, self.world.person(self.dice.choice(("a5", "b1", "p4", ref))), "away"),
            lambda: Remark(review.id, "a word"),
            lambda: TakeFigures(review.id),
            lambda: CorrectFigures(review.id, self.observed(review), "late"),
            lambda: FireTimer(review.id, "deadline", "0"),
            lambda: Intervene(review.id, self.dice.choice(("reopen", "reopen", "withdraw", "nothing")), "why"),
        ]
        command = self.dice.choice(makers)()
        privileged = isinstance(command, Waive | Reassign | CorrectFigures | Intervene) and self.dice.random() < 0.5
        return ("hr2" if privileged else who), command

    def by_the_clock(self, review: Review) -> tuple[str | None, Command]:
        """HR lets a held review go on; or what HR and those who answered may do with it besides."""
        if review.held is not None:
            return "hr1", Resume(review.id, "well again")
        day = (self.world.rt.clock.now() + timedelta(days=self.clocks.choice((2, 20, 60)))).date()
        given = [task for task in review.tasks if task.visit == review.visit and task.answered_by]
        if given and self.clocks.random() < 0.5:
            who = self.holder(replace(given[-1], person=given[-1].answered_by))
            return who, Retract(review.id, given[-1].id, "a slip")
        row = self.clocks.choice(review.tasks)
        makers: tuple[Command, ...] = (
            Hold(review.id, "ill", self.clocks.choice((None, day))), Extend(review.id, "busy", day),
            Extend(review.id, "busy", day, row.id), Skip(review.id, "nobody is left"),
            Delegate(review.id, row.id, self.world.person("b1"), "away"),
        )
        return "hr1", self.clocks.choices(makers, (3, 3, 3, 1, 1))[0]

    def observed(self, review: Review) -> tuple[str, ...]:
        with self.world.rt.database.read() as tx:
            known = [one.id for one in figures.by_subject(tx, review.subject, [PERIOD])]
        return tuple(self.dice.sample(known, min(len(known), 1)))

    def go(self, rounds: int, most_days: int) -> None:
        """Each round a command for some of the reviews, then figures for some or time for all."""
        for _ in range(rounds):
            for ref in self.dice.choices(self.refs, k=len(self.refs)):
                self.step(ref)
            if self.dice.random() < 0.4:
                rows = quarter(self.dice.choice(self.refs), good=self.dice.random() < 0.5)
                self.world.figures(self.dice.sample(rows, self.dice.randint(1, len(rows))))
            self.world.later(days=self.dice.randint(0, most_days), minutes=7)


def check(walk: Walk) -> None:
    """Every stream is proven, every replay is the row, every timer is the next one, and all tells of every command."""
    verdict = verify(walk.world.rt)
    assert verdict.ok, verdict.findings
    with walk.world.rt.database.read() as tx:
        loaded = reviews.load_many(tx, [row.id for row in reviews.find(tx)])
        assert len(loaded) >= len(walk.refs)
        for review in loaded.values():
            walk.states |= {review.state, *(task.state for task in review.tasks)}
            assert replay(tx, review.id) == review
        firsts = [first[0].at for one in loaded.values() if (first := timers_of(one, walk.definition))]
        assert timer_rows.next_due(tx) == min(firsts, default=None)
        told = tx.connection.exec_driver_sql("SELECT sum(revision) FROM review").scalar_one()
        stored = tx.connection.exec_driver_sql("SELECT count(*) FROM event WHERE stream LIKE 'review:%'").scalar_one()
    assert told == stored
