"""Of all who want the same task at once exactly one gets it, over HTTP, and the others are told why they did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.launching import Launching
from tests.api.racing import RACERS, STALE, race, raced, remarks, track
from tests.conftest import Addresses
from tests.promises.organisation import copy_world

FEW = 4
MORE = 40


def test_exactly_one_of_eight_wins_and_the_others_are_told_why(
    launching: Launching, addresses: Addresses, tmp_path: Path
) -> None:
    told = raced(launching, addresses, tmp_path, FEW)
    assert len(told) > 2, told  # whoever came late for the task, and whoever came with what is no longer so


@pytest.mark.slow
def test_exactly_one_wins_forty_times(launching: Launching, addresses: Addresses, tmp_path: Path) -> None:
    told = raced(launching, addresses, tmp_path, MORE)
    assert told[STALE] > 0, told
    assert told["task_closed"] + told["task_not_open"] + told["waits_for_tasks"] > MORE, told


def test_a_door_that_forgets_what_was_seen_has_many_winners(
    launching: Launching, founded: Path, tmp_path: Path
) -> None:
    """The control: remarks end nothing, so without the revision nobody is the only winner, and the check says so."""
    world = copy_world(founded, tmp_path)
    on = track(world)
    world.close()
    for variant, winners in (("honest", 1), ("forgets what was seen", RACERS)):
        with launching.servers(tmp_path, threads=RACERS, variant=variant) as ports:
            on.ports = ports
            found = race(on, "a1", remarks)
            on.close()
            on.lines.clear()
        assert len(found.won) == winners
        assert (found.faults == []) is (winners == 1)
