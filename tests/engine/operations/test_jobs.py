"""Jobs: many answers, a proof, an opening; item by item in their actor's name, watched, paused, resumed, called off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from engine.errors import HistoryBroken
from engine.history.event import request_hash
from engine.operations import job_steps, jobs
from engine.operations.audit import verify
from engine.operations.handle import Receipt
from engine.operations.jobs import (
    NewJob,
    cancel,
    items_page,
    new_job,
    pause,
    resume,
)
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from engine.operations.timeline import history
from engine.review.commands import Remark
from engine.store import reviews
from tests.engine.operations.conftest import PEOPLE
from tests.engine.operations.remarking import SUBJECTS, WORDS, kept_sealed, records, remarked, remarks, run, state


def test_items_are_carried_out_in_order_in_their_actors_name(opened_on_both):
    world = opened_on_both
    made = remarks(world, 7)
    assert (made.state, made.count, made.done) == ("waiting", 7, 0)
    assert run(world).ended == {"done": 1}
    after = state(world, made)
    assert (after.state, after.done, after.refused) == ("done", 7, 0)
    assert after.ended_at is not None
    assert remarked(world, "a1") == [f"{WORDS} 0", f"{WORDS} 5"]
    (*_, line) = history(world.rt, world.actor("hr1"), world.review("a1")).lines
    assert line.actor.ref == "hr1"
    assert run(world).steps == 0
    assert verify(world.rt).ok


def test_each_item_is_answered_by_its_receipt_or_by_all_that_speaks_against_it(opened):
    world = opened
    propose = {"review": "a1/2025-Q3", "task": "propose", "targets": {"sales_plan": Decimal("1000.00")}}
    items = [
        propose,
        {**propose, "targets": {"no_such": "1"}, "review": "a2/2025-Q3"},
        propose,
        {"review": "nobody/2025-Q3", "task": "propose"},
        {"review": "dir1/2025-Q3", "task": "propose"},
        {"review": "a3/2025-Q3", "task": "propose", "ratings": "none"},
        {"review": "a4/2025-Q3", "command": "remark", "comment": "too late", "revision": 7},
        {"review": "a5/2025-Q3", "command": "waive", "task": "propose", "reason": "no"},
        {"review": "a5/2025-Q3", "command": "reassign", "task": "propose", "to": "nobody", "reason": "no"},
        {"review": "a5/2025-Q3", "command": "intervene", "name": "withdraw", "comment": "no"},
    ]
    made = new_job(world.rt, world.actor("m1"), NewJob("answers", {"answers": items}))
    run(world)
    told = items_page(world.rt, world.actor("m1"), made.id).items
    assert told[0].receipt["action"] == "answered"
    assert [one.reasons[0].code for one in told[1:]] == [
        "no_such_target", "task_closed", "OP002", "OP002", "OP234", "OP220", "not_yours", "not_yours", "not_yours",
    ]
    assert told[1].reasons[0].values["target"] == "no_such"
    after = state(world, made, "m1")
    assert (after.done, after.refused) == (10, 9)
    assert after.result == {"codes": {
        "no_such_target": 1, "task_closed": 1, "OP002": 2, "OP234": 1, "OP220": 1, "not_yours": 3,
    }}  # fmt: skip
    with world.rt.database.read() as tx:
        event = jobs.jobs.receipts(tx, made.id, -1, 1)
        found = reviews.load(tx, told[0].receipt["review"])
    assert len(event) == 1
    assert found.revision == told[0].receipt["seq"]


def test_the_event_of_an_item_tells_which_item_it_was(opened):
    made = remarks(opened, 1)
    run(opened)
    (*_, record) = records(opened, "a1")
    assert record.open.request == request_hash(str(opened.actor("hr1").person), f"job-{made.id}-0")


def test_words_lie_sealed_and_are_forgotten_with_their_item(opened):
    made = remarks(opened, 3)
    data = b"".join(file.read_bytes() for file in (opened.folder / "data").iterdir())
    assert made.id.encode() in data
    assert WORDS.encode() not in data
    assert kept_sealed(opened) == 3
    run(opened)
    assert kept_sealed(opened) == 0


def test_a_paused_job_rests_and_goes_on_where_it_was(opened, monkeypatch):
    world = opened
    made = remarks(world, 6)
    honest = job_steps.moved_on

    def pausing(rt, row, at, change):
        done = honest(rt, row, at, change)
        if row.done == 1:
            pause(rt, world.actor("hr1"), made.id)
        return done

    monkeypatch.setattr(job_steps, "moved_on", pausing)
    assert run(world).steps == 2
    assert (state(world, made).state, state(world, made).done) == ("paused", 2)
    assert run(world).steps == 0
    assert resume(world.rt, world.actor("hr1"), made.id).state == "waiting"
    assert run(world).steps == 4
    assert [len(remarked(world, ref)) for ref in SUBJECTS] == [2, 1, 1, 1, 1]


def test_a_job_called_off_keeps_what_is_done_and_forgets_the_rest(opened, monkeypatch):
    world = opened
    made = remarks(world, 5)
    monkeypatch.setattr(jobs, "SLICE", 2)
    assert run(world, 0).steps == 1
    assert cancel(world.rt, world.actor("hr1"), made.id).state == "cancelled"
    assert kept_sealed(world) == 0
    assert run(world).steps == 0
    for turn in (pause, resume, cancel):
        assert turn(world.rt, world.actor("hr1"), made.id).state == "cancelled"
    assert sum(len(remarked(world, ref)) for ref in SUBJECTS) == 1


def test_a_round_ends_with_its_time_and_gives_each_job_its_turn(opened, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE", 2)
    made = [remarks(opened, 6), remarks(opened, 6)]
    opened.clock.set(opened.clock.now() + timedelta(seconds=1))
    for _ in range(2):
        assert run(opened, 0).steps == 1
        opened.clock.set(opened.clock.now() + timedelta(seconds=1))
    assert [state(opened, one).done for one in made] == [1, 1]
    assert run(opened).ended == {"done": 2}


def test_workers_that_run_at_once_do_each_item_once(opened_on_both):
    world = opened_on_both
    made = [remarks(world, 10), remarks(world, 10)]
    with ThreadPoolExecutor(3) as pool:
        ran = list(pool.map(lambda _: run(world), range(3)))
    while run(world).steps:
        pass
    assert [state(world, one).state for one in made] == ["done", "done"]
    assert sum(one.steps for one in ran) <= 20
    assert sum(len(remarked(world, ref)) for ref in SUBJECTS) == 20
    assert verify(world.rt).ok


def test_who_has_left_acts_no_more(opened):
    made = remarks(opened, 3, by="m1")
    row = "m1,employee,Min Gao,高敏,east,sales,dir1,,Asia/Shanghai,2016-01-01,2025-07-01,"
    file = opened.file("later.csv", PEOPLE.partition("\n")[0] + "\n" + row + "\n")
    assert not import_people(opened.rt, SYSTEM, ImportPeople(file)).refused
    opened.at("2025-07-02T09:00:00+08:00")
    assert run(opened).ended == {"failed": 1}
    after = state(opened, made, "m1")
    assert (after.state, after.done, after.result["code"]) == ("failed", 0, "DR026")
    assert kept_sealed(opened) == 0


def test_of_an_erased_actor_nothing_is_carried_out(opened):
    made = remarks(opened, 3)
    opened.rt.database.keys.destroy(str(opened.actor("hr1").person), opened.clock.now())
    assert run(opened).ended == {"failed": 1}
    assert state(opened, made).result == {"code": "store.person_erased"}


def test_a_fault_of_ours_ends_the_job_and_is_raised_for_whoever_runs_it(opened, monkeypatch):
    made, other = remarks(opened, 3), remarks(opened, 3, by="hr2")
    honest = job_steps.apply

    def faulty(rt, tx, actor, *rest):
        if actor == opened.actor("hr1"):
            raise ZeroDivisionError
        return honest(rt, tx, actor, *rest)

    monkeypatch.setattr(job_steps, "apply", faulty)
    with pytest.raises(ZeroDivisionError):
        run(opened)
    assert (state(opened, made).state, state(opened, made).result) == ("failed", {"code": "DR027"})
    run(opened)
    assert state(opened, other, "hr2").state == "done"


def test_a_database_that_cannot_be_reached_fails_no_job(opened, monkeypatch):
    made = remarks(opened, 1)

    def unreachable(*_):
        raise jobs.jobs.OperationalError("", {}, OSError("gone"))

    monkeypatch.setattr(job_steps, "apply", unreachable)
    with pytest.raises(jobs.jobs.OperationalError):
        run(opened)
    assert state(opened, made).state == "waiting"
    monkeypatch.undo()
    assert run(opened).ended == {"done": 1}


def test_an_item_that_a_command_would_be_accepted_for_elsewhere_is_accepted_here(opened):
    """The control of the refusals: the same wish, handed in directly."""
    assert isinstance(opened.do("hr1", Remark(opened.review("a1"), WORDS)), Receipt)
    remarks(opened, 1)
    run(opened)
    assert remarked(opened, "a1") == [WORDS, f"{WORDS} 0"]


def test_a_damaged_item_is_told_and_ends_the_job(opened):
    made = remarks(opened, 1)
    with opened.rt.database.write() as tx:
        tx.execute(text("UPDATE job_item SET sealed = :other"), {"other": b"x" * 80})
    with pytest.raises(HistoryBroken, match="words_unreadable"):
        run(opened)
    assert state(opened, made).result["code"] == "store.words_unreadable"
