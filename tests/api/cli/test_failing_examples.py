"""`test` on examples that fail: the place once, what was out of order, and what says more about an unreadable file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.house.tree import ROOT

Call = Callable[..., Any]
ROW = "2025-07-0{day}T10:00:00,{who},n1,{task},{outcome},{form}\n"
STORY = """examples: out-of-order
language: 1
list:
  - example: answers from a file
    given: {now: 2025-07-01T09:00:00, people: sample/examples/people.csv, publish: {by: h1, approve: h2}}
    do:
      - {open: 2025-H2, by: h1, for: [n1]}
      - {answers: answers.csv}
    expect:
      - {review: n1, state: midterm}
"""


def folder(to: Path, *days: int) -> Path:
    shutil.copytree(ROOT / "workflows" / "probation", to)
    (to / "examples.yaml").write_text(STORY, "utf-8")
    first = ROW.format(day=days[0], who="m1", task="propose", outcome="", form="mentor=c1")
    second = ROW.format(day=days[1], who="n1", task="agree", outcome="accept", form="")
    (to / "answers.csv").write_text(f"at,as,review,task,outcome,form\n{first}{second}", "utf-8")
    return to


def test_an_answer_out_of_order_is_told_with_its_place_once(call: Call, tmp_path: Path) -> None:
    said = call("test", folder(tmp_path / "late", 3, 2), "--lang", "en")
    assert said.code != 0
    (told,) = [line for line in said.out.splitlines() if "earlier than" in line]
    assert told.count("answers.csv:3") == 1


def test_the_same_answers_in_order_pass(call: Call, tmp_path: Path) -> None:
    """The control."""
    assert call("test", folder(tmp_path / "own", 2, 3), "--lang", "en").code == 0


def test_examples_that_are_no_yaml_lead_to_their_explanation(call: Call, tmp_path: Path) -> None:
    there = folder(tmp_path / "own", 2, 3) / "examples.yaml"
    there.write_text(STORY.replace("answers from a file", "answers: from a file"), "utf-8")
    said = call("test", there, "--lang", "en")
    assert said.code != 0
    assert "examples.yaml:4:" in said.err
    assert "explain YM001" in said.err
    assert "quotes" in call("explain", "YM001", "--lang", "en").out
