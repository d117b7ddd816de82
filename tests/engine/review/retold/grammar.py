"""Reads a line of a told score back: which sentence it is, and what stands in its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from engine.words.book import areas

NUMBER = r"-?\d+(?:\.\d+)?(?:/\d+)?"
DATE = r"\d{4}-\d{2}-\d{2}"
_NUMBERS = (
    "sum", "answers", "mean", "shares", "weight", "weights", "contribution", "count", "points", "counted", "full",
    "needs", "distance", "unit", "start", "every", "beyond", "rows", "least", "samples", "share",
)  # fmt: skip
_SIZES = ("x1", "x2", "at", "y1", "y2", "low", "high", "better", "target")  # numbers or dates
_NAMED = ("name", "rule", "role", "source", "text", "condition", "option", "figures", "fields", "told", "origin")


INSIDE = (  # what stands within a line
    "word.", "of.", "what.", "mode.", "reach.", "origin.", "step.", "source.", "role.share", "rule.on",
)
WITHIN = ("row", "row.field")  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """code: without `score.`; literal: how much of it is fixed text."""

    code: str
    pattern: re.Pattern[str]
    literal: int


@cache
def words(lang: str) -> dict[str, str]:
    told = areas(lang)["score"]
    return {code.removeprefix("score."): text for code, text in told.items() if code.startswith("score.")}


@cache
def sentences(lang: str) -> tuple[Sentence, ...]:
    """Every sentence that can be a line, the most particular first."""
    found = []
    others = {code: text for code, text in areas(lang)["cohort"].items() if code.startswith("cohort.")}
    for code, text in {**words(lang), **others}.items():
        parts = re.split(r"\{(\w+)\}", text)
        pattern, seen = "", set[str]()
        for place, part in enumerate(parts):
            if place % 2 == 0:
                pattern += re.escape(part)
            elif part in seen:
                pattern += f"(?P={part})"
            else:
                seen.add(part)
                pattern += f"(?P<{part}>{_place(lang, code, part)})"
        if seen and not code.startswith(INSIDE) and code not in WITHIN:
            found.append(Sentence(code, re.compile(pattern), sum(map(len, parts[::2]))))
    return tuple(sorted(found, key=lambda one: -one.literal))


def _place(lang: str, code: str, name: str) -> str:
    if name == "source" and code.startswith("agreed"):
        return "|".join(re.escape(text) for one, text in words(lang).items() if one.startswith("source."))
    if name in _NUMBERS or (name == "score" and code.startswith("part.")):
        return NUMBER
    if name in _SIZES:
        return f"{DATE}|{NUMBER}"
    if code == "round" and name == "after":
        return rf"(?:{NUMBER})(?: \S+)?"
    sums = ("limits", "round", "rule.add", "rule.sub", "rule.mul")
    if name in ("before", "after", "amount") and code.startswith(sums):
        return f"{DATE}|{NUMBER}"
    if name == "value" and code.startswith(("ratio", "steps", "line", "bands")):
        return f"{DATE}|{NUMBER}"
    return ".+?" if name in ("name", "rule") and code != "figure" else ".+"


def matches(lang: str, line: str) -> Iterator[tuple[Sentence, dict[str, str]]]:
    for one in sentences(lang):
        found = one.pattern.fullmatch(line)
        if found:
            yield one, found.groupdict()


def value_of(lang: str, text: str) -> Any:
    """A number, a date, yes or no, nothing, or a word; a unit after a number is left aside."""
    known = {words(lang)["yes"]: True, words(lang)["no"]: False, words(lang)["none"]: None}
    if text in known:
        return known[text]
    if re.fullmatch(DATE, text):
        return date.fromisoformat(text)
    number = re.fullmatch(rf"({NUMBER})(?: (?:[^\s\d]\S*|[^\d():;=]{{1,24}}))?", text)
    if number and not re.match(DATE, text):
        return Fraction(number[1])
    return text
