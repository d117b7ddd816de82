"""Every light of the service-monitoring story, worked out from its files in fractions; nothing of the house is used."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from tests.stories.customer_sums import half_up, table, weighted

WEIGHTS = {"response": 30, "resolution": 30, "quality": 40}
CASES_AT_LEAST = 20
LATE_TICKET = "RS-202507-04"  # delivered with August's, when July was fixed
Verdict = tuple[Fraction, str]


def verdicts(sample: Path) -> dict[tuple[str, str], Verdict]:
    """(agent, month) -> total, light; of every agent whose month was judged to its end."""
    july = [*sample.glob("july/early/*.csv"), *sample.glob("july/*.csv"), *sample.glob("late/*.csv")]
    july.extend(sample.glob("late/corrected/*.csv"))
    settled = {row["review"]: Fraction(row["targets"].removeprefix("response.target="))
               for name in ("july", "practice") for row in table(sample / f"answers_{name}.csv")
               if row["task"] == "next_month" and row["targets"] and not row["refused"]}
    found = {(ref, "2025-07"): judged(rows, Fraction(60)) for ref, rows in by_agent(july).items()}
    august = by_agent(sample.glob("august/*.csv"))
    found.update({(ref, "2025-08"): judged(rows, settled.get(ref, Fraction(60))) for ref, rows in august.items()})
    del found["sa15", "2025-08"]  # withdrawn
    return found


def by_agent(files: Iterable[Path]) -> dict[str, list[dict[str, str]]]:
    """The last version of every record, in the order of the files."""
    last = {row["record"]: row for file in files for row in table(file)}
    found: dict[str, list[dict[str, str]]] = {}
    for row in last.values():
        if row["record"] != LATE_TICKET:
            found.setdefault(row["subject"], []).append(row)
    return found


def judged(rows: list[dict[str, str]], target: Fraction) -> Verdict:
    seconds = [Fraction(row["value"]) for row in rows if row["input"] == "first_response_s"]
    resolved = [Fraction(row["value"]) for row in rows if row["input"] == "resolved" and row["value"]]
    checks = [row for row in rows if row["input"] == "checks"]
    points = [Fraction(row["checks.points"]) for row in checks]
    total = weighted([
        (WEIGHTS["response"], response(half_up(mean(seconds)), target) if len(seconds) >= CASES_AT_LEAST else None),
        (WEIGHTS["resolution"], resolved[-1] if resolved else None),
        (WEIGHTS["quality"], half_up(mean(points)) if points else None),
    ])
    assert total is not None
    light = "green" if total >= 90 else "amber" if total >= 75 else "red"
    serious = any(row["checks.serious"] == "true" for row in checks)
    return total, "amber" if serious and light == "green" else light


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values)


def response(seconds: Fraction, target: Fraction) -> Fraction:
    """120 points at 30 s, 100 at the target, none at 300 s; straight between, flat outside."""
    if seconds <= 30:
        return Fraction(120)
    if seconds <= target:
        return half_up(120 - 20 * (seconds - 30) / (target - 30))
    return half_up(max(Fraction(0), 100 - 100 * (seconds - target) / (300 - target)))
