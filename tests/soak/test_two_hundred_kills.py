"""Two hundred kills over HTTP: what `tests/api/test_kills.py` shows with a handful, at length. Run it with `-s`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.endless import endless
from tests.api.killing import Run, hurt, killed
from tests.api.launching import launcher
from tests.promises.organisation import copy_world, found_organisation

KILLS = 200


@pytest.mark.soak
def test_two_hundred_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    (tmp_path / "founded").mkdir()
    found_organisation(tmp_path / "founded", endless(tmp_path / "workflow"))
    with launcher(tmp_path) as launching:
        account, figures = killed(launching, copy_world(tmp_path / "founded", tmp_path), Run(KILLS, 3, commits=40))
    print(figures.line())
    assert account.good, account
    assert figures.kills == KILLS
    hurt(figures)
    assert figures.stale > KILLS / 10, figures.line()
    assert figures.found > KILLS / 10, figures.line()
