"""A window of the browser: its width, language and colours; whoever sits at it, and what she expects of every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from api.actor import COOKIE
from engine.words.book import say
from tests.browser.keyboard import Hands
from tests.browser.looking import Heard, frame_faults, frame_of, running_over
from tests.browser.served import Served

SIZES: Final = {"wide": (1280, 900), "narrow": (375, 800)}
LOCALES: Final = {"en": "en-GB", "zh": "zh-CN"}
PATIENCE: Final = 10_000
"""Milliseconds that a machine with much to do may take for one page."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a window looks."""

    lang: str
    width: str
    colours: Literal["light", "dark"] = "light"
    scripts: bool = True

    def __str__(self) -> str:
        return "-".join((self.lang, self.width, self.colours, *(() if self.scripts else ("plain",))))


@dataclass(frozen=True, slots=True)
class Window:
    """An open window on a served house."""

    page: Page
    heard: Heard
    look: Look
    served: Served
    hands: Hands

    def say(self, code: str, **values: object) -> str:
        """A sentence of the pages in the window's language."""
        return say(self.look.lang, f"pages.{code}", **values)

    def sign_in(self, ref: str) -> None:
        """By a one-time link, as a person does: opened, then used up by its button."""
        self.page.goto(self.served.link(ref))
        self.hands.follow("main button", self.say("sign_in.do"))
        assert self.page.url == f"{self.served.url}/"

    def sign_out(self) -> None:
        self.hands.follow("header a[href='/account']")
        self.hands.follow("form[action='/sign-out'] button")

    def text(self, selector: str) -> str:
        """What is written there, with single spaces."""
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def texts(self, selector: str) -> list[str]:
        return [" ".join(one.split()) for one in self.page.locator(selector).all_inner_texts()]


@contextmanager
def window(browser: Browser, served: Served, look: Look, ref: str | None = None) -> Iterator[Window]:
    """A window of its own, whose browser prefers the language; with a ref somebody is signed in already."""
    width, height = SIZES[look.width]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=LOCALES[look.lang], color_scheme=look.colours,
        reduced_motion="reduce", java_script_enabled=look.scripts,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    if ref is not None:
        context.add_cookies([{"name": COOKIE, "value": served.session(ref), "url": served.url}])
    page = context.new_page()
    heard = Heard(page, served.url)

    def arrived() -> None:
        faults = [*heard.told(), *frame_faults(frame_of(page), look.lang), *running_over(page)]
        assert not faults, (page.url, faults)

    try:
        yield Window(page, heard, look, served, Hands(page, arrived))
    except BaseException as error:
        with suppress(PlaywrightError):
            error.add_note(f"{page.url} shows:\n{page.locator('main').inner_text(timeout=1_000)[:1_500]}")
        raise
    finally:
        context.close()
