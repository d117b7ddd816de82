"""Ten faults that people make, each with the exact text they see, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.definition.reader import WORKFLOW, Checked, read_texts
from engine.definition.render import render
from tests.engine.definition.shipped import HERE

BROKEN = HERE / "broken"
BESIDE = BROKEN / "beside"
FIXTURES = sorted(path.stem for path in BROKEN.glob("*.yaml"))
TEN = {
    "typo_in_a_state", "duplicate_key", "on_as_key", "weights_of_99_5", "band_gap", "unknown_name_in_a_guard",
    "unreachable_state", "alias_bomb", "wrong_type", "missing_form",
}


def files_beside() -> dict[str, str]:
    found = [path for path in BESIDE.rglob("*") if path.is_file()]
    return {path.relative_to(BESIDE).as_posix(): path.read_text(encoding="utf-8") for path in found}


def read_broken(name: str) -> tuple[Checked, dict[str, str]]:
    """The fixture in place of the sound file of its kind, and the texts that were read."""
    text = (BROKEN / f"{name}.yaml").read_text(encoding="utf-8")
    files = {**files_beside(), (WORKFLOW if text.startswith("workflow") else "scorecard.yaml"): text}
    return read_texts(files), files


def golden(name: str) -> str:
    return (BROKEN / f"{name}.txt").read_text(encoding="utf-8")


def said(name: str) -> str:
    """What is seen, as the golden files hold it."""
    checked, files = read_broken(name)
    return "".join(f"== {lang} ==\n{render(checked.problems, lang, texts=files)}" for lang in ("en", "zh"))


def test_the_ten_named_faults_have_fixtures() -> None:
    assert set(FIXTURES) >= TEN
    assert {path.stem for path in BROKEN.glob("*.txt")} == set(FIXTURES)


def test_the_files_beside_the_faults_are_sound() -> None:
    checked = read_texts(files_beside())
    assert checked.problems == ()
    assert checked.definition is not None


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fault_is_told_in_the_golden_words(name: str) -> None:
    assert said(name) == golden(name)


@pytest.mark.parametrize("name", FIXTURES)
def test_a_faulty_definition_is_not_handed_out(name: str) -> None:
    checked, _ = read_broken(name)
    assert checked.definition is None


@pytest.mark.parametrize("name", FIXTURES)
def test_every_fault_lies_on_the_line_that_was_changed(name: str) -> None:
    text = (BROKEN / f"{name}.yaml").read_text(encoding="utf-8").split("\n")
    sound = (BESIDE / (WORKFLOW if text[0].startswith("workflow") else "scorecard.yaml")).read_text("utf-8").split("\n")
    first = next(number for number, (one, other) in enumerate(zip(text, sound, strict=False), 1) if one != other)
    lines = {int(found) for found in re.findall(r"\.yaml:(\d+):\d+ error", golden(name))}
    # Where a way is cut off the state behind it is at fault; weights that do not add up are told at their sum.
    assert first in lines or name in ("unreachable_state", "weights_of_99_5")


def rewrite(folder: Path = BROKEN) -> None:
    """Write the golden files anew, to be read with care before they are kept."""
    for name in FIXTURES:
        (folder / f"{name}.txt").write_text(said(name), encoding="utf-8")
