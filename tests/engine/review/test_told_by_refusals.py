"""What a refusal tells: of rows of work that one may not read, nothing; not even to whoever tries names or ids."""

from __future__ import annotations

from typing import Any

import pytest

from engine.review.case import Actor, Refused
from engine.review.commands import Answer, Command, CorrectFigures, Intervene, Reassign, TakeFigures, Waive
from engine.review.decide.step import decide
from engine.review.explain import explain

NOWHERE = "0" * 32
ASKED = ("ann", "ben", "cat")


def reasons(world: Any, person: str, command: Command) -> list[tuple[str, dict[str, str]]]:
    """All that is said against the command, but for the name of the task that was typed."""
    refused = decide(world.case(), Actor(person), command, world.now)
    assert isinstance(refused, Refused), command
    return [(one.code, {key: value for key, value in one.values.items() if key != "task"}) for one in refused.reasons]


@pytest.fixture
def asked(stops: list[Any]) -> Any:
    """Three colleagues are asked about `sub`, and ann has answered."""
    found = next(world for world in stops if world.rows("peers", "open"))
    world = found.twin()
    if not world.rows("peers", "done"):
        world.answer("ann", "peers", ratings={"teamwork": "3"})
    return world


def test_nobody_finds_out_by_trying_names_who_was_asked(asked: Any) -> None:
    (row, *_) = asked.rows("peers", "open")
    for person in ("sub", "boss", "top", "aud", *ASKED):
        for to in (*ASKED, "dan"):
            told = [code for code, _ in reasons(asked, person, Reassign("r", row.id, to, "x"))]
            assert {"already_holds", "person_excluded"}.isdisjoint(told), (person, to)
    assert [code for code, _ in reasons(asked, "hr1", Reassign("r", row.id, "ann", "x"))] == ["already_holds"]


def test_whoever_is_asked_hears_nothing_of_how_far_the_others_are(asked: Any) -> None:
    for row in asked.review.tasks:
        for person in ASKED:
            if row.person == person:
                continue
            for command, unknown in (
                (Answer("r", row.id), Answer("r", NOWHERE)),
                (Waive("r", row.id, "x"), Waive("r", NOWHERE, "x")),
                (Reassign("r", row.id, "dan", "x"), Reassign("r", NOWHERE, "dan", "x")),
            ):
                assert reasons(asked, person, command) == reasons(asked, person, unknown), (person, row.name)
    for task in ("propose", "monthly", "self"):
        assert [code for code, _ in reasons(asked, "cat", Answer("r", task))] == ["not_your_task"]
        assert [code for code, _ in reasons(asked, "cat", Waive("r", task, "x"))] == ["not_yours"]
    (done,) = asked.rows("peers", "done")
    assert ("task_closed", {"status": "done"}) in reasons(asked, "hr1", Waive("r", done.id, "x"))
    assert ("task_closed", {"status": "done"}) in reasons(asked, "boss", Answer("r", "propose"))


def test_whoever_may_not_follow_a_review_hears_nothing_of_its_past_by_refusals(stops: list[Any]) -> None:
    world = next(world for world in stops if world.review.state == "calibrate")
    for command in (Intervene("r", "reopen"), TakeFigures("r"), CorrectFigures("r", (), "")):
        for person in ASKED:
            assert {code for code, _ in reasons(world, person, command)} <= {"not_yours", "read_only"}
        assert len(reasons(world, "boss", command)) > 1


def test_what_can_be_asked_names_no_row_that_is_not_hers_to_know(asked: Any) -> None:
    rows = {one.id: one.person for one in asked.review.tasks}
    for person in ASKED:
        found = explain(asked.case(), Actor(person), asked.now)
        assert {rows[one.task_id] for one in found if one.task_id is not None} <= {person}
        assert {one.task for one in found if one.kind == "answer"} >= {"propose", "peers", "settle"}
    for person in ("boss", "hr1", "sub"):
        assert {rows[one.task_id] for one in explain(asked.case(), Actor(person), asked.now) if one.task_id} > {"ben"}
