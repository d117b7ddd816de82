"""Looks at a page as the browser has it: what axe finds, what the console says, what runs over, which words stray."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import ConsoleMessage, Page, Request

from tests.promises.test_speaks_both import ALLOWED, HAN, LATIN, TYPED

ASSETS: Final = Path(__file__).parents[1] / "assets"
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LANGS: Final = {"en": "en", "zh": "zh-CN"}
OWN: Final = frozenset({"reviewcycle", "annual", "calibration", "CR"})
"""The house's name, the stage's second workflow, and how its records of figures are called."""

NAMED: Final = re.compile(r"\b[\w/-]+\.(?:ya?ml|json)\b|(?<![\w/])/[\w/-]+|\b[0-9a-f]{8,}\b")
"""Names of files and addresses, and ids, which are the same in every language."""

SCROLL: Final = ("nav ul", "nav", ".picture", ".scroll", "pre", "textarea", ".cm-scroller")
"""What may be wider than its own place and then scrolls inside it; never the page."""

_OVER: Final = """(within) => {
  const root = document.documentElement, found = [];
  if (root.scrollWidth > root.clientWidth) found.push(`the page: ${root.scrollWidth} > ${root.clientWidth}`);
  for (const one of document.body.querySelectorAll("*")) {
    if (one.closest(within) || one.closest("svg") || !one.checkVisibility()) continue;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const name = `${one.tagName.toLowerCase()}.${one.className} "${one.textContent.trim().slice(0, 30)}"`;
    const unseen = style.clipPath !== "none" || box.width <= 1 || style.position === "absolute" && box.right < 0;
    if (!unseen && box.right > root.clientWidth + 1) found.push(`${name} ends at ${box.right}`);
    if (!unseen && style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1
        && !["INPUT", "SELECT", "PROGRESS"].includes(one.tagName)) {
      found.push(`${name} is cut or scrolls: ${one.scrollWidth} > ${one.clientWidth}`);
    }
  }
  return found.slice(0, 5);
}"""

_WORDS: Final = """() => {
  const found = [document.title], silent = "script, style, template, textarea, .said, [translate=no]";
  const lang = (one) => one.closest("[lang]").getAttribute("lang").slice(0, 2);
  const own = lang(document.documentElement);
  const spoken = (one) => !one.closest(silent) && lang(one) === own;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode;
    if (one.data.trim() && spoken(one.parentElement)) found.push(one.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) if (spoken(one)) found.push(one.getAttribute(name));
  }
  return found;
}"""

_FRAME: Final = """() => ({
  heads: [...document.querySelectorAll("h1")].map((one) => one.textContent.trim()).filter((one) => one),
  lang: document.documentElement.lang, title: document.title,
})"""


class Heard:
    """What a page said to the console and asked of the network, from now on."""

    def __init__(self, page: Page, home: str) -> None:
        self.faults: list[str] = []
        self.home = home
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) =>"
            " console.error(`violates ${event.violatedDirective}: ${event.blockedURI}`))"
        )
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self.request)

    def console(self, message: ConsoleMessage) -> None:
        """A form that is shown again with what is wrong in it answers 4xx, and the browser tells of that."""
        if message.type in ("error", "warning") and "responded with a status of 4" not in message.text:
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def request(self, request: Request) -> None:
        if not request.url.startswith((self.home + "/", "data:", "about:")):
            self.faults.append(f"asks for {request.url}")

    def told(self) -> list[str]:
        """What was heard since the last time."""
        found, self.faults = self.faults, []
        return found


@cache
def axe() -> str:
    return (ASSETS / "axe.min.js").read_text("utf-8")


def against_axe(page: Page) -> list[str]:
    """Violations that axe-core finds. It runs in a world of its own: the page's policy forbids nothing there, and the
    page cannot see it."""
    asking = page.context.new_cdp_session(page)
    try:
        frame = asking.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = asking.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})["executionContextId"]
        asking.send("Runtime.evaluate", {"expression": f"{axe()};void 0", "contextId": world})
        options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": list(TAGS)}}
        told = asking.send("Runtime.evaluate", {
            "expression": f"axe.run(document, {options!r}).then((found) => found.violations.flatMap((one) => "
            "one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`)))",
            "contextId": world, "awaitPromise": True, "returnByValue": True,
        })  # fmt: skip
    finally:
        asking.detach()
    assert "exceptionDetails" not in told, told
    return [" ".join(one.split()) for one in told["result"]["value"]]


def frame_of(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_FRAME)
    return found


def running_over(page: Page) -> list[str]:
    """What is wider than its place."""
    found: list[str] = page.evaluate(_OVER, ", ".join(SCROLL))
    return found


def stray_words(texts: Iterable[str], lang: str, names: frozenset[str]) -> set[str]:
    """Words of the other language that no person wrote."""
    plain = [NAMED.sub("", TYPED.sub("", text)) for text in texts]
    if lang == "en":
        return {text for text in plain if HAN.search(text)}
    known = names | ALLOWED | OWN
    words = {word for text in plain for word in LATIN.findall(text)}
    return {word for word in words if word not in known and not set(word.split("-")) <= known}


def frame_faults(frame: Mapping[str, Any], lang: str) -> list[str]:
    """One head, the language that is spoken, a title."""
    found = []
    if len(frame["heads"]) != 1:
        found.append(f"heads: {frame['heads']}")
    if frame["lang"] != LANGS[lang]:
        found.append(f"lang is {frame['lang']!r}")
    if not re.fullmatch(r".+ · reviewcycle", frame["title"]):
        found.append(f"title is {frame['title']!r}")
    return found


def looked_at(
    page: Page, heard: Heard, lang: str, names: frozenset[str], scripts: bool = True
) -> dict[str, list[str]]:
    """Everything that is wrong with the page that is shown, by kind. scripts: without them axe, which waits for timers
    of the page, would wait for ever."""
    found = {
        "console": heard.told(),
        "frame": frame_faults(frame_of(page), lang),
        "over": running_over(page),
        "words": sorted(stray_words(page.evaluate(_WORDS), lang, names)),
        "axe": against_axe(page) if scripts else [],
    }
    return {kind: faults for kind, faults in found.items() if faults}
