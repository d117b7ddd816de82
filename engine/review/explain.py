"""Why not? For an actor and a review: all that the workflow knows to ask, what is possible now, and what is not yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.calendar import local_day
from engine.definition.model import TaskPlan
from engine.review import access, timing
from engine.review.case import Actor, Case, Reason, Refused
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    Delegate,
    Extend,
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
from engine.review.decide.step import try_out
from engine.review.model import OPEN, Task
from engine.review.standing.rows import holds, knows_row
from rules.numbers import decimal_text
from rules.scorecard.model import Input

WORDS = "-"  # any comment or reason: what matters is that there is one


@dataclass(frozen=True, slots=True)
class Possible:
    """One thing that can be asked. kind: `answer` | `waive` | `reassign` | `delegate` | `extend` | `retract` | `hold` |
    `resume` | `skip` | `intervene` | `remark` | `take_figures` | `correct_figures`; task_id: the row, where there is
    one; task: a task's or an intervention's name; outcomes: those that would be accepted now; reasons: why not, empty
    when possible; next_at: when it may become possible."""

    kind: str
    task_id: str | None
    task: str | None
    outcomes: tuple[str, ...]
    possible: bool
    reasons: tuple[Reason, ...] = ()
    next_at: datetime | None = None


def explain(case: Case, actor: Actor, at: datetime) -> tuple[Possible, ...]:
    """Every command of the workflow, asked of `decide` itself with sample content: what it would accept is possible.

    A command is possible when it is accepted once well filled in; needs a case loaded with figures.
    """
    viewer = None
    if actor.person is not None:
        viewer = access.relations_to(case.definition, case.review, case.relations, actor.person)
    found = [
        # Of a row that is not hers to know of she is told by the task's name, as of one that is not there yet.
        _answers(case, actor, at, task if task is None or knows_row(case, viewer, task) else None, name, plan)
        for task, name, plan in _tasks(case, actor)
    ]
    for task in case.review.tasks:
        if task.visit == case.review.visit and task.status in OPEN and knows_row(case, viewer, task):
            found.extend(_about_row(case, actor, at, task))
    found.extend(_retract(case, actor, at))
    found.extend(_clocks(case, actor, at))
    for name in case.definition.anywhere:
        found.append(_ask(case, actor, at, Intervene(case.review.id, name, WORDS), "intervene", None, name))
    found.append(_ask(case, actor, at, Remark(case.review.id, WORDS), "remark", None))
    found.append(_ask(case, actor, at, TakeFigures(case.review.id), "take_figures", None))
    found.append(_correct(case, actor, at))
    return tuple(found)


def sample_answer(case: Case, plan: TaskPlan, name: str, outcome: str) -> Answer:
    """An answer that is well filled in: lowest ratings, targets as they stand, the first choices of the form."""
    card = case.definition.card
    form = case.definition.forms.get(plan.form, {}) if plan.form is not None else {}
    return Answer(
        case.review.id, name, outcome, form=_choices(form), comment=WORDS,
        ratings={one: sample_rating(card.inputs[one]) for one in plan.asks},
    )


def sample_rating(declared: Input) -> Any:
    if declared.options:
        return declared.options[0]
    return True if declared.type == "yes_no" else decimal_text(declared.span.low or 0)


def _tasks(case: Case, actor: Actor) -> Iterator[tuple[Task | None, str, TaskPlan]]:
    """Rows of the present visit (of those asked of several people the actor's own), then tasks of other states."""
    review, states = case.review, case.definition.states
    present = [task for task in review.tasks if task.visit == review.visit and task.status != "superseded"]
    own_rows = {task.id for task in present if actor.person is not None and holds(case, task, actor.person)}
    mine = {(task.name, task.number) for task in present if task.id in own_rows}
    seen = set()
    for task in present:
        key = (task.name, task.number)
        if task.id in own_rows or (key not in mine and key not in seen):
            seen.add(key)
            yield task, task.name, states[task.state].tasks[task.name]
    here = {task.name for task in present}
    for state in states.values():
        for name, plan in state.tasks.items():
            if name not in here:
                here.add(name)
                yield None, name, plan


def _answers(
    case: Case, actor: Actor, at: datetime, task: Task | None, name: str, plan: TaskPlan
) -> Possible:
    accepted, refused = [], []
    for outcome in case.definition.outcomes_of(plan):
        said = try_out(case, actor, sample_answer(case, plan, task.id if task else name, outcome), at)
        if isinstance(said, Refused):
            refused.append(said)
        else:
            accepted.append(outcome)
    if accepted:
        return Possible("answer", task.id if task else None, name, tuple(accepted), True)
    return Possible("answer", task.id if task else None, name, (), False, refused[0].reasons, refused[0].at)


def _ask(
    case: Case, actor: Actor, at: datetime, command: Command, kind: str, task: Task | None, name: str | None = None
) -> Possible:
    said = try_out(case, actor, command, at)
    row, named = (task.id, task.name) if task is not None else (None, name)
    if isinstance(said, Refused):
        return Possible(kind, row, named, (), False, said.reasons, said.at)
    return Possible(kind, row, named, (), True)


def _about_row(case: Case, actor: Actor, at: datetime, task: Task) -> Iterator[Possible]:
    """What may be done with an open row beside answering it; given to somebody whom the review does not know."""
    review, person = case.review.id, actor.person
    yield _ask(case, actor, at, Waive(review, task.id, WORDS), "waive", task)
    yield _ask(case, actor, at, Reassign(review, task.id, "", WORDS), "reassign", task)
    allowed = case.definition.states[task.state].tasks[task.name].delegate
    if allowed or (person is not None and holds(case, task, person)):
        yield _ask(case, actor, at, Delegate(review, task.id, "", WORDS), "delegate", task)
    later = Extend(review, WORDS, _later(case, at, task.due_at), task.id)
    yield _ask(case, actor, at, later, "extend", task)


def _retract(case: Case, actor: Actor, at: datetime) -> Iterator[Possible]:
    """The actor's own answers of the present visit, and the last one that she gave at all."""
    mine = [task for task in case.review.tasks if actor.person is not None and task.answered_by == actor.person]
    last = max((task.answer_seq or 0 for task in mine), default=0)
    for task in mine:
        if task.visit == case.review.visit or task.answer_seq == last:
            yield _ask(case, actor, at, Retract(case.review.id, task.id, WORDS), "retract", task)


def _clocks(case: Case, actor: Actor, at: datetime) -> Iterator[Possible]:
    """What HR may do with the review as a whole."""
    review = case.review
    ends = [step.at for step in review.deadlines]
    later = _later(case, at, min(ends, default=None))
    yield _ask(case, actor, at, Extend(review.id, WORDS, later), "extend", None)
    yield _ask(case, actor, at, Hold(review.id, WORDS), "hold", None)
    yield _ask(case, actor, at, Resume(review.id, WORDS), "resume", None)
    yield _ask(case, actor, at, Skip(review.id, WORDS), "skip", None)


def _later(case: Case, at: datetime, last: datetime | None) -> date:
    """A day that is neither over nor before the last day there is."""
    today = local_day(case.zone, at)
    return today if last is None else max(today, timing.day_of(case, last) + timedelta(days=1))


def _correct(case: Case, actor: Actor, at: datetime) -> Possible:
    """Possible when some observation is there that does not count yet; else the reasons of the newest one."""
    known = sorted(case.observations, key=lambda one: one.recorded_at, reverse=True)
    wanted: list[tuple[str, ...]] = [(one.id,) for one in known] or [()]
    said = [
        _ask(case, actor, at, CorrectFigures(case.review.id, ids, WORDS), "correct_figures", None) for ids in wanted
    ]
    return next((one for one in said if one.possible), said[0])


def _choices(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The first choice of every field that offers choices: guards may ask for them."""
    fields = schema.get("properties", {})
    chosen: dict[str, Any] = {name: field["enum"][0] for name, field in fields.items() if field.get("enum")}
    chosen.update({name: True for name, field in fields.items() if field.get("type") == "boolean"})
    return chosen
