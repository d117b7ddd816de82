"""An auditor with a keyboard only: finds a review, follows it, sees it as it was, and has the history proven."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from engine.operations.names import SYSTEM
from engine.operations.timeline import history
from tests.browser.looks import PLAIN, STORIES, looks, often
from tests.browser.places import APPEALED
from tests.browser.served import Served
from tests.browser.stage import AUDITOR
from tests.browser.tale import Tale
from tests.browser.window import Look, Window, window

pytestmark = pytest.mark.slow

BEFORE, AFTER = "2025-10-20T09:00:00", "2025-11-06T00:00:00"
"""Between these two a wrong figure was corrected."""

TURNS = 40


@pytest.mark.parametrize("look", often([*STORIES, *PLAIN]), ids=looks)
def test_an_auditor_follows_a_review_and_proves_the_history(browser: Browser, house: Served, look: Look) -> None:
    with window(browser, house, look) as at:
        tale = Tale.of(house, look.lang)
        at.sign_in(AUDITOR)
        finds(at, tale)
        looks_back(at, tale)
        compares(at, tale)
        proves(at)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def finds(at: Window, tale: Tale) -> None:
    """By name or ref; the timeline has every event, and changing anything is offered nowhere."""
    at.hands.follow("header a[href='/audit']")
    at.hands.fill("#q-subject", APPEALED[0])
    at.hands.follow("form.filters button", at.say("filter.do"))
    found = at.texts("#list tbody tr")
    assert len(found) == 2
    assert all(tale.person(APPEALED[0]) in row for row in found)
    at.hands.follow(f"#list a[href='/audit/{tale.review(*APPEALED)}']")
    with tale.looking() as rt:
        lines = history(rt, SYSTEM, tale.review(*APPEALED)).lines
    assert at.page.locator("section[aria-labelledby=events] ol.past > li").count() == len(lines)
    assert at.page.locator("main form[method=post]").count() == 0


def looks_back(at: Window, tale: Tale) -> None:
    """State and score at an instant that is typed, and at an event that is chosen."""
    at.hands.day("#f-at", BEFORE)
    at.hands.follow("#stood form button", at.say("timeline.show"))
    told = at.text("#stood")
    assert tale.state_at(*APPEALED, instant(BEFORE)) in told
    assert tale.total(*APPEALED, instant(BEFORE)) in told
    assert tale.total(*APPEALED) not in told
    at.hands.follow("#e1 a", at.say("timeline.as_then"), back=True)
    assert tale.state("set_targets") in at.text("#stood")


def compares(at: Window, tale: Tale) -> None:
    at.hands.day("#f-start", BEFORE)
    at.hands.day("#f-end", AFTER)
    at.hands.follow("#between form button", at.say("timeline.compare"))
    rows = at.texts("#between tbody tr")
    totals = [row for row in rows if row.startswith(at.say("changed.total"))]
    assert len(totals) == 1
    assert totals[0].endswith(f"{tale.total(*APPEALED, instant(BEFORE))} {tale.total(*APPEALED)}")


def proves(at: Window) -> None:
    """The verdict comes by itself; without scripts one looks again."""
    at.hands.follow("header a[href='/audit']")
    at.hands.follow("form[action='/audit/verify'] button", at.say("audit.prove_do"))
    if at.look.scripts:
        at.page.wait_for_selector(".notice.good", timeout=60_000)
    for _ in range(TURNS):
        if at.page.locator(".notice.good").count():
            break
        at.page.wait_for_timeout(500)
        at.hands.follow("#verdict a.button", at.say("verdict.look_again"))
    assert at.say("verdict.whole") in at.text(".notice.good")
