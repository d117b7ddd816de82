"""The SQL of who reads, changes and is asked what says the same as `access` and `roles`, for everybody, at any time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, literal

from engine.clock import HandClock
from engine.definition.model import Definition
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from engine.operations.script import read_script
from engine.operations.seeing import mine
from engine.operations.story import Player, start_of
from engine.review import access
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import cycles, people, reviews, visible
from engine.store.database import Database, Tx
from engine.store.visible import ASK, SURE, Looker
from tests.engine.store import scattered
from tests.promises.journey import journey
from tests.promises.organisation import copy_world, found_organisation

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[3] / "workflows" / "account-manager"
SCOPED = """\
ref,kind,name,unit,manager,groups,hr_of
he,employee,He Dong,people,,hr,east
hw,employee,He Xi,people,,hr,west;law
ha,employee,He An,people,,hr;auditor,west
"""


def differences(tx: Tx, definitions: Iterable[Definition], at: datetime) -> tuple[list[str], int]:
    """Where SQL and the table disagree, over all people and reviews; and how many it left to be asked."""
    listed = tuple(definitions)
    by_fingerprint = {one.fingerprint: one for one in listed}
    everybody, around = people.by_id(tx), people.relations(tx, None, at)
    loaded = reviews.load_many(tx, [row.id for row in reviews.find(tx)])
    wrong, asked = [], 0
    for person in everybody:
        looker = Looker(person, at, listed, people.places_of(tx, person, at))
        found = {row.id: row for row in tx.execute(visible.visible(looker.standing), looker.values)}
        waits = {row.id for row in tx.execute(visible.waiting(looker.standing), looker.values)}
        for review in loaded.values():
            definition = by_fingerprint[review.definition]
            viewer = access.relations_to(definition, review, around, person)
            row = found.get(review.id)
            for what, true, mark in (
                ("read", access.may_read(viewer), row.reads if row else 0),
                ("write", access.may_write(viewer), row.writes if row else 0),
            ):
                asked += mark == ASK
                if mark != ASK and true != (mark == SURE):
                    wrong.append(f"{person} {what} {review.id}: {true}, not {mark} ({sorted(viewer.relations)})")
            if looker.standing.reads_all and not access.may_read(viewer):
                wrong.append(f"{person} reads all but {review.id}")
            mine_here = {task.id for task in review.tasks if mine(definition, review, around, task, person)}
            wrong.extend(f"{person} is not asked for {one} of {review.id}" for one in mine_here - waits)
    return wrong, asked


def definitions_of(rt: Runtime, tx: Tx) -> tuple[Definition, ...]:
    return tuple(rt.definition(tx, one) for one in sorted({cycle.definition for cycle in cycles.list_all(tx)}))


def of_runtime(rt: Runtime) -> tuple[list[str], int]:
    with rt.database.read() as tx:
        return differences(tx, definitions_of(rt, tx), rt.clock.now())


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    found_organisation(folder)
    return folder


def test_at_every_stop_of_a_review_everybody_is_told_apart_as_the_table_says(founded: Path, tmp_path: Path) -> None:
    world = copy_world(founded, tmp_path)
    file = tmp_path / "scoped.csv"
    file.write_text(SCOPED, encoding="utf-8")
    assert not import_people(world.rt, SYSTEM, ImportPeople(file)).refused
    stops, moved = 0, tmp_path / "moved.csv"
    moved.write_text("ref,kind,name,unit,manager\na1,employee,An a1,west,m2\na2,employee,A,law,m2\n", encoding="utf-8")
    for stop, _ in journey(world):
        wrong, asked = of_runtime(world.rt)
        assert wrong == [], stop
        assert asked <= 60, stop
        stops += 1
        if stop == "to be evaluated":
            # The subject and a colleague change to another team, and a manager, a rater and an HR are former ones.
            assert not import_people(world.rt, SYSTEM, ImportPeople(moved)).refused
            wrong, _ = of_runtime(world.rt)
            assert wrong == [], "moved"
            break
    assert stops == 14
    world.close()


@pytest.mark.slow
def test_the_whole_journey_with_former_managers(founded: Path, tmp_path: Path) -> None:
    world = copy_world(founded, tmp_path)
    for stop, _ in journey(world):
        wrong, _ = of_runtime(world.rt)
        assert wrong == [], stop
    world.close()


@pytest.mark.slow
def test_for_every_person_of_the_sample_at_many_stops_of_its_story(tmp_path: Path) -> None:
    script = read_script(SHIPPED / "sample" / "story.yaml")
    (story,) = script.examples
    clock = HandClock(start_of(story))
    rt = open_runtime(settings_for(tmp_path, "en", {}), clock)
    steps = stops = 0
    last = clock.now()

    def told(*_: Any) -> None:
        nonlocal steps, stops, last
        steps += 1
        if clock.now() != last and steps % 11 == 0:
            last, stops = clock.now(), stops + 1
            wrong, _ = of_runtime(rt)
            assert wrong == [], clock.now()

    assert Player(rt, clock, script, told).play(story) == ()
    assert stops > 10
    rt.close()


@pytest.mark.parametrize("seed", range(2))
def test_in_organisations_put_together_at_random(database: Database, seed: int) -> None:
    found = scattered.workflows()
    scattered.scatter(database, found, seed)
    asked = []
    with database.read() as tx:
        for day in range(0, scattered.LENGTH + 1, 3):
            wrong, left = differences(tx, found, scattered.BEGIN + scattered.STEP * day)
            assert wrong == [], day
            asked.append(left)
        some = len(people.by_id(tx)) * len(reviews.find(tx)) * 2
    assert 0 < max(asked) < some / 4  # most is decided in SQL, and what is left to be asked does occur


@pytest.mark.parametrize("seed", [
    *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(100, 106)),
    *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(106, 140)),
])
def test_in_many_more_organisations(database: Database, seed: int) -> None:
    found = scattered.workflows()
    scattered.scatter(database, found, seed, count=24, reviewed=40)
    with database.read() as tx:
        for day in range(scattered.LENGTH + 1):
            assert differences(tx, found, scattered.BEGIN + scattered.STEP * day)[0] == [], day


LATER = [pytest.param(part, marks=pytest.mark.slow) for part in ("_below", "_condition", "newest", "in_units")]


@pytest.mark.parametrize("part", ["_participations", "_holds_for_sure", *LATER])
def test_whatever_is_left_out_is_noticed(sqlite_addresses: Any, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """The control: with one part of the SQL gone, or said too widely, the comparison finds it."""
    nothing: dict[str, Any] = {
        "_below": lambda: [], "_participations": lambda family: [], "_condition": lambda standing, path: None,
        "newest": lambda one: literal(True), "in_units": lambda subject, name: literal(True),
        "_holds_for_sure": lambda family, path, role: True,
    }  # fmt: skip
    monkeypatch.setattr(visible, part, nothing[part])
    for kept in (visible.visible, visible.waiting):
        monkeypatch.setattr(visible, kept.__name__, kept.__wrapped__)
    found, database = scattered.workflows(), sqlite_addresses.open()
    scattered.scatter(database, found, 1, count=24, reviewed=40)
    with database.read() as tx:
        days = range(scattered.LENGTH + 1)
        assert any(differences(tx, found, scattered.BEGIN + scattered.STEP * day)[0] for day in days)
    database.close()


def plan_of(tx: Tx, statement: Any, values: Any) -> list[str]:
    """What SQLite would do, line by line."""
    sent: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        sent.append((given[2], given[3]))

    event.listen(tx.connection, "before_cursor_execute", note)
    tx.execute(statement, values).all()
    event.remove(tx.connection, "before_cursor_execute", note)
    ((text, parameters),) = sent
    return [str(row[3]) for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters)]


def test_nothing_is_looked_through_for_somebody_with_few_reviews(founded: Path, tmp_path: Path) -> None:
    """Each way to a review goes by an index; the control is the auditor, who reads them all."""
    world = copy_world(founded, tmp_path)
    with world.rt.database.read() as tx:
        definitions, at = definitions_of(world.rt, tx), world.clock.now()
        lookers = {
            who: Looker(world.person(who), at, definitions, people.places_of(tx, world.person(who), at))
            for who in ("a2", "m1", "p1", "au1")
        }
        whole, found = re.compile(r"^SCAN (review|task|participant|assignment|person)\b"), {}
        for who, looker in lookers.items():
            asked = [one(looker.standing) for one in (visible.visible, visible.waiting)]
            plans = [plan_of(tx, one, looker.values) for one in asked]
            found[who] = [line for plan in plans for line in plan if whole.match(line)]
    assert found["au1"]
    assert [found[who] for who in ("a2", "m1", "p1")] == [[], [], []]
    world.close()


def test_the_system_sees_every_review_and_changes_none(sqlite_addresses: Any) -> None:
    found, database = scattered.workflows(), sqlite_addresses.open()
    scattered.scatter(database, found, 1)
    with database.read() as tx:
        looker = Looker(None, scattered.BEGIN, found)
        rows = tx.execute(visible.visible(looker.standing), looker.values).all()
        assert looker.standing.reads_all
        assert {(row.reads, row.writes) for row in rows} == {(SURE, 0)}
        assert len(rows) == len(reviews.find(tx))
    database.close()
