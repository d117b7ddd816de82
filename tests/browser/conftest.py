"""What pages are looked at with: Debian's Chromium, and the demo led on to a day with something to do for everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.served import Served, served
from tests.browser.stage import SPRING, later, led_on
from tests.conftest import Demo

HERE = Path(__file__).parent
collect_ignore = (
    [] if chromium.available() else [path.name for path in HERE.glob("test_*.py") if path.name != "test_chromium.py"]
)
"""Without a browser on the machine these are left out; the head of the run says so."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file; each of them has its own window with its own cookies."""
    with chromium.running() as found:
        yield found


@pytest.fixture(scope="session")
def staged(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The third of February 2026; to be copied, not changed."""
    return led_on(demo_played.folder, tmp_path_factory.mktemp("staged") / "data")


@pytest.fixture(scope="session")
def sprung(staged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sixth of March; to be copied, not changed."""
    return later(Path(shutil.copytree(staged, tmp_path_factory.mktemp("sprung") / "data")), SPRING)


@pytest.fixture
def house(staged: Path, tmp_path: Path) -> Iterator[Served]:
    """The third of February, served; whatever is done there is gone afterwards."""
    with served(Path(shutil.copytree(staged, tmp_path / "data"))) as found:
        yield found


@pytest.fixture
def spring(sprung: Path, tmp_path: Path) -> Iterator[Served]:
    with served(Path(shutil.copytree(sprung, tmp_path / "data"))) as found:
        yield found
