"""How far a cycle is, unit by unit: each review where it stands, what is late by name, and no grade too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.calendar import local_day
from engine.clock import parse_instant
from engine.errors import NotAllowed, NotFound
from engine.operations.cycles import progress
from engine.operations.handle import Receipt
from engine.operations.late import by_unit, grades
from engine.operations.seeing import viewer_of
from engine.operations.work import cycle_table
from engine.operations.worker import fire_due
from engine.review import access, roles
from engine.review.commands import Answer
from engine.store import cycles, people, reviews, standings
from tests.engine.operations.conftest import World as Small
from tests.engine.operations.far_along import EVERYBODY, NOW, bring, play
from tests.promises.organisation import TEXT, World, copy_world, open_world

Q3 = "2025-Q3"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("late")
    play(folder)
    return folder


@pytest.fixture(scope="module")
def still(played: Path) -> Iterator[World]:
    """To be looked at, not changed."""
    world = open_world(played, NOW, seed=9)
    yield world
    world.close()


@pytest.fixture
def moving(played: Path, tmp_path: Path) -> Iterator[World]:
    world = copy_world(played, tmp_path, seed=10)
    world.clock.set(parse_instant(NOW))
    yield world
    world.close()


def counted(world: World | Small, cycle: str) -> dict[str, dict[str, int]]:
    """unit -> state -> reviews, found by loading all."""
    found: dict[str, dict[str, int]] = {}
    with world.rt.database.read() as tx:
        around = people.relations(tx, None, world.clock.now())
        for row in reviews.find(tx):
            if world.rt.definition(tx, row.definition) and _period(world, row.cycle) == cycle:
                unit = (roles.units_of(around, row.subject) or ("",))[-1]
                states = found.setdefault(unit, {})
                states[row.state] = states.get(row.state, 0) + 1
    return found


def _period(world: World | Small, cycle: str) -> str:
    with world.rt.database.read() as tx:
        return cycles.get(tx, cycle).period


def test_every_review_is_counted_where_it_stands(moving: World) -> None:
    bring(moving, "ref,kind,name,unit,manager\na4,employee,An a4,west,m2\na7,employee,An a7,law,m1\n")
    units = by_unit(moving.rt, moving.actor("hr1"), Q3)
    assert {one.unit: dict(one.states) for one in units} == counted(moving, Q3)
    assert [one.unit for one in units] == ["east", "law", "west"]
    assert [(one.total, sum(one.states.values())) for one in units] == [(6, 6), (1, 1), (1, 1)]
    assert sum(one.ended for one in units) == 1
    whole = progress(moving.rt, moving.actor("hr1"), Q3)
    assert whole.states == {
        state: sum(one.states.get(state, 0) for one in units) for one in units for state in whole.states
    }
    assert whole.overdue == sum(len(one.late) for one in units)


def test_what_is_late_is_named_with_whom_it_waits_for_and_since_when(moving: World) -> None:
    moving.clock.set(parse_instant("2025-10-21T09:00:00+08:00"))
    (east,) = by_unit(moving.rt, moving.actor("hr1"), Q3)
    (one,) = [item for item in east.late if item.task == "settle"]
    assert (one.review, one.subject.ref) == (moving.id("a1"), "a1")
    assert {by.ref for by in one.holders} == {"hr1", "hr2", "he"}
    (task,) = moving.rows("a1", "settle")
    assert task.due_at == one.due_at
    assert local_day("Asia/Shanghai", one.due_at - timedelta(minutes=1)).isoformat() == "2025-10-15"
    assert one.days_late == 6
    assert [item.due_at for item in east.late] == sorted(item.due_at for item in east.late)
    assert east.overdue == len({item.review for item in east.late})


def test_a_day_counts_as_late_from_its_end_on(moving: World) -> None:
    with moving.rt.database.read() as tx:
        dues = [
            task.due_at for review in reviews.load_many(tx, [row.id for row in reviews.find(tx)]).values()
            for task in review.tasks if task.status == "open" and task.due_at is not None
        ]
    due = min(one for one in dues if one > moving.clock.now())
    for seconds, more in ((-1, 0), (0, 0), (1, 1)):
        moving.clock.set(due + timedelta(seconds=seconds))
        late = [one for unit in by_unit(moving.rt, moving.actor("au1"), Q3) for one in unit.late if one.due_at == due]
        assert bool(late) == bool(more)
        assert {one.days_late for one in late} <= {1}


def test_an_auditor_is_not_told_who_was_asked_anonymously(opened: Small) -> None:
    form = {"colleagues": [opened.actor(ref).person for ref in ("a2", "a3", "a4")]}
    proposed = Answer(opened.review("a1"), "propose", targets={"sales_plan": "1000.00"}, form=form)
    assert isinstance(opened.do("m1", proposed), Receipt)
    assert isinstance(opened.do("a1", Answer(opened.review("a1"), "agree", "accept")), Receipt)
    opened.at("2025-09-08T09:00:00+08:00")
    fire_due(opened.rt, opened.clock.now())
    opened.at("2025-09-25T09:00:00+08:00")  # the clock goes on, and nobody fires what is due
    late = {
        who: [one for unit in by_unit(opened.rt, opened.actor(who), Q3) for one in unit.late
              if one.task == "peers" and one.subject.ref == "a1"]
        for who in ("hr1", "au1")
    }  # fmt: skip
    assert sorted(by.ref for one in late["hr1"] for by in one.holders) == ["a2", "a3", "a4"]
    assert all(one.holders == () for one in late["au1"])
    assert len(late["hr1"]) == len(late["au1"]) == 3


def test_hr_of_a_unit_watches_it_alone_and_others_nothing(moving: World) -> None:
    bring(moving, "ref,kind,name,unit,manager\na4,employee,An a4,west,m2\n")
    assert [one.unit for one in by_unit(moving.rt, moving.actor("he"), Q3)] == ["east"]
    assert progress(moving.rt, moving.actor("he"), Q3).states == counted(moving, Q3)["east"]
    assert [one.unit for one in by_unit(moving.rt, moving.actor("hr1"), Q3)] == ["east", "west"]
    for who in ("dir1", "m1", "a1", "p1", "x1"):
        for cycle in (Q3, "2020-Q1"):
            with pytest.raises(NotAllowed):
                by_unit(moving.rt, moving.actor(who), cycle)
    with pytest.raises(NotFound):
        by_unit(moving.rt, moving.actor("hr1"), "2020-Q1")


def told(world: World | Small, who: str | None) -> dict[str, dict[str | None, int]]:
    """unit -> grade -> how many, by asking the table of each review; None: not released, or none."""
    found: dict[str, dict[str | None, int]] = {}
    with world.rt.database.read() as tx:
        around = people.relations(tx, None, world.clock.now())
        for review in reviews.load_many(tx, [row.id for row in reviews.find(tx)]).values():
            definition = world.rt.definition(tx, review.definition)
            try:
                viewer = viewer_of(definition, review, around, world.actor(who))
            except NotFound:
                continue
            if _period(world, review.cycle) != Q3:
                continue
            sees = access.sees(definition, review, viewer, "result")
            grade = review.result.grade if review.result is not None and sees else None
            unit = (roles.units_of(around, review.subject) or ("",))[-1]
            found.setdefault(unit, {})[grade] = found.get(unit, {}).get(grade, 0) + 1
    return found


def agree(world: World, who: str | None) -> int:
    """Checks the spread against the table; how many grades were seen."""
    expected = told(world, who)
    if not expected:
        with pytest.raises(NotFound):
            grades(world.rt, world.actor(who), Q3)
        return 0
    spread = grades(world.rt, world.actor(who), Q3)
    shown = {
        one.unit: {**{name: count for name, count in one.grades.items() if count},
                   **({None: one.without} if one.without else {})}
        for one in spread.units
    }
    assert shown == expected, who
    assert all(tuple(one.grades) == spread.ladder for one in spread.units)
    return sum(count for one in spread.units for count in one.grades.values())


def test_grades_are_counted_for_whom_they_are_released_to(still: World) -> None:
    seen = {who: agree(still, who) for who in EVERYBODY}
    assert (seen["hr1"], seen["au1"], seen["dir1"], seen["m1"], seen[None]) == (1, 1, 1, 1, 1)
    assert (seen["a1"], seen["a2"], seen["x1"]) == (0, 0, 0)


def test_at_later_stops_too_and_when_reviews_have_ended(moving: World) -> None:
    world = moving
    world.answer("hr1", "a1", "settle", "confirm")
    assert agree(world, "a1") == 1
    world.answer("m1", "a1", "meet", form=TEXT)
    world.later(days=300)
    bring(world, "ref,kind,name,unit,manager,groups\nhr2,employee,Heng Rui,people,m1,hr;account-managers\n"
                 "a2,employee,An a2,west,m2,account-managers\na1,employee,An a1,east,m1,hr\n")
    assert {world.review(ref).ended_at is not None for ref in ("a1", "a2", "a8")} == {True}
    seen = {who: agree(world, who) for who in EVERYBODY}
    assert seen["hr1"] == seen["m1"] == seen["au1"] == seen["he"] == seen["a1"] == 1


def test_the_ladder_is_the_cards_and_every_grade_of_it_is_named(still: World) -> None:
    spread = grades(still.rt, still.actor("hr1"), Q3)
    with still.rt.database.read() as tx:
        definition = still.rt.definition(tx, still.review("a1").definition)
    assert definition.card.grades is not None
    assert spread.ladder == (*definition.card.grades.ladder, *definition.card.grades.outside)
    assert spread.counts == {one.unit: one.grades for one in spread.units}
    assert sum(spread.counts["east"].values()) + spread.units[0].without == len(
        cycle_table(still.rt, still.actor("hr1"), Q3).rows)


def test_on_both_databases_reviews_of_accounts_count_where_their_owner_is(opened_on_both: Small) -> None:
    world = opened_on_both
    assert {one.unit: dict(one.states) for one in by_unit(world.rt, world.actor("hr1"), Q3)} == counted(world, Q3)
    world.at("2025-08-20T09:00:00+08:00")
    (east,) = by_unit(world.rt, world.actor("hr1"), Q3)
    assert [(one.task, [by.ref for by in one.holders]) for one in east.late] == [("propose", ["m1"])] * 5
    assert progress(world.rt, world.actor("hr1"), Q3).tasks == {"propose": 5}
    assert grades(world.rt, world.actor("a1"), Q3).units[0].without == 1
    with world.rt.database.write() as tx:
        (cycle,) = {row.cycle for row in reviews.find(tx)}
        row = reviews.find(tx)[0]
        account = people.by_ref(tx, ["c1"])["c1"].id
        owned = standings.units_in(tx, cycle, world.clock.now())
        assert owned[row.subject] == ("east",)
        one = reviews.load(tx, row.id)
        other = replace(one, id="f" * 32, subject=account, tasks=(), participants=())
        reviews.insert_many(tx, [other])
        assert standings.units_in(tx, cycle, world.clock.now())[account] == ("east",)
        assert "f" * 32 in {one.id for one in standings.of_cycle(tx, cycle, world.clock.now(), ["east"])}
        assert standings.of_cycle(tx, cycle, world.clock.now(), ["west"]) == ()
        tx.rollback()
