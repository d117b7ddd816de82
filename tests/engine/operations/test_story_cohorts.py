"""A story of a cohort: its pool, three arrivals without a clock between them, a batch over the quota and one inside."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.operations.examples import run_examples
from tests.engine.operations.cohort_firm import CARD, files_of, people_of

COHORT = """\
cohort: {by: department}
quota: {rules: [{grades: [A], at_most: 40 %}]}
consequences: {bonus: {split: pool, by: total, digits: 2}}
"""
EXAMPLES = """\
examples: graded-together
language: 1
list:
  - example: a cohort is settled
    given: {now: 2025-07-01T09:00:00+08:00, people: people.csv, publish: {by: hr1, approve: hr2}}
    do:
      - {open: 2025-Q3, by: hr1, for: {group: graded}}
      - {cohort: 2025-Q3, by: hr1, figures: {pool: {east: 280.00}}}
      - {as: boss, review: east1, answer: rate, ratings: {work: 95}}
      - {as: boss, review: east2, answer: rate, ratings: {work: 95}}
      - {as: hr1, review: east1, answer: confirm, outcome: confirm, refused: task_not_open}
      - {as: boss, review: east3, answer: rate, ratings: {work: 90}}
      - {as: hr1, review: east1, answer: confirm, outcome: confirm, refused: answered_together}
      - {as: hr1, calibrate: 2025-Q3, unit: east, answers: {east1: confirm}, refused: calibration_incomplete}
      - as: hr1
        calibrate: 2025-Q3
        unit: east
        answers: {east1: confirm, east2: confirm, east3: confirm}
        refused: quota_broken
      - as: hr1
        calibrate: 2025-Q3
        unit: east
        answers:
          east1: confirm
          east2: {outcome: confirm, grade: B, comment: one A of three}
          east3: {outcome: confirm, grade: B, comment: one A of three}
      - {cohort: 2025-Q3, by: hr1, figures: {pool: {east: 1}}, refused: OP245}
    expect:
      - {review: east1, state: tell, grade: A, history: [opened, answered, gathered, answered]}
      - {review: east2, state: tell, grade: WANTED, first_grade: A}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wanted", "failures"), [("B", []), ("A", ["OP035"])])
def test_a_cohort_is_told_as_a_story(tmp_path, wanted, failures):
    """The second is the control: a grade that was lowered is not what the rules gave."""
    pool = CARD.replace("inputs:\n", "inputs:\n  pool: {type: money, digits: 2, range: 0..100000, of: cohort}\n")
    folder: Path = files_of(tmp_path, COHORT, card=pool)
    (folder / "people.csv").write_text(people_of({"east": 3})[0], "utf-8")
    (folder / "examples.yaml").write_text(EXAMPLES.replace("WANTED", wanted), "utf-8")
    (played,) = run_examples(folder / "examples.yaml")
    assert [one.code for one in played.failures] == failures, played.failures
