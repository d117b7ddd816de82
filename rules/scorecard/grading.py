"""Steps 7 and 8: the number becomes a word, rules act on it, people may adjust it inside the bounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from rules.expressions.types import MISSING
from rules.numbers import subtract
from rules.scorecard.course import Course, plain
from rules.scorecard.judging import Judged, block_rule, judge_leaf, rule_step
from rules.scorecard.model import Grades, Rule
from rules.scorecard.shapes import Bands


@dataclass(frozen=True, slots=True)
class Bounds:
    """What binds everything after a rule: the best and the worst grade still allowed, or None."""

    at_most: str | None = None
    at_least: str | None = None


@dataclass
class Graded:
    """first: as shape and rules gave it; grade: after people."""

    grade: str | None = None
    first: str | None = None
    bounds: Bounds = field(default_factory=Bounds)


def give_grade(course: Course, grades: Grades) -> Graded:
    """Shape, then rules top to bottom, then the adjustment of people; grade None when it cannot be given."""
    node = grades.node
    judged = judge_leaf(course, course.prepared.bare_grade or replace(node, rules=()), {}, course.card.missing)
    step: dict[str, Any] = {**judged.step, "step": "grade", "name": "grade", "ladder": list(grades.ladder)}
    course.trace.append(step)
    if not isinstance(judged.score, str):
        if not course.reasons:
            course.block("SR004", node.path, name="grade", names=", ".join(judged.lacking) or "grade")
        return Graded()
    step["first"] = judged.score
    step["next"] = None
    grade, bounds = judged.score, Bounds()
    step["rules"] = told = []
    for rule in node.rules:
        course.names["grade"] = grade
        entry, grade, bounds = _rule(course, grades, rule, grade, bounds)
        told.append(entry)
        if entry["acted"] is None:
            return Graded()
    course.names["grade"] = grade
    step |= {"grade": grade, "at_most": bounds.at_most, "at_least": bounds.at_least}
    graded = _cohort(course, grades, _people(course, grades, Graded(grade, grade, bounds)))
    step["next"] = _next(course, grades, judged, graded)
    return graded


def _rule(
    course: Course, grades: Grades, rule: Rule, grade: str, bounds: Bounds
) -> tuple[dict[str, Any], str, Bounds]:
    acts, lacking = course.holds(rule, course.names)
    amount = None if rule.amount is None else plain(rule.amount.constant)
    entry = rule_step(course, rule, acts)
    entry["lacking"], entry["amount"], entry["before"] = list(lacking), amount, grade
    if acts is None:
        block_rule(course, rule, lacking)
        return entry, grade, bounds
    if acts and rule.amount is not None:
        course.held.add(rule.name)
        grade, bounds = act_on_grade(grades, rule, grade, bounds)
    entry["after"] = grade
    return entry, grade, bounds


def act_on_grade(grades: Grades, rule: Rule, grade: str, bounds: Bounds) -> tuple[str, Bounds]:
    """The grade and the bounds after one rule; results off the ladder are neither better nor worse than others."""
    amount = rule.amount.constant if rule.amount else None
    if rule.effect == "at_most":
        bounds = Bounds(worse(grades, bounds.at_most, str(amount)), bounds.at_least)
    elif rule.effect == "at_least":
        bounds = Bounds(bounds.at_most, better(grades, bounds.at_least, str(amount)))
    elif rule.effect == "set":
        grade = str(amount)
    elif grade in grades.ladder and isinstance(amount, Decimal):
        moved = grades.ladder.index(grade) + (int(amount) if rule.effect == "lower" else -int(amount))
        grade = grades.ladder[max(0, min(moved, len(grades.ladder) - 1))]
    return within(grades, grade, bounds), bounds


def worse(grades: Grades, one: str | None, other: str) -> str:
    if one is None or one not in grades.ladder or other not in grades.ladder:
        return other
    return max(one, other, key=grades.ladder.index)


def better(grades: Grades, one: str | None, other: str) -> str:
    if one is None or one not in grades.ladder or other not in grades.ladder:
        return other
    return min(one, other, key=grades.ladder.index)


def within(grades: Grades, grade: str, bounds: Bounds) -> str:
    """The grade inside the bounds; a cap is stronger than a floor."""
    ladder = grades.ladder
    if grade not in ladder:
        return grade
    if bounds.at_least in ladder and ladder.index(grade) > ladder.index(bounds.at_least):
        grade = bounds.at_least
    if bounds.at_most in ladder and ladder.index(grade) < ladder.index(bounds.at_most):
        grade = bounds.at_most
    return grade


def _people(course: Course, grades: Grades, graded: Graded) -> Graded:
    wanted = course.facts.adjusted
    if wanted is None:
        return graded
    allowed = wanted == graded.first or within(grades, wanted, graded.bounds) == wanted
    course.trace.append({"step": "people", "name": "grade", "before": graded.first, "after": wanted,
                         "at_most": graded.bounds.at_most, "at_least": graded.bounds.at_least, "allowed": allowed})
    if not allowed:
        course.refuse("SR016", ("grades",), grade=wanted, at_most=graded.bounds.at_most or "-",
                      at_least=graded.bounds.at_least or "-")
        return graded
    course.names["grade"] = wanted
    return Graded(wanted, graded.first, graded.bounds)


def _cohort(course: Course, grades: Grades, graded: Graded) -> Graded:
    """What the quota made of the grade, inside the bounds of step 7; `rules.cohort` finds it for all cards together."""
    wanted = course.facts.quota_grade
    if wanted is None or graded.grade is None:
        return graded
    grade = within(grades, wanted, graded.bounds)
    course.trace.append({"step": "cohort", "name": "grade", "before": graded.grade, "after": grade,
                         "at_most": graded.bounds.at_most, "at_least": graded.bounds.at_least, "allowed": True})
    course.names["grade"] = grade
    return Graded(grade, graded.first, graded.bounds)


def _next(course: Course, grades: Grades, judged: Judged, graded: Graded) -> dict[str, Any] | None:
    """The next grade of the table above the last one, the total it needs and how far that is; None without bands, at
    the top, off the ladder, and where a rule bars it."""
    shape, total, ladder = grades.node.shape, judged.value, grades.ladder
    if not isinstance(shape, Bands) or shape.side not in ("from", "above") or total is MISSING:
        return None
    reached = judged.step["formula"]["hit"]
    rows = list(shape.rows)
    place = len(rows) if reached == "else" else next(i for i, row in enumerate(rows) if row.index == reached)
    above = ladder[:ladder.index(graded.grade)] if graded.grade in ladder else ()
    for row in reversed(rows[:place]):
        gives, bound = course.term(row.gives, course.names), course.term(row.bound, course.names)
        if gives in above and isinstance(bound, Decimal):
            distance = plain(subtract(bound, total))
            told = {"grade": plain(gives), "needs": plain(bound), "side": shape.side, "distance": distance}
            return told if within(grades, str(gives), graded.bounds) == gives else None
    return None
