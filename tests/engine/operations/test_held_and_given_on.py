"""Holding, putting off, skipping, giving on and taking back through a database: rows, timers, drafts, words, jobs."""

from __future__ import annotations

import shutil
from datetime import date
from typing import Any

import pytest

from engine.definition.library import folder_of
from engine.errors import InputError, KeyReused
from engine.operations.audit import verify
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.drafts import draft_of, save_draft
from engine.operations.handle import Receipt
from engine.operations.job_items import check_item, command_of
from engine.operations.naming import day_named
from engine.operations.offers import say_possible
from engine.operations.telling import say_history
from engine.operations.timeline import history
from engine.operations.views import possible
from engine.operations.worker import fire_due
from engine.review.case import Refused
from engine.review.commands import Answer, Command, Delegate, Extend, Hold, Intervene, Remark, Resume, Retract, Skip
from engine.store import reviews
from tests.engine.operations.conftest import World

PEOPLE = {"colleagues": ["a2", "a3", "a4"]}


def ids(world: World) -> dict[str, Any]:
    return {"colleagues": [world.actor(ref).person for ref in PEOPLE["colleagues"]]}


def must(world: World, who: str, command: Command) -> Receipt:
    done = world.do(who, command)
    assert isinstance(done, Receipt), done
    return done


def told(world: World, lang: str, who: str = "hr1", ref: str = "a1") -> list[str]:
    found = history(world.rt, world.actor(who), world.review(ref))
    return [line for line in say_history(lang, found) if line]


def test_a_held_review_is_let_go_on_by_the_worker_and_nothing_else_of_it_fires(opened_on_both: World) -> None:
    world, review = opened_on_both, opened_on_both.review("a1")
    must(world, "hr1", Hold(review, "parental leave", date(2025, 7, 16)))
    world.at("2025-07-16T23:59:00+08:00")
    assert "resume" not in fire_due(world.rt, world.clock.now()).kinds
    world.at("2025-07-17T00:00:00+08:00")
    assert fire_due(world.rt, world.clock.now()).kinds["resume"] == 1
    with world.rt.database.read() as tx:
        one = reviews.load(tx, review)
    assert (one.held, one.revision) == (None, 3)
    assert verify(world.rt).ok
    assert told(world, "en")[1:] == [
        "2. 2025-07-01 09:00 put the review on hold, by Hai Ru", "     until 2025-07-16", '     "parental leave"',
        "3. 2025-07-17 00:00 the review goes on, by the clock", "     what was to come is 11 working days later",
    ]
    assert told(world, "zh")[2:4] == ["     至 2025-07-16", "     “parental leave”"]


def test_what_was_put_off_is_told_with_both_days(opened: World) -> None:
    review = opened.review("a1")
    must(opened, "hr1", Extend(review, "busy", date(2025, 7, 25), "propose"))
    assert told(opened, "en")[2:] == ["     last day 2025-07-15 -> 2025-07-25", '     "busy"']
    assert "     最后期限 2025-07-15 -> 2025-07-25" in told(opened, "zh")


def test_an_answer_taken_back_stays_as_a_draft_of_whoever_gave_it(opened_on_both: World) -> None:
    world, review = opened_on_both, opened_on_both.review("a1")
    given = Answer(review, "propose", form=ids(world), targets={"sales_plan": "1000.00"}, comment="as agreed")
    must(world, "m1", given)
    assert draft_of(world.rt, world.actor("m1"), review, "propose") is None
    must(world, "m1", Retract(review, "propose", "a zero too many"))
    kept = draft_of(world.rt, world.actor("m1"), review, "propose")
    assert kept is not None
    assert kept.plain == {
        "outcome": "done", "form": PEOPLE, "targets": {"sales_plan": "1000.00"}, "comment": "as agreed",
    }
    assert draft_of(world.rt, world.actor("hr1"), review, "propose") is None
    must(world, "m1", given)
    assert draft_of(world.rt, world.actor("m1"), review, "propose") is None
    assert verify(world.rt).ok


def test_a_draft_may_be_written_while_a_review_is_held(opened: World) -> None:
    review = opened.review("a1")
    must(opened, "hr1", Hold(review, "x"))
    assert not isinstance(save_draft(opened.rt, opened.actor("m1"), review, "propose", {"comment": "half"}), Refused)
    assert isinstance(opened.do("m1", Answer(review, "propose")), Refused)


def test_the_same_key_gives_the_same_receipt_and_another_day_is_another_wish(opened: World) -> None:
    review = opened.review("a1")
    first = opened.do("hr1", Hold(review, "x", date(2025, 7, 9)), key="k")
    assert opened.do("hr1", Hold(review, "x", date(2025, 7, 9)), key="k") == first
    with pytest.raises(KeyReused):
        opened.do("hr1", Hold(review, "x", date(2025, 7, 10)), key="k")


@pytest.fixture
def freely(world: World) -> World:
    """The shipped workflow with a proposal that may be given on."""
    folder = world.folder / "account-manager"
    shutil.copytree(folder_of("account-manager"), folder)
    file = folder / "workflow.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("propose:\n", "propose:\n        delegate: allowed\n", 1), "utf-8")
    proposed = propose(world.rt, world.actor("hr1"), Propose(folder))
    assert proposed.stored is not None, proposed.problems
    approve(world.rt, world.actor("hr2"), Approve(proposed.stored.name))
    world.open()
    return world


def test_who_answers_for_somebody_is_told_with_whose_task_it_was(freely: World) -> None:
    review = freely.review("a1")
    must(freely, "m1", Delegate(review, "propose", freely.actor("a5").person or "", "travels"))
    must(freely, "a5", Answer(review, "propose", form=ids(freely), targets={"sales_plan": "1000.00"}))
    assert any(line.endswith("by An Wu, on behalf of Min Gao") for line in told(freely, "en")), told(freely, "en")
    assert any("安五，代 高敏 办理" in line for line in told(freely, "zh")), told(freely, "zh")
    assert verify(freely.rt).ok


def test_what_can_be_done_is_said_in_both_languages(freely: World) -> None:
    found = possible(freely.rt, freely.actor("hr1"), freely.review("a1"))
    assert any("暂停考核" in line for line in say_possible("zh", found))
    said = "\n".join(say_possible("en", found))
    assert "possible: put off the next deadline; put the review on hold; move past this state" in said
    assert "not possible: answer agree, self, sign\n  These are for the role subject," in said
    assert len(said.splitlines()) <= 25, "what has the same reasons stands together"
    assert "let the review go on" not in said, "it is not on hold: that goes without saying"


def test_items_of_a_job_say_the_same(opened: World) -> None:
    review = opened.review("a1")
    wanted: dict[str, Command] = {
        "hold": Hold(review, "x", date(2025, 7, 9)), "resume": Resume(review, "x"), "skip": Skip(review, "x"),
        "extend": Extend(review, "x", date(2025, 7, 9), "propose"), "retract": Retract(review, "propose", "x"),
        "delegate": Delegate(review, "propose", opened.actor("a5").person or "", "x"),
        "intervene": Intervene(review, "withdraw", None), "remark": Remark(review, "x"),
    }
    more: dict[str, Any] = {
        "hold": {"until": "2025年7月9日"}, "extend": {"until": "2025/7/9", "task": "propose"},
        "retract": {"task": "propose"}, "delegate": {"task": "propose", "to": "a5"},
        "intervene": {"name": "withdraw"}, "remark": {"comment": "x"},
    }
    for kind, command in wanted.items():
        reason = {} if kind in ("intervene", "remark") else {"reason": "x"}
        item = check_item(1, {"review": "a1/2025-Q3", "command": kind, **reason, **more.get(kind, {})})
        assert command_of(opened.rt, opened.actor("m1"), item) == command
    item = {"review": "a1/2025-Q3", "command": "hold", "reason": "x"}
    with pytest.raises(InputError):
        check_item(1, {**item, "until": 5})
    with pytest.raises(InputError):
        command_of(opened.rt, opened.actor("m1"), check_item(1, {**item, "until": "soon"}))


@pytest.mark.parametrize("text", ["2025-10-31", "2025/10/31", "2025年10月31日", " 2025-10-31 "])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert day_named(text) == date(2025, 10, 31)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "31.10.2025", "2025-02-30", "2025-13-01", "0000-01-01", "２０２５-10-31"]
)
def test_what_is_no_day_is_said_with_how_to_write_one(text: str) -> None:
    with pytest.raises(InputError) as raised:
        day_named(text)
    assert raised.value.code == "OP058"

