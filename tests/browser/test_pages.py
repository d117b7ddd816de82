"""Every page, in both languages, at a desk and on a phone, by day and by night: nothing that axe, the console, the
window's edge or a reader of the language would find fault with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.app import routes
from api.kit.route import HTML
from tests.browser.looking import looked_at
from tests.browser.looks import EVERY, PLAIN, looks, often
from tests.browser.places import PLACES, Known, Place, known
from tests.browser.served import Served, served
from tests.browser.window import Look, Window, window

pytestmark = pytest.mark.slow

PICTURES = "REVIEWCYCLE_SCREENSHOTS"
"""Names a folder that pictures of all pages are put into, to be looked at."""


def test_every_page_that_is_served_is_looked_at() -> None:
    shown = {route.shown_path for route in routes() if (route.method, route.gives) == ("GET", HTML)}
    assert shown - {"/assets/{name}"} == {place.route for place in PLACES} - {"/{any}"}


def test_places_have_names_of_their_own() -> None:
    assert len({place.name for place in PLACES}) == len(PLACES)


@pytest.fixture(scope="module")
def february(staged: Path) -> Iterator[tuple[Served, Known]]:
    """Served for all who only look."""
    with served(staged) as found:
        yield found, lying_there(found)


@pytest.fixture(scope="module")
def march(sprung: Path) -> Iterator[tuple[Served, Known]]:
    with served(sprung) as found:
        yield found, lying_there(found)


def lying_there(found: Served) -> Known:
    rt = found.runtime()
    try:
        return known(rt)
    finally:
        rt.close()


NOT_OFTEN = (Look("zh", "narrow"), *PLAIN)
"""The dark one of the two is as narrow and as Chinese."""


@pytest.mark.parametrize(
    "look",
    [
        *often(look for look in EVERY if look not in NOT_OFTEN),
        *(pytest.param(look, marks=pytest.mark.soak) for look in NOT_OFTEN),
    ],
    ids=looks,
)
def test_no_page_has_a_fault(
    browser: Browser, february: tuple[Served, Known], march: tuple[Served, Known], look: Look
) -> None:
    found = {}
    with ExitStack() as open_windows:
        windows: dict[tuple[str | None, bool], Window] = {}
        for place in PLACES:
            house, names = march if place.spring else february
            whose = (place.who, place.spring)
            if whose not in windows:
                windows[whose] = open_windows.enter_context(window(browser, house, look, place.who))
            if faults := faults_of(windows[whose], names, place):
                found[place.name] = faults
    assert found == {}


def faults_of(at: Window, names: Known, place: Place) -> dict[str, list[str]]:
    answers: list[int] = []
    at.page.on("response", lambda one: answers.append(one.status) if one.request.is_navigation_request() else None)
    at.page.goto(at.served.url + place.path(names))
    if place.act is not None:
        place.act(at.page)
    assert answers[-1] == place.status, place.name
    if at.look.scripts and at.page.locator("#live").count():
        at.page.get_by_text(at.say("definition.live_sound"), exact=True).first.wait_for()
    picture(at.page, place, at.look)
    return looked_at(at.page, at.heard, at.look.lang, names.names, at.look.scripts)


def picture(page: Page, place: Place, look: Look) -> None:
    folder = os.environ.get(PICTURES)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{place.name}-{look}.png", full_page=True)
