"""What `explain` calls possible is what `decide` accepts, for every state, kind of actor and command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine.review.case import Actor, Refused
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    Delegate,
    Extend,
    Hold,
    Intervene,
    Reassign,
    Remark,
    Resume,
    Retract,
    Skip,
    TakeFigures,
    Waive,
)
from engine.review.decide.step import decide
from engine.review.explain import Possible, explain

PEOPLE = ("sub", "boss", "top", "ann", "dan", "hr1", "pan1", "pan3", "aud", "stranger")


CLOCKS = {"hold": Hold, "resume": Resume, "skip": Skip}


def well_formed(world: Any, forms: dict[str, Any], person: str, one: Possible) -> Iterator[tuple[str, Command]]:
    """Commands of the kind as a careful person would write them, by outcome; made without a look at `explain`'s own."""
    review, definition = world.review, world.definition
    if one.kind == "answer":
        plan = next(state.tasks[one.task] for state in definition.states.values() if one.task in state.tasks)
        ratings = dict.fromkeys(plan.asks, "5")
        for outcome in definition.outcomes_of(plan):
            form = forms.get(str(one.task), {})
            yield outcome, Answer(review.id, one.task_id or str(one.task), outcome, form, ratings, {}, None, "said")
    elif one.kind == "waive":
        yield "", Waive(review.id, str(one.task_id), "said")
    elif one.kind == "reassign":
        yield "", Reassign(review.id, str(one.task_id), "newcomer", "said")
    elif one.kind == "delegate":
        yield "", Delegate(review.id, str(one.task_id), "newcomer", "said")
    elif one.kind == "retract":
        yield "", Retract(review.id, str(one.task_id), "said")
    elif one.kind == "extend":
        yield "", Extend(review.id, "said", (world.now + timedelta(days=400)).date(), one.task_id)
    elif one.kind in CLOCKS:
        yield "", CLOCKS[one.kind](review.id, "said")
    elif one.kind == "intervene":
        yield "", Intervene(review.id, str(one.task), "said")
    elif one.kind == "remark":
        yield "", Remark(review.id, "said")
    elif one.kind == "take_figures":
        yield "", TakeFigures(review.id)
    elif one.kind == "correct_figures":
        yield "", CorrectFigures(review.id, tuple(row.id for row in world.observations[-1:]), "said")


def disagreements(world: Any, forms: dict[str, Any]) -> list[str]:
    found = []
    for person in PEOPLE:
        case, actor = world.case(), Actor(person)
        for one in explain(case, actor, world.now):
            accepted = set()
            for outcome, command in well_formed(world, forms, person, one):
                if not isinstance(decide(case, actor, command, world.now), Refused):
                    accepted.add(outcome)
            said = set(one.outcomes) if one.kind == "answer" else {""} if one.possible else set()
            if said != accepted or one.possible != bool(accepted) or bool(one.reasons) == one.possible:
                found.append(f"{world.review.state} {person} {one.kind} {one.task}: {said} {accepted} {one.reasons}")
    return found


def test_what_is_called_possible_is_accepted_and_nothing_else(
    stops: list[Any], drifted: list[Any], still: list[Any], forms: dict[str, Any]
) -> None:
    assert [line for world in (*stops, *drifted, *still) for line in disagreements(world, forms)] == []


@pytest.fixture
def still(stops: list[Any], small: Any) -> list[Any]:
    """Some of the stops held, and a task that may be handed on: by whoever has it, and by whoever was handed it."""
    found = [world.twin() for world in stops if world.review.ended_at is None][::4]
    for world in found:
        world.must("hr1", Hold("r", "away"))
    states = """
  begin: {stage: evaluate, tasks: {ask: {by: boss, due: 9 days, delegate: allowed}}, next: over}
  over: {final: true}
"""
    free, given = small(states), small(states)
    given.must("boss", Delegate("r", "ask", "ann", "away"))
    return [*found, free, given]


def test_without_a_result_hr_cannot_settle_it_and_is_told_what_lacks(drifted: list[Any]) -> None:
    world = next(world for world in drifted if world.review.state == "calibrate")
    found = explain(world.case(), Actor("hr1"), world.now)
    (settle,) = [one for one in found if (one.task, one.kind) == ("settle", "answer")]
    assert settle.outcomes == ("send_back",)
    refused = decide(world.case(), Actor("hr1"), Answer("r", "settle", "confirm"), world.now)
    assert isinstance(refused, Refused)
    assert refused.code == "result_blocked"


def test_the_journey_comes_through_every_state_that_can_be_stayed_in(stops: list[Any]) -> None:
    states = stops[0].definition.states
    stayed = {name for name, state in states.items() if not state.fork}
    assert {world.review.state for world in stops} >= stayed - {"withdrawn"}


def test_every_kind_of_command_is_possible_for_somebody_somewhere_and_refused_to_others(
    stops: list[Any], still: list[Any]
) -> None:
    possible: set[str] = set()
    refused: set[str] = set()
    for world in (*stops, *still):
        for person in PEOPLE:
            for one in explain(world.case(), Actor(person), world.now):
                (possible if one.possible else refused).add(one.kind)
    kinds = {
        "answer", "waive", "reassign", "delegate", "extend", "retract", "hold", "resume", "skip", "intervene",
        "remark", "take_figures", "correct_figures",
    }  # fmt: skip
    assert possible == refused == kinds


def test_the_comparison_can_fail(stops: list[Any], forms: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.review.standing.tasks.holds", lambda case, row, person: True)
    opened = stops[0]
    real = list(disagreements(opened, forms))
    assert real == []  # both change together: there is one truth
    monkeypatch.setattr("engine.review.explain.sample_rating", lambda declared: "99")
    asked = next(world for world in stops if "peers" in world.open_tasks())
    assert disagreements(asked, forms) != []


def test_a_task_that_waits_says_since_when_it_may_be_done(stops: list[Any]) -> None:
    collecting = next(world for world in stops if world.review.state == "collect_data")
    mine = {one.task: one for one in explain(collecting.case(), Actor("sub"), collecting.now) if one.kind == "answer"}
    assert [reason.code for reason in mine["self"].reasons] == ["task_not_open", "waits_for_date"]
    assert mine["self"].next_at is not None
    assert next(reason.code for reason in mine["propose"].reasons) == "not_your_task"
