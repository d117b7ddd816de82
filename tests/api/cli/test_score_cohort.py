"""`score` on cards that are graded together: the unit, the quota and the pool, as text and as data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rules.cohort.cohorts import CARD

MORE = """\
cohort: {by: unit, pool: {below: 2, into: division}}
quota: {when_over: WHEN, rules: [{grades: [A], at_most: 40 %}]}
consequences: {bonus: {split: pool, by: total, digits: 2, title: {en: Bonus, zh: 奖金}}}
"""
FACTS = """\
cohort: {pool: 1000}
cards:
  - {id: ann, subject: {unit: east}, inputs: {work: 99}}
  - {id: bea, subject: {unit: east}, inputs: {work: 95.5}}
  - {id: cat, subject: {unit: east}, inputs: {work: 70}}
"""


@pytest.fixture
def scored(call: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    def run(when: str, facts: str, *more: str) -> Any:
        card, known = tmp_path / "card.yaml", tmp_path / "facts.yaml"
        card.write_text(CARD.format(more=MORE.replace("WHEN", when)), "utf-8")
        known.write_text(facts, "utf-8")
        return call("score", card, known, *more)

    return run


def test_each_card_of_a_cohort_tells_its_unit_its_rank_and_its_part(scored: Callable[..., Any]) -> None:
    said = scored("lower", FACTS, "--format", "json")
    assert said.code == 0
    bea = said.data[1]
    assert (bea["id"], bea["grade"], bea["first_grade"], bea["consequences"]["bonus"]) == ("bea", "B", "A", "361.06")
    assert {key: bea["cohort"][key] for key in ("unit", "n", "rank", "tied", "before", "after", "kept")} == {
        "unit": "east", "n": 3, "rank": 2, "tied": 0, "before": "A", "after": "B", "kept": True}
    rule = bea["cohort"]["rules"][0]
    assert (rule["exact"], rule["most"], rule["before"], rule["after"]) == ("1.2", 1, 2, 1)
    assert bea["cohort"]["splits"]["bonus"] == {
        "pool": "1000", "paid": "1000", "weights": "264.5", "weight": "95.5", "share": "361.06"}
    assert sum(round(float(one["consequences"]["bonus"]) * 100) for one in said.data) == 100000


def test_a_broken_quota_is_refused_and_leaves_the_grades(scored: Callable[..., Any]) -> None:
    said = scored("refuse", FACTS, "--format", "json")
    assert said.code == 1
    assert [one["grade"] for one in said.data] == ["A", "A", "C"]
    assert {one["reasons"][0]["code"] for one in said.data} == {"SR020"}
    assert scored("report", FACTS).code == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_told_in_both_languages(scored: Callable[..., Any], lang: str) -> None:
    said = scored("lower", FACTS, "--lang", lang, "--explain").out
    wanted = {
        "en": ("unit east: 3 graded", "A, at most 40 %: 3 x 40 / 100 = 1.2",
               "1.2 rounded down = 1; 2 had it, 1 have it",
               "grade A becomes B, place 2 of 3 by total", "Bonus: 1000 x 95.5 / 264.5 = ", "the quota is kept",
               "Bonus: 1000 of 1000 for 3"),
        "zh": ("单位 east：3 人有等级", "A，最多 40 %：3 × 40 / 100 = 1.2", "1.2 向下取整 = 1；原有 2 人，现有 1 人",
               "等级由 A 变为 B，按总分在 3 人中列第 2", "奖金：1000 × 95.5 / 264.5 = ", "符合等级配额",
               "奖金：3 人共分得 1000 中的 1000"),
    }
    for line in wanted[lang]:
        assert line in said


def test_a_card_alone_is_judged_without_its_cohort_and_says_so(scored: Callable[..., Any]) -> None:
    said = scored("lower", "inputs: {work: 95}\n")
    assert said.code == 0
    assert "judged alone" in said.out
    data = scored("lower", "inputs: {work: 95}\n", "--format", "json").data
    assert (data["grade"], data["cohort"], data["consequences"]["bonus"]) == ("A", {"alone": True}, None)


def test_a_wrong_figure_of_the_cohort_has_its_line(scored: Callable[..., Any]) -> None:
    said = scored("lower", FACTS.replace("pool: 1000", "pol: 1000"), "--format", "json")
    assert said.code == 1
    assert "FA030" in said.out + said.err
    assert ":1:" in said.out + said.err
