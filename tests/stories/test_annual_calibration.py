"""The shipped annual review whose departments are settled together: its examples and its year, as by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.operations.examples import run_examples

FOLDER = Path(__file__).parents[2] / "workflows" / "annual-calibration"


@pytest.mark.slow
@pytest.mark.parametrize(("file", "count"), [("examples.yaml", 4), ("sample/story.yaml", 1)])
def test_every_example_comes_out_as_written(file: str, count: int) -> None:
    played = run_examples(FOLDER / file)
    assert [(one.name, one.failures) for one in played if one.failures] == []
    assert len(played) == count


@pytest.mark.slow
def test_a_share_that_is_not_kept_would_be_noticed(tmp_path: Path) -> None:
    """The control: where two of five may have an A without an approval, the refusals of the story do not come."""
    text = (FOLDER / "scorecard.yaml").read_text("utf-8")
    for one in FOLDER.rglob("*"):
        if one.is_file():
            there = tmp_path / one.relative_to(FOLDER)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(one.read_bytes())
    (tmp_path / "scorecard.yaml").write_text(text.replace("at_most: 20 %", "at_most: 60 %").replace(
        "      or: {at_most: 40 %, approved_by: director}\n", ""), "utf-8")
    (played,) = run_examples(tmp_path / "sample" / "story.yaml")
    assert played.failures
