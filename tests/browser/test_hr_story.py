"""HR with a keyboard only: how far a cycle is and who is late, a definition with a mistake, four eyes, a new cycle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.cli.main import run
from engine.operations.late import by_unit, grades
from engine.operations.names import actor_named
from tests.browser.looks import STORIES, looks, often
from tests.browser.served import Served
from tests.browser.stage import HR, OTHER_HR
from tests.browser.tale import Tale
from tests.browser.window import Look, Window, window

pytestmark = pytest.mark.slow

MISTAKE = ("initial: set_targets", "initial: set_target")
QUARTER = "2025-Q3"


@pytest.mark.parametrize("look", often(STORIES), ids=looks)
def test_hr_watches_a_cycle_changes_its_rules_and_opens_the_next(
    browser: Browser, house: Served, look: Look, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with window(browser, house, look) as at:
        tale = Tale.of(house, look.lang)
        at.sign_in(HR)
        watches(at, tale)
        proposes(at, tale, tmp_path / "texts", capsys)
        at.sign_out()
        at.sign_in(OTHER_HR)
        approves(at)
        opens_a_cycle(at, tale)


def watches(at: Window, tale: Tale) -> None:
    """Each unit with how much of it has ended, who is late by name, the grades as a picture that can be read out."""
    at.hands.follow("header a[href='/cycles']")
    at.hands.follow(f"main a[href='/cycles/{tale.cycle(QUARTER)}']", QUARTER)
    with tale.looking() as rt:
        hr = actor_named(rt, HR)
        units = by_unit(rt, hr, tale.cycle(QUARTER))
        counts = grades(rt, hr, tale.cycle(QUARTER)).counts
    shown = at.texts("section[aria-labelledby=units] li")
    assert len(shown) == len(units)
    for unit, line in zip(units, shown, strict=True):
        assert unit.unit in line
        assert f"{unit.ended} / {unit.total}" in line
    late = [one for unit in units for one in unit.late]
    rows = at.texts("section[aria-labelledby=late] tbody tr")
    assert late
    assert len(rows) == len(late)
    for one in late:
        wanted = [tale.task(one.task), *(holder.said(at.look.lang) for holder in one.holders)]
        assert any(all(text in row for text in wanted) for row in rows), wanted
    chart = at.page.locator("section[aria-labelledby=grades] svg[role=img]:visible")
    assert chart.count() == 1
    told = " ".join((chart.text_content() or "").split())
    assert all(unit in told for unit in counts)


def proposes(at: Window, tale: Tale, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake is shown at its line as it is typed, in the words of `reviewcycle check`; taken back, it is gone."""
    at.hands.follow("header a[href='/definitions']")
    at.hands.follow(f"main a[href$='edit?from={tale.in_force()}']", at.say("definition.change"))
    texts = {
        str(one.get_attribute("name")).removeprefix("file:"): one.input_value()
        for one in at.page.locator("textarea[name^='file:']").all()
    }
    lines = texts["workflow.yaml"].splitlines()
    version, initial = (lines.index(text) for text in ("version: 2", MISTAKE[0]))
    goes_to_line(at, version)
    at.hands.press("Backspace")
    at.hands.type("7")
    goes_to_line(at, initial)
    at.hands.press("Backspace")
    wrong = texts["workflow.yaml"].replace("version: 2", "version: 7").replace(*MISTAKE)
    place = f"workflow.yaml:{initial + 1}:"
    item = at.page.locator(".problems li", has_text=place)
    item.wait_for()
    told = checked({**texts, "workflow.yaml": wrong}, folder, at.look.lang, capsys)
    assert at.text(".problems li > span:not(.chip)") in told
    assert place in told
    marked_here(at, "set_target")
    at.hands.type("s")
    item.wait_for(state="detached")
    at.hands.to("button[name=_propose]")
    at.hands.follow("button[name=_propose]", at.say("definition.propose"))
    assert at.say("done.proposed") in at.text(".notice.good")
    assert at.say("definition.own") in at.text("main")


def marked_here(at: Window, word: str) -> None:
    """The word is underlined, and the sign beside it stands at the line where the caret is."""
    assert at.page.locator(".cm-focused .cm-lintRange-error").inner_text() == word
    sign = at.page.locator(".cm-focused .cm-lint-marker-error").bounding_box()
    line = at.page.locator(".cm-focused .cm-activeLine").bounding_box()
    assert sign is not None
    assert line is not None
    assert line["y"] <= sign["y"] + sign["height"] / 2 <= line["y"] + line["height"]


def goes_to_line(at: Window, line: int) -> None:
    """To the end of a line in the editor; Tab comes into it and leaves it like any field."""
    at.hands.to(".cm-content")
    at.hands.press("ControlOrMeta+Home", *["ArrowDown"] * line, "End")


def checked(texts: Mapping[str, str], folder: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command line says of the same texts."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    capsys.readouterr()
    assert run(["check", str(folder), "--lang", lang]) == 1
    return " ".join(capsys.readouterr().out.split())


def approves(at: Window) -> None:
    """The second person finds what waits and puts it into force."""
    at.hands.follow("header a[href='/definitions']")
    row = at.page.locator("tr", has_text="7").first
    at.hands.follow(f"main a[href='{row.locator('a').first.get_attribute('href')}']")
    at.hands.follow("form[action$='/approve'] button", at.say("definition.approve_do"))
    assert at.say("done.approved") in at.text(".notice.good")
    at.hands.follow("header a[href='/definitions']")
    assert "7" in at.text("section:has(h2:text-is('" + at.say("definitions.force") + "')) tbody")


def opens_a_cycle(at: Window, tale: Tale) -> None:
    """A period that there is not is refused at its field; then a quarter for one unit is open."""
    at.hands.follow("header a[href='/cycles']")
    at.hands.follow("main a[href='/cycles/new']")
    for period, told in (("", at.say("fault.FM001")), ("2026-Q7", "2026-Q1")):
        at.hands.fill("[name=period]", period)
        at.hands.fill("[name=unit]", "service-accounts")
        at.hands.follow("main form button[type=submit]", at.say("cycle_new.do"))
        assert told in at.text("#f-period-fault")
        assert at.page.get_attribute("[name=period]", "aria-invalid") == "true"
        assert at.page.input_value("[name=unit]") == "service-accounts"
    at.hands.fill("[name=period]", "2026-Q2")
    at.hands.follow("main form button[type=submit]", at.say("cycle_new.do"))
    assert at.say("done.opened") in at.text(".notice.good")
    assert at.text("h1") == "2026-Q2"
    assert at.page.url.startswith(f"{at.served.url}/cycles/{tale.cycle('2026-Q2')}")
