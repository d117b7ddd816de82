"""A cycle opens for a population in one transaction, begins from what the last one left, and ends when all have."""

from __future__ import annotations

import pytest

from engine.errors import InputError, NotAllowed, NotFound
from engine.operations.cycles import OpenCycle, Population, close_cycle, open_cycle, progress
from engine.operations.handle import Receipt
from engine.operations.timeline import history
from engine.operations.views import review_view
from engine.operations.work import cycle_table, my_work, review_rows
from engine.review.commands import Answer, Intervene
from engine.store import cycles
from engine.store import history as records
from engine.store.database import Tx

NAME = "account-manager-quarterly"


def opening(world, period="2025-Q3", **wanted):
    return open_cycle(world.rt, world.actor("hr1"), OpenCycle(NAME, period, Population(**wanted)))


def test_all_reviews_open_with_their_first_event_and_the_cycle_with_its_own(world):
    world.publish()
    opened = world.open()
    assert [ref for ref, _ in opened.reviews] == ["a1", "a2", "a3", "a4", "a5"]
    for _, review in opened.reviews:
        lines = history(world.rt, world.actor("hr1"), review).lines
        assert [(line.action, line.to_state) for line in lines] == [("opened", "set_targets")]
    with world.rt.database.read() as tx:
        actions = [record.open.action for record in records.read(tx, f"cycle:{opened.cycle.id}")]
    assert actions == ["cycle_opened"]


def test_opening_takes_as_many_statements_for_five_as_for_one(world, monkeypatch):
    world.publish()
    counts = []
    execute, many = Tx.execute, Tx.many

    def counting(method):
        def counted(self, *args):
            counts[-1] += 1
            return method(self, *args)

        return counted

    monkeypatch.setattr(Tx, "execute", counting(execute))
    monkeypatch.setattr(Tx, "many", counting(many))
    counts.append(0)
    opening(world, "2025-Q3", refs=("a1",))
    counts.append(0)
    opening(world, "2025-Q4", refs=("a1", "a2", "a3", "a4", "a5"))
    assert 5 < counts[1] <= counts[0]


@pytest.mark.parametrize(
    ("wanted", "refs"),
    [
        ({"refs": ("a2", "a1")}, ["a1", "a2"]),
        ({"group": "account-managers"}, ["a1", "a2", "a3", "a4", "a5"]),
        ({"unit": "law"}, ["p1", "p2", "p3"]),
        ({"department": "hr"}, ["hr1", "hr2"]),
        ({}, ["a1", "a2", "a3", "a4", "a5", "au1", "hr1", "hr2", "m1", "p1", "p2", "p3"]),
    ],
)
def test_the_population_is_who_was_asked_for(world, wanted, refs):
    world.publish()
    assert [ref for ref, _ in opening(world, **wanted).reviews] == refs


def test_a_cycle_opens_once_and_for_a_period_of_its_kind(opened):
    with pytest.raises(InputError):
        opened.open()
    with pytest.raises(InputError):
        opened.open("2025-10")
    with pytest.raises(InputError) as refused:
        opened.open("soon")
    assert refused.value.values == {"period": "soon", "example": "2025-Q3"}


def test_accounts_get_no_review_of_employees(world):
    world.publish()
    with pytest.raises(InputError):
        opening(world, refs=("c1",))
    with pytest.raises(NotFound):
        opening(world, refs=("nobody",))
    with pytest.raises(NotFound):
        open_cycle(world.rt, world.actor("hr1"), OpenCycle("unknown", "2025-Q3"))


def test_only_hr_opens_and_closes(opened):
    with pytest.raises(NotAllowed):
        open_cycle(opened.rt, opened.actor("m1"), OpenCycle(NAME, "2025-Q4"))
    with pytest.raises(NotAllowed):
        close_cycle(opened.rt, opened.actor("m1"), "2025-Q3")


def test_a_cycle_closes_when_every_review_has_ended(opened):
    with pytest.raises(InputError):
        close_cycle(opened.rt, opened.actor("hr1"), "2025-Q3")
    for ref in ("a1", "a2", "a3", "a4", "a5"):
        withdrawn = opened.do("hr1", Intervene(opened.review(ref), "withdraw", "the team is dissolved"))
        assert isinstance(withdrawn, Receipt), withdrawn
    assert close_cycle(opened.rt, opened.actor("hr1"), "2025-Q3").state == "closed"
    with pytest.raises(InputError):
        close_cycle(opened.rt, opened.actor("hr1"), "2025-Q3")


def test_a_starting_point_is_carried_into_the_next_cycle(opened):
    with opened.rt.database.write() as tx:
        review = opened.review("a1")
        person = opened.actor("a1").person
        given = {"agreed": {"satisfaction.target": "93.00"}, "retired": [], "period": "2025-Q4"}
        cycles.put_start(tx, subject=person, workflow=NAME, period="2025-Q4", review=review, given=given)
    opened.at("2025-10-08T09:00:00+08:00")
    later = opened.open("2025-Q4")
    assert later.carried == ("a1",)
    accepted = opened.do("m1", Answer(dict(later.reviews)["a1"], "propose", targets={"sales_plan": "1000.00"}))
    assert isinstance(accepted, Receipt), accepted
    agreed = opened.do("a1", Answer(dict(later.reviews)["a1"], "agree", "accept"))
    assert isinstance(agreed, Receipt), agreed
    targets = review_view(opened.rt, opened.actor("a1"), dict(later.reviews)["a1"]).targets
    assert targets["satisfaction.target"] in ("93.00", "93")


def test_progress_counts_states_tasks_and_what_is_overdue(opened):
    before = progress(opened.rt, opened.actor("hr1"), "2025-Q3")
    assert (before.states, before.tasks, before.overdue) == ({"set_targets": 5}, {"propose": 5}, 0)
    opened.at("2025-07-17T09:00:00+08:00")
    assert progress(opened.rt, opened.actor("au1"), "2025-Q3").overdue == 5
    with pytest.raises(NotAllowed):
        progress(opened.rt, opened.actor("a1"), "2025-Q3")


def test_each_sees_the_rows_that_are_hers(opened):
    seen = {
        who: [row.subject.ref for row in cycle_table(opened.rt, opened.actor(who), "2025-Q3").rows]
        for who in ("hr1", "au1", "m1", "dir1", "a1", "p1")
    }
    everybody = ["a1", "a2", "a3", "a4", "a5"]
    assert seen == {"hr1": everybody, "au1": everybody, "m1": everybody, "dir1": everybody, "a1": ["a1"], "p1": []}
    assert [one.row.subject.ref for one in review_rows(opened.rt, opened.actor("a2"))] == ["a2"]


def test_work_waits_for_its_holder_alone(opened):
    assert [(item.subject.ref, item.task) for item in my_work(opened.rt, opened.actor("m1"))] == [
        (ref, "propose") for ref in ("a1", "a2", "a3", "a4", "a5")
    ]
    for who in ("a1", "hr1", "dir1", "p1"):
        assert my_work(opened.rt, opened.actor(who)) == ()
