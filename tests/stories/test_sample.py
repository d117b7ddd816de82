"""What the sample's story promises to show, and the examples of the shipped workflow."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.operations.examples import run_examples
from engine.store import cycles
from tests.oracle.playing import Played
from tests.oracle.story_oracle import verdicts
from tests.oracle.test_story import disagreements

SHIPPED = Path(__file__).parents[2] / "workflows" / "account-manager"
ALL = [f"am{number:02d}" for number in range(1, 41)]


def states(story: Played, ref: str) -> list[str]:
    """The states a review came to, in order."""
    found = [one.to_state for one in story.events(ref)]
    return [state for state, before in zip(found, [None, *found], strict=False) if state != before]


def outcomes(story: Played, ref: str, task: str) -> list[str]:
    return [one.outcome for one in story.events(ref) if one.task == task and one.outcome]


def test_every_review_ends_with_the_oracles_total_and_grade(story: Played) -> None:
    expected = verdicts(SHIPPED)
    assert list(expected) == ALL
    assert disagreements(story.outcomes(ALL), expected) == {}


def test_all_but_two_reviews_end_and_both_wait_for_one_manager(story: Played) -> None:
    waiting = [review for review in map(story.review, ALL) if review.ended_at is None]
    assert [review.state for review in waiting] == ["improvement", "evaluate"]
    managers = {one.person for review in waiting for one in review.participants if one.role == "manager"}
    assert len(managers) == 1
    opened = [[task.role for task in review.tasks if task.status == "open"] for review in waiting]
    assert opened == [["manager"], ["manager"]]


def test_the_figures_come_with_the_flaws_of_real_exports(story: Played) -> None:
    by_source: dict[str, list[int]] = {}
    for one in story.reports:
        seen = by_source.setdefault(one.source, [0, 0, 0, 0, 0])
        counts = (one.duplicates, one.gaps, one.flagged, one.replaced, one.late)
        by_source[one.source] = [old + new for old, new in zip(seen, counts, strict=True)]
    duplicates, gaps, flagged, replaced, late = (sum(column) for column in zip(*by_source.values(), strict=True))
    assert duplicates >= 8
    assert gaps >= 5
    assert flagged >= 2
    assert replaced == 1
    assert late >= 2
    assert set(by_source) == {"plan", "crm", "newcustomers", "service", "compliance", "survey"}


def test_one_subject_objects_and_is_proposed_to_again(story: Played) -> None:
    assert outcomes(story, "am05", "agree") == ["object", "accept"]
    assert [ref for ref in ALL if "object" in outcomes(story, ref, "agree")] == ["am05"]


def test_a_group_below_its_minimum_is_waived_at_its_deadline(story: Played) -> None:
    peers = [task.status for task in story.review("am31").tasks if task.name == "peers"]
    assert sorted(peers) == ["done", "done", "waived"]
    assert [one.cause for one in story.events("am31") if one.action == "waived"] == ["timer"]


def test_one_appeal_stands_and_one_changes_the_grade(story: Played) -> None:
    appealed = [ref for ref in ALL if "appeal" in states(story, ref)]
    assert appealed == ["am11", "am33"]
    assert states(story, "am11")[-4:] == ["feedback", "appeal", "re_adjust", "closed"]
    assert states(story, "am33")[-6:] == ["appeal", "evaluate", "calibrate", "feedback", "re_adjust", "closed"]
    assert [one.action for one in story.events("am33")].count("figures_corrected") == 1


def test_low_scores_get_an_improvement_plan_and_it_ends_in_both_ways(story: Played) -> None:
    planned = [ref for ref in ALL if "improvement" in states(story, ref)]
    assert planned == ["am06", "am18", "am20", "am26", "am37"]
    assert outcomes(story, "am06", "check") == ["on_track"] * 3
    assert outcomes(story, "am20", "check") == ["on_track", "failed"]


def test_grades_are_sent_back_raised_lowered_and_left_unsigned(story: Played) -> None:
    assert outcomes(story, "am09", "settle") == ["send_back", "confirm"]
    adjusted = {}
    for ref in ALL:
        result = story.review(ref).result
        assert result is not None
        if result.grade != result.first_grade:
            adjusted[ref] = (result.first_grade, result.grade)
    assert adjusted == {"am16": ("C", "B"), "am29": ("A", "B")}
    assert ("result", "unsigned") in {(one.what, one.how) for one in story.review("am27").acknowledgements}


def test_the_next_cycle_starts_from_the_re_adjusted_targets(story: Played) -> None:
    closed = [ref for ref in ALL if ref not in ("am18", "am21", "am23")]
    for ref in closed:
        before, after = story.review(ref), story.review(ref, "2025-Q4")
        assert after.state == "set_targets"
        assert before.next_agreed
        with story.rt.database.read() as tx:
            start = cycles.start_of(tx, subject=before.subject, workflow="account-manager-quarterly", period="2025-Q4")
        assert {key: start["agreed"][key] for key in before.next_agreed} == dict(before.next_agreed)


@pytest.mark.slow
def test_every_example_of_the_workflow_holds() -> None:
    """In the default run the first shell block of the README plays them, by `reviewcycle test`."""
    found = run_examples(SHIPPED / "examples.yaml")
    assert len(found) >= 20
    assert {one.name: one.failures for one in found if one.failures} == {}


def test_an_example_that_expects_something_else_fails(tmp_path: Path) -> None:
    folder = tmp_path / "workflow"
    shutil.copytree(SHIPPED, folder)
    file = folder / "examples.yaml"
    text = file.read_text(encoding="utf-8")
    head, first, card = text.split("  - example: ")[0], text.split("  - example: ")[1], text.split("  - example: ")[-1]
    wrong = first.replace("state: collect_data", "state: evaluate"), card.replace('"82.80"', '"82.81"')
    file.write_text("  - example: ".join([head, *wrong]), encoding="utf-8")
    assert [len(one.failures) for one in run_examples(file)] == [1, 1]
