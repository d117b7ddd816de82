"""Roles: who holds one, by organisation, group or form; nobody twice, nobody on themselves, never without an end."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definition.model import Who
from engine.review import roles
from engine.review.case import Relations

STATES = "  begin: {stage: evaluate, tasks: {t: {by: boss}}, next: over}\n  over: {final: true}\n"
PEOPLE = Relations(
    managers={"sub": "boss", "boss": "top", "ann": "boss"}, teams={"sub": ("ann", "ben", "boss", "cat")},
    groups={"hr": ("hr1", "sub"), "board": ("b1", "b2", "b3", "b4", "boss")}, owners={"sub": "keeper"},
)


def found(small: Any, role: str, text: str = "", relations: Relations = PEOPLE) -> tuple[str, ...]:
    world = small(STATES, roles=text, relations=relations)
    return roles.resolve(world.definition, world.review, relations, role)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("who: manager of subject", ("boss",)),
        ("who: manager of boss", ("top",)),
        ("who: owner of subject", ("keeper",)),
        ("who: team of subject", ("ann", "ben", "boss", "cat")),
        ("who: team of subject, not: [boss]", ("ann", "ben", "cat")),
        ("who: team of subject, count: 1..2", ("ann", "ben")),
        ("who: group board, count: 3, not: [subject, boss]", ("b1", "b2", "b3")),
        ("who: group nobody, else: team of subject", ("ann", "ben", "boss", "cat")),
        ("who: group nobody", ()),
        ("who: group hr", ("hr1",)),  # the subject is in it, and does not count
        ("who: manager of who", ("top",)),
    ],
)
def test_a_role_is_found_by_its_description(small: Any, text: str, people: tuple[str, ...]) -> None:
    base = "  who: {who: manager of subject}\n"
    assert found(small, "asked", f"{base}  asked: {{{text}}}\n") == people


def test_without_a_manager_the_role_falls_back(small: Any) -> None:
    alone = Relations(groups={"hr": ("hr1",)})
    assert found(small, "lead", "  lead: {who: manager of subject, else: group hr}\n", alone) == ("hr1",)


def test_roles_that_lean_on_each_other_come_to_an_end(small: Any) -> None:
    circle = "  one: {who: manager of two}\n  two: {who: manager of one}\n"
    assert found(small, "one", circle) == ()


def test_the_subject_is_the_subject_and_hr_is_the_group_of_the_role(small: Any) -> None:
    world = small(STATES, relations=PEOPLE)
    assert roles.resolve(world.definition, world.review, PEOPLE, "subject") == ("sub",)
    assert roles.hr_people(world.definition, PEOPLE, "sub") == ("hr1", "sub")
    assert roles.only_by_oneself(world.definition, world.review, PEOPLE, "hr", "sub")
    assert not roles.only_by_oneself(world.definition, world.review, PEOPLE, "hr", "hr1")
    assert roles.resolve_who(world.definition, world.review, PEOPLE, Who("manager", base="boss")) == ("top",)


@pytest.mark.parametrize(
    ("units", "owners", "found"),
    [
        ({"sub": ("east",)}, {}, ("all", "both", "he")),
        ({"sub": ("west",)}, {}, ("all", "both")),
        ({"sub": ("east", "north")}, {}, ("all", "both", "he")),
        ({"sub": ("north",)}, {}, ("all",)),
        ({}, {}, ("all",)),
        ({"keeper": ("east",)}, {"sub": "keeper"}, ("all", "both", "he")),
        ({"keeper": ("east",), "sub": ("north",)}, {"sub": "keeper"}, ("all",)),
    ],
)
def test_hr_of_a_unit_holds_the_role_for_its_subjects_alone(
    small: Any, units: dict[str, tuple[str, ...]], owners: dict[str, str], found: tuple[str, ...]
) -> None:
    people = Relations(
        groups={"hr": ("all", "both", "he"), "board": ("he",)}, units=units, owners=owners,
        scopes={"he": ("east",), "both": ("east", "west")},
    )
    world = small(STATES, relations=people)
    assert roles.hr_people(world.definition, people, "sub") == found
    assert roles.resolve(world.definition, world.review, people, "hr") == found
    asked = Who("group", group="board")
    assert roles.resolve_who(world.definition, world.review, people, asked) == ("he",)  # no group of HR


def test_an_unknown_role_is_a_mistake_of_the_caller(small: Any) -> None:
    with pytest.raises(KeyError):
        found(small, "nobody")
