"""`score`: one card and many, YAML and JSON, exact to the last digit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CARD = """\
scorecard: two-metrics
version: 1
language: 1
missing: block
round: {metric: 2 half_up, total: 2 half_up}
inputs:
  sales: {type: percent, digits: 2, range: 0..200}
  calls: {type: count, range: 0..1000}
metrics:
  sales: {weight: 60, agree: {target: 80..120, weight: 40..80}, target: 100, ratio: {better: higher}, limits: 0..120}
  calls: {weight: 40, agree: {weight: 20..60}, target: 300, ratio: {better: higher}, limits: 0..100}
total: {combine: weighted_mean, weights_sum: 100}
grades:
  bands: [{from: 90, gives: A}, {from: 70, gives: B}, {else: C}]
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    file = tmp_path / "card.yaml"
    file.write_text(CARD, "utf-8")
    return file


def facts(tmp_path: Path, name: str, text: str) -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def test_one_card_is_an_object_with_decimals_as_text(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    said = call("score", card, facts(tmp_path, "f.yaml", "inputs: {sales: 95.55, calls: 200}\n"), "--format", "json")
    assert said.code == 0
    assert (said.data["total"], said.data["grade"], said.data["status"]) == ("84.00", "B", "scored")
    assert said.data["metrics"]["calls"]["score"] == "66.67"


def test_yaml_and_json_give_the_same_digits(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    yaml = facts(tmp_path, "f.yaml", "inputs: {sales: 95.55, calls: 200}\n")
    text = facts(tmp_path, "f.json", '{"inputs": {"sales": 95.55, "calls": 200}}')
    assert call("score", card, yaml, "--format", "json").data == call("score", card, text, "--format", "json").data


def test_many_cards_are_a_list_with_ids(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    many = [{"id": f"s{n}", "inputs": {"sales": 100, "calls": 30 * n}} for n in range(12)]
    said = call("score", card, facts(tmp_path, "f.json", json.dumps({"cards": many})), "--format", "json")
    assert [one["id"] for one in said.data] == [f"s{n}" for n in range(12)]
    assert said.data[10]["total"] == "100.00"
    assert call("score", card, facts(tmp_path, "g.json", json.dumps(many)), "--format", "json").data == said.data


def test_people_get_total_grade_and_a_table(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    said = call("score", card, facts(tmp_path, "f.yaml", "inputs: {sales: 95.55, calls: 200}\n"))
    assert "Total 84.00, grade B" in said.out
    assert "66.67" in said.out


YES_AND_NO = CARD.replace("  calls: {type: count", "  trained: {type: yes_no}\n  calls: {type: count") + """\
  rules: [{rule: praised, if: trained, raise: 1}]
consequences:
  bonus: {title: {en: Bonus paid, zh: 发放奖金}, value: grade == A}
  talk: {title: {en: Talk, zh: 面谈}, value: grade == C}
"""


@pytest.mark.parametrize(
    ("lang", "lines"), [("en", ["Bonus paid: yes", "Talk: no"]), ("zh", ["发放奖金: 是", "面谈: 否"])]
)
def test_yes_and_no_are_said_in_words(call: Callable[..., Any], tmp_path: Path, lang: str, lines: list[str]) -> None:
    card = facts(tmp_path, "yes.yaml", YES_AND_NO)
    said = call("score", card, facts(tmp_path, "f.yaml", "inputs: {sales: 95.55, calls: 200, trained: true}\n"),
                "--lang", lang)
    assert said.out.splitlines()[-2:] == lines


@pytest.mark.parametrize(
    ("sales", "trained", "grade", "more"),
    [("84", "false", "A", "6"), ("84", "true", None, None), ("65", "true", "A", "25"), ("95", "false", None, None)],
)
def test_the_next_grade_is_one_above_the_last(
    call: Callable[..., Any], tmp_path: Path, sales: str, trained: str, grade: str | None, more: str | None
) -> None:
    card = facts(tmp_path, "next.yaml", YES_AND_NO.replace("target: 300", "target: 300, value: sales * 3"))
    said = call("score", card, facts(tmp_path, "f.yaml", f"inputs: {{sales: {sales}, calls: 1, trained: {trained}}}\n"),
                "--explain", "--lang", "en")
    told = f"the next better grade {grade} needs 90: {more} more"
    assert ("the next better grade" in said.out) is (grade is not None)
    assert grade is None or told in said.out


def test_the_explanation_names_every_metric_and_the_total(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    file = facts(tmp_path, "f.yaml", "inputs: {sales: 95.55, calls: 200}\n")
    for lang in ("en", "zh"):
        said = call("score", card, file, "--explain", "--lang", lang)
        assert said.code == 0
        assert all(word in said.out for word in ("sales", "calls", "95.55", "66.67", "84.00"))
    assert call("score", card, file, "--explain", "--format", "json").data["trace"]


def test_a_missing_figure_gives_no_score_rather_than_0(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    said = call("score", card, facts(tmp_path, "f.yaml", "inputs: {sales: 95.55}\n"), "--format", "json")
    assert (said.code, said.data["total"], said.data["status"]) == (0, None, "blocked")
    assert said.data["reasons"]


def test_an_agreed_weight_outside_its_range_is_refused(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    text = "inputs: {sales: 95.55, calls: 200}\nagreed: {sales: {weight: 90}, calls: {weight: 10}}\n"
    said = call("score", card, facts(tmp_path, "f.yaml", text), "--format", "json")
    assert (said.code, said.data["status"]) == (1, "refused")


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("f.yaml", "inputs:\n  sales: 95.555\n  calls: 200\n", "f.yaml:2:"),
        ("f.yaml", "inputs:\n  sale: 95.55\n  calls: 200\n", "f.yaml:2:"),
        ("f.json", '{"inputs":\n {"sales": 95.55,\n "calls": 2000}}', "f.json:3:"),
        ("f.json", '{"inputs": {"sales": 95.55,}}', "f.json"),
        ("f.json", '{"inputs": {"sales": NaN}}', "NaN"),
        ("f.json", '{"inputs": {}, "inputs": {}}', "f.json"),
        ("f.yaml", "inputs: {sales: 1, sales: 2}\n", "f.yaml"),
        ("f.yaml", "- 1\n- [\n", "f.yaml"),
        ("f.yaml", "hello\n", "f.yaml"),
    ],
)
def test_faulty_facts_are_problems_with_their_place(
    call: Callable[..., Any], card: Path, tmp_path: Path, name: str, text: str, place: str
) -> None:
    said = call("score", card, facts(tmp_path, name, text))
    assert said.code == 1
    assert said.out == ""
    assert place in said.err


def test_a_faulty_card_is_shown_like_in_check(call: Callable[..., Any], card: Path, tmp_path: Path) -> None:
    card.write_text(CARD.replace("weight: 60", "weight: 59.5"), "utf-8")
    said = call("score", card, facts(tmp_path, "f.yaml", "inputs: {}\n"))
    assert said.code in (0, 1)
    card.write_text(CARD.replace("weighted_mean", "weighted_men"), "utf-8")
    said = call("score", card, facts(tmp_path, "f.yaml", "inputs: {}\n"))
    assert said.code == 1
    assert "weighted_mean" in said.err


def test_facts_that_are_no_yaml_are_shown_with_the_line_and_what_is_wrong(
    call: Callable[..., Any], card: Path, tmp_path: Path
) -> None:
    said = call("score", card, facts(tmp_path, "facts.yaml", "inputs: [1"))
    assert said.code == 1
    assert "facts.yaml:1:9 error YM001" in said.err
    assert "^" in said.err


def test_a_folder_is_scored_by_the_card_that_its_workflow_names(call: Callable[..., Any], card: Path) -> None:
    given = facts(card.parent, "facts.yaml", "inputs: {sales: 100, calls: 300}\n")
    assert call("score", card.parent, given).code == 1  # the control: a card alone is called scorecard.yaml
    (card.parent / "workflow.yaml").write_text("workflow: w\nscorecard: card.yaml\n", "utf-8")
    assert "100.00" in call("score", card.parent, given).out
    assert call("whatif", card.parent, card, "--facts", given).code == 0
