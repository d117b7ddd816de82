"""Jobs: many answers, a proof, an opening; item by item in their actor's name, watched, paused, resumed, called off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from engine.errors import HistoryBroken, InputError, KeyReused, NotAllowed, NotFound
from engine.history.event import request_hash
from engine.operations import job_steps, jobs
from engine.operations.audit import verify
from engine.operations.cycles import progress
from engine.operations.handle import Receipt
from engine.operations.jobs import (
    NewJob,
    cancel,
    items_page,
    job,
    jobs_page,
    new_job,
    pause,
    resume,
    run_jobs,
)
from engine.operations.names import SYSTEM
from engine.operations.once import Once, Replayed
from engine.operations.people import ImportPeople, import_people
from engine.operations.timeline import history
from engine.review.commands import Remark
from engine.store import history as stored
from engine.store import reviews
from tests.engine.operations.conftest import PEOPLE

WORDS = "a remark that nobody else reads 一句话"
SUBJECTS = ("a1", "a2", "a3", "a4", "a5")
DIGEST = "d" * 64


def remarks(world, count=5, by="hr1", once=None):
    items = [
        {"review": f"{SUBJECTS[n % 5]}/2025-Q3", "command": "remark", "comment": f"{WORDS} {n}"} for n in range(count)
    ]
    return new_job(world.rt, world.actor(by), NewJob("answers", {"answers": items}), once)


def run(world, seconds=60):
    return run_jobs(world.rt, world.clock.now(), seconds)


def state(world, made, by="hr1"):
    return job(world.rt, world.actor(by), made.id)


def records(world, ref):
    with world.rt.database.read() as tx:
        return stored.read(tx, f"review:{world.review(ref)}")


def remarked(world, ref):
    """The remarks of a review's history, in their order."""
    return [one.payload["comment"] for one in records(world, ref) if one.open.action == "remarked"]


def kept_sealed(world):
    with world.rt.database.read() as tx:
        return tx.execute(text("SELECT count(*) FROM job_item WHERE sealed IS NOT NULL")).scalar_one()


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


def test_the_proof_as_a_job_says_what_verify_says(opened_on_both, monkeypatch):
    world = opened_on_both
    monkeypatch.setattr(job_steps, "STREAMS_AT_ONCE", 4)
    made = new_job(world.rt, world.actor("au1"), NewJob("verify"))
    assert run(world, 0).steps == 1
    assert (state(world, made, "au1").done, state(world, made, "au1").state) == (4, "running")
    assert run(world).ended == {"done": 1}
    whole, after = verify(world.rt), state(world, made, "au1")
    assert after.result == {
        "streams": whole.streams, "events": whole.events, "erased": 0, "findings": 0, "told": [], "ok": True,
    }  # fmt: skip
    assert (after.count, after.done) == (whole.streams, whole.streams)


def test_the_proof_as_a_job_finds_what_verify_finds(opened):
    with opened.rt.database.write() as tx:
        tx.execute(text("UPDATE review SET state = 'elsewhere' WHERE id = :id"), {"id": opened.review("a1")})
        tx.execute(text("DELETE FROM timer WHERE review = :id"), {"id": opened.review("a2")})
    made = new_job(opened.rt, opened.actor("hr1"), NewJob("verify"))
    run(opened)
    result = state(opened, made).result
    found = verify(opened.rt).findings
    assert not result["ok"]
    assert result["findings"] == len(found) > 1
    assert sorted((one["stream"], one["code"]) for one in result["told"]) == sorted(
        (one.stream, one.code) for one in found
    )


def test_a_cycle_is_opened_as_a_job_once_and_by_hr_alone(people_on_both):
    world = people_on_both
    world.publish()
    cycle = {"workflow": "account-manager-quarterly", "period": "2025-Q3", "group": "account-managers"}
    with pytest.raises(NotAllowed):
        new_job(world.rt, world.actor("m1"), NewJob("open_cycle", {"cycle": cycle}))
    made = new_job(world.rt, world.actor("hr1"), NewJob("open_cycle", {"cycle": cycle}))
    assert run(world).ended == {"done": 1}
    after = state(world, made)
    assert (after.count, after.result["reviews"]) == (5, 5)
    assert progress(world.rt, world.actor("hr1"), after.result["cycle"]).states == {"set_targets": 5}
    again = new_job(world.rt, world.actor("hr1"), NewJob("open_cycle", {"cycle": cycle}))
    run(world)
    failed = state(world, again)
    assert failed.state == "failed"
    assert failed.result == {
        "code": "OP019", "values": {"name": "account-manager-quarterly", "period": "2025-Q3"}
    }  # fmt: skip
    assert job(world.rt, SYSTEM, again.id).result == {"code": "OP019"}


def test_an_opening_that_was_killed_before_it_was_noted_is_noted_and_not_repeated(world, monkeypatch):
    world.publish()
    cycle = {"workflow": "account-manager-quarterly", "period": "2025-Q3", "for": list(SUBJECTS[:2])}
    made = new_job(world.rt, world.actor("hr1"), NewJob("open_cycle", {"cycle": cycle}))
    monkeypatch.setattr(job_steps, "moved_on", lambda *_: False)
    run(world)
    monkeypatch.undo()
    assert state(world, made).state == "waiting"
    assert run(world).ended == {"done": 1}
    assert state(world, made).result["reviews"] == 2
    assert verify(world.rt).ok


@pytest.mark.parametrize(("kind", "plain", "code"), [
    ("nothing", {}, "DR029"), ("verify", {"answers": []}, "DR030"), ("answers", {}, "DR030"),
    ("answers", {"answers": []}, "DR031"), ("answers", {"answers": "text"}, "DR031"),
    ("answers", {"answers": ["text"]}, "DR021"), ("answers", {"answers": [{"review": "a1"}]}, "DR023"),
    ("answers", {"answers": [{"review": 1, "task": "propose"}]}, "DR021"),
    ("answers", {"answers": [{"review": "a1", "task": "propose", "more": 1}]}, "DR024"),
    ("answers", {"answers": [{"review": "a1", "task": "propose", "revision": "1"}]}, "DR021"),
    ("answers", {"answers": [{"review": "a1", "command": "destroy"}]}, "DR022"),
    ("answers", {"answers": [{"review": "a1", "command": ["remark"]}]}, "DR022"),
    ("answers", {"answers": [{"review": "a1", "command": "waive", "task": "propose"}]}, "DR023"),
    ("answers", {"answers": [{"review": "a1", "command": "remark", "comment": "x" * 70_000}]}, "DR025"),
    ("answers", {"answers": [{"review": "a1", "task": "propose", "form": {"a": Decimal("1e999")}}]}, "DR011"),
    ("open_cycle", {"cycle": []}, "DR030"), ("open_cycle", {"cycle": {"period": "2025-Q3"}}, "DR028"),
    ("open_cycle", {"cycle": {"workflow": "w", "period": "2025-Q3", "more": 1}}, "DR028"),
])  # fmt: skip
def test_what_means_nothing_is_not_taken_in(opened, kind, plain, code):
    with pytest.raises(InputError, match=code):
        new_job(opened.rt, opened.actor("hr1"), NewJob(kind, plain))
    assert jobs_page(opened.rt, opened.actor("hr1")).items == ()


def test_the_proof_is_for_readers_of_everything_and_the_system_hands_nothing_in(opened):
    for ref in ("m1", "a1"):
        with pytest.raises(NotAllowed):
            new_job(opened.rt, opened.actor(ref), NewJob("verify"))
    with pytest.raises(NotAllowed, match="OP009"):
        new_job(opened.rt, SYSTEM, NewJob("verify"))


def test_a_job_is_its_actors_and_the_systems_alone(opened):
    made = remarks(opened, 1)
    run(opened)
    assert job(opened.rt, SYSTEM, made.id).state == "done"
    for ref in ("hr2", "au1", "m1"):
        for ask in (job, items_page, pause, resume, cancel):
            with pytest.raises(NotFound, match="DR020"):
                ask(opened.rt, opened.actor(ref), made.id)
        assert jobs_page(opened.rt, opened.actor(ref)).items == ()
    with pytest.raises(NotFound):
        job(opened.rt, opened.actor("hr1"), "0" * 32)


def test_jobs_and_items_come_in_pages(opened_on_both):
    world = opened_on_both
    made = []
    for _ in range(5):
        made.append(remarks(world, 3).id)
        world.clock.set(world.clock.now() + timedelta(seconds=1))
    remarks(world, 1, by="hr2")
    seen, cursor = [], None
    while True:
        page = jobs_page(world.rt, world.actor("hr1"), 2, cursor)
        seen += [one.id for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == made[::-1]
    assert len(jobs_page(world.rt, SYSTEM).items) == 6
    run(world)
    first = items_page(world.rt, world.actor("hr1"), made[0], 2)
    rest = items_page(world.rt, world.actor("hr1"), made[0], 2, first.next)
    assert [one.number for one in (*first.items, *rest.items)] == [0, 1, 2]
    assert rest.next is None
    foreign = jobs_page(world.rt, world.actor("hr2")).items[0].id
    for wrong in ("", "jobs", f"jobs.{foreign}", "jobs." + "0" * 32, "reviews." + made[0]):
        with pytest.raises(InputError, match="OP202"):
            jobs_page(world.rt, world.actor("hr1"), 2, wrong)
    for limit in (0, 201):
        with pytest.raises(InputError, match="OP203"):
            jobs_page(world.rt, world.actor("hr1"), limit)


def test_the_same_key_hands_in_once_and_turns_once(opened_on_both):
    world, actor = opened_on_both, opened_on_both.actor("hr1")
    first = remarks(world, 2, once=Once("k", DIGEST))
    assert remarks(world, 2, once=Once("k", DIGEST)) == Replayed(first.receipt())
    assert len(jobs_page(world.rt, actor).items) == 1
    with pytest.raises(KeyReused):
        remarks(world, 3, once=Once("k", "e" * 64))
    paused = pause(world.rt, actor, first.id, Once("p", DIGEST))
    resume(world.rt, actor, first.id)
    assert pause(world.rt, actor, first.id, Once("p", DIGEST)) == Replayed(paused.receipt())
    assert state(world, first).state == "waiting"


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
