"""The people of a file in place of invented ones: the first of the workflow's kind for whom every role has a holder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from engine.definition.model import Definition
from engine.errors import InputError, NotFound
from engine.operations.simulate.invented import Organisation
from engine.operations.staff import staff_of
from engine.review import roles
from engine.review.case import Relations
from engine.sources.csv_file import read_table
from engine.sources.people_file import OPTIONAL, REQUIRED, PersonEntry, read_people


def organisation_of(definition: Definition, file: Path, on: date, ref: str | None = None) -> Organisation:
    """InputError where the file has a fault, NotFound where it has nobody to be reviewed (or not this one)."""
    entries, problems = read_people(read_table(file, REQUIRED, OPTIONAL))
    faults = [one for one in problems if one.level == "error"]
    if faults:
        raise InputError(faults[0].code, **faults[0].values)
    there = [one for one in entries if one.employed_until is None or one.employed_until >= on]
    relations = staff_of(there).relations
    subjects = [one for one in there if one.kind == definition.subject and ref in (None, one.ref)]
    if not subjects:
        if ref is not None:
            raise NotFound("OP001", ref=ref)
        raise InputError("simulate.no_subject", file=str(file), kind=definition.subject)
    best = max(subjects, key=lambda one: _held(definition, relations, one.ref))
    zone = best.timezone or definition.calendar.timezone
    return Organisation(best.ref, relations, zone, dict(_declared(definition, best)), best.name)


@dataclass(frozen=True, slots=True)
class _Nobody:
    """A review that is not there yet: nobody has been chosen in it."""

    subject: str
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _declared(definition: Definition, entry: PersonEntry) -> Iterable[tuple[str, str]]:
    known = {"unit": entry.unit, "department": entry.department, **entry.attributes}
    return ((name, value) for name, value in known.items() if value and name in definition.card.subject)


def _held(definition: Definition, relations: Relations, subject: str) -> int:
    """For how many tasks somebody would be there."""
    review = _Nobody(subject)
    tasks = [task for state in definition.states.values() for task in state.tasks.values()]
    return sum(bool(roles.resolve(definition, review, relations, task.by)) for task in tasks)
