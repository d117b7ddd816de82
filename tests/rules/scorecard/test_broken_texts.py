"""Broken scorecards with the whole text that HR reads about each, in both languages, written at the head of the file.

`REVIEWCYCLE_GOLDEN=write` in the environment writes the heads anew; read the difference before it is kept.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from engine.definition.problem import Problem
from engine.definition.reader import read_scorecard
from engine.definition.render import whole
from engine.words.book import LANGS, areas

FOLDER = Path(__file__).parent / "broken"
FILES = sorted(FOLDER.glob("*.yaml"))
WRITE = os.environ.get("REVIEWCYCLE_GOLDEN") == "write"
CODE = re.compile(r"(?:SC|EX)\d{3}")
ELSEWHERE = {
    "EX047": "no place of a scorecard wants one word of a list from an expression",
}
"""Codes that no scorecard by itself can have, and why."""


def head_and_body(text: str) -> tuple[str, str]:
    """The comment at the head, and the card below it."""
    lines = text.split("\n")
    first = next(place for place, line in enumerate(lines) if not line.startswith("# "))
    return "".join(line + "\n" for line in lines[:first]), "\n".join(lines[first:])


def problems_of(text: str) -> tuple[Problem, ...]:
    return read_scorecard(text)[1]


def head_of(problems: tuple[Problem, ...]) -> str:
    """Place, level and code, then the sentence in each language."""
    lines = []
    for one in problems:
        lines.append(f"# {one.line}:{one.column} {one.level} {one.code}\n")
        lines.extend(f"# {whole(one, lang)}\n" for lang in LANGS)
    return "".join(lines)


def written_anew(text: str) -> str:
    """The card with the head that belongs to it: a head of that many lines moves the card down by as many."""
    _, body = head_and_body(text)
    lines = len(problems_of(body)) * (1 + len(LANGS))
    return head_of(problems_of("# \n" * lines + body)) + body


@cache
def codes() -> frozenset[str]:
    """What the heads tell of."""
    return frozenset(
        code for file in FILES for code in CODE.findall(head_and_body(file.read_text(encoding="utf-8"))[0])
    )


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_each_broken_card_is_told_of_as_its_head_says(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if WRITE:
        text = written_anew(text)
        file.write_text(text, encoding="utf-8")
    head, _ = head_and_body(text)
    assert head_of(problems_of(text)) == head
    assert file.stem[:5] in CODE.findall(head), "a file is named after the fault that it shows"


def test_there_is_a_card_for_every_code() -> None:
    assert len(FILES) >= 60
    rooms = ("scorecard", "cohort", "expressions")
    said = {code for area in rooms for code in areas("en")[area] if CODE.fullmatch(code)}
    assert said - codes() == set(ELSEWHERE)


def test_another_text_would_be_found() -> None:
    """The control: neither another sentence, another place nor another fault passes for the one in the head."""
    text = (FOLDER / "SC065-weights-of-99.yaml").read_text(encoding="utf-8")
    head, body = head_and_body(text)
    for before, after in (("99", "98"), (":", ":1"), ("SC065", "SC066")):
        assert before in head
        assert head_of(problems_of(text)) != head.replace(before, after, 1)
    assert head_of(problems_of(body)) != head, "a card that stands elsewhere has its faults elsewhere"
    assert written_anew(body) == text
