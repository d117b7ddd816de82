"""A review driven by commands in memory: decide, evolve, and timers fired at their own instants."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.calendar import parse_period
from engine.clock import parse_instant
from engine.definition.build import build
from engine.definition.guards import Guards, scope_of
from engine.definition.model import CalendarPlan, Definition
from engine.definition.reader import read_definition, read_scorecard
from engine.definition.source import read_yaml
from engine.ids import derived_id
from engine.review.case import Actor, Case, Given, Observation, Period, Refused, Relations
from engine.review.commands import Answer, Command, FireTimer, TakeFigures
from engine.review.decide.open_review import open_review
from engine.review.decide.step import decide
from engine.review.events import Event
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.timers import timers_of

WORKFLOWS = Path(__file__).parents[3] / "workflows"
ZONE = "Asia/Shanghai"
ACCOUNT_MANAGER = read_definition(WORKFLOWS / "account-manager").definition

PEOPLE = Relations(
    managers={"sub": "boss", "boss": "top", "ann": "boss", "ben": "boss", "cat": "boss", "dan": "boss"},
    teams={"sub": ("ann", "ben", "cat", "dan"), "boss": ()},
    groups={"hr": ("hr1", "hr2"), "appeals-panel": ("pan1", "pan2", "pan3"), "auditor": ("aud",)},
)


def instant(text: str) -> datetime:
    """`2025-07-01 09:00` on the wall in Shanghai."""
    return parse_instant(text.replace(" ", "T") + ":00+08:00")


@dataclass
class World:
    """One review and its surroundings; `now` only moves by `until`."""

    definition: Definition
    now: datetime
    relations: Relations = PEOPLE
    period: Period = field(default_factory=lambda: Period(*parse_period("2025-Q3")))
    subject: str = "sub"
    start: Mapping[str, Any] = field(default_factory=dict)
    previous: tuple[Mapping[str, Any], ...] = ()
    observations: list[Observation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    review: Review = field(init=False)

    def open(self) -> World:
        event = open_review(
            self.definition, review_id=derived_id("review", "1"), cycle="cycle", subject=self.subject,
            period=self.period, relations=self.relations, days=self.definition.days, zone=ZONE, actor=Actor("hr1"),
            at=self.now, start=self.start, observations=tuple(self.observations), previous=self.previous,
        )
        self.review = evolve(None, event, "head1")
        self.events = [event]
        return self

    def case(self, scored: bool = True) -> Case:
        return Case(
            definition=self.definition, review=self.review, period=self.period, relations=self.relations,
            days=self.definition.days, zone=ZONE, observations=tuple(self.observations), answers=self.answers(),
            previous=self.previous, start=self.start, scored=scored,
        )

    def answers(self) -> tuple[Given, ...]:
        payloads = {event.seq: event.payload.get("answer", {}) for event in self.events}
        return tuple(
            Given(task.id, task.name, task.role, task.answered_by, task.number, payloads[task.answer_seq])
            for task in self.review.tasks
            if task.status == "done" and task.answer_seq is not None
        )

    def ask(self, person: str | None, command: Command, cause: str = "person") -> Event | Refused:
        """Decide; an accepted command changes the review."""
        actor = Actor(person, cause if person is None else "person")
        outcome = decide(self.case(), actor, command, self.now)
        if isinstance(outcome, Event):
            self.events.append(outcome)
            self.review = evolve(self.review, outcome, f"head{outcome.seq}")
        return outcome

    def must(self, person: str | None, command: Command, cause: str = "person") -> Event:
        outcome = self.ask(person, command, cause)
        assert isinstance(outcome, Event), outcome
        return outcome

    def answer(self, person: str, task: str, outcome: str = "done", **parts: Any) -> Event:
        return self.must(person, Answer("r", task, outcome, **parts))

    def refused(self, person: str | None, command: Command) -> str:
        outcome = self.ask(person, command)
        assert isinstance(outcome, Refused), outcome
        return outcome.code

    def until(self, when: str | datetime) -> None:
        """Move the clock; what is due on the way happens at its own instant."""
        target = instant(when) if isinstance(when, str) else when
        while due := [timer for timer in timers_of(self.review, self.definition) if timer.at <= target]:
            self.now = max(self.now, due[0].at)
            self.must(None, FireTimer(self.review.id, due[0].kind, due[0].ref), "timer")
        self.now = max(self.now, target)

    def figures(self, rows: Iterable[tuple[str, str, str]], take: bool = True, samples: int | None = None) -> None:
        """(input, period, value) rows arrive."""
        for name, period, value in rows:
            number = len(self.observations) + 1
            self.observations.append(
                Observation(
                    id=derived_id("observation", number), subject=self.subject, input=name, value=value, period=period,
                    source="crm", record=f"R{number}", taken_at=self.now, recorded_at=self.now, samples=samples,
                )
            )
        if take:
            self.must(None, TakeFigures(self.review.id), "system")

    def open_tasks(self) -> list[str]:
        return [task.name for task in self.review.tasks if task.status == "open" and task.visit == self.review.visit]

    def rows(self, name: str, status: str | None = None) -> list[Any]:
        return [task for task in self.review.tasks if task.name == name and status in (None, task.status)]

    def twin(self) -> World:
        """The same review at the same instant, to try something on."""
        other = copy.copy(self)
        other.observations, other.events = list(self.observations), list(self.events)
        return other

    def replayed(self) -> Review:
        review = None
        for event in self.events:
            review = evolve(review, event, f"head{event.seq}")
        assert review is not None
        return review


SCORECARD = """
scorecard: small
version: 1
language: 1
title: Small
missing: block
round: {metric: 2 half_up, total: 2 half_up}
inputs:
  sales: {type: number, range: 0..100}
  care: {type: rating, range: 1..5, asked: {peer: 1}, round: 2 half_up}
  plan: {type: number, range: 1..100, agreed: true}
metrics:
  sales: {weight: 60, target: 50, agree: {weight: 40..80, target: 10..90}, ratio: {better: higher}, limits: 0..120}
  care: {weight: 40, agree: {weight: 20..60}, line: [[1, 0], [5, 100]]}
total: {combine: weighted_mean, weights_sum: 100}
grades: {bands: [{from: 80, gives: A}, {from: 50, gives: B}, {else: C}]}
consequences: {plan_needed: {value: total < 50}}
"""


def small_workflow(states: str, roles: str = "", forms: Mapping[str, str] | None = None, extra: str = "") -> Definition:
    """A definition from its states alone, with the small scorecard: read, compiled, but not proven sound, since a test
    may want a workflow that `check` would refuse."""
    text = (
        "roles:\n  boss: {who: manager of subject}\n  peer: {who: team of subject}\n  hr: {who: group hr}\n"
        f"  panel: {{who: group appeals-panel}}\n{roles}states:\n{states}{extra}"
    )
    document, problems = read_yaml(text, "workflow.yaml")
    assert document is not None, problems
    card, card_problems = read_scorecard(SCORECARD)
    assert card is not None, card_problems
    schemas = {name: json.loads(schema) for name, schema in (forms or {}).items()}
    guards = Guards(document, scope_of(card, schemas, document.data["states"]))
    made = build(document.data, guards)
    assert not [one for one in guards.problems if one.level == "error"], guards.problems
    return Definition(
        name="small", version=1, language=1, title={}, subject="employee", period="quarter", chain=False,
        calendar=CalendarPlan(ZONE), roles=made.roles, forms=schemas, initial="begin", states=made.states,
        anywhere=made.anywhere, card=card, fingerprint=hashlib.sha256(text.encode()).hexdigest(), sources={},
    )
