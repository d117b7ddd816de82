"""Everything that a workflow declares is met by a path, every path ends, and what cannot be met is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from engine.definition.library import folder_of, shipped
from engine.definition.model import Definition
from engine.definition.reader import read_definition, read_texts
from engine.operations.simulate.simulation import Simulation, simulate
from engine.operations.simulate.telling import plain, told
from tests.engine.review.world import small_workflow
from tests.random_workflows.drawing import draw

ROOT = Path(__file__).parents[3]


@cache
def simulated(folder: Path) -> Simulation:
    definition = read_definition(folder).definition
    assert definition is not None
    return simulate(definition)


def changed(name: str, old: str, new: str) -> Definition:
    """A shipped workflow with one place in its text changed."""
    found = read_definition(folder_of(name)).definition
    assert found is not None
    text = found.sources["workflow.yaml"]
    assert old in text
    made = read_texts({**found.sources, "workflow.yaml": text.replace(old, new)}).definition
    assert made is not None
    return made


def check_whole(found: Simulation) -> None:
    assert found.missed == ()
    assert [one.met for one in found.shares] == [one.all for one in found.shares]
    assert [path for path in found.paths if path.stuck] == []
    assert [step for path in found.paths for step in path.play.astray] == []
    assert found.whole


QUICK = ("satisfaction-programme", "service-monitoring")
"""Those that plain pytest plays; the others are played among the slow tests."""


def spread(names: list[str]) -> list[object]:
    return [pytest.param(one, marks=() if one in QUICK else pytest.mark.slow) for one in names]


@pytest.mark.parametrize("name", spread(list(shipped())))
def test_every_state_way_outcome_and_deadline_of_a_shipped_workflow_is_met(name: str) -> None:
    check_whole(simulated(folder_of(name)))


@pytest.mark.slow
def test_the_reference_workflows_are_met_as_well() -> None:
    reference = ROOT / "tests" / "engine" / "definition" / "reference"
    check_whole(simulated(reference / "improvement_programme"))
    files = [reference / "account_manager" / name for name in ("workflow.yaml", "scorecard.yaml")]
    texts = {file.name: file.read_text("utf-8") for file in files}
    forms = folder_of("account-manager").glob("forms/*.json")
    texts.update({f"forms/{file.name}": file.read_text("utf-8") for file in forms})
    definition = read_texts(texts).definition
    assert definition is not None
    check_whole(simulate(definition))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["account-tiers", "chinese-names", "corner-cases", "leasing-team"])
def test_workflows_of_strangers_are_met(name: str) -> None:
    check_whole(simulated(ROOT / "tests" / "workflows" / name))


def test_a_way_that_no_figures_lead_to_is_said_to_be_never_met() -> None:
    never = changed(
        "service-monitoring", "{if: second_red, to: plan}", "{if: second_red and grade == green, to: plan}"
    )
    found = simulate(never)
    assert not found.whole
    missed = {one.target.name: one for one in found.missed if one.target.kind == "transitions"}
    assert missed["look/next"].unfound
    text = never.sources["workflow.yaml"]
    line = text[: text.index("grade == green")].count("\n") + 1
    assert missed["look/next"].line == line
    assert {one.target.state for one in found.missed if one.target.kind == "states"} == {"plan"}
    said = "\n".join(told(found, "en", "w.yaml"))
    way = "the way from “Look at the light” by `next` to “Improvement plan”"
    assert f"w.yaml:{line} {way}: no figures were found" in said
    assert "Everything that the workflow declares" not in said
    assert plain(found, "en", "w.yaml")["whole"] is False


def test_a_deadline_that_something_always_forestalls_is_met_only_with_the_help_of_hr() -> None:
    found = simulated(folder_of("service-monitoring"))
    helped = {(one.target.kind, one.target.state) for one in found.helped}
    assert ("deadlines", "practice") in helped  # its task is let go after seven days, its deadline comes after fifteen
    assert ("deadlines", "coaching") not in helped


def test_the_same_seed_gives_the_same_paths() -> None:
    definition = read_definition(folder_of("satisfaction-programme")).definition
    assert definition is not None
    first, again = simulate(definition), simulate(definition)
    assert [path.moves for path in first.paths] == [path.moves for path in again.paths]
    assert [path.play.deeds for path in first.paths] == [path.play.deeds for path in again.paths]


def test_lengths_are_those_of_paths_that_were_played() -> None:
    lengths = simulated(folder_of("satisfaction-programme")).lengths
    assert lengths.shortest is not None
    assert lengths.longest is not None
    # Deadline by deadline: design, baseline, measures, after, compare, both again, feedback, adjust.
    assert 20 + 25 + 65 + 25 + 10 + 65 + 10 + 12 + 15 == 247
    assert lengths.longest.days == 247
    assert lengths.shortest.days < lengths.longest.days
    assert not lengths.late
    assert simulated(folder_of("service-monitoring")).lengths.late


def test_both_languages_tell_every_path() -> None:
    for name in QUICK:
        found = simulated(folder_of(name))
        for lang in ("en", "zh"):
            lines = list(told(found, lang, "workflow.yaml", paths=True))
            assert sum(" → " in line for line in lines) == len(found.paths)


def check_sound(found: Simulation) -> None:
    """Whatever of a workflow can be met: no path is stuck, and none takes a step that the table does not have."""
    assert [path.play.review.state for path in found.paths if path.stuck] == []
    assert [step for path in found.paths for step in path.play.astray] == []


@pytest.mark.parametrize(
    "seeds", [pytest.param((5, 7, 9), marks=pytest.mark.slow), pytest.param(range(40), marks=pytest.mark.soak)]
)
def test_no_path_of_a_random_workflow_that_the_check_calls_sound_is_stuck(seeds: Iterable[int]) -> None:
    definitions = [read_texts(draw(seed).texts()).definition for seed in seeds]
    sound = [one for one in definitions if one is not None]
    assert sound
    for definition in sound:
        check_sound(simulate(definition))


def test_a_path_that_cannot_go_on_is_told_as_stuck() -> None:
    found = simulated(folder_of("satisfaction-programme"))
    path = found.paths[0]
    stuck = replace(path, play=path.play.twin())
    stuck.play.review = replace(stuck.play.review, ended_at=None)
    stuck.play.astray.append("here -> there (nowhere)")
    broken = replace(found, paths=(stuck,))
    assert not broken.whole
    with pytest.raises(AssertionError):
        check_sound(broken)
    assert sum("Stuck" in line or "does not have" in line for line in told(broken, "en", "w.yaml")) == 2


TWICE_BACK = """
  begin:
    tasks:
      write:   {by: subject, due: 3 days}
      check:   {by: boss, waits_for: [write], due: 3 days, outcomes: {good: {}, bad: {again: [write], times: 2, after_that: {to: talk}}}}
      annex:   {by: subject, waits_for: [check], due: 3 days}
      approve: {by: hr, waits_for: [annex], due: 3 days, outcomes: {good: {to: work}, annex: {again: [annex], times: 1, after_that: {to: talk}}, anew: {again: [write], times: 1}}}
    deadline: [{in: 20 days, escalate: boss}, {in: 30 days, to: talk}]
  talk: {tasks: {talk: {by: boss, due: 5 days, outcomes: {go: {to: work}, redraft: {to: begin, times: 1}}}}, deadline: {in: 10 days, to: work}}
  work: {tasks: {done: {by: subject, due: 5 days}}, next: end, deadline: {in: 10 days, to: end}}
  end: {final: true}
"""  # noqa: E501


def test_sending_back_is_met_though_each_path_answers_well_before_it_comes_to_everything_else() -> None:
    """A task that is done in this visit cannot be answered otherwise: that says nothing about it on another path."""
    check_whole(simulate(small_workflow(TWICE_BACK)))


@pytest.mark.slow
def test_what_lies_behind_more_ways_back_than_can_be_told_apart_is_met_too() -> None:
    task = "tasks: {{t: {{by: hr, due: 3 days, outcomes: {{on: {{to: s{0}}}, back: {{to: s{1}, times: 1}}}}}}}}"
    middle = [f"  s{n}: {{{task.format(n + 1, n - 1)}, deadline: {{in: 5 days, to: s{n + 1}}}}}" for n in range(2, 21)]
    first = f"  begin: {{{task.format(2, 2)}, deadline: {{in: 5 days, to: s2}}}}"
    states = [first.replace("back: {to: s2, times: 1}", "back: {to: s2}"), *middle, "  s21: {final: true}"]
    check_whole(simulate(small_workflow("\n".join(states).replace("to: s1,", "to: begin,") + "\n")))
