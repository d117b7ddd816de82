"""Every total and grade of the leasing-team story, worked out from its files in fractions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.stories.customer_sums import figures, half_up, table, targets

WEIGHTS = {"leasing": 25, "satisfaction": 30, "retention": 20, "conversion": 15, "analysis": 10}
PARTS = {"projects": 30, "amount": 40, "customers": 30}
TARGETS = {"leasing.projects": 6, "leasing.amount": 5000, "leasing.customers": 20, "conversion": 30}
ADJUSTED = {("lt11", "2025-Q3"): "B"}  # raised by HR
BLOCKED = {("lt10", "2025-Q3")}  # eight answers to the survey
Verdict = tuple[Fraction, str, str]


def verdicts(sample: Path) -> dict[tuple[str, str], Verdict]:
    """(team, quarter) -> total, first grade, grade."""
    found: dict[tuple[str, str], Verdict] = {}
    agreed: dict[str, dict[str, Fraction]] = {}
    amounts: dict[tuple[str, str], Fraction] = {}
    for quarter in ("q3", "q4"):
        cycle = f"2025-{quarter.upper()}"
        proposed = targets([sample / f"answers_{quarter}_agree.csv"], "propose")
        for ref in {*agreed, *proposed}:
            agreed[ref] = {**agreed.get(ref, {}), **proposed.get(ref, {})}
        rated = {row["review"]: ratings(row["ratings"]) for row in table(sample / f"answers_{quarter}_rate.csv")}
        files = [*sorted((sample / quarter).glob("*.csv")), *sample.glob("late/*.csv" if quarter == "q3" else "-")]
        for ref, rows in figures(files).items():
            if (ref, cycle) not in BLOCKED:
                total = judged(rows, rated[ref], agreed.get(ref, {}))
                amounts[ref, cycle] = sum((Fraction(one["value"]) for one in rows["amount_signed"]), Fraction())
                first = grade(total, amounts[ref, cycle] < amounts.get((ref, "2025-Q3"), 0) * Fraction(3, 4))
                found[ref, cycle] = (total, first, ADJUSTED.get((ref, cycle), first))
        left = targets([sample / "answers_q3_result.csv", sample / "answers_q3_hearing.csv"], "plan_next")
        for ref, settled in left.items():
            agreed[ref] = {**agreed.get(ref, {}), **settled}
    return found


def ratings(text: str) -> list[Fraction]:
    return [Fraction(one.partition("=")[2]) for one in text.split(";")]


def judged(rows: dict[str, list[dict[str, str]]], rated: list[Fraction], agreed: dict[str, Fraction]) -> Fraction:
    value = {name: [Fraction(one["value"]) for one in many] for name, many in rows.items()}

    def aim(name: str) -> Fraction:
        return Fraction(agreed.get(f"{name}.target", TARGETS[name]))

    leasing = (
        PARTS["projects"] * reached(value["projects"][-1], aim("leasing.projects"))
        + PARTS["amount"] * reached(sum(value["amount_signed"], Fraction()), aim("leasing.amount"))
        + PARTS["customers"] * reached(sum(value["customers_signed"], Fraction()), aim("leasing.customers"))
    ) / 100
    scores = {
        "leasing": leasing,
        "satisfaction": (60 * value["survey"][-1] + 40 * value["measures_in_time"][-1]) / 100,
        "retention": (value["retained"][-1] + value["care_plans"][-1]) / 2,
        "conversion": reached(value["conversion"][-1], aim("conversion")),
        "analysis": sum(half_up(20 * one) for one in rated) / 3,  # a line from 1: 20 to 5: 100
    }
    weight = {name: Fraction(agreed.get(f"{name}.weight", present)) for name, present in WEIGHTS.items()}
    return half_up(sum((weight[name] * half_up(scores[name]) for name in WEIGHTS), Fraction()) / sum(weight.values()))


def reached(value: Fraction, target: Fraction) -> Fraction:
    return half_up(min(Fraction(120), max(Fraction(0), value * 100 / target)))


def grade(total: Fraction, falling: bool) -> str:
    ladder = "ABCD"
    place = next((place for place, at in enumerate((100, 80, 60)) if total >= at), 3)
    if falling:
        place = min(3, place + 1)
    return ladder[place]
