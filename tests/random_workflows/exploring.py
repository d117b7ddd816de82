"""A workflow with faults, made as if it had none, and a search through all that can be done in one of its states."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.calendar import WorkingDays
from engine.definition.build import build
from engine.definition.guards import Guards, scope_of
from engine.definition.model import CalendarPlan, Definition
from engine.definition.reader import read_scorecard
from engine.definition.source import read_yaml
from engine.review import tasks
from engine.review.case import Actor, Refused
from engine.review.commands import Answer, FireTimer, Waive
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.timers import timers_of
from tests.engine.review.world import PEOPLE, World, instant
from tests.random_workflows.drawing import FORMS
from tests.random_workflows.playing import FIGURES, HOLDERS, START

ALL_HELD = replace(PEOPLE, groups={**PEOPLE.groups, "no-such-group": ("eve",)})
HELD_BY = {**HOLDERS, "nobody": ("eve",)}
LATE = "2025-10-01 09:00"  # everything of the period that opens at a date is open
NODES_MAX = 500  # so many situations are looked at; a shortest way to a fault is short


def unproven(texts: dict[str, str]) -> Definition:
    """The definition of a workflow whose errors are about sense alone."""
    document, problems = read_yaml(texts["workflow.yaml"], "workflow.yaml")
    card, _ = read_scorecard(texts["scorecard.yaml"])
    assert document is not None, problems
    assert card is not None
    data = document.data
    guards = Guards(document, scope_of(card, {name: FORMS[name] for name in data.get("forms", {})}, data["states"]))
    made = build(data, guards)
    said = json.dumps(sorted(texts.items()))
    return Definition(
        name="random", version=1, language=1, title={}, subject="employee", period="quarter", chain=False,
        calendar=CalendarPlan("Asia/Shanghai"), roles=made.roles, forms=FORMS, initial=data["initial"],
        states=made.states, anywhere=made.anywhere, card=card, days=WorkingDays(), sources={},
        fingerprint=hashlib.sha256(said.encode()).hexdigest(),
    )


def entered(definition: Definition, state: str, used_up: bool = False, start: str = START) -> World:
    """A review that begins in the state; used_up: every bounded outcome was used as often as it may be."""
    from_there = replace(definition, initial=state, fingerprint=f"{definition.fingerprint}/{state}")
    world = World(from_there, instant(start), relations=ALL_HELD).open()
    if used_up:
        counts = {
            f"{state}.{task.name}.{outcome.name}": outcome.times
            for task in definition.states[state].tasks.values() for outcome in task.outcomes.values() if outcome.times
        }
        world.review = replace(world.review, counts=counts)
    return world


def state_done(world: World) -> bool:
    return tasks.state_done(Draft(world.case(), Actor(None, "system"), world.now))


def drained(world: World) -> World:
    """What becomes of the review by time alone."""
    alone = world.twin()
    while timers := timers_of(alone.review, alone.definition):
        if len(alone.events) > 400:
            break
        alone.until(max(timers[0].at, alone.now))
    return alone


@dataclass(frozen=True, slots=True)
class Found:
    """A situation that was looked for, and what led there."""

    world: World
    trail: tuple[str, ...]


def walk(start: World, goal: Callable[[World], bool], spare: tuple[str, ...]) -> Found | None:
    """The straight way: everything is answered so that the state is not left, except the tasks to spare."""
    node = Found(start, ())
    for _ in range(60):
        if goal(node.world):
            return node
        state = node.world.review.state, node.world.review.visit
        for label, after in _moves(node.world, False):
            moved = (after.review.state, after.review.visit) != state or after.review.ended_at is not None
            if label.partition(" ")[0] not in spare and not moved and " by one" not in label:
                node = Found(after, (*node.trail, label))
                break
        else:
            return None
    return None


def explore(start: World, goal: Callable[[World], bool], waive: bool = True) -> Found | None:
    """The shortest sequence of answers, waived tasks, figures and timers to a situation, searched as long as the review
    stays in the state where it began and for a bounded number of situations."""
    state, waiting, seen = start.review.state, deque([Found(start, ())]), {_likeness(start)}
    looked = 0
    while waiting and looked < NODES_MAX:
        node = waiting.popleft()
        looked += 1
        if goal(node.world):
            return node
        if node.world.review.state != state or node.world.review.ended_at is not None:
            continue
        for label, after in _moves(node.world, waive):
            key = _likeness(after)
            if key not in seen:
                seen.add(key)
                waiting.append(Found(after, (*node.trail, label)))
    return None


def _likeness(world: World) -> object:
    review = world.review
    rows = tuple(
        (row.name, row.number, row.person, row.status, row.outcome) for row in review.tasks
        if row.visit == review.visit and row.status != "superseded"
    )
    return review.state, review.visit, rows, tuple(sorted(review.counts.items())), review.arrived


def _moves(world: World, waive: bool) -> Iterator[tuple[str, World]]:
    review, definition = world.review, world.definition
    rows = [row for row in review.tasks if row.visit == review.visit and row.status == "open"]
    for row in {(row.name, row.number): row for row in reversed(rows)}.values():  # people of one role are alike
        plan = definition.states[row.state].tasks[row.name]
        for outcome in definition.outcomes_of(plan):
            after = world.twin()
            if not answered(after, row, outcome):
                continue
            if plan.each:
                if plan.tie is not None:
                    yield f"{row.name} = {outcome} by one", after.twin()
                _others(after, row, outcome)
            yield f"{row.name} = {outcome}", after
        after = world.twin()
        if waive and not isinstance(after.ask("hr1", Waive(review.id, row.id, "ill")), Refused):
            yield f"{row.name} waived", after
    lacking = [one for one in definition.states[review.state].collects if one not in review.arrived]
    if lacking:
        after = world.twin()
        after.figures([(name, "2025-Q3", FIGURES[name][0]) for name in lacking if name in FIGURES])
        yield "figures", after
    timers = [one for one in timers_of(review, definition) if one.kind in ("open", "late")]
    if timers:
        after = world.twin()
        after.now = max(timers[0].at, after.now)  # past a deadline too, as if HR had extended it
        after.must(None, FireTimer(review.id, timers[0].kind, timers[0].ref), "timer")
        yield timers[0].kind, after


def _others(world: World, row: Any, outcome: str) -> None:
    """Everybody who is asked beside the row's holder says the same."""
    while more := [one for one in world.review.tasks if (one.name, one.number, one.visit) == (
            row.name, row.number, world.review.visit) and one.status == "open"]:
        if not answered(world, more[0], outcome):
            return


def answered(world: World, row: Any, outcome: str) -> bool:
    """Whether somebody could give this answer."""
    return not isinstance(attempt(world, row, outcome), Refused)


def attempt(world: World, row: Any, outcome: str) -> Event | Refused:
    """A holder of the row gives the answer, well filled in."""
    plan = world.definition.states[row.state].tasks[row.name]
    form = {"reason": "facts"} if plan.form == "ruling" else {}
    person = row.person or HELD_BY[row.role][0]
    ratings = dict.fromkeys(plan.asks, "3")
    return world.ask(person, Answer(world.review.id, row.id, outcome, form=form, ratings=ratings, comment="why"))
