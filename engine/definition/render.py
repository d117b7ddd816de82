"""Problems as text for people, as JSON for programs, as annotations for GitHub; the sentences come from the book."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from engine.definition.problem import Problem
from engine.words.book import has, say

WIDTH = 100
"""Cells of a source line that are shown; a longer line is cut around the place."""

Lines = Callable[[str], list[str]]


def render(problems: Iterable[Problem], lang: str, form: str = "text", texts: Mapping[str, str] | None = None) -> str:
    """All problems in one of the FORMATS, each ended by a line feed; an empty text for none (JSON: an empty list).

    texts: file name -> text for the excerpts; a file that is not in it is read from where its name says.
    """
    return FORMATS[form](tuple(problems), lang, texts or {})


def message(problem: Problem, lang: str) -> str:
    """The sentence alone, without place and hint; a code that the book lacks is told with its bare values."""
    if not has(problem.code):
        return ", ".join(f"{name} {value}" for name, value in problem.values.items())
    return say(lang, problem.code, **{name: _word(lang, name, value) for name, value in problem.values.items()})


def hint(problem: Problem, lang: str) -> str:
    """`did you mean ...?`, or an empty text."""
    near = problem.values.get("nearest")
    return say(lang, "hint.nearest", word=near) if near else ""


def _word(lang: str, name: str, value: str) -> str:
    """Some values are words of the language themselves: what is wanted, what the YAML parser complained about;
    in a witness, that something lacks or was no longer needed."""
    if name in ("witness", "trail"):
        for sign, word in (("= ?", "witness.missing"), ("= …", "witness.waived")):
            value = value.replace(sign, say(lang, word))
        return value
    code = {"wants": "wants.", "said": "yaml."}.get(name, "") + value.replace(" ", "_")
    return say(lang, code) if name in ("wants", "said") and has(code) else value


def whole(problem: Problem, lang: str) -> str:
    """The sentence with its hint."""
    near = hint(problem, lang)
    return f"{message(problem, lang)}{_gap(lang, near)}{near}"


def _gap(lang: str, near: str) -> str:
    return {"en": "; ", "zh": "；"}.get(lang, "; ") if near else ""


def _text(problems: tuple[Problem, ...], lang: str, texts: Mapping[str, str]) -> str:
    lines_of = _reader(texts)
    said = []
    for one in problems:
        place = f"{one.file}:{one.line}:{one.column}"
        said.append(f"{place} {say(lang, f'level.{one.level}')} {one.code} {whole(one, lang)}")
        said.extend(excerpt(lines_of(one.file), one.line, one.column))
    return "".join(line + "\n" for line in said)


def _reader(texts: Mapping[str, str]) -> Lines:
    kept: dict[str, list[str]] = {}

    def lines_of(file: str) -> list[str]:
        if file not in kept:
            text = texts.get(file)
            if text is None:
                try:
                    text = Path(file).read_text(encoding="utf-8", errors="replace")
                except (OSError, ValueError):
                    text = ""
            kept[file] = text.split("\n")
        return kept[file]

    return lines_of


def excerpt(lines: list[str], line: int, column: int) -> list[str]:
    """The source line and a caret under its column-th character; nothing where there is no such line."""
    if not 1 <= line <= len(lines) or not lines[line - 1].strip():
        return []
    # A line may be a whole file long: only what can be seen around the place is looked at.
    source, here = lines[line - 1].rstrip("\r"), column - 1
    start, end = max(0, here - 4 * WIDTH), here + 4 * WIDTH
    written = "".join(one if one.isprintable() else " " for one in source[start:end])
    before, after = written[: here - start], written[here - start :]
    head, tail = "…" if start else "", "…" if end < len(source) else ""
    if width_of(before) > WIDTH * 2 // 3:
        before, head = _last(before, WIDTH // 2), "…"
    room = WIDTH - width_of(before)
    if width_of(after) > room:
        after, tail = _first(after, room), "…"
    number = f"{line:>5} | "
    caret = " " * (len(number) - 2) + "| " + " " * (width_of(head + before)) + "^"
    return [f"{number}{head}{before}{after}{tail}".rstrip(), caret]


def width_of(text: str) -> int:
    """Cells that a text takes on a screen: two for wide East Asian characters, none for combining ones."""
    return sum(_cells(one) for one in text)


def _cells(one: str) -> int:
    return 0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1


def _first(text: str, cells: int) -> str:
    """As much of the beginning as fits; a line may be a whole file long, so it is read only so far."""
    width = 0
    for place, one in enumerate(text):
        width += _cells(one)
        if width > cells:
            return text[:place]
    return text


def _last(text: str, cells: int) -> str:
    width = 0
    for place in range(len(text) - 1, -1, -1):
        width += _cells(text[place])
        if width > cells:
            return text[place + 1:]
    return text


def plain(problem: Problem, lang: str) -> dict[str, object]:
    """One problem as plain JSON data."""
    return {
        "file": problem.file, "line": problem.line, "column": problem.column, "level": problem.level,
        "code": problem.code, "message": message(problem, lang), "hint": hint(problem, lang),
        "values": dict(problem.values), "path": list(problem.path),
    }


def _json(problems: tuple[Problem, ...], lang: str, texts: Mapping[str, str]) -> str:
    return json.dumps([plain(one, lang) for one in problems], ensure_ascii=False, indent=2) + "\n"


def _github(problems: tuple[Problem, ...], lang: str, texts: Mapping[str, str]) -> str:
    kinds = {"error": "error", "later": "notice", "warning": "warning"}
    said = []
    for one in problems:
        file = _escaped(one.file).replace(",", "%2C").replace(":", "%3A")
        place = f"file={file},line={one.line},col={one.column},title={one.code}"
        said.append(f"::{kinds[one.level]} {place}::{_escaped(whole(one, lang))}")
    return "".join(line + "\n" for line in said)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


FORMATS: Mapping[str, Callable[[tuple[Problem, ...], str, Mapping[str, str]], str]] = {
    "text": _text, "json": _json, "github": _github,
}
