"""Schemes that others published, each case as the text gives it; `system#n` counts within its system from 1."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rules.scorecard.evaluate import Result

Judge = Callable[[str, str], Result]
CASES = json.loads((Path(__file__).parent / "published_schemes.json").read_text(encoding="utf-8"), parse_float=str)
ELEMENTS = ("leading_change", "leading_people", "business_acumen", "coalitions", "results_driven")


def cases(system: str) -> list[Any]:
    found = [case for case in CASES if case["system"] == system]
    return [pytest.param(case["inputs"], case["expected"], id=f"{system}#{n}") for n, case in enumerate(found, 1)]


def exact(text: object) -> Fraction:
    """The expected number as printed: `4.5`, or `11/3 (~3.6667)`."""
    return Fraction(str(text).split(" ")[0])


def rows(field: str, values: list[Any]) -> str:
    return ", ".join(f"{{{field}: {value}}}" for value in values)


@pytest.mark.parametrize(("given", "expected"), cases("OPM-SES"))
def test_ses_elements(judge: Judge, given: Any, expected: Any) -> None:
    ratings = given.get("r", [5] * 5)
    inputs = ", ".join(f"{name}: {rating}" for name, rating in zip(ELEMENTS, ratings, strict=True))
    weights = ", ".join(f"{name}: {{weight: {w}}}" for name, w in zip(ELEMENTS, given["w"], strict=True))
    result = judge("opm-ses", f"{{inputs: {{{inputs}}}, agreed: {{{weights}}}}}")
    if isinstance(expected, str):
        assert (result.status, result.reasons[0].code) == ("refused", "SR015")
    else:
        assert (result.total, result.grade) == (expected[0], expected[1])


@pytest.mark.parametrize(("given", "expected"), cases("HHS-PMAP"))
def test_pmap_bands_close_at_two_digits(judge: Judge, given: Any, expected: Any) -> None:
    result = judge("hhs", f"{{lists: {{elements: [{rows('rating', given['r'])}]}}}}")
    assert (result.total, result.grade) == (exact(expected[0]), expected[1])


@pytest.mark.parametrize(("given", "expected"), cases("NSPS"))
def test_nsps_rounds_a_half_down_and_leaves_out_what_is_not_rated(judge: Judge, given: Any, expected: Any) -> None:
    result = judge("nsps", f"{{lists: {{objectives: [{rows('rating', given['adjusted'])}]}}}}")
    assert (result.metrics["objectives"].score, result.grade) == (exact(expected[0]), expected[1])


@pytest.mark.parametrize(("given", "expected"), cases("SASAC09"))
def test_soe_leaders(judge: Judge, given: Any, expected: Any) -> None:
    if "actual" in given:
        base = given["baseline"]
        rest = "eva_points: 42, category_points: 30, difficulty: 1, bonus: 0, deduction: 0"
        inputs = f"profit: {given['actual']}, {rest}"
        past = f"[{{profit: {base}}}, {{profit: {base}}}, {{profit: {base}}}]"
        result = judge(
            "sasac22", f"{{inputs: {{{inputs}}}, agreed: {{profit: {{target: {given['target']}}}}}, previous: {past}}}"
        )
        assert result.metrics["profit"].score == exact(expected)
        return
    # The composite alone: an actual figure that earns just these profit points.
    actual = 100 + (given["profit"] - 30) * 3
    inputs = (
        f"profit: {actual}, eva_points: {given['eva']}, category_points: {given['cls']}, difficulty: {given['coef']}, "
        f"bonus: {given['bonus']}, deduction: {given['ded']}"
    )
    past = "[{profit: 90}, {profit: 90}, {profit: 90}]"
    result = judge("sasac22", f"{{inputs: {{{inputs}}}, agreed: {{profit: {{target: 100}}}}, previous: {past}}}")
    assert result.total == exact(expected)


@pytest.mark.parametrize(
    ("roe", "contribution"), [("8", "15.23"), ("9.5", "16"), ("1.7", "12"), ("16.5", "20"), ("99", "20"), ("-21", "0")]
)
def test_efficacy_coefficients_are_a_line(judge: Judge, roe: str, contribution: str) -> None:
    result = judge("sasac-efficacy", f"{{inputs: {{roe: {roe}, margin: 4}}}}")
    assert result.metrics["roe"].contribution == contribution


def test_efficacy_items_are_rounded_before_the_composite(judge: Judge) -> None:
    """15.23 + 44.8 = 60.03 is 60.0; unrounded items would add up to 60.0308."""
    result = judge("sasac-efficacy", "{inputs: {roe: 8, margin: 4}}")
    assert result.total_text == "60.0"


@pytest.mark.parametrize(("given", "expected"), cases("PROV-SOE"))
def test_provincial_tiers(judge: Judge, given: Any, expected: Any) -> None:
    level = {5: "excellent", 4: "good", 3: "mean", 0: "below"}[given.get("roe_adj", 0)]
    inputs = (
        f"profit: {given.get('profit_wan', 0)}, roe_level: {level}, deviation: {given.get('dev_points', 0)}, "
        f"category: {given.get('category_value', 0)}"
    )
    result = judge("prov-soe", f"{{inputs: {{{inputs}}}}}")
    if isinstance(expected, str):
        assert result.metrics["category"].score == exact(expected)
    else:
        assert result.metrics["profit"].score == exact(expected[0])
        assert exact(result.metrics["profit"].contribution) == exact(expected[1])


@pytest.mark.parametrize(("given", "expected"), cases("CN-KPI"))
def test_kpi_table(judge: Judge, given: Any, expected: Any) -> None:
    name = "attainment" if "pct_of_target" in given else "cost"
    value = given["pct_of_target" if name == "attainment" else "pct_of_budget"]
    figures = {"attainment": 100, "cost": 100, name: value}
    result = judge("cn-kpi", f"{{inputs: {{attainment: {figures['attainment']}, budget_use: {figures['cost']}}}}}")
    assert result.metrics[name].score == exact(expected)


@pytest.mark.parametrize(("given", "expected"), cases("BANK-CM"))
def test_bank_steps_say_how_they_count(judge: Judge, given: Any, expected: Any) -> None:
    counting = {"linear": "exact", "floor": "full", "ceil": "begun"}[given.get("step", "linear")]
    npl = given.get("npl", "2%").rstrip("%")
    satisfaction = given.get("satisfaction", "4.5").split(" ")[0]
    source = (Path(__file__).parent / "cards" / "bank-cm.yaml").read_text(encoding="utf-8")
    body = source.partition("language: 1\n")[2]
    body = body.replace("above: -3, counting: exact", f"above: -3, counting: {counting}")
    result = judge(
        body,
        "{inputs: {new_customers: 20, deposits: 5000000, loans: 9000000, campaigns: 100, severity: none, "
        f"npl: {npl}, satisfaction: {satisfaction}}}}}",
    )
    part = "risk.npl" if "npl" in given else "risk.satisfaction"
    assert result.metrics[part].score == exact(expected)


@pytest.mark.parametrize(("given", "expected"), cases("BSC-NICE"))
def test_best_worst_line(judge: Judge, given: Any, expected: Any) -> None:
    falling = given["worst"] > given["best"]
    inputs = f"quality: {70 if falling else given['actual']}, handling: {given['actual'] if falling else 300}"
    result = judge("bsc-nice", f"{{inputs: {{{inputs}}}}}")
    assert result.metrics["handling" if falling else "quality"].score == exact(expected)


@pytest.mark.parametrize(("given", "expected"), cases("SPPAS"))
def test_grade_from_counts(judge: Judge, given: Any, expected: Any) -> None:
    levels = ["EE"] * given["EE"] + ["IR"] * given["IR"]
    levels += ["ME"] * (given["objectives"] - len(levels))
    assert judge("sppas", f"{{lists: {{objectives: [{rows('level', levels)}]}}}}").grade == expected


@pytest.mark.parametrize(("given", "expected"), cases("ZUNYI"))
def test_veto_and_awards_counted_once(judge: Judge, given: Any, expected: Any) -> None:
    awards = ", ".join(f"{{item: tunnel, level: {level}}}" for level in given.get("awards", []))
    accidents = 1 if given.get("deduct") == "0.5" else 0
    inputs = (
        f"base: {given['base']}, larger_accidents: {accidents}, beyond_quota: 0, criticisms: 0, missing_material: 0, "
        f"deaths: 0, deaths_allowed: 3, major_accident: {str('veto' in given).lower()}"
    )
    result = judge("zunyi", f"{{inputs: {{{inputs}}}, lists: {{innovations: [{awards}]}}}}")
    assert (result.total, result.grade) == (exact(expected[0]), expected[1])


@pytest.mark.parametrize(
    ("goals", "competencies", "what", "how", "grade"),
    [
        ([(50, 3, "normal"), (30, 2, "normal"), (20, 2, "normal")], [3, 2], "2.5", "2.5", "dark_green"),  # T1, T5
        ([(60, 3, "normal"), (40, 1, "scf")], [3], "1", "3", "orange"),  # T2
        ([(60, 3, "normal"), (40, 1, "kar")], [3], "1", "3", "orange"),  # T3: veto
        ([(60, 3, "kar"), (40, 1, "kar")], [3], "2.2", "3", "green"),  # T3: another KAR at 3
        ([(100, 3, "normal")], [3, 1], "3", "1", "orange"),  # T4
        ([(100, 1, "normal")], [1], "1", "1", "red"),  # T6
    ],
)
def test_what_and_how(judge: Judge, goals: Any, competencies: Any, what: str, how: str, grade: str) -> None:
    listed = ", ".join(f"{{weight: {w}, rating: {r}, kind: {k}}}" for w, r, k in goals)
    result = judge("tss", f"{{lists: {{goals: [{listed}], competencies: [{rows('rating', competencies)}]}}}}")
    scores = (result.metrics["what"].score, result.metrics["how"].score)
    assert (scores, result.grade) == ((exact(what), exact(how)), grade)


def test_goal_weights_must_reach_a_hundred(judge: Judge) -> None:
    """T7."""
    result = judge("tss", "{lists: {goals: [{weight: 85, rating: 3, kind: normal}], competencies: [{rating: 3}]}}")
    assert (result.status, result.reasons[0].code) == ("refused", "SR015")


@pytest.mark.parametrize(
    ("met", "failings", "past", "grade", "dismissal"),
    [(5, 0, "", "优秀", "none"), (4, 0, "", "称职", "none"), (5, 1, "", "不称职", "none"),
     (5, 1, "不称职", "不称职", "辞退"), (5, 1, "称职", "不称职", "none")],
)
def test_civil_servants(judge: Judge, met: int, failings: int, past: str, grade: str, dismissal: str) -> None:
    names = ("politics", "ability", "diligence", "achievement", "integrity")
    inputs = ", ".join(f"{name}: {str(index < met).lower()}" for index, name in enumerate(names))
    previous = f", previous: [{{grade: {past}}}]" if past else ""
    result = judge("cn-cs", f"{{inputs: {{{inputs}, failings: {failings}, basic_only: false}}{previous}}}")
    assert (result.grade, result.consequences["dismissal"]) == (grade, dismissal)
