"""Faults that show at one place and may have been made at another: the other place is told as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.definition.problem import Problem
from engine.definition.source import Document

WEIGHTS = "SC065"
DEFINING = ("inputs", "lists", "computed", "metrics", "consequences")


def other_places(document: Document, problems: Sequence[Problem]) -> Iterator[Problem]:
    """Warnings at definitions that nothing calls, where the nearest unknown name is called elsewhere; and weights that
    do not add up are told at the weights too, not only at their sum."""
    for one in problems:
        if one.code == WEIGHTS:
            path = ("metrics",) if one.path[:1] == ("total",) else (*one.path[:-1], "parts")
            yield document.problem_with(one.code, path, one.values, one.level, at_key=True)
            continue
        near = one.values.get("nearest", "").split(".")[0]
        called = next((one.values[key] for key in ("word", "name", "metric", "key") if key in one.values), "")
        if not near or not called or one.level != "error":
            continue
        paths = [(part, near) for part in DEFINING if (part, near) in document.marks]
        if len(paths) == 1 and len(re.findall(rf"(?<!\w){re.escape(near)}(?!\w)", document.text)) == 1:
            values = {"word": near, "other": called, "at": str(one.line)}
            yield document.problem_with("WF010", paths[0], values, "warning", at_key=True)
