"""Seeded defects: one thing changed in a sound workflow, with the code and the line that must be told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.definition.library import folder_of
from engine.definition.problem import Problem
from engine.definition.reader import WORKFLOW, Texts, read_texts
from tests.engine.definition.shipped import HERE, data_of, texts

SEEDED = HERE / "seeded"
STEADY = "steady"
BYTE = "⟦0xFF⟧"
WHOLE = "*"
PEOPLE = "people.csv"
ANSWERS, STAFF = "answers", "people"


@dataclass(frozen=True, slots=True)
class Defect:
    """replace: (file, old, new, times) each, the first place of old; at: (file, text) whose line the problem has."""

    code: str
    workflow: str
    replace: tuple[tuple[str, str, str, int], ...]
    at: tuple[str, str] | None
    place: int
    everybody: bool = False

    @property
    def name(self) -> str:
        return f"{self.code} {self.workflow} {self.place}"


@cache
def defects() -> tuple[Defect, ...]:
    return tuple(
        _defect(entry, place)
        for path in sorted(SEEDED.glob("*.yaml"))
        if path.stem not in (ANSWERS, STAFF)
        for place, entry in enumerate(listed(path))
    )


def listed(path: Path) -> list[dict[str, Any]]:
    found = data_of(path.read_text(encoding="utf-8"))
    assert isinstance(found, list), path
    return found


def _defect(entry: Mapping[str, Any], place: int) -> Defect:
    file = str(entry.get("file", WORKFLOW))
    replace = tuple(
        (str(one.get("file", file)), str(one["old"]), str(one["new"]), int(one.get("times", 1)))
        for one in entry["replace"]
    )
    at = (str(entry.get("in", file)), str(entry["at"])) if "at" in entry else None
    return Defect(str(entry["code"]), str(entry.get("workflow", STEADY)), replace, at, place,
        entry.get("everybody") is True)


@cache
def sound(workflow: str) -> dict[str, str]:
    """The texts of the workflow as it stands, and the people beside it."""
    found = texts() if workflow == STEADY else texts(folder_of(workflow))
    return {**found, PEOPLE: (SEEDED / PEOPLE).read_text(encoding="utf-8")}


def damaged(defect: Defect) -> tuple[dict[str, str], str, int]:
    """The texts with the defect, and the file and line where it must be told."""
    found = dict(sound(defect.workflow))
    first: tuple[str, int] | None = None
    for file, old, new, times in defect.replace:
        if old == WHOLE:
            found[file], first = new, first or (file, 1)
            continue
        assert old in found[file], f"{defect.name}: {old!r} is not in {file}"
        index = found[file].index(old)
        found[file] = found[file][:index] + new * times + found[file][index + len(old) :]
        first = first or (file, found[file].count("\n", 0, index) + 1)
    if defect.at is not None:
        file, text = defect.at
        assert text in found[file], f"{defect.name}: {text!r} is not in {file}"
        return found, file, found[file].count("\n", 0, found[file].index(text)) + 1
    assert first is not None
    return found, *first


@cache
def of_people() -> tuple[Defect, ...]:
    """Defects that only show beside people."""
    return tuple(_defect(entry, place) for place, entry in enumerate(listed(SEEDED / f"{STAFF}.yaml")))


def some_at_once(every: Sequence[Defect], each: int) -> list[Any]:
    """Parameters of a test: one of so many in each run, the others in slow ones."""
    return [
        one if place % each == 0 else pytest.param(one, marks=pytest.mark.slow) for place, one in enumerate(every)
    ]


def told(defect: Defect) -> list[Problem]:
    found, _, _ = damaged(defect)
    return list(read_texts(as_read(found)).problems)


def as_read(found: Mapping[str, str]) -> Texts:
    """`⟦0xFF⟧` in a text stands for that byte, which no text has."""
    return {
        name: text.encode().replace(BYTE.encode(), b"\xff") if BYTE in text else text for name, text in found.items()
    }
