"""A page for each code of a problem: what it means, why it matters, what is wrong and what is right."""

from __future__ import annotations

import re
from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.pages.render import show
from api.refusals import Fault
from engine.definition.render import whole
from engine.operations.code_pages import code_named, code_page, families, title_of
from engine.words.book import say

door = Door("pages")

SAID: Final = ("why", "wrong", "right")


_TYPED = re.compile(r"`([^`]+)`|(‹\w+›)")


def pieces(text: str) -> list[tuple[str, bool]]:
    """A sentence cut into its parts; True: typed as it is, or the name of a value."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for found in _TYPED.finditer(text):
        parts += [(text[end:found.start()], False), (found[1] or found[2], True)]
        end = found.end()
    return [one for one in (*parts, (text[end:], False)) if one[0]]


@door.page("/problems/{code}", "page_problem")
def one(ask: Ask) -> Reply:
    code = code_named(ask.path["code"])
    if not code:
        raise Fault("http.no_such_address", path=ask.path["code"][:60])
    page = code_page(code, ask.lang)
    found = page.example
    others = [] if found is None else [one for one in found.others if code_named(one)]
    codes = families().get(page.family, ())
    place = codes.index(code) if code in codes else 0
    return show(
        ask, "problem.html", place="definitions", page=page, example=found,
        message=[] if found is None else pieces(whole(found.problem, ask.lang)), others=others,
        sentence=pieces(page.sentence), why=pieces(page.why),
        w={name: say(ask.lang, f"code.{name}") for name in SAID}, family=title_of(page.family, ask.lang),
        before=codes[place - 1] if place else "", behind="".join(codes[place + 1:place + 2]) if codes else "",
    )  # fmt: skip
