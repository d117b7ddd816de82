"""A draft is its author's alone, lies sealed, and is gone once the task is answered or no longer hers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from engine.errors import InputError, KeyReused
from engine.operations.drafts import SIZE_MAX, Saved, draft_of, drop_draft, save_draft
from engine.operations.handle import Receipt
from engine.operations.names import SYSTEM
from engine.operations.once import Once, Replayed
from engine.operations.worker import fire_due
from engine.review.case import Refused
from engine.review.commands import Answer, Intervene, Reassign, Remark
from engine.store import reviews

PLAIN = {"outcome": "done", "form": {"note": "half a sentence 半句话"}, "targets": {}}


def save(world, who="m1", subject="a1", task="propose", plain=PLAIN, once=None):
    return save_draft(world.rt, world.actor(who), world.review(subject), task, plain, once)


def draft(world, who="m1", subject="a1", task="propose"):
    found = draft_of(world.rt, world.actor(who), world.review(subject), task)
    return None if found is None else found.plain


def kept(world):
    with world.rt.database.read() as tx:
        return tx.execute(text("SELECT count(*) FROM draft")).scalar_one()


def done(answer):
    assert isinstance(answer, Receipt), answer
    return answer


def proposed(world, subject="a1"):
    return done(world.do("m1", Answer(world.review(subject), "propose", targets={"sales_plan": "1000.00"})))


def test_a_draft_is_read_back_as_it_was_saved_last(opened_on_both):
    world = opened_on_both
    first = save(world)
    assert isinstance(first, Saved)
    assert draft(world) == PLAIN
    world.clock.set(world.clock.now() + timedelta(minutes=1))
    second = save(world, plain={"comment": "another"})
    assert second.task == first.task
    assert draft(world) == {"comment": "another"}
    found = draft_of(world.rt, world.actor("m1"), world.review("a1"), first.task)
    assert found.saved_at == second.saved_at > first.saved_at
    assert kept(world) == 1


def test_numbers_come_back_as_their_texts(opened):
    save(opened, plain={"ratings": {"care": Decimal("3.50")}, "n": 3, "yes": True, "list": [Decimal("-0.1"), None]})
    assert draft(opened) == {"ratings": {"care": "3.50"}, "n": 3, "yes": True, "list": ["-0.1", None]}


@pytest.mark.parametrize(("who", "task", "code"), [
    ("a1", "propose", "not_your_task"), ("hr1", "propose", "not_your_task"), ("dir1", "propose", "not_your_task"),
    ("au1", "propose", "read_only"), ("a2", "propose", "not_visible"), ("p1", "propose", "not_visible"),
    (None, "propose", "not_yours"), ("m1", "nothing", "no_such_task"), ("a1", "sign", "task_not_open"),
])  # fmt: skip
def test_only_a_holder_of_an_open_or_waiting_task_may_save_one(opened, who, task, code):
    said = save(opened, who=who, task=task)
    assert isinstance(said, Refused), said
    assert said.code == code
    assert kept(opened) == 0
    dropped = drop_draft(opened.rt, opened.actor(who), opened.review("a1"), task)
    assert isinstance(dropped, Refused)


def test_an_unknown_review_is_refused_as_everywhere(opened):
    said = save_draft(opened.rt, opened.actor("m1"), "0" * 32, "propose", PLAIN)
    assert isinstance(said, Refused)
    assert said.code == "no_such_review"


def test_a_task_that_still_waits_may_be_begun_and_is_kept_when_it_opens(opened_on_both):
    world = opened_on_both
    assert isinstance(save(world, who="a1", task="agree"), Saved)
    proposed(world)
    assert draft(world, who="a1", task="agree") == PLAIN
    done(world.do("a1", Answer(world.review("a1"), "agree", "accept")))
    assert kept(world) == 0


def test_nobody_else_reads_a_draft(opened):
    save(opened)
    for who in ("a1", "hr1", "hr2", "au1", "dir1", None):
        assert draft(opened, who=who) is None
    assert draft(opened) == PLAIN


def test_answering_drops_the_draft_in_the_same_transaction_and_only_that_one(opened_on_both):
    world = opened_on_both
    save(world)
    save(world, subject="a2")
    dry = world.do("m1", Answer(world.review("a1"), "propose", targets={"sales_plan": "1000.00"}), dry=True)
    assert isinstance(dry, Receipt)
    refused = world.do("m1", Answer(world.review("a1"), "propose", "nothing of the kind"))
    assert isinstance(refused, Refused)
    done(world.do("a1", Remark(world.review("a1"), "a word")))
    assert draft(world) == PLAIN
    proposed(world)
    assert kept(world) == 1
    assert draft(world) is None
    assert draft(world, subject="a2") == PLAIN


def test_a_task_sent_back_is_begun_anew(opened):
    save(opened, who="a1", task="agree")
    proposed(opened)
    save(opened, who="a1", task="agree", plain={"outcome": "object"})
    done(opened.do("a1", Answer(opened.review("a1"), "agree", "object", comment="too much")))
    assert draft(opened, who="a1", task="agree") is None
    assert kept(opened) == 0
    assert isinstance(save(opened), Saved)


def test_what_time_or_hr_takes_away_is_dropped(opened):
    save(opened)
    save(opened, subject="a2")
    save(opened, subject="a3")
    done(opened.do("hr1", Reassign(opened.review("a1"), "propose", opened.actor("dir1").person, "she is ill")))
    assert draft(opened) is None
    done(opened.do("hr1", Intervene(opened.review("a2"), "withdraw", "she has left")))
    assert kept(opened) == 1
    opened.at("2025-08-05T09:00:00+08:00")
    fire_due(opened.rt, opened.clock.now())
    assert kept(opened) == 0


def test_a_draft_can_be_thrown_away(opened):
    world = opened
    save(world)
    drop = (world.rt, world.actor("m1"), world.review("a1"), "propose")
    assert drop_draft(*drop, Once("k", "d" * 64)) is True
    assert draft(world) is None
    assert drop_draft(*drop) is False
    save(world)
    assert drop_draft(*drop, Once("k", "d" * 64)) is True
    assert draft(world) == PLAIN, "the same wish again is not a new one"


def test_the_same_key_saves_once(opened):
    world = opened
    first = save(world, once=Once("k", "d" * 64))
    save(world, plain={"comment": "newer"})
    assert save(world, once=Once("k", "d" * 64)) == Replayed(first.receipt())
    assert draft(world) == {"comment": "newer"}
    with pytest.raises(KeyReused):
        save(world, once=Once("k", "e" * 64))


def test_a_draft_may_be_as_long_as_64_kb(opened):
    frame = len('{"a":""}')
    assert isinstance(save(opened, plain={"a": "x" * (SIZE_MAX - frame)}), Saved)
    with pytest.raises(InputError, match="DR010"):
        save(opened, plain={"a": "x" * (SIZE_MAX - frame + 1)})


@pytest.mark.parametrize("value", [
    0.5, Decimal("NaN"), Decimal("1e999999"), Decimal("1e-999999"), Decimal("1" * 101), 2**53, "\ud800", {"\ud800": 1},
    {1: 2}, object(), {1, 2},
])  # fmt: skip
def test_what_could_not_be_read_back_is_refused(opened, value):
    with pytest.raises(InputError, match="DR011"):
        save(opened, plain={"a": value})
    assert kept(opened) == 0


def test_what_is_nested_without_end_is_refused(opened):
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InputError, match="DR011"):
        save(opened, plain={"a": deep})
    with pytest.raises(InputError, match="DR011"):
        save(opened, plain=[])


def test_the_words_lie_sealed_under_the_key_of_their_author(opened):
    save(opened)
    data = b"".join(file.read_bytes() for file in (opened.folder / "data").iterdir())
    assert str(opened.actor("m1").person).encode() in data
    assert b"half a sentence" not in data
    assert "半句话".encode() not in data
    with opened.rt.database.read() as tx:
        assert tx.execute(text("SELECT person FROM draft")).scalar_one() == opened.actor("m1").person
    opened.rt.database.keys.destroy(str(opened.actor("a1").person), opened.clock.now())
    assert draft(opened) == PLAIN
    opened.rt.database.keys.destroy(str(opened.actor("m1").person), opened.clock.now())
    assert draft(opened) is None


def test_where_there_is_no_draft_the_hook_sends_nothing(opened):
    with opened.rt.database.write() as tx:
        reviews.load(tx, opened.review("a1"))
        assert tx.memory("drafts") == {opened.review("a1"): []}
        assert tx.statements == 1


def test_the_system_has_no_draft(opened):
    assert draft_of(opened.rt, SYSTEM, opened.review("a1"), "propose") is None
