"""A page for each code of a problem: what it means, why it matters, what is wrong and what is right."""

from __future__ import annotations

from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.pages.render import show
from api.refusals import Fault
from engine.definition.code_pages import code_named, code_page, families, title_of, told
from engine.words.book import say

door = Door("pages")

SAID: Final = ("why", "wrong", "right")


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
        told="" if found is None else told(found, ask.lang), others=others,
        w={name: say(ask.lang, f"code.{name}") for name in SAID}, family=title_of(page.family, ask.lang),
        before=codes[place - 1] if place else "", behind="".join(codes[place + 1:place + 2]) if codes else "",
    )  # fmt: skip
