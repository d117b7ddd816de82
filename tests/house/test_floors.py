"""The floors of the house: a room imports from its own room and lower floors; outside libraries live in named rooms."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.tree import Module, house, imports_of, is_house, is_standard, module_of, resolve

# From the roof down; rooms on one floor know nothing of one another.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("api",),
    ("engine.operations",),
    ("engine.runtime",),
    ("engine.store", "engine.delivery", "engine.sources"),
    ("engine.history",),
    ("engine.review",),
    ("engine.definition",),
    ("rules", "engine.calendar", "engine.words", "engine.clock", "engine.ids", "engine.errors", "engine.canonical"),
)

# Library -> the only files that may import it.
LIBRARY_ROOMS: dict[str, tuple[str, ...]] = {
    "yaml": ("engine/definition/source.py",),
    "jsonschema": ("engine/definition/schema.py", "engine/definition/forms.py", "engine/definition/validators.py"),
    "referencing": ("engine/definition/schema.py", "engine/definition/forms.py", "engine/definition/validators.py"),
    "holidays": ("engine/definition/holidays.py",),
    "transitions": ("engine/review/machine.py",),
    "cryptography": ("engine/history/*.py",),
    "sqlalchemy": ("engine/store/*.py",),
    "alembic": ("engine/store/*.py",),
    "psycopg": ("engine/store/*.py",),
    "flask": ("api/*.py",),
    "werkzeug": ("api/*.py",),
    "markupsafe": ("api/*.py",),
    "limits": ("api/app.py",),
    "click": ("api/*.py",),
    "jinja2": ("api/*.py",),
    "waitress": ("api/*.py",),
}


def room_of(name: str) -> tuple[str, int]:
    """A module's room and floor (0 is the roof); the bare package `engine` holds a docstring and belongs nowhere."""
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            if name == room or name.startswith(room + "."):
                return room, floor
    raise LookupError(name)


def floor_faults(modules: Iterable[Module]) -> list[str]:
    faults = []
    for module in modules:
        if module.name == "engine":
            continue
        room, floor = room_of(module.name)
        for name, line in imports_of(module):
            if not is_house(name):
                continue
            other, below = room_of(name)
            if other != room and below <= floor:
                faults.append(f"{module.path}:{line} {room} imports {other}, which is not below it")
    return faults


def library_faults(modules: Iterable[Module]) -> list[str]:
    faults = []
    for module in modules:
        for name, line in imports_of(module):
            top = name.split(".")[0]
            if is_house(name) or is_standard(name):
                continue
            if not any(fnmatch(module.path, allowed) for allowed in LIBRARY_ROOMS.get(top, ())):
                faults.append(f"{module.path}:{line} {top} does not live here")
    return faults


def relative_faults(modules: Iterable[Module]) -> list[str]:
    return [f"{module.path}:{line} relative import" for module in modules
            for name, line in imports_of(module) if name.startswith(".")]


def circle(modules: Iterable[Module]) -> list[str]:
    """Files that import one another in a ring; empty when there is none."""
    known = {module.name: module for module in modules}
    names = frozenset(known)
    graph = {
        name: {resolve(wanted, names) for wanted, _ in imports_of(module) if is_house(wanted)} - {"", name}
        for name, module in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_room_stands_on_a_floor() -> None:
    for module in house():
        if module.name != "engine":
            room_of(module.name)


def test_rooms_import_only_from_lower_floors() -> None:
    assert floor_faults(house()) == []


def test_outside_libraries_stay_in_their_rooms() -> None:
    assert library_faults(house()) == []


def test_imports_are_absolute() -> None:
    assert relative_faults(house()) == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert circle(house()) == []


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        ("engine/review/machine.py", "def f():\n    from engine.store import database", "engine.store"),
        ("engine/store/people.py", "import engine.sources.csv_file", "engine.sources"),
        ("rules/numbers.py", "from engine.errors import InputError", "engine.errors"),
        ("engine/runtime.py", "from api.cli.main import main", "api"),
    ],
)
def test_an_import_upwards_or_sideways_is_found(path: str, text: str, fault: str) -> None:
    assert [fault in found for found in floor_faults([module_of(path, text)])] == [True]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("api/cli/score.py", "import yaml"), ("rules/numbers.py", "import numpy as np"),
        ("engine/review/decide/step.py", "from transitions import Machine"), ("engine/operations/x.py", "import click"),
    ],
)
def test_a_library_outside_its_room_is_found(path: str, text: str) -> None:
    assert len(library_faults([module_of(path, text)])) == 1


def test_a_relative_import_is_found() -> None:
    assert len(relative_faults([module_of("rules/a.py", "from . import numbers")])) == 1


def test_a_circle_is_found_even_inside_functions() -> None:
    first = module_of("rules/a.py", "from rules.b import x")
    second = module_of("rules/b.py", "def f():\n    import rules.a")
    assert set(circle([first, second])) == {"rules.a", "rules.b"}
    assert circle([first, module_of("rules/b.py", "x = 1")]) == []
