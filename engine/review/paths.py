"""Roles followed backwards: the ways in which somebody may come to hold one, so that a database can be asked."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definition.model import Definition, Who
from engine.review.roles import HR, SUBJECT, hr_group, of_subject


@dataclass(frozen=True, slots=True)
class Path:
    """How a role may lead to a person, walked backwards from her: steps `manager` (to whom she manages), `owner` (to
    her accounts), `team` (to her colleagues); and where they arrive: at the `subject`, in a `group` (one of `hr` where
    it is that), at a `chosen`."""

    steps: tuple[str, ...]
    end: str
    group: str = ""


def paths_of(definition: Definition, role: str) -> frozenset[Path]:
    """Every way in which somebody may come to hold the role; more than there are, never less."""
    if of_subject(definition, role):
        return frozenset((Path((), SUBJECT),))
    return _role_paths(definition, role, (), frozenset())


def _role_paths(definition: Definition, role: str, steps: tuple[str, ...], seen: frozenset[str]) -> frozenset[Path]:
    plan = definition.roles[role]
    described = [who for who in (plan.who, plan.otherwise) if who is not None]
    return frozenset(path for who in described for path in _paths(definition, who, steps, seen | {role}))


def _paths(definition: Definition, who: Who, steps: tuple[str, ...], seen: frozenset[str]) -> frozenset[Path]:
    """As `roles` follows a description, backwards and without what it leaves out."""
    if who.kind == "group":
        end = "hr" if who.group in (HR, hr_group(definition)) else "group"
        return frozenset((Path(steps, end, who.group or ""),))
    if who.kind in ("chosen", SUBJECT):
        return frozenset((Path(steps, who.kind),))
    steps = (*steps, who.kind)
    if who.base == SUBJECT:
        return frozenset((Path(steps, SUBJECT),))
    role = definition.roles.get(who.base)
    if role is None:
        return frozenset((Path((*steps, "manager"), SUBJECT),)) if who.base == "manager" else frozenset()
    if who.base not in seen:
        return _role_paths(definition, who.base, steps, seen)
    if role.who.base == SUBJECT and role.who.kind != "chosen":
        return _paths(definition, role.who, steps, seen)
    return frozenset()
