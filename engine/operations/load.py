"""Loads what a command is decided by: a review with its definition, people, days and, if it scores, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.calendar import parse_period
from engine.history.event import review_stream
from engine.operations.barriers import assembled, attributes_of, figures_for, unit_of
from engine.operations.periods import keys_of, periods_before
from engine.operations.previous import previous_of
from engine.operations.taking import taken_of
from engine.review.case import Case, Given, Period
from engine.review.commands import Command, CorrectFigures, FireTimer, Gather, Intervene, Remark, TakeFigures
from engine.review.model import Review
from engine.review.needs import may_score
from engine.runtime import Runtime
from engine.store import cycles, figures, history, people, reviews
from engine.store.database import Tx

_NOT_OF_TASKS = Gather | FireTimer | TakeFigures | CorrectFigures | Intervene | Remark
PERIODS_BACK = 4
"""How many earlier periods a rule may look at."""


def load_case(rt: Runtime, tx: Tx, review_id: str, at: datetime, command: Command | None = None) -> Case:
    """The case as of the instant; figures are read only when the command may score (None: always).

    NotFound when there is no such review.
    """
    review = reviews.load(tx, review_id)
    definition = rt.definition(tx, review.definition)
    cycle = cycles.get(tx, review.cycle)
    subject = people.by_id(tx, [review.subject])[review.subject]
    period = period_of(cycle.period)
    case = Case(
        definition=definition,
        review=review,
        period=period,
        relations=people.relations(tx, [review.subject], at, rt.groups(definition)),
        days=definition.days,
        zone=subject.timezone or definition.calendar.timezone,
        attributes=subject.attributes,
        cycle_attributes=attributes_of(cycle),
        cohort=figures_for(definition.card, cycle, unit_of(definition.card, subject.attributes)),
        assembled=None if isinstance(command, _NOT_OF_TASKS) else assembled(tx, definition, review, at),
    )
    if command is not None and not may_score(definition, review, command):
        return case
    back = periods_before(period.key, PERIODS_BACK)
    everything = figures.by_subject(tx, review.subject, [key for one in (period.key, *back) for key in keys_of(one)])
    here = frozenset(keys_of(period.key))
    start: Mapping[str, Any] = {}
    if "targets" not in review.fixed:
        start = cycles.start_of(tx, subject=review.subject, workflow=definition.name, period=period.key)
    return replace(
        case,
        observations=tuple(one for one in everything if one.period in here),
        answers=answers_of(tx, review),
        previous=previous_of(rt, tx, case, back, everything),
        start=start,
        taken=taken_of(tx, definition, review.subject, period.key),
        scored=True,
    )


@lru_cache(maxsize=1_000)
def period_of(key: str) -> Period:
    return Period(*parse_period(key))


def answers_of(tx: Tx, review: Review) -> tuple[Given, ...]:
    """What was handed in for the tasks that count, from the payloads of the events that hold it."""
    done = [task for task in review.tasks if task.status == "done" and task.answer_seq is not None]
    if not done:
        return ()
    stream = review_stream(review.id)
    found = history.payloads_of(tx, {(stream, task.answer_seq) for task in done if task.answer_seq is not None})
    given = []
    for task in done:
        payload = found[stream, task.answer_seq or 0]
        if payload:
            given.append(Given(task.id, task.name, task.role, task.answered_by, task.number, payload["answer"]))
    return tuple(given)
