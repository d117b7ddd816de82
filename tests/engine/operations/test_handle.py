"""One command: one transaction, one event, few statements; a refused one leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.clock import parse_instant
from engine.errors import HistoryBroken, KeyReused, StaleRevision
from engine.history.event import Entry
from engine.operations import handle as handling
from engine.operations.handle import Receipt, receipt_bytes
from engine.operations.timeline import history
from engine.operations.worker import fire_due
from engine.review.case import Refused
from engine.review.commands import Answer, Remark
from engine.store import history as records
from engine.store import people, reviews
from tests.statements import heard

TARGETS = {"sales_plan": "1000000.00", "satisfaction.target": "88"}
STATEMENTS_MAX = 14


def propose(world, ref="a1", **more):
    return Answer(world.review(ref), "propose", targets={**TARGETS, **more})


@contextmanager
def counted(world) -> Iterator[list[str]]:
    """Every statement that reaches either database meanwhile."""
    sent: list[str] = []

    def note(text, _parameters, _many):
        sent.append(text)

    with heard(world.rt.database.engine, note), heard(world.rt.database._key_engine, note):
        yield sent


def rows(world):
    with world.rt.database.read() as tx:
        tables = ("event", "payload", "review", "task", "timer", "request", "participant")
        return {name: tx.connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in tables}


def test_an_accepted_answer_is_one_event_and_a_receipt_of_it(opened_on_both):
    world = opened_on_both
    receipt = world.do("m1", propose(world), key="k1")
    assert isinstance(receipt, Receipt), receipt
    lines = history(world.rt, world.actor("m1"), receipt.review).lines
    assert [line.action for line in lines] == ["opened", "answered"]
    assert (receipt.seq, receipt.leaf_hash) == (lines[-1].seq, lines[-1].leaf_hash)


def test_one_answer_takes_at_most_fourteen_statements(opened):
    world = opened
    command = propose(world)
    actor = world.actor("m1")
    handling.handle(world.rt, actor, propose(world, "a2"), key="warm")
    with counted(world) as sent:
        assert isinstance(handling.handle(world.rt, actor, command, key="k1"), Receipt)
    working = [one for one in sent if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"))]
    assert 5 < len(working) <= STATEMENTS_MAX, "\n\n".join(working)


def test_the_same_key_gives_the_same_bytes_and_no_second_event(opened):
    world = opened
    first = world.do("m1", propose(world), key="k1")
    before = rows(world)
    again = world.do("m1", propose(world), key="k1")
    assert isinstance(first, Receipt)
    assert isinstance(again, Receipt)
    assert receipt_bytes(first) == receipt_bytes(again)
    assert rows(world) == before


def test_the_same_key_with_another_wish_is_refused_as_reused(opened):
    world = opened
    world.do("m1", propose(world), key="k1")
    before = rows(world)
    with pytest.raises(KeyReused):
        world.do("m1", propose(world, **{"satisfaction.target": "89"}), key="k1")
    assert rows(world) == before


def test_two_people_may_use_the_same_key(opened):
    world = opened
    assert isinstance(world.do("m1", propose(world), key="k1"), Receipt)
    accepted = world.do("a1", Answer(world.review("a1"), "agree", "accept"), key="k1")
    assert isinstance(accepted, Receipt)


def test_a_dry_run_says_what_would_be_and_keeps_nothing(opened):
    world = opened
    before = rows(world)
    dry = world.do("m1", propose(world), key="k1", dry=True)
    assert isinstance(dry, Receipt)
    assert rows(world) == before
    real = world.do("m1", propose(world), key="k1")
    assert isinstance(real, Receipt)
    assert (dry.seq, dry.action, dry.state) == (real.seq, real.action, real.state)


def revision(world, ref="a1"):
    with world.rt.database.read() as tx:
        return reviews.load(tx, world.review(ref)).revision


def test_a_wish_made_for_an_older_review_is_stale_and_writes_nothing(opened):
    world = opened
    seen = revision(world)
    assert isinstance(world.do("a1", Remark(world.review("a1"), "first")), Receipt)
    before = rows(world)
    for dry in (True, False):
        with pytest.raises(StaleRevision) as caught:
            handling.handle(world.rt, world.actor("m1"), propose(world), key="k1", expected=seen, dry=dry)
        assert (caught.value.code, caught.value.values) == (
            "OP220", {"expected": str(seen), "revision": str(seen + 1)},
        )  # fmt: skip
    assert rows(world) == before
    done = handling.handle(world.rt, world.actor("m1"), propose(world), key="k1", expected=seen + 1)
    assert isinstance(done, Receipt)


def test_a_key_comes_before_the_revision_so_that_a_lost_reply_can_be_asked_for_again(opened):
    world = opened
    seen, actor = revision(world), world.actor("m1")
    first = handling.handle(world.rt, actor, propose(world), key="k1", digest="d" * 64, expected=seen)
    before = rows(world)
    again = handling.handle(world.rt, actor, propose(world), key="k1", digest="d" * 64, expected=seen)
    assert isinstance(first, Receipt)
    assert first == again
    with pytest.raises(KeyReused):
        handling.handle(world.rt, actor, propose(world), key="k1", digest="e" * 64, expected=seen)
    assert rows(world) == before


@pytest.mark.parametrize(
    ("who", "code"), [("a2", "not_visible"), ("a1", "not_your_task"), ("au1", "read_only")]
)
def test_a_refusal_says_more_than_a_stale_revision_and_tells_strangers_nothing(opened, who, code):
    world = opened
    answers = [
        handling.handle(world.rt, world.actor(who), propose(world), expected=expected)
        for expected in (revision(world), 999)
    ]
    assert all(isinstance(one, Refused) for one in answers)
    assert answers[0] == answers[1]
    assert answers[0].code == code


@pytest.mark.parametrize(
    ("who", "command", "code"),
    [
        ("a1", lambda world: propose(world), "not_your_task"),
        ("a2", lambda world: propose(world), "not_visible"),
        ("m1", lambda world: propose(world, **{"satisfaction.target": "99"}), "target_out_of_range"),
        ("m1", lambda world: Answer(world.review("a1"), "no-such-task"), "no_such_task"),
        ("a1", lambda world: Answer(world.review("a1"), "agree", "accept"), "task_not_open"),
    ],
)
def test_a_refused_command_has_touched_nothing(opened, who, command, code):
    before = rows(opened)
    refused = opened.do(who, command(opened), key="k1")
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert rows(opened) == before


def test_an_unknown_review_is_a_refusal(opened):
    refused = opened.do("m1", Remark("0" * 32, "hello"))
    assert isinstance(refused, Refused)
    assert refused.code == "no_such_review"


def test_a_stale_revision_is_tried_once_more_and_then_raised(opened, monkeypatch):
    world = opened
    tries = []
    save = reviews.save

    def stale(tx, review, expected):
        tries.append(expected)
        if len(tries) <= times:
            raise StaleRevision("stale_revision", review=review.id, expected=expected)
        save(tx, review, expected)

    monkeypatch.setattr(reviews, "save", stale)
    times = 1
    assert isinstance(world.do("m1", propose(world)), Receipt)
    assert len(tries) == 2
    times = 9
    before = rows(world)
    with pytest.raises(StaleRevision):
        world.do("a1", Answer(world.review("a1"), "agree", "accept"))
    assert len(tries) == 4
    assert rows(world) == before


def test_what_is_said_lies_in_payloads_alone(opened):
    world = opened
    secret = "between-you-and-me"
    assert isinstance(world.do("a1", Remark(world.review("a1"), secret), key="k1"), Receipt)
    for file in (world.folder / "data").iterdir():
        assert secret.encode() not in file.read_bytes(), file


def test_a_clock_set_back_refuses_no_work(opened):
    world = opened
    world.at("2025-07-03T09:00:00+08:00")
    assert isinstance(world.do("m1", propose(world)), Receipt)
    world.clock.instant = parse_instant("2025-07-02T09:00:00+08:00")
    receipt = world.do("a1", Answer(world.review("a1"), "agree", "accept"))
    assert isinstance(receipt, Receipt), receipt
    lines = history(world.rt, world.actor("m1"), receipt.review).lines
    assert lines[-1].at == lines[-2].at
    assert fire_due(world.rt, world.clock.now()).count == 0


def test_the_history_itself_takes_no_earlier_event(opened):
    entry = Entry("log", "people_imported", parse_instant("1999-01-01T00:00:00Z"), "system")
    with opened.rt.database.write() as tx:
        with pytest.raises(HistoryBroken):
            records.append(tx, [entry])
        tx.rollback()


def test_a_command_reads_the_groups_it_may_ask_about_and_no_others(opened_on_both):
    world = opened_on_both
    with world.rt.database.read() as tx:
        review = reviews.load(tx, world.review("a1"))
        groups = world.rt.groups(world.rt.definition(tx, review.definition))
        whole = people.relations(tx, [review.subject], world.clock.now())
        named = people.relations(tx, [review.subject], world.clock.now(), groups)
    assert groups == {"hr", "auditor", "appeals-panel"}
    assert set(whole.groups) - set(named.groups) == {"account-managers"}
    assert {group: whole.groups[group] for group in groups} == dict(named.groups)
    assert named.managers.items() <= whole.managers.items()
    assert (named.teams, named.owners) == (whole.teams, whole.owners)
