"""Whatever is asked in whatever order, a review stays whole: laws over random sequences of commands and days."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine.definition.table import steps
from engine.review.case import Refused
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
from engine.review.events import ACTIONS
from engine.review.timers import timers_of
from engine.words.book import say

PEOPLE = ("sub", "boss", "hr1", "hr2", "ann", "ben", "cat", "pan1", "pan2", "pan3", "top", "aud", "stranger")
HOLDERS = {"manager": "boss", "subject": "sub", "hr": "hr1"}
RATINGS: tuple[Any, ...] = ("1", "3", "4", "5", "9", "x", None)
TARGETS = (
    {}, {"sales.target": "95"}, {"satisfaction.weight": "30", "new_customers.weight": "5"}, {"sales.target": "1"},
    {"satisfaction.weight": "40"}, {"nothing": "1"},
)


def some_answer(world: Any, forms: dict[str, Any], dice: random.Random) -> Answer:
    review, definition = world.review, world.definition
    here = [task for task in review.tasks if task.visit == review.visit] or list(review.tasks)
    row = dice.choice(here)
    plan = definition.states[row.state].tasks[row.name]
    name = dice.choice((row.id, row.name, row.name, "nothing"))
    form = dict(forms.get(row.name, {}))
    if dice.random() < 0.1:
        form["more"] = "x"
    return Answer(
        review.id, name, dice.choice((*definition.outcomes_of(plan), "maybe")), form,
        {one: dice.choice(RATINGS) for one in plan.asks if dice.random() < 0.95},
        dice.choice(TARGETS) if plan.sets else {}, dice.choice((None, None, "A", "D", "E")) if plan.adjusts else None,
        dice.choice(("because", None)),
    )


def some_command(world: Any, forms: dict[str, Any], dice: random.Random) -> tuple[str | None, Command]:
    review = world.review
    person = dice.choice(PEOPLE)
    task = dice.choice(review.tasks).id
    seen = tuple(one.id for one in world.observations)
    other: list[Callable[[], Command]] = [
        lambda: Waive(review.id, task, dice.choice(("ill", ""))),
        lambda: Reassign(review.id, task, dice.choice(PEOPLE), "away"),
        lambda: Intervene(review.id, dice.choice(("withdraw", "reopen", "nothing")), "why"),
        lambda: Remark(review.id, "a word"),
        lambda: TakeFigures(review.id),
        lambda: CorrectFigures(review.id, tuple(dice.sample(seen, min(len(seen), 2))), "late"),
        lambda: FireTimer(review.id, "deadline", "0"),
        lambda: Delegate(review.id, task, dice.choice(PEOPLE), "away"),
        lambda: Retract(review.id, task, dice.choice(("a slip", "a slip", ""))),
        lambda: Extend(review.id, "busy", _some_day(world, dice), dice.choice((task, None))),
    ]
    if dice.random() < 0.75:
        return _likely(world, dice) or person, some_answer(world, forms, dice)
    if dice.random() < 0.15:
        return "hr1", _by_the_clock(world, dice)
    chosen = dice.choice(other)()
    rows = [row for row in review.tasks if row.status == "open" and row.visit == review.visit]
    if isinstance(chosen, Delegate) and rows:
        row = dice.choice(rows)
        return row.person or HOLDERS.get(row.role), replace(chosen, task=row.id)
    if isinstance(chosen, Extend) and dice.random() < 0.8:
        return "hr1", replace(chosen, until=(world.now + timedelta(days=dice.choice((30, 90)))).date())
    if isinstance(chosen, Retract) and dice.random() < 0.7:
        given = [row for row in review.tasks if row.visit == review.visit and row.answered_by]
        return (given[-1].answered_by, Retract(review.id, given[-1].id, "a slip")) if given else (person, chosen)
    if isinstance(chosen, Intervene):
        return ("hr1", chosen) if dice.random() < 0.1 else (person, Remark(review.id, "rather a word"))
    return person, chosen


def _by_the_clock(world: Any, dice: random.Random) -> Command:
    """HR lets a held review go on, mostly; else it is held, or moved on by hand."""
    review = world.review
    if review.held is not None:
        return Resume(review.id, "well again")
    if dice.random() < 0.15:
        return Skip(review.id, "nobody is left")
    return Hold(review.id, "ill", dice.choice((None, _some_day(world, dice))))


def _some_day(world: Any, dice: random.Random) -> date:
    return (world.now + timedelta(days=dice.choice((-1, 0, 3, 9, 40)))).date()


def _likely(world: Any, dice: random.Random) -> str | None:
    """Mostly somebody who may act, so that reviews get far."""
    rows = [task for task in world.review.tasks if task.status == "open" and task.visit == world.review.visit]
    if not rows or dice.random() < 0.2:
        return None
    row = dice.choice(rows)
    return row.person or HOLDERS.get(row.role)


def check_laws(world: Any) -> None:
    review, definition, event = world.review, world.definition, world.events[-1]
    assert event.action in ACTIONS
    assert json.loads(json.dumps(event.payload)) == event.payload
    assert event.to_state == review.state
    assert event.seq == review.revision == len(world.events)
    state = definition.states[review.state]
    assert not state.fork
    assert state.final == (review.ended_at is not None)
    deciding = {
        task.name for task in review.tasks
        if task.visit == review.visit and task.status == "open" and state.tasks[task.name].decides
    }
    assert len(deciding) <= 1
    if state.final:
        assert timers_of(review, definition) == ()
        assert not [task for task in review.tasks if task.status in ("open", "waiting")]
    elif review.held is None:
        assert timers_of(review, definition) or state.deadline == ()
        assert all(task.visit == review.visit for task in review.tasks if task.status in ("open", "waiting"))
    assert all(timer.at >= review.entered_at for timer in timers_of(review, definition))
    assert review.held is None or review.ended_at is None
    assert set(review.delegated) <= {task.id for task in review.tasks if task.visit == review.visit}
    assert_steps_exist(definition, event)
    if event.anonymous:
        assert event.actor not in json.dumps(event.payload.get("answer", {}))
    if review.result is not None and review.result.grade is not None:
        ladder = definition.card.grades.ladder
        at_most, at_least = review.result.bounds
        assert at_most is None or ladder.index(review.result.grade) >= ladder.index(at_most)
        assert at_least is None or ladder.index(review.result.grade) <= ladder.index(at_least)


def freely(definition: Any) -> Any:
    """The same workflow, with every task free to be given on."""
    states = {
        name: replace(state, tasks={key: replace(task, delegate=True) for key, task in state.tasks.items()})
        for name, state in definition.states.items()
    }
    return replace(definition, states=states)


def assert_steps_exist(definition: Any, event: Any) -> None:
    """Every state of the trail is one that the table has a step to from the one before."""
    before = event.from_state
    for state in event.payload.get("trail", ()) if before is not None else ():
        assert any(source == before and state in targets for source, targets in _targets(definition)), event
        before = state


def _targets(definition: Any) -> set[tuple[str, frozenset[str]]]:
    found = _known.get(definition.fingerprint)
    if found is None:
        table = steps(definition)
        found = {(state, frozenset(step.to for step in branches)) for (state, _), branches in table.items()}
        _known[definition.fingerprint] = found
    return found


_known: dict[str, set[tuple[str, frozenset[str]]]] = {}


def wander(world: Any, forms: dict[str, Any], dice: random.Random, quarters: Any, steps: int) -> set[str]:
    quarter = dice.choice(quarters)
    for _ in range(steps):
        chance = dice.random()
        count = len(world.events)
        if chance < 0.15:
            world.until(world.now + timedelta(days=dice.choice((1, 3, 10, 30)), minutes=7))
        elif chance < 0.25:
            world.now += timedelta(minutes=1)
            world.figures(dice.sample(quarter, dice.randint(1, len(quarter))), take=False, samples=10)
            world.ask(None, TakeFigures(world.review.id), "system")
        else:
            person, command = some_command(world, forms, dice)
            before = world.review
            outcome = world.ask(person, command)
            if isinstance(outcome, Refused):
                assert world.review is before
                assert outcome.code == outcome.reasons[0].code
                for reason in outcome.reasons:
                    for lang in ("en", "zh"):
                        assert say(lang, reason.code, **reason.values)
        if len(world.events) > count:
            check_laws(world)
    assert world.replayed() == world.review
    return {state for event in world.events for state in event.payload.get("trail", [event.to_state])}


def test_laws_hold_over_random_sequences(account_manager: Any, forms: dict[str, Any], quarters: Any) -> None:
    seen: set[str] = set()
    done: set[str] = set()
    for seed in range(40):
        dice = random.Random(seed)
        world = account_manager.twin()
        world.definition = freely(world.definition)
        seen |= wander(world, forms, dice, quarters, 150)
        done |= {event.action for event in world.events}
    assert seen == set(account_manager.definition.states)  # control: the walks come through every state
    assert done == set(ACTIONS) - {"gathered"}  # and do everything: the workflow has no cohort


@pytest.mark.parametrize(
    "sequences", [pytest.param(500, marks=pytest.mark.slow), pytest.param(2_000, marks=pytest.mark.soak)]
)
def test_laws_hold_over_thousands_of_random_sequences(
    account_manager: Any, forms: dict[str, Any], quarters: Any, sequences: int
) -> None:
    for seed in range(1000, 1000 + sequences):
        world = account_manager.twin()
        world.definition = freely(world.definition)
        wander(world, forms, random.Random(seed), quarters, 40)


def test_the_laws_can_fail(account_manager: Any) -> None:
    check_laws(account_manager)
    broken = account_manager.twin()
    broken.review = replace(broken.review, tasks=tuple(replace(task, status="open") for task in broken.review.tasks),
                            deadlines=(), reminders=(), state="closed")
    with pytest.raises(AssertionError):
        check_laws(broken)
