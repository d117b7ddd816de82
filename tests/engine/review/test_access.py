"""Who sees and does what: relation x thing x state, ratings that are not released, raters who are not named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.review import access
from engine.review.access import THINGS, names_holder, relations_to, sees, sees_answer, sees_mean
from engine.review.commands import Answer, Reassign, Remark

EARLY, COLLECT, LATE, TOLD = ("set_targets",), ("collect_data",), ("evaluate", "calibrate"), (
    "feedback", "appeal", "improvement", "re_adjust", "closed",
)
OPEN_FILE = {"state", "tasks", "targets", "figures", "history"}
RESULT = {"result", "ratings", "answers"}
EXPECTED: dict[str, list[tuple[tuple[str, ...], set[str]]]] = {
    "sub": [(EARLY + COLLECT + LATE, OPEN_FILE), (TOLD, OPEN_FILE | RESULT)],
    "top": [(EARLY + COLLECT, OPEN_FILE), (LATE + TOLD, OPEN_FILE | RESULT)],
    "aud": [(EARLY + COLLECT, OPEN_FILE), (LATE + TOLD, OPEN_FILE | RESULT)],
    "hr1": [(EARLY + COLLECT, OPEN_FILE | {"asked"}), (LATE + TOLD, OPEN_FILE | RESULT | {"asked"})],
    "boss": [(LATE + TOLD, OPEN_FILE | RESULT | {"asked"})],
    "ann": [(EARLY, set()), (LATE + TOLD, {"state", "tasks", "ratings"})],
    "dan": [(EARLY + COLLECT + LATE + TOLD, set())],
    "pan1": [(EARLY + COLLECT + LATE[:1], set()), (TOLD[2:], {"state", "tasks", "ratings"})],
    "stranger": [(EARLY + COLLECT + LATE + TOLD, set())],
}
"""Written by hand, beside the table; `state` of the stop -> what may be read. The panel's answers are judged below."""


def seen_by(world: Any, person: str) -> set[str]:
    viewer = relations_to(world.definition, world.review, world.relations, person)
    return {thing for thing in THINGS if sees(world.definition, world.review, viewer, thing)}


@pytest.mark.parametrize("person", EXPECTED)
def test_each_relation_sees_in_each_state_what_is_its_own_and_no_more(stops: list[Any], person: str) -> None:
    checked = 0
    for world in first_visits(stops):
        for states, things in EXPECTED[person]:
            if world.review.state in states:
                checked += 1
                assert seen_by(world, person) == things, world.review.state
    assert checked >= 3


def first_visits(stops: list[Any]) -> list[Any]:
    """Stops before the appeal sends the review back."""
    appeal = next(place for place, world in enumerate(stops) if world.review.state == "appeal")
    return [world for place, world in enumerate(stops) if place <= appeal or world.review.state in TOLD]


def test_the_panel_sees_the_result_while_it_hears_the_appeal_and_not_before(stops: list[Any]) -> None:
    for world in stops:
        if "pan1" in {row.person for row in world.rows("hear", "open")}:
            assert {"result", "figures", "targets"} <= seen_by(world, "pan1")
        else:
            assert "result" not in seen_by(world, "pan1")


def test_a_result_being_made_again_is_hidden_from_the_subject(stops: list[Any]) -> None:
    told = False
    for world in stops:
        if world.review.state == "evaluate" and told:
            assert "result" not in seen_by(world, "sub")
        told = told or world.review.state == "feedback"
    assert told


def people_who_may_see(world: Any, task: Any) -> set[str]:
    given = sum(row.role == task.role and row.status == "done" for row in world.review.tasks)
    found = set()
    for person in ("sub", "boss", "top", "ann", "ben", "cat", "dan", "hr1", "pan1", "aud", "stranger"):
        viewer = relations_to(world.definition, world.review, world.relations, person)
        if sees_answer(world.definition, world.review, viewer, task, given) != "none":
            found.add(person)
    return found


def test_a_rating_not_yet_released_reaches_nobody_but_its_author(stops: list[Any]) -> None:
    looked = 0
    for world in stops:
        for task in world.review.tasks:
            if task.status == "done" and world.review.state == "collect_data" and task.name in ("monthly", "peers"):
                looked += 1
                assert people_who_may_see(world, task) == {task.answered_by}
    assert looked >= 6


def test_released_ratings_reach_whom_the_table_says(stops: list[Any]) -> None:
    world = next(world for world in stops if world.review.state == "evaluate")
    monthly, peer = world.rows("monthly", "done")[0], world.rows("peers", "done")[0]
    assert people_who_may_see(world, monthly) == {"boss", "top", "hr1", "aud"}
    assert people_who_may_see(world, peer) == {peer.answered_by, "boss", "top", "hr1", "aud"}
    told = next(world for world in stops if world.review.state == "feedback")
    assert "sub" in people_who_may_see(told, monthly)


def test_raters_of_an_anonymous_role_are_named_to_nobody(stops: list[Any]) -> None:
    for world in stops:
        for task in world.rows("peers", "done"):
            for person in ("sub", "boss", "top", "hr1", "aud", "dan"):
                viewer = relations_to(world.definition, world.review, world.relations, person)
                assert not names_holder(world.definition, world.review, viewer, task)
                assert sees_answer(world.definition, world.review, viewer, task, 3) != "full"
            own = relations_to(world.definition, world.review, world.relations, task.answered_by)
            assert names_holder(world.definition, world.review, own, task)


def test_who_has_yet_to_answer_is_known_to_hr_and_manager_but_not_to_the_subject(stops: list[Any]) -> None:
    world = next(world for world in stops if world.rows("peers", "open"))
    task = world.rows("peers", "open")[0]
    known = {
        person for person in ("sub", "boss", "top", "hr1", "aud")
        if names_holder(world.definition, world.review,
                        relations_to(world.definition, world.review, world.relations, person), task)
    }
    assert known == {"boss", "hr1"}


def test_a_mean_of_too_few_is_not_shown(stops: list[Any]) -> None:
    world = next(world for world in stops if world.review.state == "feedback")
    for person in ("sub", "boss", "hr1", "aud"):
        viewer = relations_to(world.definition, world.review, world.relations, person)
        assert sees_mean(world.definition, world.review, viewer, "colleagues", 3)
        assert not sees_mean(world.definition, world.review, viewer, "colleagues", 2)
        assert sees_mean(world.definition, world.review, viewer, "manager", 1)
    viewer = relations_to(world.definition, world.review, world.relations, "ann")
    assert not sees_mean(world.definition, world.review, viewer, "colleagues", 3)


def test_too_few_anonymous_answers_are_shown_to_the_auditor_alone_and_unnamed(stops: list[Any]) -> None:
    world = next(world for world in stops if world.review.state == "evaluate")
    task = world.rows("peers", "done")[0]
    levels = {
        person: sees_answer(world.definition, world.review,
                            relations_to(world.definition, world.review, world.relations, person), task, 2)
        for person in ("boss", "hr1", "aud", task.answered_by)
    }
    assert levels == {"boss": "none", "hr1": "none", "aud": "unnamed", task.answered_by: "full"}


def test_an_anonymous_answer_names_its_author_only_as_actor(stops: list[Any]) -> None:
    events = [event for event in stops[-1].events if event.task == "peers"]
    assert events
    for event in events:
        if event.action == "answered":
            assert event.anonymous
            assert event.actor is not None
            assert event.actor not in json.dumps(event.payload["answer"])
            assert "changed" not in event.payload or "answered_by" not in json.dumps(event.payload["changed"])


def changed_manager(stops: list[Any], state: str) -> Any:
    world = next(world for world in stops if world.review.state == state).twin()
    managers = {**world.relations.managers, "sub": "newboss", "newboss": "top"}
    world.relations = replace(world.relations, managers=managers)
    return world


def test_a_former_manager_reads_what_she_took_part_in_and_writes_nothing(stops: list[Any]) -> None:
    world = changed_manager(stops, "evaluate")
    assert seen_by(world, "boss") == {"state", "tasks", "targets", "ratings", "answers"}
    assert world.refused("boss", Answer("r", "review", form={"strengths": "x", "improve": "y"})) == "read_only"
    assert world.refused("boss", Remark("r", "but")) == "read_only"
    world.answer("newboss", "review", form={"strengths": "x", "improve": "y"})
    ended = [(row.person, row.until is not None) for row in world.review.participants if row.role == "manager"]
    assert ended == [("boss", True), ("newboss", False)]


def test_a_former_manager_who_knew_the_result_keeps_it_until_it_changes(stops: list[Any]) -> None:
    world = changed_manager(stops, "calibrate")
    assert "result" in seen_by(world, "boss")
    world.answer("hr1", "settle", "confirm", grade="C", comment="changed")
    assert "result" not in seen_by(world, "boss")


def test_whoever_gave_a_task_away_by_name_stays_a_reader(stops: list[Any]) -> None:
    world = next(world for world in stops if world.rows("peers", "open")).twin()
    row = world.rows("peers", "open")[0]
    old = row.person
    world.must("hr1", Reassign("r", row.id, "dan", "away"))
    assert world.refused(old, Answer("r", "peers", ratings={"teamwork": "3"})) == "read_only"
    assert world.refused(old, Answer("r", row.id, ratings={"teamwork": "3"})) == "no_such_task"
    world.answer("dan", "peers", ratings={"teamwork": "3"})


def test_of_her_own_review_an_hr_person_or_auditor_is_the_subject_and_nothing_more(stops: list[Any]) -> None:
    for group in ("hr", "auditor"):
        for world in stops:
            groups = {**world.relations.groups, group: (*world.relations.groups[group], "sub")}
            other = world.twin()
            other.relations = replace(world.relations, groups=groups)
            assert seen_by(other, "sub") == seen_by(world, "sub")


def test_the_table_names_every_relation_and_thing() -> None:
    assert set(access.TABLE) == set(access.RELATIONS)
    for rules in access.TABLE.values():
        assert set(rules) == set(THINGS)
    with pytest.raises(TypeError):
        access.TABLE["subject"]["result"] = "always"  # type: ignore[index]


def test_the_matrix_can_fail(stops: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    world = next(world for world in stops if world.review.state == "evaluate")
    monkeypatch.setattr(access, "TABLE", {**access.TABLE, "subject": dict.fromkeys(THINGS, "always")})
    assert "result" in seen_by(world, "sub")
