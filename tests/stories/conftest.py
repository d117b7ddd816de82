"""The sample's story, as the demo played it, for all the claims about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import HandClock, parse_instant
from engine.ids import SeededIds
from engine.runtime import open_runtime, settings_for
from tests.conftest import Demo
from tests.oracle.playing import Played


@pytest.fixture(scope="session")
def story(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """A copy of what the demo left, to be read."""
    assert demo_played.code == 0, "\n".join(demo_played.lines)
    data = Path(shutil.copytree(demo_played.folder, tmp_path_factory.mktemp("story") / "data"))
    rt = open_runtime(settings_for(data, "en", {}), HandClock(parse_instant("2026-01-10T09:00:00+08:00")), SeededIds(7))
    yield Played(rt, list(demo_played.reports))
    rt.close()
