"""The scorecard alone against the oracle, on the facts of every review of the sample's story."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.definition.reader import read_scorecard
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from tests.oracle.clerk import Row, Tale, read_story, read_yaml
from tests.oracle.facts_of_tale import facts_of
from tests.oracle.story_oracle import Verdict, judge, text_of

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "workflows" / "account-manager"
ORACLE = ("clerk.py", "story_oracle.py", "facts_of_tale.py")
ALLOWED = {"__future__", "collections", "csv", "dataclasses", "datetime", "fractions", "itertools", "pathlib", "typing"}


def imports_of(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def foreign(text: str) -> list[str]:
    """Imports that are neither the standard library's, nor PyYAML, nor the oracle's own."""
    return [name for name in imports_of(text) if name.split(".")[0] not in {*ALLOWED, "yaml"}
            and not name.startswith("tests.oracle.")]  # fmt: skip


@pytest.fixture(scope="module")
def tale() -> Tale:
    return read_story(FOLDER / "sample" / "story.yaml", "2025-Q3")


@pytest.fixture(scope="module")
def card() -> Card:
    found, problems = read_scorecard(FOLDER / "scorecard.yaml")
    assert found is not None, problems
    return found


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return dict(read_yaml(FOLDER / "scorecard.yaml"))


def scored(card: Card, document: dict[str, Any]) -> Result:
    facts, faults = read_facts(card, document)
    assert facts is not None, faults
    return score(card, facts)


def differences(result: Result, verdict: Verdict) -> list[str]:
    """Names of whatever is not the same to the last digit: figures, scores, total, grades."""
    pairs: list[tuple[str, object, object]] = [
        ("total", result.total_text, text_of(verdict.total)),
        ("grade", result.grade, verdict.grade),
        ("first_grade", result.first_grade, verdict.first_grade),
    ]
    pairs += [(name, result.metrics[name].score_text, text_of(one)) for name, one in verdict.scores.items()]
    for name, one in verdict.figures.items():
        value = result.figures.get(name)
        pairs.append((f"figure {name}", Fraction(str(value)) if _is_number(value) else None, one))
    return [name for name, got, wanted in pairs if got != wanted]


def _is_number(value: object) -> bool:
    try:
        Fraction(str(value))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", ORACLE)
def test_the_oracle_imports_nothing_of_the_house(name: str) -> None:
    assert foreign((HERE / name).read_text(encoding="utf-8")) == []


def test_an_import_of_the_house_would_be_seen() -> None:
    assert foreign("import csv\nfrom rules.numbers import add\nimport engine.clock\n") == [
        "rules.numbers",
        "engine.clock",
    ]


def test_every_review_of_the_story_scores_as_the_oracle_says(tale: Tale, card: Card, plan: dict[str, Any]) -> None:
    assert len(tale.subjects) == 40
    found = {ref: differences(scored(card, facts_of(tale, plan, ref)), judge(tale, plan, ref)) for ref in tale.subjects}
    assert {ref: names for ref, names in found.items() if names} == {}


def test_one_more_of_any_figure_is_noticed(tale: Tale, card: Card, plan: dict[str, Any]) -> None:
    """The control: the oracle with 1 added to a figure never agrees, and mostly not even in the total."""
    missed, moved, tried = [], 0, 0
    for ref in tale.subjects:
        result = scored(card, facts_of(tale, plan, ref))
        figures = judge(tale, plan, ref).figures
        for name, value in figures.items():
            if value is None:
                continue
            tried += 1
            names = differences(result, judge(tale, plan, ref, {**figures, name: value + 1}))
            missed += [] if names else [(ref, name)]
            moved += "total" in names
    assert missed == []
    assert tried > 300
    assert moved > 50


def test_the_sample_holds_what_the_story_needs(tale: Tale, plan: dict[str, Any]) -> None:
    verdicts = {ref: judge(tale, plan, ref) for ref in tale.subjects}
    assert {one.grade for one in verdicts.values()} == {"S", "A", "B", "C", "D"}
    assert sum(one.grade == "S" for one in verdicts.values()) < 5
    capped = [ref for ref, one in verdicts.items() if one.grade == "C" and one.total is not None and one.total >= 80]
    assert capped
    assert [ref for ref, one in verdicts.items() if one.grade != one.first_grade]
    assert [ref for ref, one in verdicts.items() if one.figures["improvement"] is None]
    assert [ref for ref, one in verdicts.items() if one.figures["satisfaction"] is None]
    assert [ref for ref, one in verdicts.items() if (one.figures["satisfaction"] or 0) >= 95]


def random_tale(random: Random) -> Tale:
    """One subject with figures anywhere in their ranges, edges and gaps included."""
    tale = Tale("2025-Q3", ["x"])
    at = datetime(2025, 10, 9, tzinfo=UTC)

    def put(name: str, period: str, value: Fraction | int, samples: int | None = None) -> None:
        tale.rows[name, period] = [Row("x", name, period, Fraction(value), samples, at)]

    def cents(low: int, high: int) -> Fraction:
        return Fraction(random.choice([low * 100, high * 100, random.randint(low * 100, high * 100)]), 100)

    there = ("sales", "satisfaction", "complaint_rate", "response_hours", "new_customers", "sales_plan")
    often = [name for name in there if random.random() < 0.85]
    for number, month in enumerate(("2025-07", "2025-08", "2025-09", "2025-04", "2025-05")):
        if "sales" in often:
            put("sales", month, cents(0, 900_000))
        if "new_customers" in often and number < 3:
            put("new_customers", month, random.randint(0, 20))
    if "satisfaction" in often:
        put("satisfaction", "2025-Q3", cents(60, 100), random.randint(3, 30))
    if "complaint_rate" in often:
        put("complaint_rate", "2025-Q3", cents(0, 20))
    if "response_hours" in often:
        put("response_hours", "2025-Q3", cents(0, 60))
    for period in ("2025-Q2", "2025-Q3"):
        if "sales_plan" in often:
            put("sales_plan", period, cents(1, 3_000_000))
    put("violations", "2025-Q3", random.choice([0, 0, 0, 1, 5]))
    for role, most in (("subject", 1), ("colleagues", 6), ("manager", 2)):
        for person in range(random.randint(0, most)):
            given = [Fraction(random.randint(1, 5)) for _ in range(random.randint(1, 3))]
            tale.ratings.setdefault("x", {})[f"{role} {role}{person}"] = given
    if random.random() < 0.6:
        weight = cents(10, 30)
        tale.targets["x"] = {
            "satisfaction.weight": weight, "new_customers.weight": 35 - weight,
            "satisfaction.target": cents(80, 95), "sales.target": cents(80, 120),
        }  # fmt: skip
    return tale


@pytest.mark.parametrize("seed", range(20))
def test_random_figures_score_as_the_oracle_says(seed: int, card: Card, plan: dict[str, Any]) -> None:
    random = Random(seed)
    for _ in range(15):
        tale = random_tale(random)
        document = facts_of(tale, plan, "x")
        assert differences(scored(card, document), judge(tale, plan, "x")) == [], document
