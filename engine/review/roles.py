"""Who holds a role in a review, as of the instant its relations were looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.definition.model import Definition, Role, Who
from engine.review.case import Relations

SUBJECT = "subject"
HR = "hr"
AUDITOR = "auditor"


class Sought(Protocol):
    """What is asked of a review, or of its draft, to say who holds a role in it."""

    @property
    def subject(self) -> str: ...
    @property
    def chosen(self) -> Mapping[str, tuple[str, ...]]: ...


def resolve(definition: Definition, review: Sought, relations: Relations, role: str) -> tuple[str, ...]:
    """People of a role, in a fixed order, without those its `not` excludes and without the subject.

    Empty when nobody can be found. `count`'s upper end cuts the list; whether its lower end is reached is for the task
    to find out. Raises KeyError for a role that the definition does not have.
    """
    if role == SUBJECT:
        return (review.subject,)
    return _resolve(definition, review, relations, definition.roles[role])


def resolve_who(definition: Definition, review: Sought, relations: Relations, who: Who) -> tuple[str, ...]:
    """People found by a description outside the roles (`escalate: manager of manager`), the subject left out."""
    found = _Finder(definition, review, relations).find(who, frozenset())
    return tuple(person for person in found if person != review.subject)


def hr_group(definition: Definition) -> str:
    """HR are the members of the group of the role `hr`; without such a role, those of the group `hr`."""
    role = definition.roles.get(HR)
    group = role.who.group if role is not None and role.who.kind == "group" else HR
    return group or HR


def hr_people(definition: Definition, relations: Relations, subject: str) -> tuple[str, ...]:
    """Whoever is HR for this subject: of the whole organisation, or of a unit that the subject is in."""
    return _in_charge(relations, hr_group(definition), subject)


def units_of(relations: Relations, subject: str) -> tuple[str, ...]:
    """The subject's units; an account that is in none belongs where its owner does."""
    return relations.units.get(subject) or relations.units.get(relations.owners.get(subject, ""), ())


def of_subject(definition: Definition, role: str) -> bool:
    """Whether the role is the subject's own, under whatever name."""
    return role == SUBJECT or (role in definition.roles and definition.roles[role].who.kind == "subject")


def only_by_oneself(definition: Definition, review: Sought, relations: Relations, role: str, person: str) -> bool:
    """Whether the person would hold the role, were it not her own review."""
    if person != review.subject or of_subject(definition, role):
        return False
    return person in _Finder(definition, review, relations).find(definition.roles[role].who, frozenset((role,)))


def _in_charge(relations: Relations, group: str, subject: str) -> tuple[str, ...]:
    """Members of an HR group, without those who are HR of other units only."""
    units = units_of(relations, subject)
    return tuple(
        person
        for person in relations.groups.get(group, ())
        if person not in relations.scopes or not set(units).isdisjoint(relations.scopes[person])
    )


def _resolve(definition: Definition, review: Sought, relations: Relations, role: Role) -> tuple[str, ...]:
    if role.who.kind == "subject":
        return (review.subject,)
    finder = _Finder(definition, review, relations)
    barred = {review.subject}
    for other in role.excludes:
        if other in definition.roles and other != role.name:
            barred.update(finder.holders(other, frozenset((role.name,))))
    for who in (role.who, role.otherwise):
        found = () if who is None else finder.find(who, frozenset((role.name,)))
        found = tuple(person for person in found if person not in barred)
        if found:
            return found[: role.count[1]] if role.count else found
    return ()


@dataclass(frozen=True, slots=True)
class _Finder:
    """Follows descriptions; `seen` are the roles on the way, so that two that lean on each other come to an end."""

    definition: Definition
    review: Sought
    relations: Relations

    def find(self, who: Who, seen: frozenset[str]) -> tuple[str, ...]:
        if who.kind == "group":
            if who.group in (HR, hr_group(self.definition)):
                return _in_charge(self.relations, who.group or HR, self.review.subject)
            return self.relations.groups.get(who.group or "", ())
        if who.kind == "chosen":
            return self.review.chosen.get(f"{who.task}.{who.field_name}", ())
        if who.kind == "subject":
            return (self.review.subject,)
        bases = self.bases(who.base, seen)
        if who.kind == "team":
            return tuple(dict.fromkeys(mate for base in bases for mate in self.relations.teams.get(base, ())))
        steps = self.relations.managers if who.kind == "manager" else self.relations.owners
        return tuple(dict.fromkeys(steps[base] for base in bases if base in steps))

    def bases(self, base: str, seen: frozenset[str]) -> tuple[str, ...]:
        if base == SUBJECT:
            return (self.review.subject,)
        role = self.definition.roles.get(base)
        if role is None:
            # `manager of manager` where the workflow names no role `manager`: the chain above the subject.
            above = self.relations.managers.get(self.review.subject) if base == "manager" else None
            return (above,) if above else ()
        if base in seen:
            return self.find(role.who, seen) if role.who.base == SUBJECT and role.who.kind != "chosen" else ()
        return self.holders(base, seen)

    def holders(self, name: str, seen: frozenset[str]) -> tuple[str, ...]:
        role = self.definition.roles[name]
        found = self.find(role.who, seen | {name})
        if not found and role.otherwise is not None:
            found = self.find(role.otherwise, seen | {name})
        return found
