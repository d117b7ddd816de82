"""Every total and tier of the customer-account story, worked out from its files in fractions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.stories.customer_sums import between, figures, half_up, table, targets, weighted

ADJUSTED = {("hx", "2025-Q3"): "VIP"}  # what the head of sales settled otherwise
SHARES = {"customer": 60, "keeper": 40}
DIMENSIONS = {"satisfaction": 30, "relationship": 20, "service": 20, "value": 30}
Figures = dict[str, Fraction | None]


def verdicts(sample: Path) -> dict[tuple[str, str], tuple[Fraction, str, str]]:
    """(account, cycle) -> total, first tier, tier."""
    found = {}
    for quarter in ("q3", "q4"):
        cycle = f"2025-{quarter.upper()}"
        agreed, asked = agreements(sample, quarter), attachments(sample / f"answers_{quarter}_attachment.csv")
        for ref, rows in figures(sorted((sample / f"2025-{quarter}").glob("*.csv"))).items():
            known = {name: folded(name, given) for name, given in rows.items() if name != "retained"}
            kept = rows["retained"][-1]["value"] == "true"
            total, tier = judged(known, kept, asked.get(ref), agreed.get(ref, {}))
            found[ref, cycle] = (total, tier, ADJUSTED.get((ref, cycle), tier))
    return found


def agreements(sample: Path, quarter: str) -> dict[str, dict[str, Fraction]]:
    """The targets of each account; the fourth quarter was planned as the third had left them."""
    first = targets([sample / "answers_q3_targets.csv"], "plan")
    if quarter == "q3":
        return first
    left = targets([sample / "answers_q3_results.csv", sample / "answers_q3_visits.csv"], "propose_next")
    return {ref: {**first.get(ref, {}), **left.get(ref, {})} for ref in {*first, *left}}


def attachments(file: Path) -> dict[str, Fraction]:
    """Customer and account manager weighed, or the one who answered."""
    given: dict[str, dict[str, Fraction]] = {}
    for row in table(file):
        role = "customer" if row["task"] == "poll" else "keeper"
        given.setdefault(row["review"], {})[role] = Fraction(row["ratings"].removeprefix("attachment="))
    means = {ref: weighted((SHARES[role], value) for role, value in some.items()) for ref, some in given.items()}
    return {ref: mean for ref, mean in means.items() if mean is not None}


def folded(name: str, rows: list[dict[str, str]]) -> Fraction | None:
    if name == "survey" and int(rows[-1]["samples"]) < 3:
        return None
    values = [Fraction(row["value"]) for row in rows]
    return sum(values, Fraction()) if name in ("orders", "purchases") else values[-1]


def judged(
    known: Figures, kept: bool, attachment: Fraction | None, agreed: dict[str, Fraction]
) -> tuple[Fraction, str]:
    bought = known["purchases"]
    assert bought is not None
    parts = (
        (DIMENSIONS["satisfaction"], satisfaction(known, agreed.get("satisfaction.survey.target", Fraction(85)))),
        (DIMENSIONS["relationship"], relationship(known, bought, kept, attachment)),
        (DIMENSIONS["service"], service(known, bought)),
        (DIMENSIONS["value"], contribution(known, bought, agreed.get("value.purchases.target", Fraction(1000000)))),
    )
    total = weighted(parts)
    assert total is not None
    tier = "VIP" if total >= 80 else "regular" if total >= 50 else "potential"
    return total, "regular" if tier == "VIP" and not kept else tier


def satisfaction(known: Figures, goal: Fraction) -> Fraction | None:
    survey = known.get("survey")
    reached = None if survey is None else half_up(min(Fraction(120), survey / goal * 100))
    return weighted(((60, reached), (40, known["feedback_handled"])))


def relationship(known: Figures, bought: Fraction, kept: bool, attachment: Fraction | None) -> Fraction | None:
    deep = (between(known["years"], 0, 5), between(known["orders"], 0, 24), between(bought, 0, 1000000))
    depth = weighted((1, one) for one in deep)
    return weighted(((50, Fraction(100 if kept else 0)), (30, depth), (20, between(attachment, 1, 5))))


def service(known: Figures, bought: Fraction) -> Fraction | None:
    cost = known["service_cost"]
    share = half_up(cost / bought * 100) if cost is not None and bought else None
    parts = (between(known["first_response_h"], 24, 1), known["resolved"], between(share, 20, 2), known["quality"])
    return weighted((25, one) for one in parts)


def contribution(known: Figures, bought: Fraction, goal: Fraction) -> Fraction | None:
    parts = ((30, between(bought, 0, goal)), (30, between(known["profit"], 0, 200000)),
             (40, between(known["lifetime_value"], 0, 5000000)))  # fmt: skip
    return weighted(parts)
