"""A server killed at any moment loses nothing it acknowledged and does nothing twice, if its clients insist."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.endless import endless
from tests.api.killing import Run, hurt, killed
from tests.api.launching import Launching
from tests.promises.organisation import World, copy_world, found_organisation

HANDFUL = 6
DOZENS = 30


@pytest.fixture(scope="module")
def endless_organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("endless")
    found_organisation(folder, endless(folder / "workflow"))
    return folder


@pytest.fixture
def busy(endless_organisation: Path, tmp_path: Path) -> World:
    """Closed by whoever kills the servers on it."""
    return copy_world(endless_organisation, tmp_path)


@pytest.mark.slow
def test_a_server_killed_in_the_middle_loses_nothing_acknowledged_and_doubles_nothing(
    launching: Launching, busy: World
) -> None:
    account, figures = killed(launching, busy, Run(HANDFUL))
    assert account.good, account
    assert figures.kills == HANDFUL
    hurt(figures)


@pytest.mark.slow
def test_a_server_that_replies_before_it_commits_is_caught(launching: Launching, busy: World) -> None:
    """The control: what was acknowledged is not there any more, and nothing else is wrong."""
    run = Run(2, variant="replies before it commits", moments=("inside",), depth_s=0.08, who=("hr1",))
    account, figures = killed(launching, busy, run)
    assert account.lost, figures.line()
    assert account.doubled == []


@pytest.mark.slow
def test_a_server_that_forgets_keys_is_caught(launching: Launching, busy: World) -> None:
    """The control: a request that came again was carried out again."""
    run = Run(2, variant="forgets keys too", moments=("committed",), who=("hr1",))
    account, figures = killed(launching, busy, run)
    assert account.doubled, figures.line()


@pytest.mark.slow
def test_dozens_of_kills_lose_nothing_and_double_nothing(launching: Launching, busy: World) -> None:
    account, figures = killed(launching, busy, Run(DOZENS, seed=2, commits=30))
    assert account.good, account
    hurt(figures)
    assert figures.stale > 0, figures.line()
    assert figures.found > 0, figures.line()
