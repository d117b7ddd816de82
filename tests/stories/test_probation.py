"""A probation as the sample firm lives it: its examples, its story, and two raters who rate on their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import HandClock
from engine.operations.audit import verify
from engine.operations.examples import run_examples
from engine.operations.names import actor_named, review_in
from engine.operations.script import Script, read_script
from engine.operations.story import Player, start_of
from engine.operations.views import review_view
from engine.runtime import open_runtime, settings_for
from tests.oracle.playing import played

FOLDER = Path(__file__).parents[2] / "workflows" / "probation"
EXAMPLE = """
examples: probation-raters
language: 1
list:
  - example: the mentor rates first
    given: {now: 2025-07-01T09:00:00, people: sample/examples/people.csv, publish: {by: h1, approve: h2}}
    do:
      - {open: 2025-H2, by: h1, for: [n1]}
      - {at: 2025-07-02T10:00:00, as: m1, review: n1, answer: propose, form: {mentor: c1}}
      - {at: 2025-07-03T10:00:00, as: n1, review: n1, answer: agree, outcome: accept}
      - {at: 2025-10-09T10:00:00, as: m1, review: n1, answer: check, form: {progress: on_track, feedback: Good}}
      - {at: 2025-10-10T10:00:00, as: n1, review: n1, answer: read}
      - {at: 2025-10-30T10:00:00, as: n1, review: n1, answer: report, form: {learned: The whole ledger}}
      - {figures: sample/examples/figures.csv, by: h1}
      - {at: 2025-10-31T10:00:00, as: c1, review: n1, answer: rate_mentor, ratings: {skill: 2, conduct: 3}}
"""


def copied(to: Path, old: str = "", new: str = "") -> Path:
    for file in (one for one in FOLDER.rglob("*") if one.is_file() and one.suffix != ".md"):
        there = to / file.relative_to(FOLDER)
        there.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text("utf-8")
        assert file.name != "workflow.yaml" or old in text
        there.write_text(text.replace(old, new) if old and file.name == "workflow.yaml" else text, "utf-8")
    (to / "raters.yaml").write_text(EXAMPLE, "utf-8")
    return to / "raters.yaml"


def seen_by_the_manager(script: Script, data: Path) -> str | None:
    """The total that the manager sees while her own rating is still open."""
    clock = HandClock(start_of(script.examples[0]))
    rt = open_runtime(settings_for(data, "en", {}), clock)
    try:
        assert Player(rt, clock, script).play(script.examples[0]) == ()
        with rt.database.read() as tx:
            review = review_in(tx, "n1", "2025-H2")
        view = review_view(rt, actor_named(rt, "m1"), review)
        assert "rate_manager" in {task.name for task in view.tasks if task.status == "open"}
        return view.total
    finally:
        rt.close()


def test_neither_rater_sees_what_the_other_one_handed_in(tmp_path: Path) -> None:
    assert seen_by_the_manager(read_script(copied(tmp_path / "own")), tmp_path / "data") is None


def test_in_a_state_of_the_stage_evaluate_the_manager_would_see_it(tmp_path: Path) -> None:
    """The control: it is the stage that keeps it from her."""
    file = copied(tmp_path / "own", "stage: collect_data  # not", "stage: evaluate  # not")
    assert seen_by_the_manager(read_script(file), tmp_path / "data") == "71.25"


@pytest.mark.slow
def test_the_story_of_ten_newcomers_goes_as_it_says_and_is_proven(tmp_path: Path) -> None:
    with played(FOLDER, tmp_path) as found:
        assert verify(found.rt).ok


@pytest.mark.slow
def test_every_example_of_the_probation_passes() -> None:
    found = run_examples(FOLDER / "examples.yaml")
    assert len(found) >= 17
    assert {one.name: one.failures for one in found if one.failures} == {}
