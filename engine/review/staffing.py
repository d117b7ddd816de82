"""A workflow and a firm: whether each role has a holder for every subject, and whether duties stay apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.definition.duties import approvals, by_subject, hearings, judges, tasks_of
from engine.definition.model import Definition, TaskPlan
from engine.definition.problem import Path, Problem, in_order
from engine.definition.source import Document
from engine.review import roles
from engine.review.case import Relations

NAMED_MAX = 6
"""Of so many subjects the names are told; of more their number."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who there is: person -> kind, the relations among all of them, and the names that they are told by."""

    kinds: Mapping[str, str]
    relations: Relations
    refs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Subject:
    """A review that is not there yet: nobody has been chosen in it."""

    subject: str
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Finding:
    """persons: who stands in the way; one finding may have others for another subject."""

    code: str
    path: Path
    values: tuple[tuple[str, str], ...] = ()
    level: str = "error"
    persons: tuple[str, ...] = field(default=(), compare=False)


def check_staff(
    definition: Definition, document: Document, staff: Staff, subjects: Iterable[str] | None = None
) -> tuple[Problem, ...]:
    """What stands against reviewing these people by the workflow, each fault once with whom it concerns.

    document: the workflow's file, for the places; subjects: None for everybody of the workflow's kind. People who are
    chosen in a form are not known beforehand, and nothing is said about them.
    """
    whom = sorted(
        (one for one, kind in staff.kinds.items() if kind == definition.subject) if subjects is None else subjects,
        key=lambda one: staff.refs.get(one, one),
    )
    if not whom:
        return (document.problem("PC001", ("subject",), value=definition.subject),)
    check = _Check(definition, staff)
    found: dict[_Finding, list[str]] = {}
    persons: dict[_Finding, set[str]] = {}
    for one in whom:
        for finding in check.of(one):
            found.setdefault(finding, []).append(staff.refs.get(one, one))
            persons.setdefault(finding, set()).update(finding.persons)
    return in_order(
        document.problem_with(
            finding.code, finding.path,
            {**dict(finding.values), "person": _listed(sorted(persons[finding])), "subjects": _listed(names),
             "count": f"{len(names)}/{len(whom)}"},
            finding.level, at_key=finding.path[0] == "roles",
        )
        for finding, names in found.items()
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:NAMED_MAX]) + (", …" if len(names) > NAMED_MAX else "")


class _Check:
    """What does not depend on the subject is worked out once."""

    def __init__(self, definition: Definition, staff: Staff) -> None:
        self.definition, self.staff = definition, staff
        self.tasks: dict[str, list[tuple[Path, TaskPlan]]] = {}
        for path, _, task in tasks_of(definition):
            self.tasks.setdefault(task.by, []).append((path, task))
        self.approvals = [
            (first, second, path) for first, second, path in approvals(definition)
            if not by_subject(definition, second.by)
        ]
        self.hearings = list(hearings(definition))
        self.judges = [
            (role, task) for role, task in judges(definition).items()
            if not by_subject(definition, role) and definition.roles[role].who.kind not in ("team", "chosen")
        ]

    def of(self, subject: str) -> Iterator[_Finding]:
        review = _Subject(subject)
        held = {role: self._people(review, role) for role in self.tasks}
        for role, people in held.items():
            if role != roles.SUBJECT and not self._chosen(role):
                yield from self._holders(role, people)
                yield from self._answers(role, people)
        yield from self._apart(held)
        yield from self._escalations(review)
        for name, one in self.definition.anywhere.items():
            if not self._people(review, one.by):
                yield _Finding("PC008", ("anywhere", name, "by"), (("command", name), ("role", one.by)), "warning")

    def _people(self, review: _Subject, role: str) -> tuple[str, ...]:
        return roles.resolve(self.definition, review, self.staff.relations, role)

    def _chosen(self, role: str) -> bool:
        return self.definition.roles[role].who.kind == "chosen"

    def _holders(self, role: str, people: tuple[str, ...]) -> Iterator[_Finding]:
        path: Path = ("roles", role)
        count = self.definition.roles[role].count
        if not people:
            needed = [task.name for _, task in self.tasks[role] if not task.late_waive]
            names = needed or [task.name for _, task in self.tasks[role]]
            told = (("role", role), ("tasks", ", ".join(dict.fromkeys(names))))
            yield _Finding("PC002", path, told, "error" if needed else "warning")
        elif count is not None and len(people) < count[0]:
            values = (("role", role), ("least", str(count[0])), ("found", str(len(people))))
            yield _Finding("PC003", path, values, "warning")

    def _answers(self, role: str, people: tuple[str, ...]) -> Iterator[_Finding]:
        """Enough people for what a task needs, and for what a mean needs."""
        if not people:
            return
        for path, task in self.tasks[role]:
            if isinstance(task.need, int) and task.need > len(people):
                values = (("task", task.name), ("need", str(task.need)), ("role", role), ("found", str(len(people))))
                yield _Finding("PC004", (*path, "need"), values, "warning" if task.late_waive else "error")
            for index, name in enumerate(task.asks):
                least = self.definition.card.questions()[name].least_of(role)
                if task.each and least > len(people):
                    values = (("word", name), ("need", str(least)), ("role", role), ("found", str(len(people))))
                    yield _Finding("PC005", (*path, "asks", index), values, "warning")

    def _apart(self, held: Mapping[str, tuple[str, ...]]) -> Iterator[_Finding]:
        for first, second, path in self.approvals:
            yield from self._both("PC006", (*path, "by"), first, second, held)
        for path, task in self.hearings:
            for role, made in self.judges:
                if role != task.by:
                    yield from self._both("PC007", (*path, "by"), made, task, held)

    def _both(
        self, code: str, path: Path, first: TaskPlan, second: TaskPlan, held: Mapping[str, tuple[str, ...]]
    ) -> Iterator[_Finding]:
        """Whoever can hold both tasks of the same review."""
        both = set(held[first.by]) & set(held[second.by])
        if both:
            values = {"task": second.name, "other": first.name, "role": second.by, "by": first.by}
            persons = tuple(self.staff.refs.get(one, one) for one in both)
            yield _Finding(code, path, tuple(values.items()), persons=persons)

    def _escalations(self, review: _Subject) -> Iterator[_Finding]:
        for state in self.definition.states.values():
            for index, step in enumerate(state.deadline):
                who = step.escalate
                if who is None:
                    continue
                if who == roles.HR:
                    people = roles.hr_people(self.definition, self.staff.relations, review.subject)
                elif isinstance(who, str):
                    people = () if who not in self.definition.roles else self._people(review, who)
                    people = (review.subject,) if who == roles.SUBJECT else people
                else:
                    people = roles.resolve_who(self.definition, review, self.staff.relations, who)
                if not people:
                    path: Path = ("states", state.name, "deadline", index, "escalate")
                    yield _Finding("PC009", path, (("state", state.name),), "warning")
