"""Jobs: what is taken in and for whom, proofs and openings as jobs, pages of them, the same key twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from engine.errors import InputError, KeyReused, NotAllowed, NotFound
from engine.operations import job_steps
from engine.operations.audit import verify
from engine.operations.cycles import progress
from engine.operations.jobs import (
    NewJob,
    cancel,
    items_page,
    job,
    jobs_page,
    new_job,
    pause,
    resume,
)
from engine.operations.names import SYSTEM
from engine.operations.once import Once, Replayed
from tests.engine.operations.remarking import DIGEST, SUBJECTS, remarks, run, state


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
