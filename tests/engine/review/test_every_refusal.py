"""One case for every code of a refusal that tells more than the first fault: a code without a case is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.review.case import Actor, Refused
from engine.review.codes import Code
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    Delegate,
    Extend,
    FireTimer,
    Hold,
    Intervene,
    Retract,
    Skip,
    Waive,
)
from engine.review.decide.step import decide
from engine.review.model import Gathered
from tests.engine.review import test_refusals
from tests.engine.review.world import World, instant

OPERATIONS = Path(__file__).parents[1] / "operations"
ELSEWHERE = {
    "no_such_review": "test_asking.py",
    "calibration_incomplete": "test_calibrate.py",
    "quota_broken": "test_calibrate.py",
}
"""What is not said of one review by itself, and where it is asked for."""

SMALL = """
  begin:
    stage: evaluate
    tasks:
      ask: {by: boss, delegate: true, asks: [care], each: true}
      aim: {by: boss, sets: targets, each: true}
      later: {by: boss, waits_for: [ask]}
      dated: {by: boss, opens: cycle.end}
      own: {by: hr, waits_for: [later], outcomes: {on: {to: middle}, again: {again: [ask], times: 1}}}
    leaving: [fix inputs]
  middle:
    stage: evaluate
    tasks: {grade: {by: hr, adjusts: grade, outcomes: {on: {to: over}}}}
  over: {final: true}
"""
FIXED = """
  begin:
    stage: evaluate
    tasks: {rate: {by: peer, asks: [care]}}
    next: middle
    deadline: {in: 3 days, to: middle}
    leaving: [fix targets]
  middle: {stage: evaluate, tasks: {rate_on: {by: peer, asks: [care]}, aim: {by: boss, sets: targets}}, next: over}
  over: {final: true}
"""
GATHERS = """
  begin: {stage: evaluate, collects: [sales], tasks: {rate: {by: peer, asks: [care]}}, next: settle}
  settle:
    stage: evaluate
    gathers: cohort
    tasks: {confirm: {by: hr, adjusts: grade}}
    next: over
    deadline: {in: 9 days, to: over}
  over: {final: true}
"""
SHUT = """
  begin:
    stage: evaluate
    tasks: {rate: {by: peer, asks: [care]}, own: {by: hr, outcomes: {on: {to: [{if: sales > 10, to: over}]}}}}
  over: {final: true}
"""
Given = tuple[World, str | None, Command]


class Places:
    """Reviews to ask things of: `at(state, number)` a stop of the shipped workflow, the others small ones."""

    def __init__(self, stops: list[World], small: Callable[..., World]) -> None:
        self.stops, self.small = stops, small

    def at(self, state: str, number: int = 0) -> World:
        return [world for world in self.stops if world.review.state == state][number].twin()

    def begun(self) -> World:
        return self.small(SMALL)

    def behind(self) -> World:
        world = self.small(GATHERS)
        world.figures([("sales", "2025-Q3", "50")])
        world.answer("ann", "rate", ratings={"care": "3"})
        return world

    def gathered(self) -> World:
        world = self.behind()
        rows = tuple(replace(row, status="open") for row in world.review.tasks if row.name == "confirm")
        brought = Gathered(world.review.visit, "all", members=3)
        others = tuple(row for row in world.review.tasks if row.name != "confirm")
        world.review = replace(world.review, tasks=(*others, *rows), gathered=brought)
        return world

    def fixed(self) -> World:
        world = self.small(FIXED)
        world.until("2025-07-05 09:00")
        return world

    def used(self, world: World, key: str, times: int) -> World:
        world.review = replace(world.review, counts={**world.review.counts, key: times})
        return world

    def answered(self) -> World:
        """Rated, and what came of it fixed meanwhile."""
        world = self.begun()
        world.answer("boss", "ask", ratings={"care": "4"})
        world.review = replace(world.review, fixed={"result": world.now})
        return world

    def blocked(self) -> World:
        """HR is to settle a grade, and there is none."""
        world = self.begun()
        world.answer("boss", "ask", ratings={"care": "4"})
        world.answer("boss", "later")
        world.answer("hr1", "own", "on")
        return world

    def shut(self) -> World:
        world = self.small(SHUT)
        world.answer("ann", "rate", ratings={"care": "3"})
        world.figures([("sales", "2025-Q3", "5")])
        return world

    def held(self) -> World:
        world = self.begun()
        world.must("hr1", Hold("r", "x", date(2025, 7, 9)))
        return world


CASES: dict[str, Callable[[Places], Given]] = {
    "nobody_on_themselves": lambda at: (hr_herself(at.begun()), "sub", Skip("r", "x")),
    "not_yours_to_retract": lambda at: (at.answered(), "hr1", Retract("r", "ask", "x")),
    "moved_on": lambda at: (at.at("collect_data"), "sub", Retract("r", "agree", "x")),
    "answer_fixed": lambda at: (at.answered(), "boss", Retract("r", "ask", "x")),
    "not_due": lambda at: (at.begun(), None, FireTimer("r", "deadline", "0")),
    "review_held": lambda at: (at.held(), "boss", Answer("r", "ask", ratings={"care": "3"})),
    "held_until": lambda at: (at.held(), "boss", Answer("r", "ask", ratings={"care": "3"})),
    "held_already": lambda at: (at.held(), "hr1", Hold("r", "x")),
    "window_over": lambda at: (long_after(at.at("closed")), "hr1", Intervene("r", "reopen", "x")),
    "waits_for_state": lambda at: (at.begun(), "hr1", Answer("r", "grade")),
    "waits_for_tasks": lambda at: (at.begun(), "boss", Answer("r", "later")),
    "waits_for_date": lambda at: (at.begun(), "boss", Answer("r", "dated")),
    "waits_for_cohort": lambda at: (at.behind(), "hr1", Answer("r", "confirm")),
    "task_closed": lambda at: (at.answered(), "boss", Answer("r", "ask", ratings={"care": "3"})),
    "answered_together": lambda at: (at.gathered(), "hr1", Answer("r", "confirm")),
    "outcome_used_up": lambda at: (at.used(at.at("calibrate"), "calibrate.settle.send_back", 2), "hr1",
                                   Answer("r", "settle", "send_back", comment="x")),
    "intervention_used_up": lambda at: (at.used(at.at("closed"), "anywhere.reopen", 1), "hr1",
                                        Intervene("r", "reopen", "x")),
    "task_decides": lambda at: (at.at("calibrate"), "hr1", Waive("r", "settle", "x")),
    "no_last_day": lambda at: (at.begun(), "hr1", Extend("r", "x", date(2025, 8, 1), "ask")),
    "no_way_to_skip": lambda at: (at.begun(), "hr1", Skip("r", "x")),
    "no_form": lambda at: (at.begun(), "boss", Answer("r", "ask", ratings={"care": "3"}, form={"a": "b"})),
    "chosen_count": lambda at: (at.at("set_targets"), "boss", Answer("r", "propose", form={"colleagues": ["ann"]})),
    "chosen_excluded": lambda at: (at.at("set_targets"), "boss",
                                   Answer("r", "propose", form={"colleagues": ["ann", "ben", "sub"]})),
    "rating_missing": lambda at: (at.begun(), "boss", Answer("r", "ask")),
    "rating_not_asked": lambda at: (at.begun(), "boss", Answer("r", "ask", ratings={"care": "3", "sales": "1"})),
    "rating_out_of_range": lambda at: (at.begun(), "boss", Answer("r", "ask", ratings={"care": "6"})),
    "targets_fixed": lambda at: (at.fixed(), "boss", Answer("r", "aim", targets={"sales.target": "60"})),
    "no_such_grade": lambda at: (at.at("calibrate"), "hr1", Answer("r", "settle", "confirm", grade="Z", comment="x")),
    "grade_out_of_bounds": lambda at: (violated(at), "hr1", Answer("r", "settle", "confirm", grade="S", comment="x")),
    "no_such_observation": lambda at: (at.at("evaluate"), "hr1", CorrectFigures("r", ("nothing",), "x")),
    "nothing_to_correct": lambda at: (at.at("evaluate"), "hr1", known_already(at.at("evaluate"))),
    "no_figures_to_correct": lambda at: (at.at("evaluate"), "hr1", CorrectFigures("r", (), "x")),
    "already_holds": lambda at: (at.begun(), "boss", Delegate("r", "ask", "boss", "x")),
    "result_blocked": lambda at: (at.blocked(), "hr1", Answer("r", "grade", "on", grade="A", comment="x")),
    "no_way": lambda at: (at.shut(), "hr1", Answer("r", "own", "on")),
}


def hr_herself(world: World) -> World:
    groups = {**world.relations.groups, "hr": ("hr1", "sub")}
    world.relations = type(world.relations)(world.relations.managers, world.relations.teams, groups)
    return world


def long_after(world: World) -> World:
    world.now = instant("2027-01-01 09:00")
    return world


def known_already(world: World) -> CorrectFigures:
    """The correction to a figure that counts as it is."""
    return CorrectFigures("r", (world.observations[0].id,), "x")


def violated(at: Places) -> World:
    """Where the rules of the card let no grade above C be given."""
    world = at.at("calibrate")
    assert world.review.result is not None
    assert world.review.result.bounds[0] == "C"
    return world


@pytest.fixture
def places(stops: list[World], small: Callable[..., World]) -> Places:
    return Places(stops, small)


@pytest.mark.parametrize("code", CASES)
def test_each_code_is_told_where_it_belongs(places: Places, code: str) -> None:
    world, person, command = CASES[code](places)
    refused = decide(world.case(), Actor(person, "timer" if person is None else "person"), command, world.now)
    assert isinstance(refused, Refused), refused
    assert code in [one.code for one in refused.reasons]


def without_a_case(codes: Iterable[str]) -> list[str]:
    known = {*CASES, *test_refusals.COMMANDS, *test_refusals.HELD}
    found = {code for code, file in ELSEWHERE.items() if f'"{code}"' in (OPERATIONS / file).read_text("utf-8")}
    return [code for code in codes if code not in known | found]


def test_every_code_has_a_case() -> None:
    assert without_a_case(code.value for code in Code) == []


def test_a_code_without_a_case_is_seen() -> None:
    """The control."""
    assert without_a_case(["not_visible", "made_up", "no_way"]) == ["made_up"]
