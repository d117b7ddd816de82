"""Without a browser its tests are left out and the run says so; where it is required, they fail and say why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import chromium


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(chromium.NAMED, str(tmp_path / "chromium"))
    monkeypatch.delenv(chromium.REQUIRED, raising=False)


def test_without_a_browser_its_tests_are_left_out() -> None:
    assert not chromium.available()
    assert "LEFT OUT" in chromium.told()


def test_a_required_browser_that_is_missing_is_a_failure_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.REQUIRED, "1")
    assert chromium.available()
    assert "NOT FOUND" in chromium.told()
    with pytest.raises(RuntimeError, match="install `chromium`"), chromium.running():
        pass


def test_a_browser_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "chromium").touch()
    assert chromium.available()
    assert chromium.told().endswith(str(tmp_path / "chromium"))
