"""Says a sentence: the one place where a code and its values become text for a person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

LANGS = ("en", "zh")
AREAS = (
    "cli", "problems", "refusals", "operations", "expressions", "scorecard", "score", "history", "imports", "demo",
    "doors", "http", "pages", "cohort", "whatif", "differences", "simulate", "dates",
    "pages_of_codes", "pages_of_codes_workflow", "pages_of_codes_scorecard", "pages_of_codes_expressions",
)  # fmt: skip
"""Modules of each language's folder, those first that are asked first. Each holds its `SENTENCES` by code."""


def areas(lang: str) -> dict[str, Mapping[str, str]]:
    """Sentences of one language by area; KeyError for a language that is not in LANGS."""
    return {area: _area(lang, area) for area in AREAS}


@cache
def _area(lang: str, area: str) -> Mapping[str, str]:
    """Imported when it is first asked: nobody pays for the other language, nor for what is not spoken of."""
    if lang not in LANGS:
        raise KeyError(lang)
    table: Mapping[str, str] = import_module(f"engine.words.{lang}.{area}").SENTENCES
    return table


@cache
def sentences(lang: str) -> dict[str, str]:
    """All sentences of one language by code; ValueError when two areas claim the same code."""
    book: dict[str, str] = {}
    for area, part in areas(lang).items():
        twice = book.keys() & part.keys()
        if twice:
            raise ValueError(f"codes said twice, again in {lang}/{area}: {sorted(twice)}")
        book.update(part)
    return book


def has(code: str) -> bool:
    return code in sentences(LANGS[0])


def say(lang: str, code: str, **values: object) -> str:
    """The sentence of a code with its named values filled in. KeyError for an unknown code or a value not given."""
    return _sentence(lang, code).format(**values)


@cache
def _sentence(lang: str, code: str) -> str:
    """No code stands in two areas (by test), so the first that has it is the one."""
    for area in AREAS:
        found = _area(lang, area).get(code)
        if found is not None:
            return found
    raise KeyError(code)
