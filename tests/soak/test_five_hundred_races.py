"""Five hundred races on either database: what `tests/api/test_races.py` shows with a few. Run it with `-s`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.api.launching import launcher
from tests.api.racing import RACERS, STALE, raced
from tests.conftest import Addresses

RACES = 500


@pytest.mark.soak
def test_exactly_one_of_eight_wins_five_hundred_times(addresses: Addresses, tmp_path: Path) -> None:
    begun = time.monotonic()
    with launcher(tmp_path) as launching:
        told = raced(launching, addresses, tmp_path, RACES)
    print(f"{addresses.kind}: {dict(told)}, seconds {round(time.monotonic() - begun)}")
    assert told["won"] == RACES
    assert told.total() == RACES * RACERS
    assert told[STALE] > RACES / 10
