"""The barrier of a state that gathers its cohort: who still waits behind it, and what time alone does to it."""

from __future__ import annotations

from engine.definition.model import Definition
from engine.review.model import Gathered, Review

PASSED = "passed"  # kind of a review that has left the state without its cohort


def waits(definition: Definition, state: str, visit: int, gathered: Gathered | None) -> bool:
    """Whether the tasks of this visit wait for the cohort."""
    return definition.states[state].gathers and (gathered is None or gathered.visit != visit)


def review_waits(definition: Definition, review: Review) -> bool:
    return review.ended_at is None and waits(definition, review.state, review.visit, review.gathered)


def gathering_state(definition: Definition) -> str | None:
    """The state that gathers; a definition that was checked has at most one."""
    return next((name for name, state in definition.states.items() if state.gathers), None)


def settling_task(definition: Definition) -> str:
    """The task that settles a cohort: the one that decides, else the first of its state."""
    state = definition.states[gathering_state(definition) or definition.initial]
    return next((name for name, plan in state.tasks.items() if plan.decides), next(iter(state.tasks), ""))


def ahead(definition: Definition, state: str) -> bool:
    """Whether the state that gathers comes later in the file."""
    order, gathers = list(definition.states), gathering_state(definition)
    return gathers is not None and order.index(state) < order.index(gathers)


def opening_step(definition: Definition, state: str) -> int | None:
    """The first step of the state's deadline that moves: while the cohort is awaited it opens the barrier instead."""
    steps = enumerate(definition.states[state].deadline)
    return next((index for index, step in steps if step.way is not None), None)

