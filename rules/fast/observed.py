"""Step 3 without its telling: the observations and answers of one input become one figure, exactly as the reference
folds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rules.expressions.types import MISSING
from rules.numbers import add, divide, multiply, round_number, round_quotient
from rules.scorecard.figures import Figure, Given
from rules.scorecard.folding import folded, worth
from rules.scorecard.model import Input

Folded = tuple[Any, bool]
"""The figure or MISSING, and whether it is missing because it was not rated."""

_NONE: Folded = (MISSING, False)
_UNRATED: Folded = (MISSING, True)


def figure_of(one: Input, given: Given | None) -> Folded:
    if given is None:
        return _NONE
    if given.roles:
        return _roles(one, given.roles)
    if given.single is not None:
        return _single(one, given.single)
    return _many(one, given.figures) if given.figures else _NONE


def _single(one: Input, figure: Figure) -> Folded:
    if figure.not_rated:
        return _UNRATED
    if figure.samples is not None and isinstance(one.least, int) and figure.samples < one.least:
        return _NONE
    return (worth(one, figure.value) if one.answers else figure.value), False


def _many(one: Input, figures: Sequence[Figure]) -> Folded:
    there = [figure for figure in figures if not figure.not_rated]
    if not there:
        return _UNRATED
    if isinstance(one.least, int):
        samples = sum(1 if figure.samples is None else figure.samples for figure in there)
        if samples < one.least:
            return _NONE
    if one.fold is None:
        return worth(one, there[-1].value), False
    exact = folded([worth(one, figure.value) for figure in there], one.fold)
    return (round_number(exact, one.round) if one.fold == "mean" else exact), False


def _roles(one: Input, roles: Mapping[str, tuple[tuple[Figure, ...], ...]]) -> Folded:
    means: dict[str, Any] = {}
    for role in one.asked:
        counted = [value for answers in roles.get(role, ()) if (value := _person(one, answers)) is not MISSING]
        if counted and len(counted) >= one.least_of(role):
            means[role] = _within(counted)
    if not means:
        people = [answers for role in one.asked for answers in roles.get(role, ()) if answers]
        return _UNRATED if any(all(answer.not_rated for answer in answers) for answers in people) else _NONE
    if any(mean is MISSING for mean in means.values()):
        return _NONE
    if one.missing_role == "block" and len(means) < len(one.asked):
        return _NONE
    values = list(means.values())
    if any(isinstance(value, str | bool) for value in values):
        return (values[0], False) if all(value == values[0] for value in values) else _NONE
    shares: Any = Decimal(0)
    total: Any = Decimal(0)
    for role, mean in means.items():
        shares = add(shares, one.asked[role])
        total = add(total, multiply(one.asked[role], mean))
    if one.round.digits is None:
        return divide(total, shares), False
    return round_quotient(total, shares, one.round), False


def _person(one: Input, answers: Sequence[Figure]) -> Any:
    values = [worth(one, answer.value) for answer in answers if not answer.not_rated]
    if not values:
        return MISSING
    return folded(values, one.fold) if one.fold == "count" or (one.fold and len(values) > 1) else values[-1]


def _within(values: Sequence[Any]) -> Any:
    if any(isinstance(value, str | bool) for value in values):
        return values[0] if all(value == values[0] for value in values) else MISSING
    return values[0] if len(values) == 1 else folded(values, "mean")
