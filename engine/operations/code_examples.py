"""Wrong lines and right ones for every problem code: the checker itself reads them, so it says what it always says.

The lines are data: `examples_of_codes/FAMILY.yaml` holds for each code what is replaced in one of the small definitions
beside it. `of` names its folder, `both` is replaced in the wrong text and in the right one, `wrong` and `right` in one
alone; where no `right` is given, the small definition itself is right. An item is `[old, new]` or `[file, old, new]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, Final

from engine.definition.forms import check_form
from engine.definition.model import Definition
from engine.definition.problem import Problem, in_order
from engine.definition.reader import WORKFLOW, read_scorecard, read_texts
from engine.definition.render import excerpt
from engine.definition.source import read_yaml

FOLDER: Final = Path(__file__).parent / "examples_of_codes"
FOLDERS: Final = {"SC": "team", "EX": "team", "FM": "answer", "PC": "firm"}
"""Where a family is shown, unless an example says another folder; else in `quarter`."""
CARD: Final = "scorecard.yaml"
ANSWER: Final = "answer.json"
FORM: Final = "form.json"
PEOPLE: Final = "people.csv"
REVIEWED: Final = ("a1", "a2")
"""Who of the people is reviewed; all of another kind than employees."""
DAY: Final = date(2025, 10, 1)
"""The day on which the people are looked at."""

WHOLE: Final = "*"
"""In an item: the whole text of the file."""

GAP: Final = "      …"
LINES_MOST: Final = 14
"""Lines of one file that are shown."""

Texts = dict[str, str | bytes]

_MARK = re.compile(r"⟦(?:U\+(?P<sign>[0-9A-F]{4,5})|0x(?P<byte>[0-9A-F]{2})|(?P<count>\d+) × (?P<text>[^⟧]*))⟧")
_BYTE: Final = "\udc00"
"""What stands for a byte that is no text until all is put together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown: number and text, or a caret without a number; new: it differs from the other text."""

    text: str
    new: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines of one file that belong together."""

    file: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """problem: what the checker says of the wrong text; others: codes that the same slip gives beside it."""

    code: str
    problem: Problem
    others: tuple[str, ...]
    wrong: tuple[Snippet, ...]
    right: tuple[Snippet, ...]


def examples(family: str) -> Mapping[str, Any]:
    """The examples of one family as they are written, by code; none for a family without a file."""
    return _written(family)


@cache
def _written(family: str) -> Mapping[str, Any]:
    file = FOLDER / f"{family}.yaml"
    if not file.is_file():
        return {}
    document, problems = read_yaml(file.read_bytes(), file.name)
    if document is None or problems:
        raise ValueError(f"{file.name}: {problems}")
    return document.data  # type: ignore[no-any-return]


@cache
def example_of(code: str) -> Example | None:
    """What the page of a code shows; None where there is no example."""
    plan = examples(code[:2]).get(code)
    if plan is None:
        return None
    folder = folder_of(code)
    wrong, right = (replaced(folder, plan, side) for side in ("wrong", "right"))
    found = problems_of(wrong)
    told = [one for one in found if one.code == code]
    if not told:
        raise ValueError(f"{code} is not told of its own example, but {sorted({one.code for one in found})}")
    others = tuple(dict.fromkeys(one.code for one in found if one.code != code))
    return Example(code, told[0], others, tuple(_shown(wrong, right, told[0])), tuple(_shown(right, wrong, None)))


def folder_of(code: str) -> str:
    """The small definition in which a code is shown."""
    plan = examples(code[:2]).get(code, {})
    return str(plan.get("of", FOLDERS.get(code[:2], "quarter")))


@cache
def _base(folder: str) -> Mapping[str, str]:
    place = FOLDER / folder
    files = sorted(one for pattern in ("*.yaml", "*.csv", "*.json", "forms/*.json") for one in place.glob(pattern))
    own = {one.relative_to(place).as_posix(): one.read_text(encoding="utf-8") for one in files}
    return {**_base("quarter"), **own} if PEOPLE in own else own


def main_file(texts: Mapping[str, Any]) -> str:
    """The file that an item without a file's name is about."""
    return next(name for name in (WORKFLOW, ANSWER, CARD) if name in texts)


def replaced(folder: str, plan: Mapping[str, Any], side: str) -> Texts:
    """The texts of the small definition with what an example replaces on one of its sides."""
    texts = dict(_base(folder))
    main = main_file(texts)
    for item in (*plan.get("both", ()), *plan.get(side, ())):
        file, old, new = item if len(item) == 3 else (main, *item)
        if old == WHOLE:
            texts[file] = new
            continue
        if texts[file].count(old) != 1:
            raise ValueError(f"{old!r} stands {texts[file].count(old)} times in {folder}/{file}")
        texts[file] = texts[file].replace(old, new)
    return {name: _unmarked(text) for name, text in texts.items()}


def _unmarked(text: str) -> str | bytes:
    """`⟦U+200B⟧` becomes that character, `⟦0xFF⟧` that byte, `⟦900 × a⟧` so many."""
    broken: list[int] = []

    def put(found: re.Match[str]) -> str:
        if found["byte"]:
            broken.append(int(found["byte"], 16))
            return _BYTE
        return chr(int(found["sign"], 16)) if found["sign"] else found["text"] * int(found["count"])

    made = _MARK.sub(put, text)
    if not broken:
        return made
    return made.encode("utf-8", "surrogatepass").replace(_BYTE.encode("utf-8", "surrogatepass"), bytes(broken[:1]))


def problems_of(texts: Texts) -> tuple[Problem, ...]:
    """What the checker says of these texts, or the form of an answer to it."""
    main = main_file(texts)
    if main == WORKFLOW:
        checked = read_texts({name: text for name, text in texts.items() if name != PEOPLE})
        beside = _of_people(checked.definition, _text(texts[PEOPLE])) if PEOPLE in texts else ()
        return in_order((*checked.problems, *beside))
    if main == CARD:
        return read_scorecard(_text(texts[CARD]))[1]
    answer = _text(texts[ANSWER])
    form = json.loads(_text(texts[FORM]))
    faults = check_form(form, json.loads(answer, parse_float=Decimal))
    return in_order(
        Problem(ANSWER, *_place(answer, fault.path), "error", fault.code, fault.values, fault.path) for fault in faults
    )


def _of_people(definition: Definition | None, table: str) -> tuple[Problem, ...]:
    """What `check --people` adds; the room of the people is loaded for those few codes alone."""
    from engine.operations.staff import check_people_file
    from engine.sources.csv_file import Upload

    if definition is None:
        return ()
    whom = REVIEWED if definition.subject == "employee" else ()
    return check_people_file(definition, Upload(PEOPLE, table.encode()), DAY, "", whom)


def _place(answer: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Where the field stands in the answer; the beginning for one that is missing."""
    name = next((json.dumps(step) for step in path if isinstance(step, str)), "")
    index = max(answer.find(name), 0)
    return answer.count("\n", 0, index) + 1, index - (answer.rfind("\n", 0, index) + 1) + 1


def _text(content: str | bytes) -> str:
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else content


def _shown(texts: Texts, other: Texts, problem: Problem | None) -> Iterator[Snippet]:
    """The lines that differ from the other texts, and the problem's, each with a line around it."""
    for file in texts:
        own, beside = (_text(one[file]).split("\n") for one in (texts, other))
        new = _new_lines(own, beside)
        around = set(new) or (_touched(own, beside) if own != beside else set())
        here = problem is not None and problem.file == file
        if here and problem is not None:
            near = {number for number in around if abs(number - problem.line) < LINES_MOST // 2}
            around = (around if len(around) < LINES_MOST else near) | {problem.line}
        if not around:
            continue
        lines: list[Line] = []
        wanted = sorted({near for number in around for near in (number - 1, number, number + 1)})
        for before, number in zip([wanted[0], *wanted], wanted, strict=False):
            lines += [Line(GAP, False)] if number > before + 1 else []
            at = problem.column if here and problem is not None and problem.line == number else 0
            written = excerpt(own, number, at or 1)
            lines += [Line(text, number in new) for text in written[:1]]
            lines += [Line(caret, False) for caret in written[1:] if at]
        if len(lines) > LINES_MOST:
            lines[LINES_MOST - 4:] = [Line(GAP, False)]
        yield Snippet(file, tuple(lines))


def _new_lines(own: list[str], beside: list[str]) -> set[int]:
    codes = SequenceMatcher(None, beside, own, autojunk=False).get_opcodes()
    return {number + 1 for kind, _, _, first, last in codes if kind != "equal" for number in range(first, last)}


def _touched(own: list[str], beside: list[str]) -> set[int]:
    """Where lines of the other text are missing here."""
    codes = SequenceMatcher(None, beside, own, autojunk=False).get_opcodes()
    return {max(first, 1) for kind, _, _, first, _ in codes if kind == "delete"}
