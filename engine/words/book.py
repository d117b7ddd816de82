"""Says a sentence: the one place where a code and its values become text for a person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec

LANGS = ("en", "zh")
AREAS = (
    "expressions", "scorecard", "score", "problems", "refusals", "history", "imports", "operations", "demo", "cli",
)


def areas(lang: str) -> dict[str, Mapping[str, str]]:
    """Sentences of one language by area; KeyError for a language that is not in LANGS."""
    if lang not in LANGS:
        raise KeyError(lang)
    names = {area: f"engine.words.{lang}.{area}" for area in AREAS}
    return {area: import_module(name).SENTENCES for area, name in names.items() if find_spec(name) is not None}


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
    return sentences(lang)[code].format(**values)
