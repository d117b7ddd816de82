"""What a person sees of one review: by the access table, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.canonical import canonical_bytes
from engine.definition.model import Definition
from engine.history.event import review_stream
from engine.operations.load import load_case
from engine.operations.periods import keys_of
from engine.operations.seeing import Named, named, viewer_of
from engine.operations.seeing import mine as is_mine
from engine.review import access, roles
from engine.review.access import Viewer
from engine.review.case import Actor, Relations
from engine.review.explain import Possible, explain
from engine.review.model import Held, Review, Task
from engine.runtime import Runtime
from engine.store import cycles, figures, history, people, reviews
from engine.store.cycles import Cycle
from engine.store.database import Tx


@dataclass(frozen=True, slots=True)
class TaskView:
    """One row of work. holders: who is asked, empty where the viewer may not know; mine: whether she is one of them."""

    id: str
    name: str
    state: str
    role: str
    status: str
    opens_at: datetime | None
    due_at: datetime | None
    outcome: str | None
    holders: tuple[Named, ...]
    mine: bool
    number: int


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What was handed in for a task; by is None where the person behind an anonymous role stays unnamed."""

    task: str
    role: str
    number: int
    by: Named | None
    at: datetime | None
    outcome: str | None
    answer: Mapping[str, Any]
    comment: str | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as the viewer may see it; what she may not see is None or absent. result is the complete judgement of
    the newest scoring event, its trace included."""

    id: str
    subject: Named
    cycle: Cycle
    definition: Definition
    state: str
    revision: int
    entered_at: datetime
    ended_at: datetime | None
    relations: tuple[str, ...]
    tasks: tuple[TaskView, ...]
    targets: Mapping[str, str] | None
    figures: tuple[tuple[str, str, str, str], ...] | None
    total: str | None
    grade: str | None
    first_grade: str | None
    status: str | None
    result: Mapping[str, Any] | None
    answers: tuple[AnswerView, ...]
    acknowledgements: tuple[tuple[str, str], ...]
    deadline: datetime | None = None
    held: Held | None = None


def possible(rt: Runtime, actor: Actor, review_id: str) -> tuple[Possible, ...]:
    """For every command of the workflow: whether the actor may give it now, and why not. NotFound as in review_view."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        case = load_case(rt, tx, review_id, at)
        viewer_of(case.definition, case.review, case.relations, actor)
        return explain(case, actor, at)


def review_view(rt: Runtime, actor: Actor, review_id: str) -> ReviewView:
    """The review with everything that the access table lets the actor see. NotFound when there is none for her."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        review = reviews.load(tx, review_id)
        definition = rt.definition(tx, review.definition)
        relations = people.relations(tx, [review.subject], at, rt.groups(definition))
        viewer = viewer_of(definition, review, relations, actor)
        cycle = cycles.get(tx, review.cycle)
        names = names_in(tx, review, relations, definition)
        result = review.result if access.sees(definition, review, viewer, "result") else None
        return ReviewView(
            id=review.id,
            subject=names[review.subject],
            cycle=cycle,
            definition=definition,
            state=review.state,
            revision=review.revision,
            entered_at=review.entered_at,
            ended_at=review.ended_at,
            relations=tuple(sorted(viewer.relations)),
            tasks=tuple(
                view
                for task in review.tasks
                if (view := task_view(definition, review, relations, viewer, names, task)) is not None
            ),
            targets=review.agreed if access.sees(definition, review, viewer, "targets") else None,
            figures=_figures(tx, review, cycle.period) if access.sees(definition, review, viewer, "figures") else None,
            total=result.total if result else None,
            grade=result.grade if result else None,
            first_grade=result.first_grade if result else None,
            status=result.status if result else None,
            result=_complete(tx, review, viewer) if result else None,
            answers=_unordered(_answers(tx, definition, review, viewer, names)),
            acknowledgements=tuple(
                (one.what, one.how)
                for one in review.acknowledgements
                if access.sees(definition, review, viewer, one.what)
            ),
            deadline=min((one.at for one in review.deadlines), default=None),
            held=review.held,
        )


def names_in(tx: Tx, review: Review, relations: Relations, definition: Definition) -> dict[str, Named]:
    """Everybody whom the review knows, by id."""
    wanted = {review.subject, *(row.person for row in review.participants)}
    wanted.update(one for task in review.tasks for one in (task.person, task.answered_by) if one)
    for role in definition.roles:
        wanted.update(roles.resolve(definition, review, relations, role))
    return {key: named(person) for key, person in people.by_id(tx, wanted).items()}


def task_view(
    definition: Definition,
    review: Review,
    relations: Relations,
    viewer: Viewer,
    names: Mapping[str, Named],
    task: Task,
) -> TaskView | None:
    """One row of work as the viewer may see it; None when it is not hers and she may not see those of others."""
    mine = is_mine(definition, review, relations, task, viewer.person)
    if not mine and not access.sees_task(viewer, task):
        return None
    known = access.names_holder(definition, review, viewer, task)
    holders = (task.person,) if task.person else roles.resolve(definition, review, relations, task.role)
    return TaskView(
        task.id, task.name, task.state, task.role, task.status, task.opens_at, task.due_at, task.outcome,
        tuple(names[one] for one in holders if one in names) if known else (), mine, task.number,
    )  # fmt: skip


def _figures(tx: Tx, review: Review, period: str) -> tuple[tuple[str, str, str, str], ...]:
    """(input, period, value, source) of what was observed, the present ones only."""
    found = figures.by_subject(tx, review.subject, keys_of(period))
    replaced = {one.replaces for one in found}
    kept = [one for one in found if one.id not in replaced]
    return tuple(sorted((one.input, one.period, one.value, one.source) for one in kept))


def _complete(tx: Tx, review: Review, viewer: Viewer) -> Mapping[str, Any] | None:
    """The stored judgement; the single answers in its facts are for the auditor, all others see roles in the trace."""
    if review.result is None:
        return None
    payload = history.payload_of(tx, review_stream(review.id), review.result.seq)
    result = payload.get("result") if payload else None
    if result is None or roles.AUDITOR in viewer.relations:
        return result
    return {name: value for name, value in result.items() if name != "facts"}


def _answers(
    tx: Tx, definition: Definition, review: Review, viewer: Viewer, names: Mapping[str, Named]
) -> Iterable[AnswerView]:
    done = [task for task in review.tasks if task.answer_seq is not None]
    given = {role: sum(task.role == role for task in done) for role in {task.role for task in done}}
    stream = review_stream(review.id)
    seen = {}
    for task in done:
        level = access.sees_answer(definition, review, viewer, task, given[task.role])
        if level != "none":
            seen[task.id] = level
    payloads = history.payloads_of(tx, {(stream, task.answer_seq or 0) for task in done if task.id in seen})
    for task in done:
        payload = payloads.get((stream, task.answer_seq or 0)) if task.id in seen else None
        if payload:
            by = names.get(task.answered_by or "") if seen[task.id] == "full" else None
            answer = _readable(payload.get("answer", {}), access.asked_fields(definition, viewer, task))
            if seen[task.id] != "full":  # whose row it was may have been told while it was open
                answer = {name: value for name, value in answer.items() if name != "task_id"}
            yield AnswerView(
                task.name, task.role, task.number, by, task.answered_at if by else None, task.outcome,
                answer, payload.get("comment"),
            )  # fmt: skip


def _unordered(found: Iterable[AnswerView]) -> tuple[AnswerView, ...]:
    """Answers without a name stand in the order of what they say: that of their rows would tell whose they are."""
    listed = tuple(found)
    unnamed = iter(sorted((one for one in listed if one.by is None), key=_content))
    return tuple(one if one.by is not None else next(unnamed) for one in listed)


def _content(one: AnswerView) -> tuple[str, int, bytes]:
    return one.task, one.number, canonical_bytes({"answer": one.answer, "comment": one.comment})


def _readable(answer: Mapping[str, Any], hidden: frozenset[str]) -> Mapping[str, Any]:
    """The answer without the fields of its form that the viewer may not read."""
    form = answer.get("form", {})
    if not hidden & form.keys():
        return answer
    return {**answer, "form": {name: value for name, value in form.items() if name not in hidden}}
