"""A small organisation, published and opened, for the tests of operations; and the demo, played once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.ids import SeededIds
from engine.operations.cycles import OpenCycle, Opened, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.handle import Receipt, handle
from engine.operations.names import SYSTEM, actor_named, review_named
from engine.operations.people import ImportPeople, import_people
from engine.review.case import Actor, Refused
from engine.review.commands import Command
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store.database import Database
from tests.conftest import Demo

PEOPLE = """\
ref,kind,name,name_zh,unit,department,manager,groups,timezone,employed_from,employed_until,owner
dir1,employee,Da Dong,董大,head,sales,,,Asia/Shanghai,2012-01-01,,
hr1,employee,Hai Ru,如海,hr,hr,dir1,hr,Asia/Shanghai,2015-01-01,,
hr2,employee,Heng Rui,瑞恒,hr,hr,dir1,hr,Asia/Shanghai,2015-01-01,,
au1,employee,Ao Ming,明傲,audit,audit,dir1,auditor,Asia/Shanghai,2015-01-01,,
m1,employee,Min Gao,高敏,east,sales,dir1,,Asia/Shanghai,2016-01-01,,
a1,employee,An Yi,安一,east,sales,m1,account-managers,Asia/Shanghai,2020-01-01,,
a2,employee,An Er,安二,east,sales,m1,account-managers,Asia/Shanghai,2020-01-01,,
a3,employee,An San,安三,east,sales,m1,account-managers,Asia/Shanghai,2020-01-01,,
a4,employee,An Si,安四,east,sales,m1,account-managers,Asia/Shanghai,2020-01-01,,
a5,employee,An Wu,安五,east,sales,m1,account-managers,Asia/Shanghai,2020-01-01,,
p1,employee,Pan Yi,潘一,law,law,dir1,appeals-panel,Asia/Shanghai,2015-01-01,,
p2,employee,Pan Er,潘二,law,law,dir1,appeals-panel,Asia/Shanghai,2015-01-01,,
p3,employee,Pan San,潘三,law,law,dir1,appeals-panel,Asia/Shanghai,2015-01-01,,
c1,account,First Account,客户一,,,,,,,,a1
c2,account,Second Account,客户二,,,,,,,,a2
"""
BEGIN = parse_instant("2025-07-01T09:00:00+08:00")
FIGURE_HEAD = "record,subject,account,input,period,value,samples,taken_at\n"


@dataclass(slots=True)
class World:
    """A runtime whose clock is set by hand, with short ways to say who does what."""

    rt: Runtime
    clock: HandClock
    folder: Path

    def at(self, text: str) -> None:
        self.clock.set(parse_instant(text))

    def actor(self, ref: str | None) -> Actor:
        return actor_named(self.rt, ref)

    def review(self, ref: str) -> str:
        return review_named(self.rt, ref)

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def do(self, ref: str, command: Command, *, key: str | None = None, dry: bool = False) -> Receipt | Refused:
        return handle(self.rt, self.actor(ref), command, key=key, dry=dry)

    def publish(self) -> str:
        proposed = propose(self.rt, self.actor("hr1"), Propose(folder_of("account-manager")))
        assert proposed.stored is not None, proposed.problems
        return approve(self.rt, self.actor("hr2"), Approve(proposed.stored.name)).name

    def open(self, period: str = "2025-Q3") -> Opened:
        wanted = Population(group="account-managers")
        request = OpenCycle("account-manager-quarterly", period, wanted)
        return open_cycle(self.rt, self.actor("hr1"), request)


def _world(rt: Runtime, folder: Path) -> World:
    clock = rt.clock
    assert isinstance(clock, HandClock)
    world = World(rt, clock, folder)
    report = import_people(rt, SYSTEM, ImportPeople(world.file("people.csv", PEOPLE)))
    assert not report.refused, report.problems
    return world


@dataclass(frozen=True, slots=True)
class Templates:
    """Data folders made once: with people only, and with the third quarter opened. Tests work on copies."""

    people: Path
    opened: Path


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("templates")
    made = []
    for place, with_cycle in enumerate((False, True)):
        data = folder / str(place) / "data"
        rt = open_runtime(settings_for(data, environ={}), HandClock(BEGIN), SeededIds(7))
        world = _world(rt, data.parent)
        if with_cycle:
            world.publish()
            world.open()
        rt.close()
        made.append(data)
    return Templates(*made)


def _copy(template: Path, folder: Path) -> World:
    """A world on a copy of the template, with ids that the template has not used."""
    shutil.copytree(template, folder / "data")
    rt = open_runtime(settings_for(folder / "data", environ={}), HandClock(BEGIN), SeededIds(8))
    clock = rt.clock
    assert isinstance(clock, HandClock)
    return World(rt, clock, folder)


@pytest.fixture
def world(templates: Templates, tmp_path: Path) -> Iterator[World]:
    """People only, on SQLite; the clock stands at 1 July 2025, 09:00 in Shanghai."""
    world = _copy(templates.people, tmp_path)
    yield world
    world.rt.close()


@pytest.fixture
def opened(templates: Templates, tmp_path: Path) -> Iterator[World]:
    """The shipped workflow published, the third quarter opened for a1 to a5."""
    world = _copy(templates.opened, tmp_path)
    yield world
    world.rt.close()


@pytest.fixture
def people_on_both(database: Database, tmp_path: Path) -> World:
    """People only, on SQLite and on PostgreSQL."""
    settings = settings_for(tmp_path / "data", environ={})
    rt = Runtime(settings, database, HandClock(BEGIN), SeededIds(7))
    database.clock = rt.clock
    return _world(rt, tmp_path)


@pytest.fixture
def opened_on_both(people_on_both: World) -> World:
    """The same, with the third quarter opened."""
    people_on_both.publish()
    people_on_both.open()
    return people_on_both


@dataclass(slots=True)
class Shown:
    """What the demo said of its folder, and a copy of its data to look into."""

    code: int
    lines: list[str] = field(default_factory=list)
    rt: Runtime | None = None
    folder: Path = Path()


@pytest.fixture(scope="session")
def shown(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The demo in Chinese, in a copy of its data."""
    folder = tmp_path_factory.mktemp("shown") / "data"
    shutil.copytree(demo_played.folder, folder)
    rt = open_runtime(settings_for(folder, environ={}), HandClock(parse_instant("2026-01-10T09:00:00+08:00")))
    yield Shown(demo_played.code, list(demo_played.lines), rt, demo_played.folder)
    rt.close()
