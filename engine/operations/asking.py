"""What a task asks of whoever looks: by when, how it may end, why not yet, and the form of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.definition.model import Definition, TaskPlan, Title
from engine.errors import NotFound
from engine.operations.answer_schema import Present, schema_of
from engine.operations.choices import Choices, choices_for
from engine.operations.load import load_case
from engine.operations.seeing import Named, viewer_of
from engine.operations.views import TaskView, names_in, task_view
from engine.review import access, figures, roles
from engine.review.access import Viewer
from engine.review.case import Actor, Case, Reason, Refused
from engine.review.content import grades_between, next_start
from engine.review.decide.step import try_out
from engine.review.draft import Draft
from engine.review.explain import sample_answer
from engine.review.model import Task
from engine.review.standing.rows import find_row, outcome_key, usable
from engine.runtime import Runtime
from engine.store import people
from engine.store.database import Tx
from engine.store.directory import Asker
from engine.store.people import NOWHERE


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """One way to end the task. reasons: why a well-filled answer with it would be refused now, empty when possible."""

    name: str
    title: Title
    comment_required: bool
    possible: bool
    reasons: tuple[Reason, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One task as it is put to somebody. by: the role asked; schema: JSON Schema of the body of its answer; people: the
    names behind the refs that the schema offers; revision: the review's, for whoever answers what she has seen."""

    review: str
    revision: int
    definition: Definition
    task: TaskView
    title: Title
    description: Title
    by: str
    due_at: datetime | None
    shows: tuple[str, ...]
    outcomes: tuple[AskedOutcome, ...]
    schema: Mapping[str, Any]
    people: Mapping[str, Named]

    @property
    def possible(self) -> bool:
        return any(one.possible for one in self.outcomes)


def asked(rt: Runtime, actor: Actor, review_id: str, task: str) -> Asked:
    """The task by its row's id or its name (then the asker's own row first).

    NotFound `no_such_review` as in `review_view`; `no_such_task` for a task that is not there, has not come yet, or is
    not the asker's to see.
    """
    at = rt.clock.now()
    with rt.database.read() as tx:
        case = load_case(rt, tx, review_id, at)
        definition, review = case.definition, case.review
        viewer = viewer_of(definition, review, case.relations, actor)
        row, plan = find_row(case, actor, task)
        names = names_in(tx, review, case.relations, definition)
        seen = None if row is None else task_view(definition, review, case.relations, viewer, names, row)
        if row is None or plan is None or seen is None:
            raise NotFound("no_such_task", task=task)
        draft = Draft(case, actor, at)
        present = _present(tx, draft, viewer, row, plan)
        form = definition.forms.get(plan.form, {}) if plan.form is not None else {}
        return Asked(
            review=review.id,
            revision=review.revision,
            definition=definition,
            task=seen,
            title=plan.title,
            description=_described(form),
            by=plan.by,
            due_at=row.due_at,
            shows=plan.shows,
            outcomes=tuple(_outcome(case, actor, at, row, plan, name) for name in definition.outcomes_of(plan)),
            schema=schema_of(definition, plan, present),
            people={one.ref: one for one in present.choices.people.values()},
        )


def _outcome(case: Case, actor: Actor, at: datetime, row: Task, plan: TaskPlan, name: str) -> AskedOutcome:
    """As `explain` finds it out: by asking `decide` with a sample."""
    said = try_out(case, actor, sample_answer(case, plan, row.id, name), at)
    outcome = plan.outcomes.get(name)
    title: Title = outcome.title if outcome is not None else {}
    words = plan.comment_required or (outcome is not None and outcome.comment_required)
    if isinstance(said, Refused):
        return AskedOutcome(name, title, words, False, said.reasons, said.at)
    return AskedOutcome(name, title, words, True)


def _present(tx: Tx, draft: Draft, viewer: Viewer, row: Task, plan: TaskPlan) -> Present:
    """What stands in the review now, as far as the viewer may see it."""
    definition, review = draft.definition, draft.before
    targets: dict[str, str] = {}
    if plan.sets is not None and access.sees(definition, review, viewer, "targets"):
        targets = (
            next_start(draft)
            if plan.sets == "next_targets"
            else {key: value for key, (value, _) in figures.targets_of(draft).items()}
        )
    grade, grades = _grades(draft, viewer, plan)
    return Present(
        outcomes=_offered(draft, row, plan),
        targets=targets,
        grade=grade,
        grades=grades,
        choices=_choices(tx, draft, plan),
        barred=_barred(draft, plan),
    )


def _offered(draft: Draft, row: Task, plan: TaskPlan) -> tuple[str, ...]:
    counts = draft.before.counts
    return tuple(
        name
        for name in draft.definition.outcomes_of(plan)
        if name not in plan.outcomes or usable(plan.outcomes[name], counts.get(outcome_key(row, name), 0))
    )


def _grades(draft: Draft, viewer: Viewer, plan: TaskPlan) -> tuple[str | None, tuple[str, ...]]:
    """The present grade and those it may become; for whoever may not see the result, the ladder of the card."""
    card, result = draft.definition.card, draft.result
    ladder = card.grades.ladder if card.grades is not None else ()
    if plan.adjusts != "grade" or result is None or result.grade is None:
        return None, ()
    if not access.sees(draft.definition, draft.before, viewer, "result"):
        return None, ladder
    return result.grade, grades_between(ladder, *result.bounds)


def _choices(tx: Tx, draft: Draft, plan: TaskPlan) -> Choices:
    """Nobody is listed for a form that names no people."""
    form = draft.definition.forms.get(plan.form, {}) if plan.form is not None else {}
    person = draft.actor.person
    if not _names_people(form):
        return Choices()
    places = people.places_of(tx, person, draft.at) if person is not None else NOWHERE
    return choices_for(tx, Asker(person, draft.at, places), draft.case)


def _names_people(value: Any) -> bool:
    if isinstance(value, Mapping):
        return value.get("x-ref") == "person" or any(_names_people(one) for one in value.values())
    return isinstance(value, list) and any(_names_people(one) for one in value)


def _barred(draft: Draft, plan: TaskPlan) -> dict[str, frozenset[str]]:
    """Who may not be chosen, by the field that a role is chosen in."""
    barred = {}
    for role in draft.definition.roles.values():
        if (role.who.kind, role.who.task) == ("chosen", plan.name):
            found = {draft.before.subject}
            for other in role.excludes:
                found.update(roles.resolve(draft.definition, draft.before, draft.case.relations, other))
            barred[role.who.field_name or ""] = frozenset(found)
    return barred


def _described(form: Mapping[str, Any]) -> Title:
    said = {"en": form.get("description"), "zh": form.get("x-note-zh")}
    return {lang: str(text) for lang, text in said.items() if text}
