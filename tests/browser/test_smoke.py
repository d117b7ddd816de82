"""The shortest look at the pages in a real browser: with the keyboard, on a phone, in Chinese, without a fault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.clock import parse_instant
from tests.browser.looking import against_axe
from tests.browser.served import Served, served
from tests.browser.stage import keep_time
from tests.browser.window import Look, window
from tests.promises.conftest import founded
from tests.promises.organisation import BEGIN

__all__ = ["founded"]

MANAGER, TASKS = "m1", 8


@pytest.fixture
def small(founded: Path, tmp_path: Path) -> Iterator[Served]:
    """The promises' small organisation on the day when its reviews were opened."""
    folder = Path(shutil.copytree(founded / "data", tmp_path / "data"))
    keep_time(folder, parse_instant(BEGIN))
    with served(folder) as found:
        yield found


@pytest.mark.slow
def test_a_manager_comes_to_her_work_and_sees_a_mistake_at_its_field(browser: Browser, small: Served) -> None:
    with window(browser, small, Look("zh", "narrow")) as at:
        at.sign_in(MANAGER)
        assert at.page.locator("main li a.button").count() == TASKS
        assert against_axe(at.page) == []
        at.hands.follow("main li a.button", at.say("work.open"))
        at.hands.fill("[name='targets.sales_plan']", "一百万")
        at.hands.follow("#answer .actions button:not([name])", at.say("task.hand_in"))
        assert at.page.get_attribute("[name='targets.sales_plan']", "aria-invalid") == "true"
        assert against_axe(at.page) == []
