"""A mistake in a condition is noticed: by the check, or because a simulated path then goes another way."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.definition.library import folder_of, shipped
from engine.definition.model import Definition
from engine.definition.reader import WORKFLOW, read_definition, read_texts
from engine.definition.source import read_yaml
from engine.operations.examples import run_examples
from engine.operations.simulate.simulation import simulate
from tests.engine.definition.guard_mutants import (
    CHECK,
    EXAMPLES,
    LIVES,
    SIMULATE,
    Mutant,
    mutants_of,
    noticed_by_simulate,
    read,
)

HERE = Path(__file__).parent
STRANGERS = HERE.parents[1] / "workflows"
FOLDERS = {**shipped(), **{name: STRANGERS / name for name in ("account-tiers", "chinese-names", "corner-cases")}}


def definition_of(name: str) -> Definition:
    found = read_definition(FOLDERS[name]).definition
    assert found is not None
    return found


def survivors() -> dict[tuple[str, str, str], str]:
    document, problems = read_yaml((HERE / "guard_survivors.yaml").read_bytes(), "guard_survivors.yaml")
    assert document is not None, problems
    return {(one["workflow"], one["guard"], one["now"]): one["why"] for one in document.data}


def verdicts(definition: Definition) -> list[tuple[Mutant, str]]:
    found = simulate(definition)
    judged = []
    for mutant in mutants_of(definition):
        made = read(definition, mutant).definition
        noticed = SIMULATE if made is not None and noticed_by_simulate(found, mutant.guard, made) else LIVES
        judged.append((mutant, CHECK if made is None else noticed))
    return judged


MARKS = {"service-monitoring": (), "corner-cases": pytest.mark.soak}


@pytest.mark.parametrize("name", [pytest.param(one, marks=MARKS.get(one, pytest.mark.slow)) for one in FOLDERS])
def test_every_mistake_in_a_condition_is_noticed_or_stands_in_the_table_with_its_reason(name: str) -> None:
    living = {(name, one.guard, one.now) for one, verdict in verdicts(definition_of(name)) if verdict == LIVES}
    known = survivors()
    assert living == {one for one in known if one[0] == name}
    assert all(known[one].strip() for one in living)


def numeric(condition: str) -> Definition:
    shipped_one = definition_of("account-manager")
    text = shipped_one.sources[WORKFLOW].replace("if: improvement_plan,", f"if: {condition},")
    made = read_texts({**shipped_one.sources, WORKFLOW: text}).definition
    assert made is not None
    return made


@pytest.mark.slow
def test_a_comparison_flipped_and_a_constant_moved_by_its_last_digit_are_noticed() -> None:
    judged = {mutant.now: verdict for mutant, verdict in verdicts(numeric("total < 60"))}
    assert judged == dict.fromkeys(
        ("not total < 60", "total <= 60", "total >= 60", "total < 60.01", "total < 59.99"), SIMULATE)


@pytest.mark.slow
def test_without_the_paths_around_the_constant_a_moved_one_lives() -> None:
    definition = numeric("total < 60")
    found = simulate(definition)
    (moved,) = [one for one in mutants_of(definition) if one.now == "total < 60.01"]
    made = read(definition, moved).definition
    assert made is not None
    assert noticed_by_simulate(found, moved.guard, made)
    far = [one for one in found.paths if abs(one.sample.names["total"] - 60) > 1]
    assert far
    assert not noticed_by_simulate(replace(found, paths=tuple(far)), moved.guard, made)


@pytest.mark.soak
def test_what_the_examples_of_shipped_workflows_notice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    for name in shipped():
        for mutant, verdict in verdicts(definition_of(name)):
            counts[verdict] += 1
            if verdict != CHECK and killed_by_examples(name, mutant, tmp_path / "work"):
                counts[EXAMPLES] += 1
                assert verdict != LIVES, "the table says that nothing notices it"
    with capsys.disabled():
        print(dict(counts))
    assert counts[EXAMPLES]


def killed_by_examples(name: str, mutant: Mutant, work: Path) -> bool:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(folder_of(name), work)
    (work / WORKFLOW).write_text(mutant.source, encoding="utf-8")
    return any(not one.passed for one in run_examples(work))
