"""A page for every code that a user can be told: its sentence, why it matters, what is wrong and what is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from engine.definition.render import whole
from engine.operations.code_examples import Example, Snippet, example_of
from engine.words.book import LANGS, areas, has, say, sentences

TOLD_BY_CHECK: Final = ("YM", "SH", "WF", "PC", "FM", "SC", "EX")
"""Families of what `check` tells, in the order in which a file is read; the others follow by their letters."""
REFUSALS: Final = "refusals"
OTHER: Final = "other"

_NUMBERED = re.compile(r"[A-Z]{2}\d{3}")
_VALUE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Page:
    """What is said about a code in one language. sentence: its values as `‹name›`; why: empty where nothing is said
    beyond the sentence."""

    code: str
    family: str
    sentence: str
    why: str
    example: Example | None


@cache
def families() -> Mapping[str, tuple[str, ...]]:
    """All codes by family: those of `check` first, refusals last."""
    numbered = sorted(code for code in sentences(LANGS[0]) if _NUMBERED.fullmatch(code))
    letters = list(dict.fromkeys(code[:2] for code in numbered))
    order = [one for one in TOLD_BY_CHECK if one in letters] + [one for one in letters if one not in TOLD_BY_CHECK]
    found = {one: tuple(code for code in numbered if code[:2] == one) for one in order}
    return {**found, REFUSALS: tuple(sorted(areas(LANGS[0])[REFUSALS]))}


def title_of(family: str, lang: str) -> str:
    code = f"code.family.{family}"
    return say(lang, code if has(code) else f"code.family.{OTHER}")


def family_named(text: str) -> str:
    """The family that was meant; empty for none. Case does not matter."""
    wanted = text.strip().casefold()
    return next((one for one in families() if one.casefold() == wanted), "")


def code_named(text: str) -> str:
    """The code that was meant; empty for none. Case does not matter."""
    wanted = text.strip().strip("`:,.").casefold()
    return next((one for one in _known() if one.casefold() == wanted), "")


def near(text: str) -> tuple[str, ...]:
    """Codes that may have been meant, most likely first."""
    wanted = text.strip().upper()
    letters = re.sub(r"[^A-Z]", "", wanted)[:2]
    digits = re.sub(r"\D", "", wanted)[:6]
    own = families().get(letters, ())
    if own and digits:
        return tuple(sorted(sorted(own, key=lambda code: abs(int(code[2:]) - int(digits)))[:3]))
    if digits and letters not in families():
        same = [code for code in _known() if _NUMBERED.fullmatch(code) and int(code[2:]) == int(digits)]
        close = get_close_matches(f"{letters}{digits:0>3}", same, n=3)
        return tuple(close or same[:3])
    return tuple(get_close_matches(text.strip().casefold(), _known(), n=3))


@cache
def _known() -> tuple[str, ...]:
    """Every code that may be told alone: those of the families, and faults of requests."""
    http = [code for code in areas(LANGS[0])["http"] if not code.startswith(("http.route.", "http.title."))]
    return (*(code for codes in families().values() for code in codes), *http)


def template_of(code: str, lang: str) -> str:
    """The sentence of a code, its values named."""
    return _VALUE.sub(r"‹\1›", sentences(lang)[code]).replace("{{", "{").replace("}}", "}")


def code_page(code: str, lang: str) -> Page:
    """The page of a code that exists; KeyError for another."""
    reason = f"why.{code}"
    family = code[:2] if _NUMBERED.fullmatch(code) else REFUSALS if code in families()[REFUSALS] else OTHER
    return Page(code, family, template_of(code, lang), say(lang, reason) if has(reason) else "", example_of(code))


def page_lines(page: Page, lang: str) -> Iterator[str]:
    """The page as lines of text."""
    yield f"{page.code}  {page.sentence}"
    if page.why:
        yield from ("", page.why)
    found = page.example
    if found is None:
        if page.family in TOLD_BY_CHECK:
            yield from ("", say(lang, "code.no_example"))
        return
    yield from ("", _heading(lang, "code.wrong"), "")
    yield from snippet_lines(found.wrong)
    yield from ("", f"    {told(found, lang)}")
    if found.others:
        yield "    " + say(lang, "code.others", codes=", ".join(found.others))
    yield from ("", _heading(lang, "code.right"), "")
    yield from snippet_lines(found.right)


def _heading(lang: str, code: str) -> str:
    return say(lang, code) + {"zh": "："}.get(lang, ":")


def told(example: Example, lang: str) -> str:
    """What the checker says of the wrong lines, as in its own report."""
    one = example.problem
    return f"{one.file}:{one.line}:{one.column} {say(lang, f'level.{one.level}')} {one.code} {whole(one, lang)}"


def snippet_lines(snippets: Iterable[Snippet]) -> Iterator[str]:
    for place, one in enumerate(snippets):
        yield from ("",) if place else ()
        yield f"    {one.file}"
        yield from (f"  {'>' if line.new else ' '} {line.text}" for line in one.lines)


def plain_page(page: Page, lang: str) -> dict[str, Any]:
    """The page as plain data for programs."""
    found = page.example
    return {
        "code": page.code, "family": page.family, "template": page.sentence, "why": page.why,
        "example": None if found is None else {
            "level": found.problem.level, "told": told(found, lang), "others": list(found.others),
            "wrong": _plain(found.wrong), "right": _plain(found.right),
        },
    }  # fmt: skip


def _plain(snippets: Iterable[Snippet]) -> list[dict[str, Any]]:
    return [
        {"file": one.file, "lines": [{"text": line.text, "new": line.new} for line in one.lines]} for one in snippets
    ]
