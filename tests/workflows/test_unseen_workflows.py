"""Workflows that nobody saw while the engine was built: each is read without a problem, and keeps what it promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.definition.reader import read_definition
from engine.definition.render import render
from engine.operations.examples import run_example
from engine.operations.script import Example, Script, read_script
from engine.words.book import say

HERE = Path(__file__).parent
FOLDERS = sorted(file.parent for file in HERE.glob("*/workflow.yaml"))


def examples() -> Iterator[tuple[Script, Example]]:
    for folder in FOLDERS:
        script = read_script(folder / "examples.yaml")
        for example in script.examples:
            yield script, example


CASES = list(examples())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_it_is_read_without_a_problem(folder: Path) -> None:
    checked = read_definition(folder)
    wrong = tuple(one for one in checked.problems if one.level != "later")
    assert checked.definition is not None
    assert not wrong, render(wrong, "en")


FEW = 2
"""So many examples of a workflow are played in a plain run."""


@pytest.mark.parametrize(
    ("script", "example"),
    [
        pytest.param(
            script, example, id=f"{script.folder.name}: {example.name}",
            marks=() if example in script.examples[:FEW] else pytest.mark.slow,
        )
        for script, example in CASES
    ],
)
def test_an_example_comes_out_as_the_language_says(script: Script, example: Example) -> None:
    failures = run_example(script, example)
    assert not failures, "\n".join(f"{one.place} {say('en', one.code, **one.values)}" for one in failures)


def test_a_wrong_expectation_is_noticed(tmp_path: Path) -> None:
    """The control: examples that are run here can fail."""
    folder = HERE / "satisfaction-programme"
    for file in folder.rglob("*.*"):
        target = tmp_path / file.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(file.read_bytes())
    text = (tmp_path / "examples.yaml").read_text(encoding="utf-8")
    (tmp_path / "examples.yaml").write_text(text.replace('total: "6.00"', 'total: "6.01"'), encoding="utf-8")
    script = read_script(tmp_path / "examples.yaml")
    example = next(one for one in script.examples if one.name == "effective at the second try")
    assert [one.code for one in run_example(script, example)] == ["OP035"]
