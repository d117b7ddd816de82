"""HR holds a review, puts its last days off and lets it go on; who has a task gives it on, who answered takes back.
With a keyboard only."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.definition.library import folder_of
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.names import actor_named
from tests.browser.looks import PLAIN, STORIES, looks
from tests.browser.served import Served
from tests.browser.stage import HR, MANAGER, OTHER_HR
from tests.browser.tale import Tale
from tests.browser.window import Look, Window, window

pytestmark = pytest.mark.slow

SUBJECT, PERIOD, OTHER = "am23", "2026-Q2", "tm2"
"""Whose review is held; in which quarter; who stands in for her manager."""

COLLEAGUES = ("am16", "am17", "am18")


LOOKS = [one if one == PLAIN[1] else pytest.param(one, marks=pytest.mark.soak) for one in (*STORIES, *PLAIN)]
"""Often on a phone in Chinese without scripts, where least can be leant on."""


@pytest.fixture
def freely(house: Served, tmp_path: Path) -> Served:
    """A version by which the proposal may be given on is in force, and the second quarter of 2026 is open by it."""
    folder = tmp_path / "freely"
    shutil.copytree(folder_of("account-manager"), folder)
    text = (folder / "workflow.yaml").read_text("utf-8").replace("version: 2\n", "version: 4\n", 1)
    assert text.count("      propose:\n") == 1
    text = text.replace("      propose:\n", "      propose:\n        delegate: allowed\n")
    (folder / "workflow.yaml").write_text(text, "utf-8")
    rt = house.runtime()
    try:
        proposed = propose(rt, actor_named(rt, HR), Propose(folder))
        assert proposed.stored is not None, proposed.problems
        approve(rt, actor_named(rt, OTHER_HR), Approve(proposed.stored.fingerprint))
        wish = OpenCycle(proposed.stored.name, PERIOD, Population(refs=(SUBJECT,)))
        assert open_cycle(rt, actor_named(rt, HR), wish).reviews
    finally:
        rt.close()
    return house


@pytest.mark.parametrize("look", LOOKS, ids=looks)
def test_a_review_is_held_and_its_work_changes_hands(browser: Browser, freely: Served, look: Look) -> None:
    with window(browser, freely, look) as at:
        tale = Tale.of(freely, look.lang)
        at.sign_in(HR)
        holds(at, tale)
        stands_still(at, tale)
        goes_on(at, tale)
        puts_off(at, tale)
        gives_on(at, tale)
        takes_back(at, tale)


def review_page(at: Window, tale: Tale) -> str:
    """Where the review is looked at; the way there through the list is one of other stories."""
    path = f"/reviews/{tale.review(SUBJECT, PERIOD)}"
    at.page.goto(at.served.url + path)
    return path


def signs_in_as(at: Window, ref: str) -> None:
    at.sign_out()
    at.sign_in(ref)


def sends(at: Window) -> None:
    at.hands.follow("main form.panel button[type=submit]")


def holds(at: Window, tale: Tale) -> None:
    """A reason is asked for at its field; then the review says at its top that it stands still."""
    path = review_page(at, tale)
    at.hands.follow(f"section[aria-labelledby=can] a[href='{path}/hold']", at.say("step.hold"))
    sends(at)
    assert at.say("fault.FM001") in at.text("#f-reason-fault")
    assert at.page.locator("[aria-invalid=true]").count() == 1, "the last day may stay empty"
    at.hands.fill("[name=reason]", "On leave 休假")
    sends(at)
    assert at.say("done.held") in at.text(".notice.good")
    assert at.say("held") in at.text(".notice.warn h2")
    assert at.say("held") in at.texts(".head .chip")
    assert at.page.locator(f"a[href='{path}/hold'], a[href='{path}/skip']").count() == 0
    at.page.goto(f"{at.served.url}/reviews?subject={SUBJECT}")
    assert at.say("held") in at.text(f"tr:has(a[href='{path}'])")


def stands_still(at: Window, tale: Tale) -> None:
    """Nothing waits for the manager meanwhile; what she opens all the same says why, and a draft can be kept."""
    task = tale.address(SUBJECT, PERIOD, "propose")
    signs_in_as(at, MANAGER)
    assert at.page.locator(f"a[href='{task}']").count() == 0
    review_page(at, tale)
    assert at.page.locator("section.call").count() == 0
    assert at.text("#waits") == at.say("held.waits")
    at.page.goto(at.served.url + task)
    assert at.say("held.draft") in at.text(".notice.warn")
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert at.page.locator(".notice.bad li").count()


def goes_on(at: Window, tale: Tale) -> None:
    signs_in_as(at, HR)
    path = review_page(at, tale)
    at.hands.follow(f"section[aria-labelledby=can] a[href='{path}/resume']", at.say("step.resume"))
    at.hands.fill("[name=reason]", "Back again 返岗")
    sends(at)
    assert at.say("done.resumed") in at.text(".notice.good")
    assert at.page.locator(".notice.warn").count() == 0
    assert at.say("event.resumed") in at.text("section[aria-labelledby=past] li")


def puts_off(at: Window, tale: Tale) -> None:
    """A day that is not later is said at its field together with the one there is; a later one is kept."""
    path, task = review_page(at, tale), tale.address(SUBJECT, PERIOD, "propose")
    at.hands.follow(f"section[aria-labelledby=can] a[href='{task}/extend']", at.say("step.extend", task=""))
    at.hands.day("[name=until]", "2026-02-04")
    at.hands.fill("[name=reason]", "Much to do 事务繁忙")
    sends(at)
    assert at.page.get_attribute("[name=until]", "aria-invalid") == "true"
    assert "2026-02-04" in at.text("#f-until-fault")
    assert at.page.input_value("[name=reason]") == "Much to do 事务繁忙"
    at.hands.day("[name=until]", "2026-05-29")
    sends(at)
    assert at.say("done.extended") in at.text(".notice.good")
    day = at.say("date", year=2026, month=at.say("month.5"), day=29)
    assert day in at.text("section[aria-labelledby=past] li")
    at.hands.follow(f"section[aria-labelledby=can] a[href='{path}/extend']", at.say("step.extend_deadline"))
    at.hands.day("[name=until]", "2026-06-10")
    at.hands.fill("[name=reason]", "As well 同上")
    sends(at)
    assert at.say("done.extended") in at.text(".notice.good")


def gives_on(at: Window, tale: Tale) -> None:
    """From the task's page; nobody is called so, then somebody is."""
    task = tale.address(SUBJECT, PERIOD, "propose")
    signs_in_as(at, MANAGER)
    at.hands.follow(f"a.button[href='{task}']")
    at.hands.follow(f"section[aria-labelledby=beside] a[href='{task}/delegate']")
    for typed in ("nobody-at-all", OTHER):
        at.hands.fill("[name=to]", typed)
        at.hands.fill("[name=reason]", "Travelling 出差")
        sends(at)
        if typed != OTHER:
            assert typed in at.text("#f-to-fault")
    assert at.say("done.delegated") in at.text(".notice.good")
    assert tale.last(SUBJECT, PERIOD) == ("delegated", "propose")
    at.hands.follow("header a[href='/']")
    assert at.page.locator(f"a[href='{task}']").count() == 0


def takes_back(at: Window, tale: Tale) -> None:
    """She answers on the manager's behalf, and takes it back: what she wrote is there as a draft."""
    task = tale.address(SUBJECT, PERIOD, "propose")
    signs_in_as(at, OTHER)
    at.hands.follow(f"a.button[href='{task}']")
    at.hands.fill("[name='targets.sales_plan']", "1,000,000")
    for place, colleague in enumerate(COLLEAGUES):
        at.hands.choose(f"[name='form.colleagues.{place}']", colleague)
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert at.say("done.answered") in at.text(".notice.good")
    done = at.page.locator("section[aria-labelledby=past] li").first.inner_text()
    assert at.say("event.behalf", name=tale.person(MANAGER)) in done
    at.hands.follow(f"section[aria-labelledby=can] a[href='{task}/retract']", at.say("step.retract", task=""))
    at.hands.fill("[name=reason]", "A slip 笔误")
    sends(at)
    assert at.say("done.retracted") in at.text(".notice.good")
    assert tale.last(SUBJECT, PERIOD) == ("retracted", "propose")
    at.hands.follow("section.call a.button", at.say("review.answer"))
    assert at.page.input_value("[name='targets.sales_plan']").replace(",", "").startswith("1000000")
    chosen = [at.page.input_value(f"[name='form.colleagues.{place}']") for place in range(3)]
    assert set(chosen) == set(COLLEAGUES)
