"""Three hundred slips of one token: each is told at its line or the next enclosing key, or is harmless for a reason."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from functools import cache

import pytest

from engine.definition.reader import read_texts
from engine.definition.source import Document, read_yaml
from tests.engine.definition.mutations import Slip, near_lines, slips
from tests.engine.definition.shipped import HERE, data_of, shipped_texts

EACH = 150
FEW = 50
SEED = 20250701
FILES = ("workflow.yaml", "scorecard.yaml")
NUMBER = re.compile(r"\d+(\.\d+)?")


@cache
def document_of(text: str, file: str) -> Document:
    document, _ = read_yaml(text, file)
    assert document is not None
    return document


def kind_of(slip: Slip, text: str) -> str:
    """key, number or word; see harmless.yaml."""
    document = document_of(text, slip.file)
    key_line, key_column = document.key_mark(slip.path)
    line, column = document.mark(slip.path)
    if isinstance(slip.path[-1], str) and (key_line, key_column) <= (slip.line, slip.column) < (line, column):
        return "key"
    return "number" if NUMBER.fullmatch(slip.old) and NUMBER.fullmatch(slip.new) else "word"


@cache
def harmless() -> list[dict[str, str]]:
    found = data_of((HERE / "harmless.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def reason_for(slip: Slip, text: str) -> str | None:
    """Why the slip is harmless; None where the list has no reason."""
    kind = kind_of(slip, text)
    place = ".".join(str(step) for step in slip.path)
    for entry in harmless():
        fits = entry["file"] in ("any", slip.file) and entry["kind"] in ("any", kind)
        if fits and fnmatch(place, entry["at"]):
            return entry["reason"]
    return None


def is_told(slip: Slip, base: dict[str, str]) -> bool:
    lines = near_lines(document_of(base[slip.file], slip.file), slip)
    problems = read_texts({**base, slip.file: slip.text}).problems
    return any(one.file == slip.file and one.line in lines for one in problems)


def untold(file: str, count: int, seed: int) -> tuple[list[Slip], int]:
    """Slips that are neither told nor harmless, and how many are told."""
    base = shipped_texts()
    quiet = [slip for slip in slips(file, base[file], count, seed) if not is_told(slip, base)]
    # A slip is harmless only when nothing at all is at fault anywhere: a problem at a wrong line is no excuse.
    return [
        slip for slip in quiet
        if reason_for(slip, base[file]) is None or read_texts({**base, slip.file: slip.text}).definition is None
    ], count - len(quiet)


@pytest.mark.parametrize("count", [FEW, pytest.param(EACH, marks=pytest.mark.slow)])
@pytest.mark.parametrize("file", FILES)
def test_every_slip_is_told_where_it_is_or_harmless_for_a_reason(file: str, count: int) -> None:
    left, told = untold(file, count, SEED)
    assert [(slip.name, ".".join(map(str, slip.path))) for slip in left] == []
    assert told > count // 2  # the list of harmless ones does not do the checker's work


@pytest.mark.parametrize(
    "seed", [pytest.param(1, marks=pytest.mark.slow), *(pytest.param(one, marks=pytest.mark.soak) for one in (2, 3, 4))]
)
@pytest.mark.parametrize("file", FILES)
def test_more_slips_are_told(file: str, seed: int) -> None:
    # A definition renamed to a word that is like nothing is told where it is missed, not always where it stands.
    left, _ = untold(file, 400, seed)
    assert [(slip.name, ".".join(map(str, slip.path))) for slip in left][4:] == []


def test_every_harmless_place_has_a_reason() -> None:
    assert all(len(entry["reason"]) > 10 for entry in harmless())


def test_the_control_finds_a_checker_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.engine.definition.test_mutations.is_told", lambda slip, base: False)
    left, told = untold("workflow.yaml", 20, SEED)
    assert told == 0
    assert len(left) > 5
