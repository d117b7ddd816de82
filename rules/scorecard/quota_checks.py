"""Whether a quota can be kept at all: caps that allow nobody in a small unit, rules of which one breaks the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations

from rules.numbers import Number, add, divide, multiply, number_text, subtract
from rules.scorecard.fields import Faults
from rules.scorecard.quotas import Cohort, Quota, QuotaRule

HUNDRED = Decimal(100)


def added(numbers: Iterable[Number]) -> Number:
    total: Number = Decimal(0)
    for one in numbers:
        total = add(total, one)
    return total


def check_quota(faults: Faults, quota: Quota, cohort: Cohort | None, ladder: Sequence[str]) -> None:
    for rule in quota.rules:
        if rule.kind == "cap" and rule.grades:
            _small_units(faults, rule, cohort)
            if ladder and set(rule.grades) >= set(ladder) and (rule.or_most or rule.at_most) < HUNDRED:
                values = {"rule": _told(rule), "grades": ", ".join(rule.grades), "least": HUNDRED}
                faults.add("SC145", rule.path, level="warning", **values)
    for first, second in combinations(quota.rules, 2):
        fault = _contradiction(first, second) or _contradiction(second, first)
        if fault is not None:
            grades, least = fault
            faults.add("SC143", second.path, level="warning", rule=_told(second), other=_told(first), grades=grades,
                       share=least)


def _small_units(faults: Faults, rule: QuotaRule, cohort: Cohort | None) -> None:
    """Floored, a cap allows nobody in a unit that is too small; witness: the largest such unit."""
    most = rule.or_most or rule.at_most
    if most == 0:  # nobody may have it, and says so
        return
    above, below = divide(HUNDRED, most).as_integer_ratio()
    least = -(-above // below)  # so many people are needed for one
    if cohort is None or cohort.by is None or least <= 1 or (cohort.below or 0) >= least:
        return
    values = {"n": least - 1, "share": most, "exact": number_text(divide(multiply(most, least - 1), HUNDRED)),
              "below": least, "grades": ", ".join(rule.grades)}
    faults.add("SC156", rule.path, level="warning", **values)


def _contradiction(one: QuotaRule, other: QuotaRule) -> tuple[str, str] | None:
    """The grades and the share of them that `one` wants and `other` forbids, of a unit as large as one likes."""
    if one.kind not in ("share", "about"):
        return None
    if other.kind == "mean":
        return _mean(one, other)
    if one.kind == "share":
        told = added(one.shares.get(grade, Decimal(0)) for grade in other.grades)
        low = high = told
    else:
        low, high = subtract(one.about, one.give_or_take), add(one.about, one.give_or_take)
    return _outside(one, other, low, high)


def _outside(one: QuotaRule, other: QuotaRule, low: Number, high: Number) -> tuple[str, str] | None:
    grades = ", ".join(other.grades)
    if other.kind == "cap":
        covers = one.kind == "share" or set(one.grades) <= set(other.grades)
        beyond = covers and low > (other.or_most or other.at_most)
        return (grades, f"{number_text(low)} %") if beyond else None
    if other.kind == "about" and (one.kind == "share" or set(one.grades) == set(other.grades)):
        least, most = subtract(other.about, other.give_or_take), add(other.about, other.give_or_take)
        return (grades, f"{number_text(low)} %") if low > most or high < least else None
    if other.kind == "share" and one.kind == "share" and one.shares != other.shares:
        grade = next(word for word in {**one.shares, **other.shares} if one.shares.get(word) != other.shares.get(word))
        return grade, f"{number_text(one.shares.get(grade, Decimal(0)))} %"
    return None


def _mean(one: QuotaRule, other: QuotaRule) -> tuple[str, str] | None:
    if one.kind != "share":
        return None
    mean = divide(added(multiply(share, other.points.get(grade, Decimal(0))) for grade, share in one.shares.items()),
                  HUNDRED)
    return (", ".join(one.shares), number_text(mean)) if mean > other.at_most else None


def _told(rule: QuotaRule) -> str:
    """Its place in the list, counted from 1."""
    return str(int(rule.path[-1]) + 1)
