"""A firm of any size for the benchmarks: made up row by row, imported and published as anybody would."""

from __future__ import annotations

from pathlib import Path

from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.operations.cycles import OpenCycle, Opened, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.names import SYSTEM, actor_named
from engine.operations.people import ImportPeople, import_people
from engine.runtime import Runtime, open_runtime, settings_for

TEAM = 8


def people(count: int) -> str:
    """`count` account managers in teams of TEAM, each team with a manager, and two people of HR."""
    lines = ["ref,kind,name,unit,manager,groups", "hr1,employee,One,hr,,hr", "hr2,employee,Two,hr,,hr"]
    for number in range(count):
        team = number // TEAM
        if number % TEAM == 0:
            lines.append(f"m{team},employee,Manager {team},t{team},,")
        lines.append(f"a{number},employee,Subject {number},t{team},m{team},account-managers")
    return "\n".join(lines) + "\n"


def published(folder: Path, count: int) -> Runtime:
    """A runtime on SQLite with the firm in it and the shipped workflow in force."""
    folder.mkdir(parents=True, exist_ok=True)
    rt = open_runtime(settings_for(folder / "data", environ={}), HandClock(parse_instant("2025-07-01T09:00:00+08:00")))
    file = folder / "people.csv"
    file.write_text(people(count), encoding="utf-8")
    report = import_people(rt, SYSTEM, ImportPeople(file))
    if report.refused:
        raise ValueError(report.problems)
    proposed = propose(rt, actor_named(rt, "hr1"), Propose(folder_of("account-manager")))
    if proposed.stored is None:
        raise ValueError(proposed.problems)
    approve(rt, actor_named(rt, "hr2"), Approve(proposed.stored.fingerprint))
    return rt


def opened(rt: Runtime) -> Opened:
    request = OpenCycle("account-manager-quarterly", "2025-Q3", Population(group="account-managers"))
    return open_cycle(rt, actor_named(rt, "hr1"), request)


def file_of(rt: Runtime) -> Path:
    return rt.settings.data / "reviewcycle.sqlite"
