"""Takes the organisation in: a dated difference to what stands, tried first when asked, one event a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import overload

from engine.calendar import day_end, day_start
from engine.clock import instant_text
from engine.history.event import Entry, Part
from engine.operations.barriers import poke_moved
from engine.operations.moment import moment
from engine.operations.once import Once, Replayed, again, keep, known
from engine.operations.report import Change, PeopleReport
from engine.operations.rights import require_hr
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.sources.csv_file import File, RowProblem, Table, read_table
from engine.sources.people_file import OPTIONAL, REQUIRED, PersonEntry, read_people, unknown_refs, unknown_units
from engine.store import history, people
from engine.store.database import Tx
from engine.store.people import Assignment, Person

EMPLOYED = "employed"
ZONE_DEFAULT = "Asia/Shanghai"
COLUMNS = {
    "manager": "manager", "account": "owner", "unit": "unit", "department": "department", "group": "groups",
    "employment": "employed_from", "hr_of": "hr_of",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportPeople:
    """file: CSV. since: the instant from which changed assignments hold (None: now). Who is not in the file stays."""

    file: File
    since: datetime | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class _Wish:
    """An assignment as the file wants it; since None means the import's own instant."""

    kind: str
    target: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Difference:
    """What one row changes: the person as they will be, assignments to end and to begin."""

    entry: PersonEntry
    person: Person
    new: bool
    ended: tuple[Assignment, ...]
    begun: tuple[_Wish, ...]
    changes: tuple[Change, ...]


@overload
def import_people(rt: Runtime, actor: Actor, request: ImportPeople) -> PeopleReport: ...


@overload
def import_people(
    rt: Runtime, actor: Actor, request: ImportPeople, once: Once | None
) -> PeopleReport | Replayed: ...


def import_people(
    rt: Runtime, actor: Actor, request: ImportPeople, once: Once | None = None
) -> PeopleReport | Replayed:
    """The rows without change are counted only; one problem anywhere and nothing is stored.

    InputError when the file cannot be read; NotAllowed when the actor is not HR.
    """
    table = read_table(request.file, REQUIRED, OPTIONAL)
    return again(lambda: _import(rt, actor, request, table, once))


def _import(
    rt: Runtime, actor: Actor, request: ImportPeople, table: Table, once: Once | None
) -> PeopleReport | Replayed:
    entries, problems = read_people(table)
    at = rt.clock.now()
    since = request.since or at
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        require_hr(tx, actor, at)
        differences, unknown = _compare(rt, tx, table, entries, since)
        changed = [one for one in differences if one.changes]
        report = PeopleReport(
            rows=len(table.rows),
            added=sum(one.new for one in changed),
            changed=sum(not one.new for one in changed),
            unchanged=len(differences) - len(changed),
            changes=tuple(change for one in changed for change in one.changes),
            problems=tuple(sorted((*problems, *unknown), key=lambda problem: problem.row)),
            dry_run=request.dry_run,
        )
        if report.refused or report.dry_run:
            tx.rollback()
            return report
        if changed:
            at = moment(tx, at, ["log", *(f"person:{one.person.id}" for one in changed if not one.new)])
            _store(rt, tx, actor, changed, at, since)
            digest = {"checksum": table.checksum, "file": table.name, "rows": len(table.rows)}
            entry = Entry("log", "people_imported", at, actor.cause, actor.person, parts=(Part(None, digest),))
            history.append(tx, [*(_event(one, actor, at, since) for one in changed), entry])
            poke_moved(rt, tx, {one.person.id for one in changed if not one.new}, at)
        keep(tx, actor, once, report.receipt(), at)
        return report


def _compare(
    rt: Runtime, tx: Tx, table: Table, entries: tuple[PersonEntry, ...], since: datetime
) -> tuple[list[_Difference], tuple[RowProblem, ...]]:
    """What each row changes, and what is wrong with the people it names."""
    before = people.by_ref(tx)
    present = people.assignments_at(tx, since)
    persons = {**{ref: one.id for ref, one in before.items()}}
    persons.update({entry.ref: rt.ids.new_id() for entry in entries if entry.ref not in persons})
    held: dict[str, list[Assignment]] = {}
    for assignment in present:
        # What the file has no column for stays as it is.
        if COLUMNS[assignment.kind] in table.columns:
            held.setdefault(assignment.person, []).append(assignment)
    refs = {one.id: ref for ref, one in before.items()} | {key: ref for ref, key in persons.items()}
    differences = [
        _difference(rt, entry, before.get(entry.ref), persons, held.get(persons[entry.ref], []), refs)
        for entry in entries
        if persons.get(entry.manager or entry.ref) and persons.get(entry.owner or entry.ref)
    ]
    return differences, _reference_problems(entries, before, present)


def _reference_problems(
    entries: tuple[PersonEntry, ...], known: Mapping[str, Person], present: Iterable[Assignment]
) -> tuple[RowProblem, ...]:
    refs = {one.id: ref for ref, one in known.items()}
    standing = tuple(present)
    managers = {refs[one.person]: refs[one.target] for one in standing if one.kind == "manager"}
    units = [one.target for one in standing if one.kind == "unit"]
    kinds = [
        RowProblem(entry.row, "IM031", {"ref": entry.ref, "before": known[entry.ref].kind})
        for entry in entries
        if entry.ref in known and known[entry.ref].kind != entry.kind
    ]
    strangers = unknown_refs(entries, {ref: one.kind for ref, one in known.items()}, managers)
    return (*kinds, *strangers, *unknown_units(entries, units))


def _difference(
    rt: Runtime,
    entry: PersonEntry,
    before: Person | None,
    persons: Mapping[str, str],
    held: list[Assignment],
    refs: Mapping[str, str],
) -> _Difference:
    attributes = dict(entry.attributes)
    for name, value in (("unit", entry.unit), ("department", entry.department)):
        if value:
            attributes.setdefault(name, value)
    if before is None:
        person = Person(
            persons[entry.ref], rt.ids.new_id(), entry.kind, entry.ref, entry.name, entry.name_zh,
            entry.timezone or None, attributes,
        )
        changes = [Change(entry.row, entry.ref, "new", "", entry.name)]
    else:
        person = replace(
            before,
            name=entry.name,
            name_zh=entry.name_zh or before.name_zh,
            timezone=entry.timezone or before.timezone,
            attributes={**before.attributes, **attributes},
        )
        changes = _field_changes(entry, before, person)
    wishes = _wishes(entry, persons)
    kept = [one for one in held if _kept(one, wishes)]
    ended = tuple(one for one in held if one not in kept)
    standing = {(one.kind, one.target) for one in kept}
    begun = tuple(wish for wish in wishes if (wish.kind, wish.target) not in standing)
    if before is not None:
        changes.extend(_assignment_changes(entry, ended, begun, refs))
    return _Difference(entry, person, before is None, ended, begun, tuple(changes))


def _kept(one: Assignment, wishes: Iterable[_Wish]) -> bool:
    """An employment that gets an end is another one; anything else is known by kind and target."""
    return any(
        (one.kind, one.target) == (wish.kind, wish.target) and (one.kind != "employment" or one.until == wish.until)
        for wish in wishes
    )


def _wishes(entry: PersonEntry, persons: Mapping[str, str]) -> tuple[_Wish, ...]:
    zone = entry.timezone or ZONE_DEFAULT
    start = day_start(zone, entry.employed_from) if entry.employed_from else None
    end = day_end(zone, entry.employed_until) if entry.employed_until else None
    wishes = []
    if start or end:
        wishes.append(_Wish("employment", EMPLOYED, start, end))
    named = [
        ("manager", persons.get(entry.manager, "")), ("account", persons.get(entry.owner, "")),
        ("unit", entry.unit), ("department", entry.department), *(("group", group) for group in entry.groups),
        *(("hr_of", unit) for unit in entry.hr_of),
    ]  # fmt: skip
    wishes.extend(_Wish(kind, target, start) for kind, target in named if target)
    return tuple(wishes)


def _field_changes(entry: PersonEntry, before: Person, after: Person) -> list[Change]:
    fields = ("name", "name_zh", "timezone")
    pairs = [(name, getattr(before, name) or "", getattr(after, name) or "") for name in fields]
    for name in sorted({*before.attributes, *after.attributes} - {"unit", "department"}):
        pairs.append((name, str(before.attributes.get(name, "")), str(after.attributes.get(name, ""))))
    return [Change(entry.row, entry.ref, name, old, new) for name, old, new in pairs if old != new]


def _assignment_changes(
    entry: PersonEntry, ended: Iterable[Assignment], begun: Iterable[_Wish], refs: Mapping[str, str]
) -> list[Change]:
    kinds: dict[str, tuple[list[str], list[str]]] = {}
    for one in ended:
        kinds.setdefault(one.kind, ([], []))[0].append(_said(one.kind, one.target, one.until, refs))
    for wish in begun:
        kinds.setdefault(wish.kind, ([], []))[1].append(_said(wish.kind, wish.target, wish.until, refs))
    return [
        Change(entry.row, entry.ref, kind, ", ".join(before), ", ".join(after))
        for kind, (before, after) in kinds.items()
    ]


def _said(kind: str, target: str, until: datetime | None, refs: Mapping[str, str]) -> str:
    if kind == "employment":
        return instant_text(until)[:10] if until else "…"
    return refs.get(target, target) if kind in ("manager", "account") else target


def _store(
    rt: Runtime, tx: Tx, actor: Actor, changed: Iterable[_Difference], at: datetime, since: datetime
) -> None:
    listed = list(changed)
    people.insert_people(tx, [one.person for one in listed if one.new])
    for one in listed:
        if not one.new:
            people.update_person(tx, one.person)
    people.end_assignments(tx, [old.id for one in listed for old in one.ended], since)
    begun = [
        Assignment(rt.ids.new_id(), one.person.id, wish.kind, wish.target, _since(one, wish, since), wish.until, at)
        for one in listed
        for wish in one.begun
    ]
    people.insert_assignments(tx, begun)


def _since(one: _Difference, wish: _Wish, since: datetime) -> datetime:
    """A newcomer's assignments hold from the first day of work; a change holds from the import's date."""
    if wish.since is not None and (one.new or wish.kind == "employment"):
        return wish.since
    return since


def _event(one: _Difference, actor: Actor, at: datetime, since: datetime) -> Entry:
    plain = {
        "ref": one.entry.ref,
        "name": one.person.name,
        "name_zh": one.person.name_zh,
        "since": instant_text(since),
        "changes": [[change.what, change.before, change.after] for change in one.changes],
    }
    action = "person_added" if one.new else "person_changed"
    return Entry(
        f"person:{one.person.id}", action, at, actor.cause, actor.person, parts=(Part(one.person.id, plain),)
    )
