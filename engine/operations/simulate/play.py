"""One review in memory, moved by the real rules: everything that was done is kept, so that it can be done again."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.definition.model import Definition
from engine.ids import derived_id
from engine.operations.simulate.figures import Figures, observations, pools, taken
from engine.operations.simulate.hits import hits_of
from engine.operations.simulate.invented import Organisation
from engine.operations.simulate.targets import Target
from engine.review.case import Actor, Case, Given, Observation, Period, Refused
from engine.review.commands import Command, FireTimer, Gather, TakeFigures
from engine.review.decide.open_review import open_review
from engine.review.decide.step import decide
from engine.review.events import Event
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.timers import Timer, timers_of


@dataclass(frozen=True, slots=True)
class Stage:
    """What all paths of one workflow have in common; begin: when every review opens."""

    definition: Definition
    organisation: Organisation
    period: Period
    begin: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """One accepted command, with the figures that had been observed by then (so many of the path's)."""

    at: datetime
    actor: Actor
    command: Command
    observed: int


class Play:
    """A path being played. `now` moves only forwards."""

    def __init__(self, stage: Stage, figures: Figures) -> None:
        self.stage, self.figures = stage, figures
        self.definition = stage.definition
        self.now = stage.begin
        self.observed: tuple[Observation, ...] = self._given()
        self.answers: dict[int, Mapping[str, Any]] = {}
        self.deeds: list[Deed] = []
        self.events: list[Event] = []
        self.hits: list[Target] = []
        self.astray: list[str] = []
        self.delivered: frozenset[str] = frozenset()
        organisation = stage.organisation
        event = open_review(
            self.definition, review_id=derived_id("simulate", "review"), cycle="simulate", subject=organisation.subject,
            period=stage.period, relations=organisation.relations, days=self.definition.days, zone=organisation.zone,
            actor=Actor(None, "batch"), at=self.now, observations=self.observed, previous=figures.previous,
            attributes=self._attributes(), cycle_attributes=figures.cycle,
        )
        before = Review(
            id=event.review, cycle="", subject="", definition="", state=self.definition.initial, revision=0, head="",
            visit=0, opened_at=self.now, entered_at=self.now,
        )
        self.review = evolve(None, event, "simulated")
        self.events.append(event)
        self._hear(before, None, event)

    def _attributes(self) -> dict[str, str]:
        return {**self.figures.attributes, **self.stage.organisation.attributes}

    def _given(self) -> tuple[Observation, ...]:
        """Agreed figures are given for the subject before anybody agrees on others."""
        card = self.definition.card
        names = tuple(name for name, one in card.inputs.items() if one.agreed)
        return tuple(observations(
            card, self.figures, names, self.stage.period.key, self.stage.organisation.subject, self.stage.begin,
        ))

    def twin(self) -> Play:
        """The same path, to try something on."""
        other = copy.copy(self)
        other.answers, other.deeds, other.events = dict(self.answers), list(self.deeds), list(self.events)
        other.hits, other.astray = list(self.hits), list(self.astray)
        return other

    def become(self, other: Play) -> None:
        vars(self).update(vars(other))

    @property
    def ended(self) -> bool:
        return self.review.ended_at is not None

    def case(self) -> Case:
        stage, figures = self.stage, self.figures
        return Case(
            definition=self.definition, review=self.review, period=stage.period,
            relations=stage.organisation.relations, days=self.definition.days, zone=stage.organisation.zone,
            observations=self.observed, answers=self._answers(), previous=figures.previous,
            attributes=self._attributes(), cycle_attributes=figures.cycle,
            cohort=pools(self.definition.card, figures),
            taken=taken(self.definition.card, figures, stage.period.key, stage.begin), scored=True,
        )

    def _answers(self) -> tuple[Given, ...]:
        return tuple(
            Given(task.id, task.name, task.role, task.answered_by, task.number, self.answers[task.answer_seq])
            for task in self.review.tasks
            if task.status == "done" and task.answer_seq is not None
        )

    def ask(self, actor: Actor, command: Command) -> Event | Refused:
        """Decide; an accepted command changes the review."""
        outcome = decide(self.case(), actor, command, self.now)
        if isinstance(outcome, Refused):
            return outcome
        before = self.review
        self.review = evolve(before, outcome, "simulated")
        self.answers[outcome.seq] = outcome.payload.get("answer", {})
        self.deeds.append(Deed(self.now, actor, command, len(self.observed)))
        self.events.append(outcome)
        self._hear(before, command, outcome)
        return outcome

    def _hear(self, before: Review, command: Command | None, event: Event) -> None:
        found = hits_of(self.definition, self.stage.organisation.zone, before, command, event)
        self.hits.extend(found.found)
        self.astray.extend(found.astray)

    def person(self, person: str, command: Command) -> Event | Refused:
        return self.ask(Actor(person), command)

    def timers(self) -> tuple[Timer, ...]:
        return timers_of(self.review, self.definition)

    def fire(self, timer: Timer) -> Event | Refused:
        self.now = max(self.now, timer.at)
        if timer.kind == "gather":  # there is nobody else in the cohort of a review that is tried out by itself
            return self.ask(Actor(None, "batch"), Gather(self.review.id))
        return self.ask(Actor(None, "timer"), FireTimer(self.review.id, timer.kind, timer.ref))

    def deliver(self, names: tuple[str, ...], at: datetime) -> Event | Refused:
        """The figures of these inputs arrive."""
        self.now = max(self.now, at)
        found = observations(
            self.definition.card, self.figures, names, self.stage.period.key, self.stage.organisation.subject, self.now,
        )
        self.observed = (*self.observed, *found)
        self.delivered |= set(names)
        return self.ask(Actor(None, "system"), TakeFigures(self.review.id))
