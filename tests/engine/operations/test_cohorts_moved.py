"""A unit that is complete because somebody was moved out of it goes on by the import, without any other event."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from tests.engine.operations.cohort_firm import Firm, firm_in

EAST = [f"east{place}" for place in range(1, 5)]
CAPPED = "cohort: {by: department}\nquota: {rules: [{grades: [A], at_most: 40 %}], when_over: lower}\n"


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """Three of four in the east are behind the barrier, none of the two in the west."""
    firm = firm_in(tmp_path, {"east": 4, "west": 2}, CAPPED)[0]
    for ref in EAST[:3]:
        firm.rate(ref, 80)
    firm.tick()
    return firm


def moved(firm: Firm, ref: str, to: str) -> None:
    file = firm.folder / "people.csv"
    lines = [line.replace("east,east", f"{to},{to}") if line.startswith(f"{ref},") else line
             for line in file.read_text("utf-8").splitlines()]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    firm.clock.set(firm.clock.now().replace(hour=5))
    assert not import_people(firm.rt, SYSTEM, ImportPeople(file)).refused


def test_whoever_is_awaited_and_moved_away_is_awaited_elsewhere(firm: Firm) -> None:
    moved(firm, "east4", "west")
    assert firm.open_tasks("east1") == []
    due = firm.review("east4").deadlines
    firm.tick()
    assert [firm.open_tasks(ref) for ref in EAST[:3]] == [["confirm"]] * 3
    assert firm.review("east4").deadlines == due
    for ref in ("west1", "west2"):
        firm.rate(ref, 70)
        firm.tick()
    assert firm.open_tasks("west1") == []
    firm.rate("east4", 70)
    firm.tick()
    assert firm.open_tasks("west1") == firm.open_tasks("east4") == ["confirm"]


@pytest.mark.slow
def test_whoever_waits_and_is_moved_completes_nothing_and_waits_with_the_others(firm: Firm) -> None:
    moved(firm, "east1", "west")
    firm.tick()
    assert firm.open_tasks("east1") == firm.open_tasks("east2") == []
    firm.rate("east4", 70)
    firm.tick()
    assert firm.open_tasks("east2") == ["confirm"]
    assert firm.open_tasks("east1") == []
    firm.tick("2025-12-01T00:00:00+08:00")  # her own deadline has not been lost
    assert firm.review("east1").gathered is not None


@pytest.mark.slow
def test_an_import_that_moves_nobody_opens_nothing(firm: Firm) -> None:
    """The control."""
    moved(firm, "east4", "east")
    firm.tick()
    assert firm.open_tasks("east1") == []
