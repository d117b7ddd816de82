"""The organisation comes in as a dated difference: tried first, told by row, one event a person."""

from __future__ import annotations

from datetime import date

import pytest

from engine.clock import parse_instant
from engine.errors import NotAllowed
from engine.history.event import read_open
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from engine.operations.telling import say_report
from engine.store import history, people
from tests.engine.operations.conftest import PEOPLE


def bring(world, text, *, who="hr1", **more):
    return import_people(world.rt, world.actor(who), ImportPeople(world.file("more.csv", text), **more))


def events(world, stream=None):
    with world.rt.database.read() as tx:
        streams = [stream] if stream else history.streams(tx)
        return [record.open for one in streams for record in history.read(tx, one)]


def person(world, ref):
    with world.rt.database.read() as tx:
        return people.by_ref(tx, [ref])[ref]


def test_the_same_file_again_changes_nothing(world):
    before = len(events(world))
    report = bring(world, PEOPLE)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 15)
    assert len(events(world)) == before


def test_every_person_touched_gets_one_event_and_the_log_gets_one(world):
    assert [one.action for one in events(world, f"person:{person(world, 'a1').id}")] == ["person_added"]
    log = len(events(world, "log"))
    bring(world, PEOPLE.replace("安一,east", "安一,west").replace("An Er", "An Erh"))
    for ref in ("a1", "a2"):
        actions = [one.action for one in events(world, f"person:{person(world, ref).id}")]
        assert actions == ["person_added", "person_changed"]
    assert [one.action for one in events(world, "log")][log:] == ["people_imported"]


def test_a_dry_run_tells_the_difference_and_stores_nothing(world):
    before = len(events(world))
    report = bring(world, PEOPLE.replace("安一,east", "安一,west"), dry_run=True)
    assert report.dry_run
    assert [(one.row, one.ref, one.what, one.before, one.after) for one in report.changes] == [
        (7, "a1", "unit", "east", "west")
    ]
    assert len(events(world)) == before
    again = bring(world, PEOPLE.replace("安一,east", "安一,west"))
    assert again.changes == report.changes


def test_a_change_holds_from_its_date_and_the_past_stays(world):
    world.at("2025-08-01T09:00:00+08:00")
    bring(world, PEOPLE.replace(",,,a1\n", ",,,a2\n", 1), since=parse_instant("2025-07-15T00:00:00+08:00"))
    account = person(world, "c1").id
    with world.rt.database.read() as tx:
        then = people.relations(tx, [account], parse_instant("2025-07-14T12:00:00+08:00")).owners[account]
        now = people.relations(tx, [account], parse_instant("2025-07-16T12:00:00+08:00")).owners[account]
    assert (then, now) == (person(world, "a1").id, person(world, "a2").id)


def test_a_column_that_is_not_there_is_left_alone(world):
    report = bring(world, "ref,kind,name\na1,employee,An Yi\n")
    assert report.changes == ()
    assert report.unchanged == 1


def test_a_newcomer_belongs_from_the_first_day_of_work(world):
    bring(world, "ref,kind,name,manager,employed_from\na9,employee,An Jiu,m1,2025-05-01\n")
    newcomer = person(world, "a9").id
    with world.rt.database.read() as tx:
        found = people.relations(tx, [newcomer], parse_instant("2025-05-02T00:00:00+08:00")).managers
    assert found[newcomer] == person(world, "m1").id


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a1,employee,Twice,,,,,,,,,", "IM021"),
        ("x 1,employee,Blank,,,,,,,,,", "IM022"),
        ("x1,employe,Kind,,,,,,,,,", "IM023"),
        ("x1,employee,Zone,,,,,,Asia/Peking,,,", "IM024"),
        ("x1,employee,Date,,,,,,,2025-13-01,,", "IM025"),
        ("x1,employee,Boss,,,,nobody,,,,,", "IM026"),
        ("x1,employee,Self,,,,x1,,,,,", "IM027"),
        ("x1,employee,Owner,,,,,,,,,a1", "IM028"),
        ("x1,employee,Boss,,,,c1,,,,,", "IM029"),
        ("x1,employee,Dates,,,,,,,2025-02-01,2025-01-01,", "IM030"),
        ("x1,employee,,,,,,,,,,", "IM020"),
        ("x1,employee,Short", "IM009"),
    ],
)
def test_a_fault_names_its_row_and_nothing_is_stored(world, line, code):
    before = len(events(world))
    report = bring(world, PEOPLE + line + "\n")
    errors = [(one.row, one.code) for one in report.problems if one.level == "error"]
    assert errors == [(17, code)]
    assert report.refused
    assert len(events(world)) == before
    for lang in ("en", "zh"):
        assert any("17" in said for said in say_report(lang, report))


def test_a_kind_cannot_change(world):
    report = bring(world, "ref,kind,name\nc1,employee,First Account\n")
    assert [one.code for one in report.problems] == ["IM031"]


def test_only_hr_or_the_system_imports_people(world):
    for who in ("a1", "m1", "au1"):
        with pytest.raises(NotAllowed):
            bring(world, PEOPLE, who=who)
    assert bring(world, PEOPLE, who=None).unchanged == 15


def test_the_open_part_names_nobody(world):
    for record in _records(world):
        opened = read_open(record.data)
        assert "An Yi" not in record.data.decode()
        assert opened.actor is None or len(opened.actor) == 32


def _records(world):
    with world.rt.database.read() as tx:
        return [record for stream in history.streams(tx) for record in history.read(tx, stream)]


def test_an_employment_that_ends_is_kept_with_its_end(world):
    report = bring(world, PEOPLE.replace("2020-01-01,,", "2020-01-01,2025-08-31,", 1))
    assert [(one.ref, one.what) for one in report.changes] == [("a1", "employment")]
    assert date.fromisoformat(report.changes[0].after) in (date(2025, 8, 31), date(2025, 9, 1))


def test_the_system_may_begin_an_empty_organisation(tmp_path, world):
    assert world.actor(None) == SYSTEM


def test_an_import_under_a_clock_set_back_is_recorded_after_the_last(world):
    bring(world, PEOPLE.replace("安一,east", "安一,west"))
    world.clock.instant = parse_instant("2025-06-01T09:00:00+08:00")
    report = bring(world, PEOPLE, since=parse_instant("2025-07-02T00:00:00+08:00"), who=None)
    assert report.changed == 1
    log = events(world, "log")
    assert log[-1].at == log[-2].at
