"""People against a workflow: those of a file before they are imported, and those of the organisation as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.definition.model import Definition
from engine.definition.problem import Problem, in_order
from engine.definition.reader import WORKFLOW
from engine.definition.source import Document, read_yaml
from engine.errors import InputError
from engine.review.staffing import Staff, check_staff
from engine.runtime import Runtime
from engine.sources.csv_file import File, RowProblem, Upload, read_table
from engine.sources.people_file import OPTIONAL, REQUIRED, PersonEntry, read_people, unknown_refs, unknown_units
from engine.store import people


def check_people_file(
    definition: Definition, file: File, on: date, prefix: str = "", subjects: Iterable[str] = ()
) -> tuple[Problem, ...]:
    """The faults of the file itself, and if it has none what stands against reviewing these people on the day.

    prefix: stands before the workflow's file in problems; subjects: refs, none for everybody of the workflow's kind.
    InputError for a ref that the file does not have.
    """
    table = read_table(file, REQUIRED, OPTIONAL)
    entries, problems = read_people(table)
    faults = (*problems, *unknown_refs(entries, {}, {}), *unknown_units(entries, ()))
    if any(one.level == "error" for one in faults):
        name = table.name if isinstance(file, Upload) else str(file)
        return in_order(_row_problem(name, one) for one in faults)
    there = [one for one in entries if one.employed_until is None or one.employed_until >= on]
    staff = staff_of(there)
    whom = list(dict.fromkeys(subjects))
    for ref in whom:
        if ref not in staff.kinds:
            raise InputError("OP001", ref=ref)
    return check_staff(definition, document_of(definition, prefix), staff, whom or None)


def check_people(rt: Runtime, definition: Definition, subjects: Iterable[str] | None = None) -> tuple[Problem, ...]:
    """What stands against reviewing the people whom the organisation has now; nothing while it has none.

    subjects: ids of persons, None for everybody of the workflow's kind.
    """
    at = rt.clock.now()
    with rt.database.read() as tx:
        known = people.by_ref(tx)
        relations = people.relations(tx, None, at)
        employed = {one.person for one in people.assignments_at(tx, at)}
    staff = Staff(
        {one.id: one.kind for one in known.values() if one.id in employed or one.kind != "employee"}, relations,
        {one.id: ref for ref, one in known.items()},
    )  # fmt: skip
    return check_staff(definition, document_of(definition), staff, subjects) if staff.kinds else ()


def staff_of(entries: Iterable[PersonEntry]) -> Staff:
    """The people of a file, by their refs, related as the import would relate them."""
    listed = tuple(entries)
    rows: list[tuple[str, str, str, str]] = []
    for one in listed:
        stands = "unit" if one.kind == "employee" else "place"
        named = [("manager", one.manager), ("account", one.owner), (stands, one.unit)]
        named += [*(("group", group) for group in one.groups), *(("hr_of", unit) for unit in one.hr_of)]
        rows += [(one.ref, kind, target, "") for kind, target in named if target]
    return Staff({one.ref: one.kind for one in listed}, people.relations_of(rows))


def document_of(definition: Definition, prefix: str = "") -> Document:
    """The workflow's file with its places, as it was read."""
    document, _ = read_yaml(definition.sources[WORKFLOW], prefix + WORKFLOW)
    if document is None:
        raise ValueError(definition.fingerprint)
    return document


def _row_problem(file: str, one: RowProblem) -> Problem:
    level = "error" if one.level == "error" else "warning"
    return Problem(file, max(one.row, 1), 1, level, one.code, one.values)
