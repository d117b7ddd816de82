"""Calls the command line in this process and gives what a shell would see."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run


@dataclass(frozen=True, slots=True)
class Said:
    """Exit code and both streams of one call."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """`call("check", path)`; its settings are a new user's, its data folder is the test's own."""
    for name in ("REVIEWCYCLE_LANG", "REVIEWCYCLE_AS", "DATABASE_URL", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REVIEWCYCLE_DATA", str(tmp_path / "data"))

    def calling(*args: object) -> Said:
        capsys.readouterr()
        code = run([str(arg) for arg in args])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        assert "Something unexpected" not in shown.err, shown.err
        return Said(code, shown.out, shown.err)

    return calling
