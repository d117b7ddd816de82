"""The plain table and the state machine say the same of every state, every event and every cell of the conditions."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from transitions import MachineError

from engine.definition import table
from engine.definition.model import Branch, Definition
from engine.definition.reader import read_definition, read_texts
from engine.definition.source import read_yaml
from engine.review import machine
from tests.engine.review.world import WORKFLOWS
from tests.random_workflows.cells import cells_of, types_by_time, types_of
from tests.random_workflows.drawing import draw
from tests.random_workflows.exploring import unproven

SHIPPED = sorted(path.parent for path in WORKFLOWS.glob("*/workflow.yaml"))
REFERENCE = Path(__file__).parents[1] / "definition" / "reference"


def definition_in(folder: Path) -> Definition:
    definition = read_definition(folder).definition
    assert definition is not None
    return definition


def differing(definition: Definition, dice: random.Random) -> tuple[list[str], int]:
    """Where the two do not agree, and how many questions were put to both."""
    found, asked, types = [], 0, types_of(definition)
    triggers = {trigger for trigger, _, _ in table.ways_of(definition)}
    for state in definition.states:
        for trigger in (*sorted(triggers), "no/such/step"):
            way = table.steps(definition).get((state, trigger))
            asked += 1
            if way is None:
                if _fires(definition, state, trigger):
                    found.append(f"{state} {trigger}: a step of the machine alone")
                continue
            for names in cells_of(way, types, dice):
                asked += 1
                view = machine.View(state, lambda names=names: (names, ()))
                went = machine.fire(definition, view, trigger)
                choice = table.choose(way, names, ())
                said = (view.state if went else None, tuple(view.truths), tuple(view.lacking))
                if said != (choice.to, choice.truths, choice.lacking):
                    found.append(f"{state} {trigger} {names}: {said} and {choice}")
    return found, asked


def _fires(definition: Definition, state: str, trigger: str) -> bool:
    try:
        machine.fire(definition, machine.View(state, lambda: ({}, ())), trigger)
    except (KeyError, MachineError):
        return False
    return True


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda one: one.name)
def test_table_and_machine_agree_on_shipped_workflows(folder: Path) -> None:
    found, asked = differing(definition_in(folder), random.Random(folder.name))
    assert found == []
    assert asked > 20


def agree_on(seeds: range) -> int:
    asked = 0
    for seed in seeds:
        found, more = differing(unproven(draw(seed).texts()), random.Random(f"cells {seed}"))
        assert found == [], seed
        asked += more
    return asked


def test_they_agree_on_random_workflows() -> None:
    assert agree_on(range(8)) > 800


@pytest.mark.slow
def test_they_agree_on_many_random_workflows() -> None:
    assert agree_on(range(1_000, 1_250)) > 20_000


def walk(definition: Definition, dice: random.Random, by_time: bool) -> tuple[str, int]:
    """One way through both machines at once, each step with values drawn from its cells; by_time: only what deadlines
    and forks do. The state where it ends, and how many steps it took."""
    types, triggers = types_by_time(definition) if by_time else types_of(definition), table.steps(definition)
    state, taken = dice.choice(list(definition.states)) if by_time else definition.initial, 0
    while not definition.states[state].final and taken < 200:
        there = [trigger for source, trigger in triggers if source == state]
        trigger = dice.choice([one for one in there if _allowed(definition, state, one, by_time)])
        names = dice.choice([*cells_of(triggers[state, trigger], types, dice)])
        view = machine.View(state, lambda names=names: (names, ()))
        went, choice = machine.fire(definition, view, trigger), table.choose(triggers[state, trigger], names, ())
        assert choice.to == (view.state if went else None)
        assert choice.to in definition.states or choice.to is None
        if by_time:
            assert choice.to is not None, (state, trigger, names)
        state, taken = choice.to or state, taken + 1
    return state, taken


def _allowed(definition: Definition, state: str, trigger: str, by_time: bool) -> bool:
    if not by_time:
        return True
    return trigger.endswith("/next") if definition.states[state].fork else "/deadline/" in trigger


def walks(seeds: range, times: int) -> int:
    done = 0
    for seed in seeds:
        definition = read_texts(draw(seed).texts()).definition
        if definition is None:
            continue
        dice = random.Random(f"walk {seed}")
        for number in range(times):
            state, _ = walk(definition, dice, by_time=number % 2 == 0)
            assert number % 2 or definition.states[state].final, seed
            done += 1
    return done


def test_both_walk_the_same_ways_and_time_alone_comes_to_an_end() -> None:
    assert walks(range(50, 56), 40) > 150


@pytest.mark.slow
def test_twenty_thousand_walks_of_both_machines() -> None:
    assert walks(range(2_000, 2_220), 100) > 20_000


def test_a_table_with_another_branch_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: branches in another order, a branch less and a step more are each seen."""
    definition = definition_in(WORKFLOWS / "account-manager")
    kept = dict(table.steps(definition))
    fork = ("follow_up", "follow_up/next")
    for way in (kept[fork][:1], (Branch(None, "closed"),), tuple(reversed(kept[fork]))):
        monkeypatch.setitem(table._kept, definition.fingerprint, {**kept, fork: way})
        assert differing(definition, random.Random(1))[0]
    less = {key: way for key, way in kept.items() if key != fork}
    monkeypatch.setitem(table._kept, definition.fingerprint, less)
    assert differing(definition, random.Random(1))[0]


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda one: one.name)
def test_whatever_the_file_names_as_a_target_is_in_the_table(folder: Path) -> None:
    """Read from the YAML by itself: so many targets as are written there, and no others."""
    document, _ = read_yaml((folder / "workflow.yaml").read_text(encoding="utf-8"), "workflow.yaml")
    assert document is not None
    written = sorted(_targets(document.data["states"])) + sorted(_targets(document.data.get("anywhere") or {}))
    ways = [way for trigger, _, way in table.ways_of(definition_in(folder)) if not trigger.startswith("anywhere/")]
    more = [way for trigger, _, way in table.ways_of(definition_in(folder)) if trigger.startswith("anywhere/")]
    assert sorted(one.to for way in ways for one in way) + sorted(one.to for way in more for one in way) == written


def _targets(value: Any) -> list[str]:
    if isinstance(value, list):
        return [one for part in value for one in _targets(part)]
    if not isinstance(value, dict):
        return []
    own = [one for key, one in value.items() if key in ("to", "else", "next") and isinstance(one, str)]
    return own + [one for part in value.values() for one in _targets(part)]
