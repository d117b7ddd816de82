"""Workflows as texts, for tests that change one thing in them: a steady copy of our own, and the shipped one."""

from __future__ import annotations

from pathlib import Path

from engine.definition.library import folder_of
from engine.definition.problem import Problem
from engine.definition.reader import CALENDAR, read_texts
from engine.definition.source import read_yaml

HERE = Path(__file__).parent
REFERENCE = HERE / "reference"
NO_DAYS = '{"closed": [], "opened": []}'


def texts(folder: Path = HERE / "steady") -> dict[str, str]:
    """Files of a workflow by name; the calendar's days are left out, so that reading is quick."""
    files = [folder / "workflow.yaml", folder / "scorecard.yaml", *sorted(folder.glob("forms/*.json"))]
    found = {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return {**found, CALENDAR: NO_DAYS}


def shipped_texts() -> dict[str, str]:
    return texts(folder_of("account-manager"))


def changed(old: str, new: str, file: str = "workflow.yaml") -> tuple[dict[str, str], int]:
    """The steady texts with the first place of `old` changed, and the line of that place."""
    found = texts()
    assert old in found[file], old
    line = found[file][: found[file].index(old)].count("\n") + 1
    return {**found, file: found[file].replace(old, new, 1)}, line


def problems_with(old: str, new: str, file: str = "workflow.yaml") -> tuple[Problem, ...]:
    return read_texts(changed(old, new, file)[0]).problems


def data_of(text: str) -> object:
    document, problems = read_yaml(text, "f.yaml")
    assert document is not None
    assert problems == ()
    return document.data
