"""An independent oracle: works out every total and grade of a story from its files alone, in fractions.

It imports nothing of the house, only the standard library and PyYAML. It knows the shapes that the account-manager
scorecard uses and reads their parameters from the YAML text.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle.clerk import Row, Tale, collection_ends, quarter_before, quarter_months, read_story, read_yaml


@dataclass
class Verdict:
    """What the oracle expects of one review. figures holds the folded inputs and the computed ones; None is missing."""

    figures: dict[str, Fraction | None]
    scores: dict[str, Fraction | None]
    total: Fraction | None
    first_grade: str | None
    grade: str | None


def half_up(number: Fraction, digits: int) -> Fraction:
    """Rounds to so many digits, halves away from zero."""
    scale = 10**digits
    scaled = abs(number) * scale
    whole = scaled.numerator * 2 // scaled.denominator
    rounded = Fraction((whole + 1) // 2, scale)
    return rounded if number >= 0 else -rounded


def rounded(number: Fraction | None, rule: str) -> Fraction | None:
    digits, mode = rule.split()
    assert mode == "half_up", mode
    return None if number is None else half_up(number, int(digits))


def text_of(number: Fraction | None, digits: int = 2) -> str | None:
    """Plain decimal text with exactly so many digits."""
    if number is None:
        return None
    scaled = number * 10**digits
    assert scaled.denominator == 1, f"{number} has more than {digits} digits"
    sign, size = ("-" if scaled < 0 else ""), abs(int(scaled))
    return f"{sign}{size // 10**digits}" + (f".{size % 10**digits:0{digits}d}" if digits else "")


# The figures ----------------------------------------------------------------------------------------------------------


def values_of(tale: Tale, subject: str, name: str, period: str) -> dict[str, list[Row]]:
    """Rows that count, by the period they carry: of a replaced record the old row, unless the replacement came before
    the inputs were fixed or was let in afterwards."""
    fixed = collection_ends(tale.cycle)
    wanted = {period, *quarter_months(period)}
    found: dict[str, list[Row]] = {}
    for (_, record), versions in tale.rows.items():
        let_in = record in tale.corrected.get(subject, set())
        counting = [row for row in versions if row.recorded < fixed or let_in]
        if counting and (row := counting[-1]).subject == subject and row.input == name and row.period in wanted:
            found.setdefault(row.period, []).append(row)
    return found


def fold(plan: dict[str, Any], rows: dict[str, list[Row]]) -> Fraction | None:
    flat = [row for _, group in sorted(rows.items()) for row in group]
    if not flat or ("least" in plan and flat[-1].samples is not None and flat[-1].samples < int(plan["least"])):
        return None
    if plan.get("fold") == "sum":
        return sum((row.value for row in flat), Fraction())
    if plan.get("fold") == "min":
        return min(row.value for row in flat)
    assert "fold" not in plan, plan
    assert len(flat) == 1, flat
    return flat[0].value


def asked(plan: dict[str, Any], answers: dict[str, list[Fraction]]) -> Fraction | None:
    """Mean over time for each person, mean over the people of a role, shares over the roles that have enough."""
    weighted, shares = Fraction(), Fraction()
    for role, share in plan["asked"].items():
        means = [
            sum(given, Fraction()) / len(given) for who, given in answers.items() if who.split()[0] == role and given
        ]
        if len(means) >= max(1, int(plan["least"].get(role, 1))):
            weighted += Fraction(share) * sum(means, Fraction()) / len(means)
            shares += Fraction(share)
    return rounded(weighted / shares, plan["round"]) if shares else None


def attainment_of(sales: Fraction | None, plan: Fraction | None, rule: str) -> Fraction | None:
    return None if sales is None or not plan else rounded(sales / plan * 100, rule)


def attainment_before(tale: Tale, card: dict[str, Any], subject: str) -> Fraction | None:
    """What the figures of the quarter before make of it; there was no review of that quarter."""
    period = quarter_before(tale.cycle)
    sales, plan = (
        fold(card["inputs"][name], values_of(tale, subject, name, period)) for name in ("sales", "sales_plan")
    )
    return attainment_of(sales, plan, card["computed"]["attainment"]["round"])


def figures_of(tale: Tale, card: dict[str, Any], subject: str) -> dict[str, Fraction | None]:
    figures: dict[str, Fraction | None] = {}
    agreed = tale.targets.get(subject, {})
    for name, plan in card["inputs"].items():
        if "asked" in plan:
            figures[name] = asked(plan, tale.ratings.get(subject, {}))
        else:
            figures[name] = agreed.get(name, fold(plan, values_of(tale, subject, name, tale.cycle)))
    now = attainment_of(figures["sales"], figures["sales_plan"], card["computed"]["attainment"]["round"])
    previous = attainment_before(tale, card, subject)
    figures["attainment"] = now
    gain = None if now is None or not previous else (now - previous) / previous * 100
    figures["improvement"] = rounded(gain, card["computed"]["improvement"]["round"])
    return figures


# The score ------------------------------------------------------------------------------------------------------------


def edge(text: str, target: Fraction) -> Fraction:
    """A number, `target` or `target - number`."""
    if text.startswith("target"):
        minus = text.removeprefix("target").replace("-", "").strip()
        return target - Fraction(minus or 0)
    return Fraction(text)


def clamp(number: Fraction, limits: str | None) -> Fraction:
    if limits is None:
        return number
    low, high = (Fraction(end) for end in limits.split(".."))
    return max(low, min(high, number))


def line(points: list[list[str]], target: Fraction, value: Fraction) -> Fraction:
    """Straight between the points, flat outside; at a jump the place belongs to the first written."""
    knots = [(edge(x, target), Fraction(y)) for x, y in points]
    if value <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if value <= x1:
            return y0 + (value - x0) / (x1 - x0) * (y1 - y0)
    return knots[-1][1]


def steps(plan: dict[str, str], target: Fraction, value: Fraction) -> Fraction:
    """So many points for every begun unit beyond the target."""
    assert plan["counting"] == "begun"
    assert set(plan) == {"at", "start", "every", "above", "counting"}
    beyond = max(Fraction(), value - edge(plan["at"], target)) / Fraction(plan["every"])
    return Fraction(plan["start"]) + -(-beyond.numerator // beyond.denominator) * Fraction(plan["above"])


def bands(table: list[dict[str, str]], target: Fraction, value: Fraction) -> str:
    for band in table:
        if "else" in band or value >= edge(band["from"], target):
            return band.get("else", band.get("gives", ""))
    raise AssertionError("a table without an else")


def score(name: str, plan: dict[str, Any], figures: dict[str, Fraction | None], target: Fraction) -> Fraction | None:
    value = figures[plan.get("value", name)]
    if value is None:
        return None
    if "ratio" in plan:
        assert plan["ratio"] == {"better": "higher"}
        found = value / target * 100
    elif "bands" in plan:
        found = Fraction(bands(plan["bands"], target, value))
    elif "steps" in plan:
        found = steps(plan["steps"], target, value)
    else:
        found = line(plan["line"], target, value)
    return clamp(found, plan.get("limits"))


def total_of(
    card: dict[str, Any],
    scores: dict[str, Fraction | None],
    weights: dict[str, Fraction],
    figures: dict[str, Fraction | None],
) -> Fraction | None:
    assert sum(weights.values()) == Fraction(card["total"]["weights_sum"]), weights
    present = {name: value for name, value in scores.items() if value is not None}
    if not present:
        return None
    share = sum((weights[name] for name in present), Fraction())
    total = sum((weights[name] * value for name, value in present.items()), Fraction()) / share
    for rule in card["total"]["rules"]:
        left, relation, right = rule["if"].split()
        assert relation == ">="
        assert rule["if_missing"] == "fails"
        figure = figures[left]
        if figure is not None and figure >= Fraction(right):
            total += Fraction(rule["add"])
    return rounded(clamp(total, card["total"]["limits"]), card["round"]["total"])


def grade_of(card: dict[str, Any], total: Fraction | None, figures: dict[str, Fraction | None]) -> str | None:
    if total is None:
        return None
    table = card["grades"]["bands"]
    ladder = [band.get("gives", band.get("else", "")) for band in table]
    grade = bands(table, Fraction(), total)
    for rule in card["grades"]["rules"]:
        left, relation, right = rule["if"].split()
        figure = figures[left]
        assert relation == ">"
        if figure is None:
            return None
        if figure > Fraction(right):
            grade = ladder[max(ladder.index(grade), ladder.index(rule["at_most"]))]
    return grade


def judge(tale: Tale, card: dict[str, Any], subject: str, figures: dict[str, Fraction | None] | None = None) -> Verdict:
    """One review: figures (given ones take the place of the story's) to scores, total and grade."""
    known = figures_of(tale, card, subject) if figures is None else figures
    agreed = tale.targets.get(subject, {})
    scores, weights = {}, {}
    for name, plan in card["metrics"].items():
        target = agreed.get(f"{name}.target", Fraction(plan.get("target", 0)))
        weights[name] = agreed.get(f"{name}.weight", Fraction(plan["weight"]))
        scores[name] = rounded(score(name, plan, known, target), card["round"]["metric"])
    total = total_of(card, scores, weights, known)
    first = grade_of(card, total, known)
    return Verdict(known, scores, total, first, tale.settled.get(subject) or first)


def verdicts(folder: Path, story: Path | None = None, cycle: str = "2025-Q3") -> dict[str, Verdict]:
    """ref of the subject -> what must come out, for every review the story opens in that cycle."""
    tale = read_story(story or folder / "sample" / "story.yaml", cycle)
    card = read_yaml(folder / "scorecard.yaml")
    return {subject: judge(tale, card, subject) for subject in tale.subjects}
