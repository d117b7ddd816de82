"""Every change of the satisfaction-programme story, worked out from its files in fractions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.stories.customer_sums import figures, half_up, targets

INDICATORS = ("quality", "attitude", "speed")
ANSWERS_AT_LEAST = 30
MAY_BE_LOST = {"points": 5}
Surveys = dict[str, dict[str, Fraction]]  # team -> `quality_before` -> per cent


def verdicts(sample: Path) -> dict[tuple[str, str], tuple[Fraction, str]]:
    """(team, half-year) -> total, grade; of every programme whose two surveys are whole."""
    first = surveys(sample, ("h1/before", "h1/after", "h1/again"))
    second = surveys(sample, ("h2/before", "h2/after"))
    agreed = targets([sample / "answers_h1_design.csv"], "design")
    left = targets([sample / "answers_h1_result.csv", sample / "answers_h1_again.csv"], "next")
    whole = {ref: known for ref, known in first.items() if len(known) == 6}
    found = {(ref, "2025-H1"): judged(known, agreed.get(ref, {}), {}) for ref, known in whole.items()}
    for ref, known in second.items():
        found[ref, "2025-H2"] = judged(known, left.get(ref, {}), whole.get(ref, {}))
    return found


def surveys(sample: Path, folders: tuple[str, ...]) -> Surveys:
    """The newest figure of each indicator, where enough were asked."""
    rows = figures(sample / folder / "figures_survey.csv" for folder in folders)
    return {
        ref: {name: Fraction(many[-1]["value"]) for name, many in given.items()
              if int(many[-1]["samples"]) >= ANSWERS_AT_LEAST}
        for ref, given in rows.items()
    }


def judged(
    known: dict[str, Fraction], agreed: dict[str, Fraction], before: dict[str, Fraction]
) -> tuple[Fraction, str]:
    gains = {one: known[f"{one}_after"] - known[f"{one}_before"] for one in INDICATORS}
    aims = {one: agreed.get(f"{one}.target", Fraction(5)) for one in INDICATORS}
    grade = "mixed"
    if all(gains[one] >= aims[one] for one in INDICATORS):
        grade = "effective"
    elif min(gains.values()) < 0:
        grade = "failed"
    lost = [before[f"{one}_after"] - known[f"{one}_before"] for one in INDICATORS] if before else [Fraction(0)]
    if max(lost) > MAY_BE_LOST["points"] and grade == "effective":
        grade = "mixed"
    return half_up(sum(gains.values(), Fraction()) / 3), grade
