"""`whatif`: two scorecards on one file of facts, in both languages, and what is said when something is amiss."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

OLD = """\
scorecard: two-metrics
version: 1
language: 1
title: {en: Two metrics, zh: 两项指标}
missing: block
round: {metric: 2 half_up, total: 2 half_up}
inputs:
  sales: {type: percent, digits: 2, range: 0..200}
  calls: {type: count, range: 0..1000}
metrics:
  sales: {title: {en: Sales, zh: 销售}, weight: 60, target: 100, ratio: {better: higher}, limits: 0..120}
  calls: {title: {en: Calls, zh: 电话}, weight: 40, target: 300, ratio: {better: higher}, limits: 0..100}
total: {combine: weighted_mean, weights_sum: 100}
grades:
  bands: [{from: 90, gives: A}, {from: 70, gives: B}, {else: C}]
consequences:
  bonus: {title: {en: Bonus, zh: 奖金}, value: grade, lookup: {A: 1000, B: 500, C: 0}}
"""
NEW = OLD.replace("weight: 60", "weight: 30").replace("weight: 40", "weight: 70").replace("version: 1", "version: 2")
FACTS = """\
cards:
  - {id: ann, subject: {unit: east}, inputs: {sales: 110, calls: 200}}
  - {id: bo, subject: {unit: west}, inputs: {sales: 60, calls: 295}}
  - {id: cy, subject: {unit: west}, inputs: {sales: 95, calls: 300}}
  - {id: di, subject: {unit: west}, inputs: {sales: 95}}
"""


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[Path]]:
    def written(**texts: str) -> list[Path]:
        found = []
        for name, text in texts.items():
            file = tmp_path / f"{name}.yaml"
            file.write_text(text, "utf-8")
            found.append(file)
        return found

    return written


def test_it_says_whose_grade_moves_and_what_it_comes_from(call: Callable[..., Any], files: Any) -> None:
    old, new, facts = files(old=OLD, new=NEW, facts=FACTS)
    said = call("whatif", old, new, "--facts", facts, "--format", "json")
    assert said.code == 0
    found = said.data
    assert found["count"] == {"reviews": 4, "moved": 1, "changed": 3, "unjudged_old": 1, "unjudged_new": 1}
    grades = [(one["id"], one["before"]["grade"], one["after"]["grade"]) for one in found["rows"]]
    assert grades == [("ann", "A", "B"), ("bo", "B", "B"), ("cy", "A", "A")]
    rows = {one["id"]: one for one in found["rows"]}
    assert (rows["ann"]["before"]["total"], rows["ann"]["after"]["total"]) == ("92.67", "79.67")
    assert {share["name"]: share["difference"] for share in rows["ann"]["shares"] if share["kind"] == "metric"} == {
        "sales": "-33", "calls": "20.001",
    }
    for one in found["rows"]:
        assert sum(Fraction(share["difference"]) for share in one["shares"]) == Fraction(one["difference"])
    assert [(one["id"], one["reasons"][0]["text"]) for one in found["unjudged"] if one["card"] == "new"] == [
        ("di", "calls has no score; missing: calls"),
    ]
    assert [(one["name"], one["before"]["sum"], one["after"]["sum"]) for one in found["cost"]] == [
        ("bonus", "2500", "2000"),
    ]
    by_unit = [(one["unit"], one["cost"][0]["difference"]) for one in found["units"]]
    assert by_unit == [("east", "-500"), ("west", "0")]


def test_the_interval_of_a_weight_is_told_with_whoever_moves_at_its_ends(call: Callable[..., Any], files: Any) -> None:
    old, new, facts = files(old=OLD, new=NEW, facts=FACTS)
    found = call("whatif", old, new, "--facts", facts, "--format", "json").data
    sales = next(one for one in found["weights"] if one["weight"] == "sales")
    # bo: 98.33 - 0.3833 x falls below 89.995 at 21.75; ann: 66.67 + 0.4333 x reaches 89.995 at 53.84
    assert (sales["present"], sales["step"], sales["reviews"], sales["held"]) == ("30", "0.01", 3, 0)
    assert (sales["low"]["value"], sales["low"]["mover"]["id"]) == ("21.75", "bo")
    assert (sales["high"]["value"], sales["high"]["mover"]["id"]) == ("53.83", "ann")
    assert sales["low"]["mover"]["to"] == "A"


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ("Grades that move: 1", "By unit", "Sales", "Cannot be judged", "one step of 0.01 further", "Bonus")),
    ("zh", ("等级变动：1 人", "按小组", "销售", "无法评分", "再变一步 0.01", "奖金")),
])  # fmt: skip
def test_people_read_it_in_their_language(call: Callable[..., Any], files: Any, lang: str, words: Any) -> None:
    old, new, facts = files(old=OLD, new=NEW, facts=FACTS)
    said = call("whatif", old, new, "--facts", facts, "--lang", lang)
    assert said.code == 0
    assert [word for word in words if word not in said.out] == []


def test_a_card_against_itself_moves_nobody(call: Callable[..., Any], files: Any) -> None:
    old, facts = files(old=OLD, facts=FACTS)
    assert "Nobody's grade moves" in call("whatif", old, old, "--facts", facts).out


def test_what_the_new_card_does_not_know_is_left_out_and_said(call: Callable[..., Any], files: Any) -> None:
    fewer = NEW.replace("  calls: {type: count, range: 0..1000}\n", "").replace(
        next(line for line in NEW.splitlines(True) if "weight: 70" in line), ""
    ).replace("weight: 30", "weight: 100")
    old, new, facts = files(old=OLD, new=fewer, facts=FACTS)
    found = call("whatif", old, new, "--facts", facts, "--format", "json").data
    assert [(one["code"], one["name"], one["count"]) for one in found["notes"]] == [("WI001", "calls", 3)]
    assert found["count"]["unjudged_new"] == 0
    gone = next(one for one in found["rows"] if one["id"] == "ann")["shares"]
    after = {share["name"]: share["after"] for share in gone if share["kind"] == "metric"}
    assert after == {"sales": "110", "calls": "0"}


def test_what_neither_card_knows_is_a_slip_and_is_said(call: Callable[..., Any], files: Any) -> None:
    old, new, facts = files(old=OLD, new=NEW, facts="inputs: {salse: 110, calls: 200}\n")
    found = call("whatif", old, new, "--facts", facts, "--format", "json").data
    assert {one["reasons"][0]["code"] for one in found["unjudged"]} == {"FA001"}


def test_misuse_and_faults_say_what_to_do(call: Callable[..., Any], files: Any, tmp_path: Path) -> None:
    old, new, facts = files(old=OLD, new=NEW, facts=FACTS)
    (broken,) = files(broken=NEW.replace("weights_sum: 100", "weights_sum: 90"))
    assert call("whatif", old, new).code == 2
    assert call("whatif", old, new, "--facts", facts, "--cycle", "2025-Q3").code == 2
    assert call("whatif", old, tmp_path / "none.yaml", "--facts", facts).code == 2
    said = call("whatif", old, broken, "--facts", facts)
    assert (said.code, "broken.yaml" in said.out + said.err) == (1, True)
    assert call("whatif", old, new, "--facts", files(empty="cards: []\n")[0]).code == 1
    assert call("whatif", "-", new, "--cycle", "2025-Q3").code == 1  # there is no data yet


@pytest.mark.parametrize("text", ["[1, 2]\n", "cards: {a: 1}\n", "inputs: 3\n", "cards: [3, {inputs: [], agreed: 3}]\n",
                                  "agreed: {sales: {weight: x}, 'no.where': 3}\nprevious: [3, {grade: Z}]\n"])
def test_facts_of_any_shape_end_in_words(call: Callable[..., Any], files: Any, text: str) -> None:
    old, new, facts = files(old=OLD, new=NEW, facts=text)
    said = call("whatif", old, new, "--facts", facts)
    assert said.code in (0, 1)
    assert said.out + said.err
