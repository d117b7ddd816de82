"""Controls: what is planted in a page is found, whatever kind of fault it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.keyboard import Lost
from tests.browser.looking import frame_faults, frame_of, looked_at, stray_words
from tests.browser.served import Served, served
from tests.browser.stage import MANAGER
from tests.browser.window import Look, Window, window

pytestmark = pytest.mark.slow

NARROW = Look("zh", "narrow")
PLANTED = {
    "axe": "document.querySelector('main').append(Object.assign(new Image(), {src: '/assets/mark.svg'}))",
    "console": "console.error('planted')",
    "over": "document.querySelector('h1').append(Object.assign(document.createElement('span'), {id: 'wide'}));"
    "document.getElementById('wide').style.cssText = 'display: inline-block; width: 400px'",
    "words": "document.querySelector('h1').append(' planted')",
    "frame": "document.querySelector('main').append(Object.assign(document.createElement('h1'), {textContent: '二'}))",
}
"""What a careless change to a page would be like; each kind is found as what it is."""


@pytest.fixture(scope="module")
def house(staged: Path) -> Iterator[Served]:
    with served(staged) as found:
        yield found


@pytest.fixture
def work(browser: Browser, house: Served) -> Iterator[Window]:
    """My work, as it is without any fault."""
    with window(browser, house, NARROW, MANAGER) as at:
        at.page.goto(f"{house.url}/")
        yield at


def found(at: Window) -> dict[str, list[str]]:
    """Names of people stand in the page, so that words are asked about one by one."""
    names = frozenset(word for one in at.texts("main .for, header .tools a, main .nowrap") for word in one.split())
    return looked_at(at.page, at.heard, at.look.lang, names)


def test_the_page_itself_has_no_fault(work: Window) -> None:
    assert found(work) == {}


@pytest.mark.parametrize("kind", PLANTED)
def test_what_is_planted_is_found(work: Window, kind: str) -> None:
    work.page.evaluate(f"() => {{ {PLANTED[kind]} }}")
    assert kind in found(work)


@pytest.mark.parametrize(
    ("breach", "told"),
    [
        ("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))", "script-src"),
        ("document.querySelector('h1').setAttribute('style', 'color: red')", "style-src"),
        ("void fetch('http://127.0.0.2:9/').catch(() => 0)", "connect-src"),
        ("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.2:9/'}))", "img-src"),
    ],
)
def test_a_breach_of_the_policy_is_heard(work: Window, breach: str, told: str) -> None:
    work.page.evaluate(breach)
    work.page.wait_for_timeout(200)
    assert any(told in one for one in work.heard.told())


def test_a_focus_that_cannot_be_seen_is_lost(work: Window) -> None:
    work.hands.to("a.button")
    work.page.evaluate("document.activeElement.style.outline = 'none'")
    with pytest.raises(Lost, match="no outline"):
        work.hands.stop()


def test_a_focus_behind_something_is_lost(work: Window) -> None:
    work.hands.to("a.button")
    work.page.evaluate(
        "document.body.append(Object.assign(document.createElement('p'), {id: 'over'}));"
        "document.getElementById('over').style.cssText = 'position: fixed; inset: 0; background: white'"
    )
    with pytest.raises(Lost, match="behind"):
        work.hands.stop()


def test_what_no_keyboard_comes_to_is_not_found(work: Window) -> None:
    work.page.evaluate("for (const one of document.querySelectorAll('a.button')) one.tabIndex = -1")
    with pytest.raises(Lost, match="nothing like"):
        work.hands.to("a.button")


def test_a_wrong_language_and_a_missing_title_are_found(work: Window) -> None:
    assert frame_faults(frame_of(work.page), "zh") == []
    assert frame_faults(frame_of(work.page), "en") != []
    work.page.evaluate("document.title = ''")
    assert frame_faults(frame_of(work.page), "zh") != []


def test_stray_words_are_told_from_names() -> None:
    names = frozenset({"am"})
    assert stray_words(["肖鹏 (am18) workflow.yaml /reviews 0a1b2c3d4e"], "zh", names) == set()
    assert stray_words(["肖鹏 is late"], "zh", names) == {"is", "late"}
    assert stray_words(["Xiao Peng 逾期"], "en", names) == {"Xiao Peng 逾期"}
