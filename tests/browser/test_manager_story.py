"""A manager at her work, with a keyboard only: what waits, why something is not possible, forms, mistakes, a score."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.looks import PLAIN, STORIES, looks, often
from tests.browser.served import Served
from tests.browser.stage import LATE, MANAGER, NEXT, PLAN, RATED
from tests.browser.tale import Tale
from tests.browser.window import Look, Window, window

pytestmark = pytest.mark.slow

ACTION = "form.actions.0"


@pytest.mark.parametrize("look", often([*STORIES, *PLAIN]), ids=looks)
def test_a_manager_does_what_waits_for_her(browser: Browser, house: Served, look: Look) -> None:
    with window(browser, house, look) as at:
        tale = Tale.of(house, look.lang)
        at.sign_in(MANAGER)
        reads_why_not(at, tale)
        writes_a_plan(at, tale)
        rates(at, tale)
        proposes_targets(at, tale)
        moves_a_review_on(at, tale)


def opens(at: Window, tale: Tale, task: str, subject: str, period: str) -> None:
    """From my work, by the button of the row; the same task may be there for several periods."""
    at.hands.follow("header a[href='/']")
    named = at.say("work.open_it", task=tale.task(task), subject=tale.person(subject))
    at.hands.follow(f"a.button[href='{tale.address(subject, period, task)}']", named)
    assert tale.task(task) in at.text("h1")


def reads_why_not(at: Window, tale: Tale) -> None:
    """What is late stands first; the review tells what cannot be done yet, and how its score came about."""
    assert at.say("work.group.late") == at.text("section h2")
    opens(at, tale, "plan", PLAN, "2025-Q3")
    at.hands.follow(".trail a[href^='/reviews/']")
    assert tale.state("improvement") in at.text(".head .chip")
    assert any(line.startswith(tale.task("reopen")) for line in at.texts("section[aria-labelledby=past] .what"))
    at.hands.to("section[aria-labelledby=can] summary")
    at.hands.press("Enter")
    why = at.text("section[aria-labelledby=can] details[open]")
    assert at.say("step.answer", task=tale.task("check")) in why
    assert any(one in why for one in tale.why_not(MANAGER, PLAN, "2025-Q3", "check"))
    at.hands.to("section[aria-labelledby=score] summary", at.say("score.how"), back=True)
    at.hands.press("Enter")
    told = at.text("section[aria-labelledby=score] .explained")
    assert tale.total(PLAN, "2025-Q3") in told
    assert all(line in told for line in tale.explained(PLAN, "2025-Q3"))


def writes_a_plan(at: Window, tale: Tale) -> None:
    """Rows of a plan; a draft that is still there after a walk; a mistake shown at its field."""
    hands = at.hands
    hands.follow("section.call a.button", at.say("review.answer"), back=True)
    hands.fill(f"[name='{ACTION}.what']", "Two visits a week 每周拜访两家")
    hands.choose(f"[name='{ACTION}.owner']", PLAN)
    hands.day(f"[name='{ACTION}.date']", "2026-06-30")
    hands.to("button[name=_add]")
    adds_a_row(at)
    hands.fill("[name='form.actions.1.what']", "A course 一门课程")
    hands.follow("button[name=_save]", at.say("task.save"))
    assert at.say("done.saved") in at.text(".notice.good")
    opens(at, tale, "plan", PLAN, "2025-Q3")
    assert at.page.input_value(f"[name='{ACTION}.owner']") == PLAN
    assert at.page.input_value(f"[name='{ACTION}.date']") == "2026-06-30"
    assert at.page.input_value("[name='form.actions.1.what']") == "A course 一门课程"
    hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    missing = ["measure", "owner", "date", "measure"]
    assert len(at.texts(".notice.bad li")) == len(missing)
    assert hands.holds(".notice.bad, .notice.bad *"), "what is wrong has the focus, to be read at once"
    goes_to_fault(at, f"{ACTION}.measure")
    hands.write("Every visit is written down 每次拜访均有记录")
    hands.to("button[name=_drop][value='form.actions.1']")
    drops_a_row(at)
    hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert at.say("done.answered") in at.text(".notice.good")
    assert tale.last(PLAN, "2025-Q3") == ("answered", "plan")


def goes_to_fault(at: Window, name: str) -> None:
    """From the list of what is wrong to the field itself, which says the same."""
    field = at.page.locator(f"[name='{name}']")
    at.hands.to(f".notice.bad a[href='#{field.get_attribute('id')}']")
    at.hands.press("Enter")
    at.hands.to(f"[name='{name}']")
    assert field.get_attribute("aria-invalid") == "true"
    said = [at.text(f"#{one}") for one in (field.get_attribute("aria-describedby") or "").split()]
    assert at.say("fault.FM001") in said


def adds_a_row(at: Window) -> None:
    """One more row, and the focus in its first field: without a new page where scripts run."""
    if at.look.scripts:
        at.hands.press("Enter")
        at.page.wait_for_selector("[name='form.actions.1.what']:focus")
    else:
        at.hands.follow("button[name=_add]")
        assert at.hands.holds("[name='form.actions.1.what']")


def drops_a_row(at: Window) -> None:
    if at.look.scripts:
        at.hands.press("Enter")
        at.page.wait_for_selector("[name='form.actions.1.what']", state="detached")
        at.page.wait_for_selector(f"[name='{ACTION}.what']:focus")
    else:
        at.hands.follow("button[name=_drop][value='form.actions.1']")
        assert at.hands.holds(f"[name='{ACTION}.what']")


def rates(at: Window, tale: Tale) -> None:
    opens(at, tale, "monthly", RATED, NEXT)
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert at.say("fault.choose") in at.text("fieldset.wrong")
    at.hands.mark("ratings.teamwork", "4")
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert at.say("done.answered") in at.text(".notice.good")
    assert tale.last(RATED, NEXT) == ("answered", "monthly")


def proposes_targets(at: Window, tale: Tale) -> None:
    """A word where a number belongs, and a number out of bounds: both are said at their fields; then a wrong sum."""
    opens(at, tale, "propose", LATE, NEXT)
    at.hands.fill("[name='targets.sales_plan']", "a million")
    at.hands.fill("[name='targets.satisfaction.weight']", "41")
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    wrong = at.page.locator("#answer [aria-invalid=true]")
    assert [one.get_attribute("name") for one in wrong.all()] == ["targets.sales_plan", "targets.satisfaction.weight"]
    at.hands.fill("[name='targets.sales_plan']", "1,000,000")
    at.hands.fill("[name='targets.satisfaction.weight']", "25")
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert "105" in at.text(".notice.bad"), "weights that do not add up are refused with their sum"
    at.hands.fill("[name='targets.new_customers.weight']", "10")
    for _ in range(3):
        at.hands.to("input[type=checkbox]:not(:checked)")
        at.hands.press("Space")
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert at.say("done.answered") in at.text(".notice.good")
    assert tale.last(LATE, NEXT) == ("answered", "propose")


def moves_a_review_on(at: Window, tale: Tale) -> None:
    """An evaluation is what its state waits for: the review is in the next one at once, and drawn there."""
    opens(at, tale, "review", RATED, "2025-Q4")
    at.hands.fill("[name='form.strengths']", "Calm with customers 待客从容")
    at.hands.fill("[name='form.improve']", "Write down visits 及时登记")
    at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
    assert at.text(".head .chip") == tale.state("calibrate")
    assert tale.state("calibrate") in at.text("section[aria-labelledby=past] li")
