"""The one who is reviewed, with a keyboard only: her own review, the targets, the result, an appeal, her own rating."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.looks import PLAIN, STORIES, looks, often
from tests.browser.served import Served
from tests.browser.stage import AGREES, NEXT, SIGNS
from tests.browser.tale import Tale
from tests.browser.window import Look, Window, window

pytestmark = pytest.mark.slow

SEND = "#answer .actions button:not([name])"


@pytest.mark.parametrize("look", often([*STORIES, *PLAIN]), ids=looks)
def test_a_subject_agrees_to_targets_or_appeals_against_a_result(browser: Browser, house: Served, look: Look) -> None:
    with window(browser, house, look) as at:
        tale = Tale.of(house, look.lang)
        at.sign_in(SIGNS)
        reads_her_review(at, tale)
        appeals(at, tale)
        at.sign_out()
        at.sign_in(AGREES)
        agrees(at, tale)


def reads_her_review(at: Window, tale: Tale) -> None:
    """Her own reviews stand beside her work; the result is there, as far as it is released."""
    at.hands.follow(f"aside a[href='/reviews/{tale.review(SIGNS, '2025-Q3')}']")
    assert tale.person(SIGNS) in at.text("h1")
    assert at.say("review.you_are", what=at.say("relation.subject")) in at.text(".meta")
    assert tale.total(SIGNS, "2025-Q3") in at.text(".result")
    at.hands.to("section[aria-labelledby=score] summary", at.say("score.how"))
    at.hands.press("Enter")
    told = at.text("section[aria-labelledby=score] .explained")
    assert all(line in told for line in tale.explained(SIGNS, "2025-Q3"))


def appeals(at: Window, tale: Tale) -> None:
    """To disagree needs a reason; then the panel is asked."""
    at.hands.follow("section.call a.button", at.say("review.answer"), back=True)
    at.hands.mark("outcome", "disagree")
    at.hands.follow(SEND, at.say("task.hand_in"))
    comment = at.page.locator("[name=comment]")
    assert comment.get_attribute("aria-invalid") == "true"
    at.hands.fill("[name=comment]", "Two visits are missing 有两次拜访未计入")
    at.hands.follow(SEND, at.say("task.hand_in"))
    assert at.text(".head .chip") == tale.state("appeal")
    assert tale.task("hear") in at.text("section[aria-labelledby=waits]")


def agrees(at: Window, tale: Tale) -> None:
    at.hands.follow(f"a.button[href='{tale.address(AGREES, NEXT, 'agree')}']")
    assert tale.task("agree") in at.text("h1")
    at.hands.mark("outcome", "accept")
    at.hands.follow(SEND, at.say("task.hand_in"))
    assert at.text(".head .chip") == tale.state("collect_data")


@pytest.mark.parametrize("look", often([STORIES[0], STORIES[-1], PLAIN[-1]]), ids=looks)
def test_a_subject_rates_herself_when_the_quarter_ends(browser: Browser, spring: Served, look: Look) -> None:
    with window(browser, spring, look) as at:
        tale = Tale.of(spring, look.lang)
        at.sign_in(SIGNS)
        at.hands.follow(f"a.button[href='{tale.address(SIGNS, NEXT, 'self')}']")
        at.hands.mark("ratings.teamwork", "5")
        at.hands.follow(SEND, at.say("task.hand_in"))
        assert at.page.locator("[aria-invalid=true]").first.get_attribute("name") == "form.achieved"
        assert at.page.locator("input[name='ratings.teamwork']:checked").get_attribute("value") == "5"
        at.hands.fill("[name='form.achieved']", "All plans are signed 计划均已签订")
        at.hands.follow(SEND, at.say("task.hand_in"))
        assert tale.last(SIGNS, NEXT) == ("answered", "self")
