"""Refusals: a command with two faults gets the first by precedence, and says what is missing with its values."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.review import refusal
from engine.review.case import Actor, Reason, Refused
from engine.review.commands import (
    Answer,
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
from engine.review.refusal import Code, precedence, reason, refuse
from engine.words.book import sentences

README = Path(refusal.__file__).with_name("README.md")


def test_the_first_by_precedence_is_the_code_whatever_the_order_found() -> None:
    reasons = [reason(Code.RATING_MISSING), reason(Code.NOT_YOUR_TASK), reason(Code.COMMENT_REQUIRED)]
    for order in (reasons, list(reversed(reasons))):
        refused = refuse(order)
        assert refused.code == "not_your_task"
        assert [one.code for one in refused.reasons] == ["not_your_task", "comment_required", "rating_missing"]


def test_what_explains_a_refusal_stands_beside_it() -> None:
    refused = refuse([reason(Code.RATING_MISSING), reason(Code.FORM_FAULT), Reason("FM001", {})])
    assert [one.code for one in refused.reasons] == ["form_fault", "FM001", "rating_missing"]
    assert precedence("SR014") == precedence("targets_unsound")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_code_has_a_sentence(lang: str) -> None:
    assert {code.value for code in Code} <= set(sentences(lang))


def test_every_code_stands_in_the_readme() -> None:
    text = README.read_text()
    assert [code.value for code in Code if f"`{code.value}`" not in text] == []


COMMANDS: dict[str, tuple[str, str, Any]] = {
    # code: state of the stop, who asks, what
    "not_visible": ("set_targets", "stranger", Answer("r", "propose")),
    "no_such_task": ("set_targets", "boss", Answer("r", "prppose", "no")),
    "read_only": ("set_targets", "aud", Answer("r", "propose")),
    "not_your_task": ("set_targets", "sub", Answer("r", "propose", "no", form={"x": 1})),
    "not_yours": ("set_targets", "boss", Waive("r", "propose", "")),
    "no_such_intervention": ("set_targets", "boss", Intervene("r", "stop")),
    "not_from_here": ("set_targets", "hr1", Intervene("r", "reopen")),
    "review_ended": ("closed", "hr1", TakeFigures("r")),
    "task_not_open": ("set_targets", "boss", Answer("r", "review", "no")),
    "inputs_not_fixed": ("set_targets", "hr1", CorrectFigures("r", (), "")),
    "inputs_fixed": ("evaluate", "hr1", TakeFigures("r")),
    "no_such_outcome": ("set_targets", "boss", Answer("r", "propose", "no", form={"x": 1})),
    "reason_required": ("set_targets", "hr1", Reassign("r", "propose", "ann", "")),
    "comment_required": ("feedback", "boss", Remark("r", " ")),
    "form_fault": ("evaluate", "boss", Answer("r", "review", form={"x": 1})),
    "targets_not_asked": ("evaluate", "boss", Answer("r", "review", form={"strengths": "x", "improve": "y"},
                                                     targets={"sales.target": "1"})),
    "no_such_target": ("set_targets", "boss", Answer("r", "propose", targets={"x": "1"})),
    "target_out_of_range": ("set_targets", "boss", Answer("r", "propose", targets={"sales.target": "1"})),
    "targets_unsound": ("set_targets", "boss", Answer("r", "propose", targets={"satisfaction.weight": "40"})),
    "grade_not_asked": ("evaluate", "boss", Answer("r", "review", grade="A", form={"strengths": "x", "improve": "y"})),
    "delegation_not_allowed": ("set_targets", "boss", Delegate("r", "propose", "ann", "")),
    "nothing_to_retract": ("set_targets", "boss", Retract("r", "agree", "x")),
    "not_held": ("set_targets", "hr1", Resume("r", "x")),
    "day_passed": ("set_targets", "hr1", Extend("r", "x", date(2025, 6, 1))),
    "day_too_far": ("set_targets", "hr1", Hold("r", "x", date(2052, 1, 1))),
    "not_later": ("set_targets", "hr1", Extend("r", "x", date(2025, 7, 2))),
    "person_excluded": ("set_targets", "hr1", Reassign("r", "propose", "sub", "x")),
}


@pytest.mark.parametrize("code", COMMANDS)
def test_each_fault_is_told_by_its_own_code(stops: list[Any], code: str) -> None:
    state, person, command = COMMANDS[code]
    world = next(world for world in stops if world.review.state == state)
    refused = decide(world.case(), Actor(person), command, world.now)
    assert isinstance(refused, Refused)
    assert refused.code == code


HELD: dict[str, tuple[str, Any]] = {
    "review_held": ("boss", Answer("r", "propose", "no", form={"x": 1})),
    "held_already": ("hr1", Hold("r", "", date(2025, 6, 1))),
    "not_yours": ("boss", Skip("r", "")),
    "not_your_task": ("sub", Answer("r", "propose")),
}


@pytest.mark.parametrize("code", HELD)
def test_what_is_held_says_so_after_whose_it_is_and_before_what_is_in_it(account_manager: Any, code: str) -> None:
    world, (person, command) = account_manager.twin(), HELD[code]
    world.must("hr1", Hold("r", "x", date(2025, 7, 9)))
    refused = decide(world.case(), Actor(person), command, world.now)
    assert isinstance(refused, Refused)
    assert refused.code == code
    if code == "review_held":
        assert [one.values for one in refused.reasons if one.code == "held_until"] == [{"until": "2025-07-09"}]
        assert refused.at == world.review.held.until


def test_a_person_under_review_decides_nothing_about_herself(stops: list[Any]) -> None:
    world = next(world for world in stops if world.review.state == "calibrate").twin()
    groups = {**world.relations.groups, "hr": ("hr1", "sub")}
    world.relations = type(world.relations)(world.relations.managers, world.relations.teams, groups)
    assert world.refused("sub", Answer("r", "settle", "confirm")) == "nobody_on_themselves"
    assert world.refused("sub", Intervene("r", "withdraw", "x")) == "nobody_on_themselves"
    assert world.refused("sub", Waive("r", "settle", "x")) == "nobody_on_themselves"
    world.answer("hr1", "settle", "confirm")


def test_nobody_but_a_person_answers(stops: list[Any]) -> None:
    assert stops[0].twin().refused(None, Answer("r", "propose")) == "not_yours"


def test_a_case_loaded_without_figures_is_a_mistake_of_the_caller(account_manager: Any) -> None:
    case = account_manager.case(scored=False)
    with pytest.raises(ValueError, match="without figures"):
        decide(case, Actor("boss"), Answer("r", "propose"), account_manager.now)
    assert not isinstance(decide(case, Actor("boss"), Remark("r", "a word"), account_manager.now), Refused)
