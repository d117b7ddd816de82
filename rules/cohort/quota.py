"""Step 9 in one unit: what each rule of the quota wants, whether it is kept, and whether it can be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from rules.cohort.counting import HUNDRED, apportioned, floored, raised
from rules.cohort.lowering import Standing, by_rank, lower_cap, lower_mean, next_below
from rules.cohort.model import GradeShare, RuleReport
from rules.numbers import Number, add, divide, multiply, subtract
from rules.scorecard.grading import Bounds
from rules.scorecard.model import Grades
from rules.scorecard.quotas import Quota, QuotaRule


def keep(grades: Grades, quota: Quota, members: list[Standing], approved: Collection[str]) -> tuple[RuleReport, ...]:
    """A report on every rule; where the quota lowers, the grades of the standings are moved."""
    if quota.when_over == "lower":
        # Grades only fall once shares are given out, so this comes to an end. What is settled is bound to what it has.
        moving = [replace(one, bounds=Bounds(one.grade, one.grade)) if one.settled else one for one in members]
        for rule in quota.rules:
            if rule.kind == "share":
                by_rank(grades, moving, rule.grades, _targets(rule, len(moving)))
        while any(_lower(grades, rule, moving, approved) for rule in quota.rules):
            pass
    return tuple(_REPORTS[rule.kind](grades, rule, members, approved) for rule in quota.rules)


def _lower(grades: Grades, rule: QuotaRule, members: list[Standing], approved: Collection[str]) -> bool:
    if rule.kind == "cap":
        return lower_cap(grades, members, rule.grades, floored(len(members), _cap_of(rule, approved)[0]))
    if rule.kind == "about":
        most = floored(len(members), add(rule.about, rule.give_or_take))
        possible = raised(len(members), subtract(rule.about, rule.give_or_take)) <= most
        return possible and lower_cap(grades, members, rule.grades, most)
    if rule.kind == "mean":
        return lower_mean(grades, members, rule.points, Fraction(rule.at_most))
    return False


def _cap_of(rule: QuotaRule, approved: Collection[str]) -> tuple[Decimal, str | None]:
    if rule.or_most is not None and rule.approved_by in approved:
        return rule.or_most, rule.approved_by
    return rule.at_most, None


def _targets(rule: QuotaRule, n: int) -> list[int]:
    return apportioned(n, [rule.shares[grade] for grade in rule.grades])


def _of(n: int, share: Number) -> Number:
    return divide(multiply(share, n), HUNDRED)


def _counts(members: Sequence[Standing], names: Sequence[str]) -> tuple[int, int]:
    """How many had one of the grades before, and have one now."""
    return sum(one.before in names for one in members), sum(one.grade in names for one in members)


def _stuck(grades: Grades, members: Sequence[Standing], names: Sequence[str]) -> int:
    """How many have one of the grades and no lower one open to them."""
    return sum(one.grade in names and next_below(grades, one, names) is None for one in members)


def _cap(grades: Grades, rule: QuotaRule, members: Sequence[Standing], approved: Collection[str]) -> RuleReport:
    n, (share, by) = len(members), _cap_of(rule, approved)
    most, (held, left) = floored(n, share), _counts(members, rule.grades)
    stuck = _stuck(grades, members, rule.grades)
    why = None if left <= most else "SR024" if stuck > most else "SR020"
    return RuleReport("cap", rule.path, rule.grades, n, share, _of(n, share), most=most, held=held, left=left,
                      approved_by=by, stuck=stuck, feasible=stuck <= most, why=why)


def _about(grades: Grades, rule: QuotaRule, members: Sequence[Standing], approved: Collection[str]) -> RuleReport:
    n = len(members)
    low, high = subtract(rule.about, rule.give_or_take), add(rule.about, rule.give_or_take)
    least, most, (held, left) = raised(n, low), floored(n, high), _counts(members, rule.grades)
    stuck = _stuck(grades, members, rule.grades)
    why = "SR020" if left > most else "SR021" if left < least else None
    if least > most and n:
        why = "SR025"
    elif left > most and stuck > most:
        why = "SR024"
    return RuleReport("about", rule.path, rule.grades, n, rule.about, _of(n, rule.about), least, most, _of(n, low),
                      _of(n, high), held, left, stuck=stuck, feasible=why not in ("SR024", "SR025"), why=why)


def _share(grades: Grades, rule: QuotaRule, members: Sequence[Standing], approved: Collection[str]) -> RuleReport:
    n, targets = len(members), _targets(rule, len(members))
    shares = tuple(
        GradeShare(grade, rule.shares[grade], _of(n, rule.shares[grade]), target, *_counts(members, (grade,)))
        for grade, target in zip(rule.grades, targets, strict=True)
    )
    trial = [replace(one) for one in members]
    stuck = by_rank(grades, trial, rule.grades, targets)
    kept = all(one.left == one.target for one in shares)
    why = None if kept else "SR026" if stuck else "SR022"
    return RuleReport("share", rule.path, rule.grades, n, shares=shares, stuck=stuck, feasible=not stuck, why=why)


def _mean(grades: Grades, rule: QuotaRule, members: Sequence[Standing], approved: Collection[str]) -> RuleReport:
    n = len(members)
    if not n:
        return RuleReport("mean", rule.path, (), 0, mean_most=rule.at_most)
    before, after = (_sum(rule, [getattr(one, what) for one in members]) for what in ("before", "grade"))
    trial = [replace(one) for one in members]
    lower_mean(grades, trial, rule.points, Fraction(rule.at_most))
    least = _sum(rule, [one.grade for one in trial])
    broken, feasible = after > multiply(rule.at_most, n), least <= multiply(rule.at_most, n)
    why = None if not broken else "SR023" if feasible else "SR027"
    return RuleReport("mean", rule.path, (), n, sum=before, mean=divide(before, n), mean_left=divide(after, n),
                      mean_most=rule.at_most, feasible=feasible, why=why)


def _sum(rule: QuotaRule, held: Sequence[str]) -> Number:
    total: Number = Decimal(0)
    for grade in held:
        total = add(total, rule.points[grade])
    return total


_REPORTS: dict[str, Callable[[Grades, QuotaRule, Sequence[Standing], Collection[str]], RuleReport]] = {
    "cap": _cap, "about": _about, "share": _share, "mean": _mean,
}
