"""`explain`: what a code means, why it matters, and how it is mended; without one, which codes there are."""

from __future__ import annotations

from collections.abc import Iterator

import click

from api.cli.terminal import Terminal
from api.cli.verbs import Misuse, verb
from api.refusals import DONE
from engine.operations.code_pages import (
    code_named,
    code_page,
    families,
    family_named,
    near,
    page_lines,
    plain_page,
    template_of,
    title_of,
)
from engine.words.book import say

COLON = {"en": ": ", "zh": "："}


@verb("explain", data=False)
@click.argument("code", required=False)
def explain(terminal: Terminal, code: str | None) -> int:
    lang = terminal.lang
    if code is None:
        found = [_family(name, lang) for name in families()]
        terminal.answer({"families": found}, _families(lang))
        return DONE
    family = family_named(code)
    if family:
        codes = [{"code": one, "template": template_of(one, lang)} for one in families()[family]]
        lines = [title_of(family, lang), *(f"  {one['code']}  {one['template']}" for one in codes)]
        terminal.answer({**_family(family, lang), "codes": codes}, lines)
        return DONE
    known = code_named(code)
    if not known:
        others = near(code)
        raise Misuse("code.unknown_near" if others else "code.unknown", name=code[:60], codes=", ".join(others))
    page = code_page(known, lang)
    terminal.answer(plain_page(page, lang), page_lines(page, lang))
    return DONE


def _family(name: str, lang: str) -> dict[str, object]:
    return {"family": name, "title": title_of(name, lang), "count": len(families()[name])}


def _families(lang: str) -> Iterator[str]:
    yield say(lang, "code.families")
    width = max(len(name) for name in families())
    for name, codes in families().items():
        counted = say(lang, "code.count", count=len(codes), first=codes[0])
        yield f"  {name.ljust(width)}  {title_of(name, lang)}{COLON[lang]}{counted}"
    yield say(lang, "code.family_more", family=next(iter(families())))
