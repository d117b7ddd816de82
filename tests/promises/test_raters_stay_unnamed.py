"""Who is asked anonymously is known to some until she answers; nothing that is told later may be laid beside that."""

from __future__ import annotations

import pytest

from engine.operations import timeline, views
from engine.review.commands import Reassign
from tests.promises.organisation import World, marker, propose_targets, quarter

pytestmark = pytest.mark.slow

ANSWERS = {"a2": "4", "a3": "1", "a4": "3"}


def asked_and_answered(world: World, order: tuple[str, ...]) -> dict[str, str]:
    """a1's colleagues answer in this order; names of the rows as the manager saw them before, by the row's id."""
    propose_targets(world, "a1")
    world.answer("a1", "a1", "agree", "accept")
    world.at("2025-09-03T10:00:00+08:00")
    seen = views.review_view(world.rt, world.actor("m1"), world.id("a1"))
    rows = {task.id: task.holders[0].ref for task in seen.tasks if task.name == "peers"}
    for ref in order:
        world.answer(ref, "a1", "peers", ratings={"teamwork": ANSWERS[ref]}, comment=marker(ref))
        world.later(minutes=5)
    world.at("2025-10-09T09:00:00+08:00")
    world.answer("m1", "a1", "monthly", ratings={"teamwork": "3"})
    world.figures(quarter("a1", good=True))
    assert world.review("a1").state == "evaluate"
    return rows


@pytest.mark.parametrize("order", [("a2", "a3", "a4"), ("a4", "a2", "a3")])
def test_answers_without_a_name_cannot_be_laid_beside_named_rows(world: World, order: tuple[str, ...]) -> None:
    rows = asked_and_answered(world, order)
    assert set(rows.values()) == set(ANSWERS)
    for who in ("m1", "hr1", "dir1", "au1"):
        view = views.review_view(world.rt, world.actor(who), world.id("a1"))
        told = [one for one in view.answers if one.task == "peers"]
        assert [one.comment for one in told] == [marker(ref) for ref in ("a3", "a4", "a2")]  # by what they say
        assert not any(key in repr(told) for key in rows)
        assert {(one.by, one.at, one.number) for one in told} == {(None, None, 1)}
        named = [one.answer["task_id"] for one in view.answers if one.task == "monthly"]
        assert named, who


def test_the_history_dates_that_somebody_answered_and_not_what_she_said(world: World) -> None:
    asked_and_answered(world, ("a3", "a2", "a4"))
    for who in ("m1", "hr1", "au1"):
        lines = timeline.history(world.rt, world.actor(who), world.id("a1")).lines
        told = [(one.actor, one.comment) for one in lines if one.task == "peers" and one.action == "answered"]
        assert told == [(None, None)] * 3


def test_whoever_is_asked_hears_what_was_agreed_only_where_she_may_read_it(world: World) -> None:
    rows = asked_and_answered(world, ("a2", "a3", "a4"))
    assert rows
    agreed = (("targets", "agreed"),)
    said = {
        who: views.review_view(world.rt, world.actor(who), world.id("a1")).acknowledgements
        for who in ("m1", "a1", "hr1", "au1")
    }
    assert set(said.values()) == {agreed}
    (row,) = world.rows("a1", "review")
    world.must("hr1", Reassign(world.id("a1"), row.id, world.person("b1"), "x"))
    world.must("hr1", Reassign(world.id("a1"), row.id, world.person("x1"), "x"))
    view = views.review_view(world.rt, world.actor("b1"), world.id("a1"))
    assert (view.targets, view.acknowledgements) == (None, ())
