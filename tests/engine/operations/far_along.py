"""An organisation some way into its quarter, with HR of everybody and of one unit, for the tests of lists."""

from __future__ import annotations

from pathlib import Path

from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from tests.promises.journey import journey
from tests.promises.organisation import World, found_organisation, open_world

NAME, NOW = "account-manager-quarterly", "2025-10-09T10:00:00+08:00"
MORE = """\
ref,kind,name,unit,manager,groups,hr_of
he,employee,He Dong,people,,hr,east
b2,employee,Bo Er,west,m2,,
"""
EVERYBODY = ("hr1", "he", "au1", "dir1", "m1", "m2", "a1", "a2", "a5", "b2", "p1", "x1", None)


def play(folder: Path) -> None:
    """Two cycles: of the first a1 waits to be settled, others are at other places; of the second b1 has just begun."""
    found_organisation(folder)
    world = open_world(folder, seed=8)
    world.number = 800
    bring(world, MORE)
    open_cycle(world.rt, world.actor("hr1"), OpenCycle(NAME, "2025-Q2", Population(refs=("b1",))))
    assert "to be settled" in (stop for stop, _ in journey(world))
    world.close()


def bring(world: World, text: str) -> None:
    """People are imported by the system."""
    world.number += 1
    file = world.folder / f"more_{world.number}.csv"
    file.write_text(text, encoding="utf-8")
    report = import_people(world.rt, SYSTEM, ImportPeople(file))
    assert not report.refused, report.problems
