"""Every total and grade of the customer-indicators story, worked out from its files in fractions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.stories.customer_sums import Rows, figures, half_up, table, targets

GOALS = {
    "attainment": 95, "new_customers": 20, "product_satisfaction": 80, "service_satisfaction": 80,
    "complaints_resolved": 95, "loyalty": 30, "lifetime_value": 8000, "acquisition_cost": 500, "conversion": 10,
    "trial_packs": 25,
}  # fmt: skip
SHARES = {
    "sales": {"attainment": 40, "new_customers": 30, "product_satisfaction": 20, "loyalty": 10},
    "service": {"service_satisfaction": 60, "complaints_resolved": 40},
    "after_sales": {"service_satisfaction": 50, "loyalty": 50},
    "marketing": {"acquisition_cost": 50, "lifetime_value": 30, "conversion": 10, "trial_packs": 10},
}
LADDER = {"S": 110, "A": 95, "B": 80, "C": 60, "D": 0}
ADJUSTED = {("sa3", "2025-H1"): "A", ("af1", "2025-H1"): "B"}  # what HR settled otherwise
PLANS = ("sa5", "se4", "mk4")  # their second half was agreed before the first had ended


def verdicts(sample: Path) -> dict[tuple[str, str], tuple[Fraction, str, str]]:
    """(subject, cycle) -> total, first grade, grade."""
    departments = {row["ref"]: row["department"] for row in table(sample / "people.csv")}
    found = {}
    for half, quarters in (("h1", ("q1", "q2")), ("h2", ("q3", "q4"))):
        cycle = f"2025-{half.upper()}"
        rows = figures(
            [
                *(sample / f"2025-{quarter}" / "figures_survey.csv" for quarter in quarters),
                *sorted((sample / f"2025-{half}").glob("*.csv")),
                *sorted((sample / f"2025-{half}" / "late").glob("*.csv")),
            ]
        )
        for ref, agreed in agreements(sample, half).items():
            total, grade = judged(departments[ref], known(rows, ref), agreed)
            found[ref, cycle] = (total, grade, ADJUSTED.get((ref, cycle), grade))
    return found


def agreements(sample: Path, half: str) -> dict[str, dict[str, Fraction]]:
    """What was settled for each: in the second half upon what the review of the metrics left."""
    first = targets([sample / "answers_h1_targets.csv"], "propose")
    refs = [row["ref"] for row in table(sample / "people.csv") if row["groups"] == "indicators"]
    if half == "h1":
        return {ref: first.get(ref, {}) for ref in refs}
    left = targets([sample / "answers_h1_metrics.csv"], "propose_next")
    second = targets([sample / "answers_h2_targets.csv", sample / "answers_h2_targets_late.csv"], "propose")
    return {
        ref: {**first.get(ref, {}), **({} if ref in PLANS else left.get(ref, {})), **second.get(ref, {})}
        for ref in refs
    }


def known(rows: Rows, ref: str) -> dict[str, Fraction | None]:
    """The figures of one half-year."""
    return {name: folded(name, given) for name, given in rows.get(ref, {}).items() if name != "product_replaced"}


def folded(name: str, rows: list[dict[str, str]]) -> Fraction | None:
    values = [Fraction(row["value"]) for row in rows]
    if name.endswith("_satisfaction"):
        enough = sum(int(row["samples"]) for row in rows) >= 5
        return half_up(sum(values, Fraction()) / len(values)) if enough else None
    return min(values) if name == "conversion" else values[0]


def judged(
    department: str, figure: dict[str, Fraction | None], agreed: dict[str, Fraction]
) -> tuple[Fraction, str]:
    goals = {name: agreed.get(f"{name}.target", Fraction(goal)) for name, goal in GOALS.items()}
    counting = {name: share for name, share in SHARES[department].items() if not agreed.get(f"{name}.retire")}
    shares = {name: agreed.get(f"{name}.weight", Fraction(share)) for name, share in counting.items()}
    again = [one for one in (figure.get("repeat_rate"), figure.get("referral_rate")) if one is not None]
    values = {**figure, "loyalty": max(again) if len(again) == 2 else None, "trial_packs": figure.get("trial_rate")}
    scores = {name: scored(name, value, goals[name]) for name in shares if (value := values.get(name)) is not None}
    total = sum((scores[name] * shares[name] for name in scores), Fraction()) / sum(shares[name] for name in scores)
    satisfied = figure.get("product_satisfaction" if department == "sales" else "service_satisfaction")
    if department != "marketing" and satisfied is not None and satisfied >= 80:
        total += 5
    total = half_up(total)
    grade = next(grade for grade, least in LADDER.items() if total >= least)
    cost, won = figure.get("acquisition_cost"), figure.get("new_customers")
    if cost is not None and won is not None and cost < goals["acquisition_cost"] and won >= goals["new_customers"]:
        grade = "SSABC"["SABCD".index(grade)]
    return total, grade


def scored(name: str, value: Fraction, goal: Fraction) -> Fraction:
    share = 2 - value / goal if name == "acquisition_cost" else value / goal
    return half_up(max(Fraction(0), min(Fraction(120), share * 100)))
