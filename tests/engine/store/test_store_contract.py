"""What the store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from engine.errors import InputError, KeyReused, NotFound, StaleRevision
from engine.review.case import Observation
from engine.review.model import Acknowledgement, Judgement, Participant, Review, Task
from engine.store import cycles, definitions, figures, history, people, requests, reviews, timers
from engine.store.database import Database
from engine.store.tables.people import assignment
from engine.store.tables.reviews import review as review_table
from engine.store.timers import Due
from tests.engine.store.organisation import (
    DEFINITION,
    NOW,
    answered,
    carry_out,
    entry,
    later,
    next_cycle,
    open_review,
    person,
    whole_review,
)


def observation(key: str, **changes: object) -> Observation:
    one = Observation(key, "ann", "sales", "110.5", "2025-Q3", "crm", f"rec-{key}", NOW, NOW, 3)
    return replace(one, **changes)  # type: ignore[arg-type]


def full_review() -> Review:
    """A review in which every field says something."""
    task = Task("t1", "rate", "rating", 2, 1, "peer", "bob", "done", NOW, NOW, later(9), "done", "bob", later(1), 2)
    return Review(
        id="full", cycle="cycle-q3", subject="ann", definition=DEFINITION, state="rating", revision=2, head="ab" * 32,
        visit=2, opened_at=NOW, entered_at=later(1), ended_at=later(2),
        tasks=(task, replace(task, id="t0", status="open", person=None, outcome=None)),
        participants=(Participant("subject", "ann", NOW), Participant("peer", "bob", NOW, later(3), "moved")),
        reminders=(("t1", later(2)),), counts={"a.b.c": 2},
        watched={"a.watch.1": "2025-07-01T01:00:00.000000Z"}, fixed={"targets": later(1)}, agreed={"x.target": "1.50"},
        origins={"x.target": "agreed"}, next_agreed={"x.target": "2.00"}, retired=("y",),
        chosen={"a.b": ("bob", "mia")}, arrived=("o1",), corrections=("o2",),
        acknowledgements=(Acknowledgement("targets", "agreed", "ann", 2),),
        result=Judgement(2, "scored", "-7.25", "C", "D", ("B", None), {"bonus": {"rate": "1.0"}}),
    )  # fmt: skip


def test_people_are_found_by_ref_and_by_id_and_may_change_all_but_their_pseudonym(firm: Database) -> None:
    with firm.write() as tx:
        people.update_person(tx, replace(person("bob"), pseudonym="another", name="Robert", attributes={}))
    with firm.read() as tx:
        assert people.by_ref(tx, ["ref-bob", "nobody"]) == {
            "ref-bob": replace(person("bob"), name="Robert", attributes={})
        }
        assert sorted(people.by_ref(tx)) == [f"ref-{key}" for key in ("acct", "ann", "bob", "hugh", "mia", "zoe")]
        assert people.by_id(tx, ["mia"]) == {"mia": person("mia")}
        assert people.by_pseudonym(tx)["pseudonym-bob"] == "bob"


def test_relations_are_those_in_force_at_the_instant(firm: Database) -> None:
    with firm.write() as tx:
        people.end_assignments(tx, ["a0"], later(10))
        people.insert_assignments(tx, [people.Assignment("new", "ann", "manager", "zoe", later(10), None, later(5))])
    with firm.read() as tx:
        before = people.relations(tx, ["ann"], later(9))
        assert tx.statements == 1
        assert before.managers == {"ann": "mia", "mia": "zoe"}
        assert before.teams == {"ann": ("bob",), "bob": ("ann",)}
        assert before.groups == {"hr": ("hugh",)}
        assert people.relations(tx, ["ann"], later(10)).managers == {"ann": "zoe"}
        account = people.relations(tx, ["acct"], later(9))
        assert (account.owners, account.managers) == ({"acct": "ann"}, {"ann": "mia", "mia": "zoe"})
        everybody = people.relations(tx, None, later(9))
        assert everybody.managers == {"ann": "mia", "bob": "mia", "mia": "zoe"}
        assert people.relations(tx, ["ann"], NOW.replace(year=2024)).managers == {}
        assert [one.id for one in people.assignments_at(tx, later(10)) if one.person == "ann"] == ["new", "a4"]


def test_who_manages_the_members_of_a_group_is_known_too(firm: Database) -> None:
    with firm.write() as tx:
        people.insert_assignments(tx, [people.Assignment("boss", "hugh", "manager", "zoe", NOW, None, NOW)])
    with firm.read() as tx:
        assert people.relations(tx, ["ann"], NOW, ["hr"]).managers == {"ann": "mia", "mia": "zoe", "hugh": "zoe"}
        assert people.relations(tx, ["ann"], NOW, []).managers == {"ann": "mia", "mia": "zoe"}


def test_managers_in_a_ring_do_not_keep_the_database_busy_for_ever(firm: Database) -> None:
    with firm.write() as tx:
        people.insert_assignments(tx, [people.Assignment("ring", "zoe", "manager", "ann", NOW, None, NOW)])
        assert people.relations(tx, ["ann"], NOW).managers == {"ann": "mia", "mia": "zoe", "zoe": "ann"}


def test_a_naive_instant_is_refused_before_it_reaches_the_database(firm: Database) -> None:
    naive = datetime(2025, 7, 1)
    with pytest.raises(StatementError, match="time zone"), firm.write() as tx:
        people.end_assignments(tx, ["a0"], naive)
    with firm.read() as tx:
        assert tx.execute(select(assignment.c.until).where(assignment.c.id == "a0")).scalar_one() is None


def test_observations_are_replaced_by_new_ones_and_never_changed(firm: Database) -> None:
    first = observation("o1")
    second = observation("o2", value="99", record=first.record, recorded_at=later(1), replaces="o1")
    monthly = observation("o3", period="2025-07", samples=None)
    with firm.write() as tx:
        figures.insert(tx, [first, monthly])
        figures.insert(tx, [second])
    with firm.read() as tx:
        assert figures.by_subject(tx, "ann", ["2025-Q3", "2025-07"]) == (first, second, monthly)
        assert figures.by_subject(tx, "ann", ["2025-Q2"]) == ()
        assert figures.by_record(tx, [("crm", "rec-o1"), ("crm", "nothing")]) == {("crm", "rec-o1"): second}
        assert figures.by_ids(tx, ["o3", "o9"]) == {"o3": monthly}
        assert figures.by_subjects(tx, ["ann", "bob"], ["2025-Q3"]) == {"ann": (first, second)}


@pytest.mark.parametrize("replaces", [None, "o1"])
def test_a_source_record_is_taken_once_and_replaced_once(firm: Database, replaces: str | None) -> None:
    with firm.write() as tx:
        figures.insert(tx, [observation("o1"), observation("o2", record="rec-o1", replaces="o1")])
    with pytest.raises(IntegrityError), firm.write() as tx:
        figures.insert(tx, [observation("o3", record="rec-o1", replaces=replaces)])


def test_definitions_are_approved_once_and_their_texts_come_back(firm: Database) -> None:
    second = definitions.Stored("e" * 64, "flow", 2, "proposed", {"workflow.yaml": "名: 二\n"}, "hugh", later(1))
    with firm.write() as tx:
        definitions.insert_proposed(tx, second)
        assert definitions.by_fingerprint(tx, "e" * 64) == second
        newest = definitions.approved(tx, "flow")
        assert newest is not None
        assert newest.fingerprint == DEFINITION
        definitions.approve(tx, "e" * 64, "zoe", later(2))
        expected = replace(second, status="approved", approved_by="zoe", approved_at=later(2))
        assert definitions.approved(tx, "flow") == expected
        with pytest.raises(InputError, match="not_proposed"):
            definitions.approve(tx, "e" * 64, "zoe", later(3))
        assert definitions.by_fingerprint(tx, "none") is None
        assert len(definitions.list_all(tx)) == 2


def test_cycles_and_what_they_leave_for_the_next(firm: Database) -> None:
    with firm.write() as tx:
        next_cycle(tx)
        cycles.close(tx, "cycle-q3", later(5))
        values = {"subject": "ann", "workflow": "flow", "period": "2025-Q4"}
        cycles.put_start(tx, **values, review="r1", given={"agreed": {"x.target": "1"}})
        cycles.put_start(tx, **values, review="r1", given={"agreed": {"x.target": "2"}})
    with firm.read() as tx:
        assert [(one.id, one.state, one.closed_at) for one in cycles.list_all(tx)] == [
            ("cycle-q3", "closed", later(5)),
            ("cycle-q4", "open", None),
        ]
        assert cycles.get(tx, "cycle-q3").attributes == {"growth": "1.5"}
        assert cycles.start_of(tx, **values) == {"agreed": {"x.target": "2"}}
        assert cycles.start_of(tx, **(values | {"subject": "bob"})) == {}
        assert cycles.starts(tx, workflow="flow", period="2025-Q4") == {"ann": {"agreed": {"x.target": "2"}}}
        with pytest.raises(NotFound):
            cycles.get(tx, "none")


def test_a_review_comes_back_as_it_was_saved(firm: Database) -> None:
    one = full_review()
    with firm.write() as tx:
        reviews.insert_many(tx, [one])
    with firm.read() as tx:
        assert reviews.load(tx, "full") == one
        assert reviews.load_many(tx, ["full", "none"]) == {"full": one}
        with pytest.raises(NotFound):
            reviews.load(tx, "none")


def test_saving_writes_what_changed_whether_the_review_was_loaded_here_or_not(firm: Database) -> None:
    one = full_review()
    tasks = (replace(one.tasks[0], status="superseded"), one.tasks[1], replace(one.tasks[1], id="t9", name="sign"))
    two = replace(one, revision=3, tasks=tasks, participants=(*one.participants, Participant("hr", "hugh", later(2))))
    with firm.write() as tx:
        reviews.insert_many(tx, [one])
    with firm.write() as tx:
        reviews.save(tx, two, 2)
    with firm.write() as tx:
        assert reviews.load(tx, "full") == two
        spent = tx.statements
        reviews.save(tx, replace(two, revision=4, state="closed"), 3)
        assert tx.statements == spent + 1
    with firm.read() as tx:
        assert reviews.load(tx, "full") == replace(two, revision=4, state="closed")


def test_a_stale_revision_is_refused_and_nothing_of_it_stays(firm: Database) -> None:
    with firm.write() as tx:
        one = open_review(tx)
    with firm.write() as tx:
        carry_out(tx, one, answered(one, hours=1))
    with pytest.raises(StaleRevision), firm.write() as tx:
        reviews.save(tx, replace(one, state="lost"), 1)
    with pytest.raises(StaleRevision), firm.write() as tx:
        history.append(tx, [entry(answered(one, hours=2))])
    with firm.read() as tx:
        assert reviews.load(tx, "r1").state == "rating"
        assert len(history.read(tx, "review:r1")) == 2


def test_loading_a_review_tells_its_cycle_subject_and_head_without_further_statements(firm: Database) -> None:
    whole_review(firm)
    with firm.read() as tx:
        one = reviews.load(tx, "r1")
        assert cycles.get(tx, one.cycle).period == "2025-Q3"
        assert people.by_id(tx, [one.subject])["ann"] == person("ann", name=people.by_id(tx, ["ann"])["ann"].name)
        assert history.heads(tx, ["review:r1"])["review:r1"].leaf_hash == one.head
        assert tx.statements == 1


def test_lists_find_reviews_and_tasks_by_whom_they_concern(firm: Database) -> None:
    with firm.write() as tx:
        open_review(tx, "r1", "ann")
        open_review(tx, "r2", "bob")
    with firm.read() as tx:
        assert [row.id for row in reviews.find(tx, cycle="cycle-q3")] == ["r1", "r2"]
        assert [row.id for row in reviews.find(tx, subject="bob", state="targets")] == ["r2"]
        assert [row.id for row in reviews.find(tx, holder="mia")] == ["r1", "r2"]
        assert reviews.find(tx, holder="mia", state="closed") == ()


def test_reviews_are_found_by_the_beginning_of_their_ids(firm: Database) -> None:
    with firm.write() as tx:
        for one in ("00aa", "00ab", "00bf", "01"):
            open_review(tx, one, {"00aa": "ann", "00ab": "bob", "00bf": "mia", "01": "zoe"}[one])
    with firm.read() as tx:
        assert reviews.begun_with(tx, "00a", 9) == ["00aa", "00ab"]
        assert reviews.begun_with(tx, "00", 2) == ["00aa", "00ab"]
        assert reviews.begun_with(tx, "00bf", 9) == ["00bf"]
        assert reviews.begun_with(tx, "02", 9) == []


def test_earlier_results_come_newest_first_with_their_payload(firm: Database) -> None:
    whole_review(firm)
    with firm.write() as tx:
        next_cycle(tx)
        open_review(tx, "r9", "ann", "cycle-q4")
    with firm.read() as tx:
        (previous,) = reviews.previous_results(tx, "ann", "flow", "2026-Q1", 4)
        assert (previous.review, previous.period, previous.total, previous.grade) == ("r1", "2025-Q3", "82.13", "B")
        assert previous.payload is not None
        assert previous.payload["result"]["facts"] == {"sales": "110"}
        assert reviews.previous_results(tx, "ann", "flow", "2025-Q3", 4) == ()


@pytest.mark.parametrize(("total", "sort"), [("82.13", 82130000), ("-7.25", -7250000), ("9" * 30, 2**63 - 1)])
def test_totals_sort_by_number_and_stay_text(firm: Database, total: str, sort: int) -> None:
    one = full_review()
    assert one.result is not None
    with firm.write() as tx:
        reviews.insert_many(tx, [replace(one, result=replace(one.result, total=total))])
        assert tx.execute(select(review_table.c.total, review_table.c.total_sort)).one() == (total, sort)


def test_only_the_next_timer_is_kept_and_it_fires_once(firm: Database) -> None:
    with firm.write() as tx:
        open_review(tx)
        open_review(tx, "r2", "bob")
        timers.sync(tx, "r1", [Due("r1", "late", "t1", later(5)), Due("r1", "deadline", "0", later(7))])
        timers.insert_many(tx, [Due("r2", "open", "t2", later(4))])
    with firm.read() as tx:
        assert timers.due(tx, later(3)) == ()
        assert [one.review for one in timers.due(tx, later(5))] == ["r2", "r1"]
        assert [one.review for one in timers.due(tx, later(9), 1)] == ["r2"]
        assert timers.next_due(tx) == later(4)
    with firm.write() as tx:
        assert timers.claim(tx, "r1", later(4)) is None
        assert timers.claim(tx, "r1", later(5)) == Due("r1", "late", "t1", later(5))
        timers.sync(tx, "r1", [Due("r1", "deadline", "0", later(7))])
        timers.sync(tx, "r2", [])
        assert timers.due(tx, later(9)) == (Due("r1", "deadline", "0", later(7)),)


def test_the_same_key_gives_the_same_receipt_and_another_request_is_refused(firm: Database) -> None:
    with firm.write() as tx:
        assert requests.find(tx, "ann", "k", "digest") is None
        requests.insert(tx, "ann", "k", "digest", {"review": "r1", "seq": 2}, NOW)
    with firm.write() as tx:
        assert requests.find(tx, "ann", "k", "digest") == {"review": "r1", "seq": 2}
        assert requests.find(tx, "bob", "k", "digest") is None
        with pytest.raises(KeyReused):
            requests.find(tx, "ann", "k", "another")
    with pytest.raises(StaleRevision), firm.write() as tx:
        requests.insert(tx, "ann", "k", "digest", {}, NOW)


def test_a_customer_in_a_unit_has_colleagues_there_and_is_nobodys(firm: Database) -> None:
    with firm.write() as tx:
        unit = next(one.target for one in people.assignments_at(tx, NOW) if (one.person, one.kind) == ("ann", "unit"))
        people.insert_assignments(tx, [people.Assignment("desk", "acct", "unit", unit, NOW, None, NOW)])
    with firm.read() as tx:
        assert people.relations(tx, ["ann"], NOW).teams["ann"] == ("bob",)
        assert people.relations(tx, None, NOW).teams == {"ann": ("bob",), "bob": ("ann",), "acct": ("ann", "bob")}
        assert people.relations(tx, ["acct"], NOW).units["acct"] == (unit,)
