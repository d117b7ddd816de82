"""Rules of other systems about the course of a review, each as an example of a small workflow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.definition.reader import read_definition
from engine.definition.render import render
from engine.operations.examples import run_example
from engine.operations.script import Example, Script, Step, read_script
from engine.words.book import say
from tests.engine.review.world import World, instant, small_workflow

HERE = Path(__file__).parent / "peers"
FOLDERS = sorted(file.parent for file in HERE.glob("*/workflow.yaml"))
CITED = {"F11": 4, "F12": 1, "D6": 2, "D8": 1, "T8": 4, "T9": 1}  # how many examples show each


def examples() -> Iterator[tuple[Script, Example]]:
    for folder in FOLDERS:
        script = read_script(folder / "examples.yaml")
        for example in script.examples:
            yield script, example


CASES = list(examples())


def named(name: str) -> tuple[Script, Example]:
    return next(case for case in CASES if case[1].name == name)


def test_every_rule_of_a_peer_is_shown() -> None:
    cited = [one for _, example in CASES for one in example.cites]
    assert {name: cited.count(name) for name in dict.fromkeys(cited)} == CITED


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_their_workflows_are_read_without_a_problem(folder: Path) -> None:
    checked = read_definition(folder)
    assert not checked.problems, render(checked.problems, "en")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "example"), CASES, ids=[f"{script.folder.name}: {example.name}" for script, example in CASES]
)
def test_it_comes_out_as_the_peer_says(script: Script, example: Example) -> None:
    failures = run_example(script, example)
    assert not failures, "\n".join(f"{one.place} {say('en', one.code, **one.values)}" for one in failures)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), [
    ("a cycle with a draft in it is not completed", "close"),
    ("nobody has two reviews in one cycle", "open"),
    ("calibrating a draft is refused", "answer"),
])
def test_a_refusal_that_were_none_would_be_noticed(name: str, kind: str) -> None:
    """The control: a refusal that is not expected fails, and so does an expected one that does not come."""
    script, example = named(name)
    refused = [one.kind == kind and "refused" in one.values for one in example.steps]
    assert any(refused)
    quiet = [_without(one) if it else one for one, it in zip(example.steps, refused, strict=True)]
    assert run_example(script, replace(example, steps=tuple(quiet)))
    first, *rest = example.steps
    loud = Step(first.kind, first.place, {**first.values, "refused": "OP019"})
    found = run_example(script, replace(example, steps=(loud, *rest), expects=()))
    assert "OP034" in [one.code for one in found]


def _without(step: Step) -> Step:
    return Step(step.kind, step.place, {key: value for key, value in step.values.items() if key != "refused"})


@pytest.mark.slow
@pytest.mark.parametrize("changed", [
    {"tasks": {"self": 2, "goals": 1, "feedback": 2}}, {"states": {"draft": 1}}, {"overdue": 1}, {"state": "closed"},
])
def test_a_wrong_count_of_a_cycle_would_be_noticed(changed: dict[str, Any]) -> None:
    script, example = named("what is pending and missing of two")
    first, *_ = example.expects
    wrong = Step(first.kind, first.place, {"cycle": first.values["cycle"], **changed})
    assert [one.code for one in run_example(script, replace(example, expects=(wrong,)))] == ["OP035"]


def test_whoever_rejects_leaves_a_note_and_the_employee_is_told() -> None:
    """T9 once more, for what an example does not show: the note in the history and the notice."""
    world = World(small_workflow("""
  begin:
    stage: give_feedback
    tasks: {sign: {by: subject, outcomes: {sign: {to: pending, effects: [acknowledge result]}}}}
    deadline: {in: 9 days, to: over}
  pending:
    stage: give_feedback
    tasks:
      countersign:
        by: boss
        outcomes:
          sign: {to: over}
          reject: {to: begin, times: 3, comment: required, effects: [mark unsigned, notify subject]}
    deadline: {in: 9 days, to: over}
  over: {final: true}
"""), instant("2025-07-01 09:00")).open()
    world.answer("sub", "sign", "sign")
    event = world.answer("boss", "countersign", "reject", comment="the second goal is not in it")
    assert (event.to_state, event.payload["comment"]) == ("begin", "the second goal is not in it")
    (notice,) = event.payload["notices"]
    assert (notice["what"], notice["to"]) == ("effect", ["sub"])
    assert [(one.what, one.how) for one in world.review.acknowledgements] == [("result", "unsigned")]
