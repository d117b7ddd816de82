"""Which open reviews another definition would touch: those that stand in what is gone or changed."""

from __future__ import annotations

import pytest

from engine.definition.differences.model import Change
from engine.definition.model import Definition
from engine.definition.reader import read_texts
from engine.errors import NotFound
from engine.operations.differing import Comparison, compared, comparison_lines
from engine.operations.touched import predecessor, published, touched
from tests.engine.operations.conftest import World


def changed_to(world: World, *pairs: tuple[str, str]) -> tuple[Definition, Comparison]:
    before = published(world.rt, world.actor("hr1"), "account-manager-quarterly").definition
    text = before.sources["workflow.yaml"]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    after = read_texts({**before.sources, "workflow.yaml": text}).definition
    assert after is not None
    return before, compared(before, after)


def rows(world: World, who: str, before: Definition, changes: tuple[Change, ...]) -> list[tuple[str, list[str]]]:
    found = touched(world.rt, world.actor(who), before, changes)
    return [(row.subject.ref, [f"{why.what} {why.how} {why.name}" for why in row.why]) for row in found.rows]


def test_a_change_where_nobody_stands_touches_nobody(opened: World) -> None:
    before, found = changed_to(opened, ("follow_up", "afterwards"))
    assert touched(opened.rt, opened.actor("hr1"), before, found.changes).count == 5
    assert rows(opened, "hr1", before, found.changes) == []


def test_a_task_that_waits_for_people_is_told_when_it_changes(opened: World) -> None:
    before, found = changed_to(opened, ("due: 10 working days\n        remind", "due: 5 working days\n        remind"))
    whose = rows(opened, "hr1", before, found.changes)
    assert whose == [(ref, ["task changed propose"]) for ref in ("a1", "a2", "a3", "a4", "a5")]
    assert rows(opened, "a1", before, found.changes) == [("a1", ["task changed propose"])]


def test_a_state_by_another_name_and_a_changed_deadline_are_both_said(opened: World) -> None:
    around = (("", ":\n"), ("initial: ", ""))
    pairs = [(f"{head}set_targets{tail}", f"{head}agree_targets{tail}") for head, tail in around]
    before, found = changed_to(opened, *pairs)
    assert rows(opened, "hr1", before, found.changes)[0] == ("a1", ["state renamed set_targets"])


def test_lines_say_that_reviews_keep_their_version(opened: World) -> None:
    pair = ("{in: 20 working days, to: collect_data", "{in: 25 working days, to: collect_data")
    before, found = changed_to(opened, pair)
    whom = touched(opened.rt, opened.actor("hr1"), before, found.changes)
    lines = list(comparison_lines("en", Comparison(found.before, found.after, found.sides, found.changes, whom)))
    assert any("5. They keep their version." in line for line in lines)
    assert any(line.endswith("its state “Set targets” is changed") for line in lines)


def test_only_the_cycle_that_is_meant_is_looked_at(opened: World) -> None:
    before, found = changed_to(opened, ("follow_up", "afterwards"))
    assert touched(opened.rt, opened.actor("hr1"), before, found.changes, "2025-Q3").count == 5
    with pytest.raises(NotFound):
        touched(opened.rt, opened.actor("hr1"), before, found.changes, "2024-Q3")


def test_a_published_definition_is_found_by_its_version(opened: World) -> None:
    view = published(opened.rt, opened.actor("hr1"), "account-manager-quarterly:2")
    assert view.stored.version == 2
    assert predecessor(opened.rt, opened.actor("hr1"), view) is None
    with pytest.raises(NotFound):
        published(opened.rt, opened.actor("hr1"), "account-manager-quarterly:7")
