"""Debian's Chromium, driven by playwright: found on the machine, never downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMED: Final = "REVIEWCYCLE_CHROMIUM"
REQUIRED: Final = "REVIEWCYCLE_REQUIRE_BROWSER"
USUAL: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""Nothing of it asks for another host; in a container as root there is no sandbox."""


def binary() -> Path | None:
    """Debian's, or the one that the environment names."""
    found = Path(os.environ[NAMED]) if NAMED in os.environ else USUAL
    return found if found.is_file() else None


def available() -> bool:
    """Whether the browser's tests run; where it is required, they run and fail in plain words."""
    return os.environ.get(REQUIRED) == "1" or binary() is not None


def told() -> str:
    """One line for the head of the test run."""
    if available():
        return f"browser tests: {binary() or 'REQUIRED, BUT NOT FOUND'}"
    return f"browser tests: LEFT OUT - no Chromium found (install Debian's `chromium` or set {NAMED})"


@contextmanager
def running() -> Iterator[Browser]:
    """A browser without a window; its processes are gone after the block."""
    from playwright.sync_api import sync_playwright

    found = binary()
    if found is None:
        raise RuntimeError(f"{REQUIRED}=1, but there is no Chromium: install `chromium` or set {NAMED}")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
