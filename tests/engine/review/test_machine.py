"""The machine of a definition: built once, frozen, and the only judge of whether a step exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from transitions import MachineError

from engine.definition import table
from engine.review import machine

REVIEW = Path(machine.__file__).parent


def nothing() -> machine.Known:
    return {}, ()


def test_one_machine_for_a_fingerprint(account_manager: Any) -> None:
    definition = account_manager.definition
    assert machine.machine_for(definition) is machine.machine_for(definition)


def test_it_is_frozen_after_it_was_built(account_manager: Any) -> None:
    built = machine.machine_for(account_manager.definition)
    with pytest.raises((TypeError, AttributeError)):
        built.add_transition("new", ["feedback"], "closed")
    with pytest.raises((TypeError, AttributeError)):
        built.events["collect_data/next"].transitions["feedback"] = []
    with pytest.raises((TypeError, AttributeError)):
        built.add_states(["limbo"])


def test_every_way_of_the_definition_is_a_step_and_nothing_else(account_manager: Any) -> None:
    definition = account_manager.definition
    built = machine.machine_for(definition)
    steps = {
        (step.source, step.dest) for event in built.events.values() for steps in event.transitions.values()
        for step in steps
    }
    assert ("set_targets", "collect_data") in steps
    assert ("follow_up", "improvement") in steps
    assert ("closed", "evaluate") in steps
    assert ("set_targets", "closed") not in steps
    assert ("closed", "withdrawn") not in steps
    assert {source for source, dest in steps if dest == "withdrawn"} == {
        name for name, state in definition.states.items() if not state.final
    }


def test_a_step_that_does_not_exist_is_not_taken(account_manager: Any) -> None:
    definition = account_manager.definition
    view = machine.View("feedback", nothing)
    with pytest.raises(MachineError):
        machine.fire(definition, view, machine.next_trigger("collect_data"))
    with pytest.raises(KeyError):
        machine.fire(definition, view, "feedback/next")
    assert view.state == "feedback"
    assert not table.has_step(definition, "closed", machine.intervention_trigger("withdraw"))
    assert table.has_step(definition, "closed", machine.intervention_trigger("reopen"))


def test_the_first_branch_that_holds_is_taken_and_the_truths_are_kept(account_manager: Any) -> None:
    for needed, state in ((True, "improvement"), (False, "re_adjust")):
        view = machine.View("follow_up", lambda needed=needed: ({"improvement_plan": needed}, ()))
        assert machine.fire(account_manager.definition, view, machine.next_trigger("follow_up"))
        assert view.state == state
        assert [(guard.id, truth) for guard, truth in view.truths] == [("follow_up.next.1", needed)]


def test_an_undecided_guard_does_not_hold_and_says_what_it_lacks(account_manager: Any) -> None:
    view = machine.View("follow_up", nothing)
    assert machine.fire(account_manager.definition, view, machine.next_trigger("follow_up"))
    assert (view.state, view.lacking) == ("re_adjust", ["improvement_plan"])


HOSTILE = """
  begin:
    stage: evaluate
    tasks: {ask: {by: boss, outcomes: {os.system: {to: on_enter_x}}}}
    deadline: {in: 5 days, to: on_enter_x}
  on_enter_x: {stage: evaluate, tasks: {ask: {by: boss}}, next: "*", deadline: {in: 5 days, to: "*"}}
  "*": {final: true}
"""


def test_names_from_a_file_are_names_and_never_callbacks(small: Any) -> None:
    world = small(HOSTILE)
    world.answer("boss", "ask", "os.system")
    assert world.review.state == "on_enter_x"
    world.answer("boss", "ask")
    assert world.review.state == "*"
    built = machine.machine_for(world.definition)
    for state in built.states.values():
        assert (state.on_enter, state.on_exit) == ([], [])
    for event in built.events.values():
        for steps in event.transitions.values():
            for step in steps:
                assert (step.before, step.after, step.prepare) == ([], [], [])
                assert all(callable(one.func) for one in step.conditions)


def test_only_the_machine_knows_the_library() -> None:
    pattern = re.compile(r"^\s*(from|import) transitions", re.MULTILINE)
    users = {path.name for path in REVIEW.rglob("*.py") if pattern.search(path.read_text())}
    assert users == {"machine.py"}


def test_a_view_is_small() -> None:
    assert not hasattr(machine.View("x", nothing), "__dict__")


def test_old_machines_make_room(small: Any) -> None:
    for number in range(machine.KEPT_MAX + 3):
        task = f"t{number}: {{by: boss}}"
        small(f"  begin: {{stage: evaluate, tasks: {{{task}}}, next: over}}\n  over: {{final: true}}\n")
    assert len(machine._kept) <= machine.KEPT_MAX
