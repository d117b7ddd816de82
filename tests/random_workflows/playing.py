"""Random sequences of commands, days and figures through a random workflow, and the laws that hold after each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from engine.definition.model import Definition
from engine.definition.table import steps
from engine.review import commands, tasks
from engine.review.case import Actor, Refused
from engine.review.commands import Answer, FireTimer, Intervene, Reassign, Remark, TakeFigures, Waive
from engine.review.draft import Draft
from engine.review.events import Event
from engine.review.timers import timers_of
from tests.engine.review.world import World, instant

TIMERS_MAX = 500  # so many timers may fire before a review that nobody touches has ended
START = "2025-07-01 09:00"
TEAM, PANEL, HR = ("ann", "ben", "cat", "dan"), ("pan1", "pan2", "pan3"), ("hr1", "hr2")
HOLDERS = {"boss": ("boss",), "subject": ("sub",), "hr": HR, "peer": TEAM, "panel": PANEL, "nobody": ("sub",)}
EVERYBODY = ("sub", "boss", "top", *TEAM, *PANEL, *HR)
FIGURES = {
    "sales": ("0", "10", "25", "49", "50", "90", "100"), "flaws": tuple(str(one) for one in range(10)),
    "clean": ("true", "false"), "level": ("low", "mid", "high"),
}


class LawBroken(AssertionError):
    """A law does not hold."""


def require(holds: object, law: str, **found: object) -> None:
    if not holds:
        raise LawBroken(f"{law}: {found}")


class Watched(World):
    """A world that holds every event against the laws."""

    def ask(self, person: str | None, command: Any, cause: str = "person") -> Event | Refused:
        outcome = super().ask(person, command, cause)
        if isinstance(outcome, Event):
            check_event(self, outcome)
        return outcome


def opened(definition: Definition, dice: random.Random) -> World:
    world = Watched(definition, instant(START))
    if dice.random() < 0.3:
        figures(world, dice, take=False)
    return world.open()


def figures(world: World, dice: random.Random, take: bool = True) -> None:
    """Some figures arrive; a figure that came before is not sent anew."""
    there = {one.input for one in world.observations}
    names = [name for name in FIGURES if name not in there and dice.random() < 0.6]
    world.figures([(name, "2025-Q3", dice.choice(FIGURES[name])) for name in names], take=False)
    if take:
        world.ask(None, TakeFigures(world.review.id), "system")


def play(world: World, dice: random.Random, most: int) -> Iterator[tuple[str, Event | None]]:
    """Up to so many commands; yields after each what was asked and its event (None: refused)."""
    for _ in range(most):
        if world.review.ended_at is not None and dice.random() < 0.5:
            return
        before = len(world.events)
        chance = dice.random() if world.review.ended_at is None else 1
        if chance < 0.12:
            world.now += timedelta(minutes=1)
            figures(world, dice)
            said = "figures"
        elif chance < 0.4:
            said = _time(world, dice)
        elif chance < 0.85:
            said = _ask(world, *_answer(world, dice))
        else:
            said = _ask(world, *_other(world, dice))
        yield said, world.events[-1] if len(world.events) > before else None


def _time(world: World, dice: random.Random) -> str:
    """The next timer, or some days with all that comes due in them."""
    timers = timers_of(world.review, world.definition)
    if timers and dice.random() < 0.6:
        world.until(max(timers[0].at, world.now))
        return "timer"
    world.now += timedelta(hours=1)
    return "an hour"


def _ask(world: World, person: str | None, command: Any) -> str:
    world.now += timedelta(minutes=1)
    late = [timer for timer in timers_of(world.review, world.definition) if timer.at <= world.now]
    if late:
        world.until(world.now)
    before = world.review
    outcome = world.ask(person, command)
    if isinstance(outcome, Refused):
        require(world.review is before, "a refused command changes nothing", command=command)
    return f"{person} {type(command).__name__}"


def _rows(world: World) -> list[Any]:
    return [task for task in world.review.tasks if task.visit == world.review.visit and task.status == "open"]


def _answer(world: World, dice: random.Random) -> tuple[str | None, Any]:
    review, definition = world.review, world.definition
    rows = _rows(world)
    if not rows or dice.random() < 0.03:
        rows = list(review.tasks)
    if not rows:
        return "boss", Remark(review.id, "nothing to do")
    row = dice.choice(rows)
    plan = definition.states[row.state].tasks[row.name]
    person = row.person or dice.choice(HOLDERS.get(row.role, EVERYBODY))
    form = {"reason": dice.choice(("facts", "weights"))} if plan.form == "ruling" else {}
    ratings = {name: str(dice.randint(1, 5)) for name in plan.asks}
    outcome = dice.choice(definition.outcomes_of(plan))
    return person, Answer(review.id, row.id, outcome, form=form, ratings=ratings, comment=dice.choice(("why", None)))


def _other(world: World, dice: random.Random) -> tuple[str | None, Any]:
    review = world.review
    task = dice.choice(_rows(world) or list(review.tasks) or [None])
    hr = dice.choice(HR)
    choices: list[Callable[[], tuple[str | None, Any]]] = [
        lambda: (hr, TakeFigures(review.id)), lambda: (dice.choice(EVERYBODY), Remark(review.id, "a word")),
        lambda: (None, FireTimer(review.id, "deadline", "0")), *_clocks(world, dice, hr),
    ]
    if world.definition.anywhere:
        name = dice.choice(tuple(world.definition.anywhere))
        if name != "withdraw" or dice.random() < 0.1:
            choices += [lambda: (hr, Intervene(review.id, name, "why"))] * 3
    if task is not None:
        choices += [
            lambda: (hr, Waive(review.id, task.id, "ill")),
            lambda: (hr, Reassign(review.id, task.id, dice.choice(EVERYBODY), "away")),
            *_of_task(world, dice, task, hr),
        ]
    return dice.choice(choices)()


def _clocks(world: World, dice: random.Random, hr: str) -> list[Callable[[], tuple[str | None, Any]]]:
    """Commands that stop, start and stretch the clocks of a review, or move it past its state."""
    review, day = world.review, world.now.date() + timedelta(days=dice.randint(0, 30))
    return [
        lambda: (hr, commands.Hold(review.id, "wait", dice.choice((None, day)))),
        lambda: (hr, commands.Resume(review.id, "go on")),
        lambda: (hr, commands.Extend(review.id, "more time", day)),
        lambda: (hr, commands.Skip(review.id, "not needed")),
    ]


def _of_task(world: World, dice: random.Random, task: Any, hr: str) -> list[Callable[[], tuple[str | None, Any]]]:
    review, day = world.review, world.now.date() + timedelta(days=dice.randint(0, 30))
    done = [one for one in review.tasks if one.status == "done" and one.answered_by is not None]
    found: list[Callable[[], tuple[str | None, Any]]] = [
        lambda: (hr, commands.Extend(review.id, "more time", day, task.id)),
        lambda: (
            task.person or dice.choice(HOLDERS.get(task.role, EVERYBODY)),
            commands.Delegate(review.id, task.id, dice.choice(EVERYBODY), "on leave"),
        ),
    ]
    if done:
        one = dice.choice(done)
        found.append(lambda: (one.answered_by, commands.Retract(review.id, one.id, "a slip")))
    return found


# Laws


TASKS, NEXT, DEADLINE, WATCH, ANYWHERE = "tasks", "next", "deadline", "watch", "anywhere"
FIRST = {
    "opened": (NEXT,), "answered": (TASKS, NEXT), "waived": (TASKS, NEXT), "intervened": (ANYWHERE, NEXT),
    "figures_taken": (WATCH, NEXT), "figures_corrected": (WATCH, NEXT), "expired": (DEADLINE, NEXT),
    "task_opened": (NEXT,), "skipped": (NEXT, DEADLINE), "resumed": (WATCH, NEXT), "gathered": (NEXT,),
}
"""Kinds of steps by which an event may leave the state it finds; further on it takes `next` alone."""


def check_event(world: World, event: Event) -> None:
    """The laws of one accepted command."""
    review, definition = world.review, world.definition
    state = definition.states.get(review.state)
    require(state is not None, "no state outside the definition", state=review.state)
    assert state is not None
    require(not state.fork, "no review rests in a fork", state=state.name)
    require(state.final == (review.ended_at is not None), "ended in a final state and only there", state=state.name)
    check_trail(definition, event)
    deciding = {
        row.name for row in review.tasks
        if row.visit == review.visit and row.status == "open" and state.tasks[row.name].decides
    }
    if len(deciding) > 1:
        # Of `need: 2` the third row stays open, but the task is done and an answer to it moves nothing.
        draft = Draft(world.case(), Actor(None, "system"), world.now)
        deciding = {name for name in deciding if not tasks.is_done(draft, name)}
    require(len(deciding) <= 1, "one deciding task is open at a time", tasks=deciding)
    if state.final:
        require(not timers_of(review, definition), "an ended review waits for nothing")


def check_trail(definition: Definition, event: Event) -> None:
    """Every step between the states of the event is in the table, of a kind that the command may take."""
    here = event.from_state
    trail = list(event.payload.get("trail", ()))
    if here is None:
        require(trail and trail[0] == definition.initial, "a review begins in the initial state", trail=trail)
        here = trail.pop(0)
    kinds = FIRST.get(event.action, ())
    for there in trail:
        taken = [kind for kind in triggers_between(definition, here, there) if kind in kinds]
        require(taken, "every step taken is in the table", action=event.action, here=here, there=there)
        here, kinds = there, (NEXT,)
    require(here == event.to_state, "the trail ends where the review is", here=here, there=event.to_state)


def triggers_between(definition: Definition, here: str, there: str) -> list[str]:
    found = []
    for (source, trigger), way in steps(definition).items():
        if source == here and any(branch.to == there for branch in way):
            found.append(kind_of(trigger, here))
    return found


def kind_of(trigger: str, state: str) -> str:
    return ANYWHERE if trigger.startswith("anywhere/") else trigger.removeprefix(f"{state}/").split("/")[0]


def check_bounds(world: World) -> None:
    """No way with `times` was taken more often."""
    for name, one in world.definition.anywhere.items():
        used = sum(event.action == "intervened" and event.outcome == name for event in world.events)
        require(one.times is None or used <= one.times, "a command of `anywhere` is bounded", name=name, used=used)
    moved: dict[tuple[str | None, str, str], int] = {}
    for event in world.events:
        if event.action == "answered" and event.payload.get("trail"):
            plan = world.definition.states[str(event.from_state)].tasks[str(event.task)]
            outcome = plan.outcomes.get(str(event.outcome))
            if outcome is not None and outcome.way and outcome.times and not outcome.after_way and not plan.each:
                key = event.from_state, plan.name, outcome.name
                moved[key] = moved.get(key, 0) + 1
                require(moved[key] <= outcome.times, "an outcome with `times` is bounded", outcome=key)


def check_end(world: World) -> int:
    """From here, by time alone, the review ends; how many timers it took."""
    alone = world.twin()
    fired = 0
    if getattr(alone.review, "held", None) is not None and not timers_of(alone.review, alone.definition):
        alone.must("hr1", commands.Resume(alone.review.id, "go on"))
    while alone.review.ended_at is None:
        timers = timers_of(alone.review, alone.definition)
        require(timers, "no review is stuck", state=alone.review.state, tasks=alone.open_tasks())
        require(fired < TIMERS_MAX, "no review goes on for ever", state=alone.review.state)
        alone.now = max(alone.now, timers[0].at)
        alone.must(None, FireTimer(alone.review.id, timers[0].kind, timers[0].ref), "timer")
        fired += 1
    return fired


def run(definition: Definition, seed: object, most: int = 25) -> tuple[World, list[str]]:
    """One run: a sequence with the laws after each command, the end by time alone from somewhere on its way and from
    its end, and the replay."""
    dice = random.Random(f"run {seed}")
    world = opened(definition, dice)
    check_event(world, world.events[0])
    said = []
    middle = dice.randrange(most)
    for place, (asked, _) in enumerate(play(world, dice, most)):
        said.append(asked)
        if place == middle:
            check_end(world)
    check_bounds(world)
    check_end(world)
    require(world.replayed() == world.review, "a replay gives the same review")
    return world, said
