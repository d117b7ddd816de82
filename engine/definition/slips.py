"""Faults that show at one place and may have been made at another: the other place is told as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.definition.problem import Problem
from engine.definition.schema import nearest
from engine.definition.source import Document

OPTIONS = ("SC024", "SC030")
KNOWN = ("EX022", "EX060")
"""Faults that name what is there, only not here."""
DEFINING = ("inputs", "lists", "computed", "metrics", "consequences")


def other_places(document: Document, problems: Sequence[Problem]) -> Iterator[Problem]:
    """Warnings at definitions that nothing calls, where the nearest unknown name is called elsewhere; tables of
    grades, where a word on their ladder is not known elsewhere."""
    for one in tuple(problems):
        if one.code in OPTIONS:
            yield from _grades(document, one)
        called = next((one.values[key] for key in ("word", "name", "metric", "key") if key in one.values), "")
        others = [name for name in _defined(document) if name != called]
        near = one.values.get("nearest", "").split(".")[0] or nearest(called, others)
        if not near or not called or one.level != "error" or one.code in KNOWN:
            continue
        paths = [(part, near) for part in DEFINING if (part, near) in document.marks]
        if len(paths) == 1 and len(re.findall(rf"(?<!\w){re.escape(near)}(?!\w)", document.text)) == 1:
            values = {"word": near, "other": called, "at": str(one.line)}
            yield document.problem_with("WF010", paths[0], values, "warning", at_key=True)


def _defined(document: Document) -> list[str]:
    return [str(path[1]) for path in document.marks if len(path) == 2 and path[0] in DEFINING]


def _grades(document: Document, problem: Problem) -> Iterator[Problem]:
    """An unknown grade may be a slip in the table that makes the grades."""
    allowed = problem.values.get("allowed", "")
    word = problem.values.get("option") or problem.values.get("grade", "")
    grades = document.data.get("grades") if isinstance(document.data, dict) else None
    for key in ("ladder", "bands", "choose", "lookup", "grid"):
        if isinstance(grades, dict) and key in grades and _makes(grades[key], allowed.split(", ")):
            values = {"word": word, "allowed": allowed, "at": str(problem.line)}
            yield document.problem_with("WF093", ("grades", key), values, "warning", at_key=True)


def _makes(rows: object, words: list[str]) -> bool:
    """Whether the rows of the table give just these words."""
    tables = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(row.get("gives", row.get("else"))) for row in tables} == set(words)
