"""Examples are tests: they pass when they hold, and say where they do not."""

from __future__ import annotations

import shutil

import pytest

from engine.definition.library import folder_of
from engine.errors import InputError
from engine.operations.answer_rows import read_answers
from engine.operations.examples import run_example, run_examples
from engine.operations.script import read_script

SHORT = """\
examples: account-manager-quarterly
language: 1
list:
  - example: targets agreed
    given: {now: 2025-07-01T09:00:00+08:00, people: people.csv, publish: {by: hr1, approve: hr2}}
    do:
      - {open: 2025-Q3, by: hr1, for: [a1, a2]}
      - {as: a1, review: a1, answer: propose, refused: not_your_task}
      - {as: m1, review: a1, answer: propose, targets: {sales_plan: 1000.00}}
      - {at: 2025-07-02T09:00:00+08:00, as: a1, review: a1, answer: agree, outcome: accept}
    expect:
      - {review: a1, state: collect_data, history: [opened, answered, answered], acknowledged: [targets agreed]}
      - {review: a2, state: set_targets, open: [propose]}
"""


@pytest.fixture
def folder(tmp_path):
    from tests.engine.operations.conftest import PEOPLE

    target = tmp_path / "mine"
    shutil.copytree(folder_of("account-manager"), target)
    (target / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return target


def play(folder, text):
    file = folder / "short.yaml"
    file.write_text(text, encoding="utf-8")
    (result,) = run_examples(file)
    return result


def test_what_holds_passes(folder):
    result = play(folder, SHORT)
    assert result.passed, result.failures


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("state: collect_data", "state: evaluate", "OP035", 12),
        ("open: [propose]", "open: [agree]", "OP035", 13),
        ("targets agreed]}", "targets unsigned]}", "OP035", 12),
        (", refused: not_your_task", "", "OP034", 8),
        ("refused: not_your_task", "refused: no_such_task", "OP034", 8),
        ("review: a2, state", "review: zz, state", "OP001", None),
        ("for: [a1, a2]", "for: [a1, nobody]", "OP001", None),
    ],
)
def test_what_does_not_hold_is_named_with_its_line(folder, old, new, code, line):
    assert old in SHORT
    failures = play(folder, SHORT.replace(old, new)).failures
    assert code in [one.code for one in failures]
    if line is not None:
        assert f"short.yaml:{line}" in [one.place for one in failures]


@pytest.mark.parametrize(
    "text",
    [
        "examples: x\nlanguage: 1\nlist: 3\n",
        "examples: x\nlanguage: 1\nlits: []\n",
        SHORT.replace("answer: agree", "anser: agree"),
        SHORT.replace("expect:", "expects:"),
        SHORT.replace("language: 1", "language: 1\nlanguage: 1"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_its_place(folder, text):
    with pytest.raises(InputError):
        play(folder, text)


def test_timers_on_the_way_fire_at_their_own_instants(folder):
    text = SHORT.replace("    expect:\n", "      - {at: 2025-08-05T09:00:00+08:00}\n    expect:\n").replace(
        "{review: a2, state: set_targets, open: [propose]}",
        "{review: a2, state: collect_data, history: [opened, reminded, reminded, expired, task_opened]}",
    ).replace("history: [opened, answered, answered], ", "")
    result = play(folder, text)
    assert result.passed, result.failures


def test_answers_come_in_order_of_time(tmp_path):
    file = tmp_path / "answers.csv"
    head = "at,as,review,task,outcome,ratings,targets,form\n"
    file.write_text(
        head + "2025-07-02T09:00:00+08:00,m1,a1,propose,,teamwork=4,sales_plan=1.00; a.b=2,x=1|2; y=so = what\n",
        encoding="utf-8",
    )
    (step,) = read_answers(file, "Asia/Shanghai")
    assert step.values["targets"] == {"sales_plan": "1.00", "a.b": "2"}
    assert step.values["form"] == {"x": "1|2", "y": "so = what"}
    assert step.place == "answers.csv:2"
    back = "2025-07-02T08:00:00+08:00,m1,a1,propose,,,,\n"
    file.write_text(file.read_text(encoding="utf-8") + back, encoding="utf-8")
    with pytest.raises(InputError):
        read_answers(file, "Asia/Shanghai")


def test_a_scorecard_example_needs_no_database(folder):
    text = """\
examples: x
language: 1
list:
  - example: a card alone
    facts: {inputs: {satisfaction: {value: 90, samples: 9}, violations: 0, complaint_rate: 5, response_hours: 24}}
    expect: {total: 12.00, grade: A, status: scored}
"""
    file = folder / "cards.yaml"
    file.write_text(text, encoding="utf-8")
    script = read_script(file)
    failures = run_example(script, script.examples[0])
    assert [(one.code, one.values["key"]) for one in failures] == [("OP036", "total")]


@pytest.mark.slow
def test_every_shipped_example_holds():
    for result in run_examples(folder_of("account-manager")):
        assert result.passed, (result.name, result.failures)
