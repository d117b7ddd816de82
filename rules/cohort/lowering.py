"""Who gets which grade where a quota binds: caps and means lower the worst, shares go by rank, equals stay together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from rules.cohort.counting import Key
from rules.scorecard.grading import Bounds, within
from rules.scorecard.model import Grades


@dataclass
class Standing:
    """One card that counts. grade moves unless it is settled, before stays; key: greater ranks before."""

    index: int
    before: str
    grade: str
    key: Key
    bounds: Bounds
    settled: bool = False


def ranked(members: Iterable[Standing]) -> list[Standing]:
    """The best first; equal ones in the order of the cards."""
    return sorted(members, key=lambda one: one.key, reverse=True)


def next_below(grades: Grades, one: Standing, barred: Sequence[str]) -> str | None:
    """The best grade below that is none of the barred ones and inside what step 7 allows."""
    ladder = grades.ladder
    for grade in ladder[ladder.index(one.grade) + 1:]:
        if grade not in barred and within(grades, grade, one.bounds) == grade:
            return grade
    return None


def _worst_first(members: Iterable[Standing]) -> list[list[Standing]]:
    """Groups of equal ones, the worst group first."""
    return [list(group) for _, group in groupby(sorted(members, key=lambda one: one.key), key=lambda one: one.key)]


def lower_cap(grades: Grades, members: Sequence[Standing], names: Sequence[str], most: int) -> bool:
    """Those over the cap fall to the next grade outside it, the worst first, equal ones together; whether any fell."""
    held = [one for one in members if one.grade in names]
    over = len(held) - most
    fallen = 0
    for group in _worst_first(one for one in held if next_below(grades, one, names) is not None) if over > 0 else ():
        if fallen >= over:
            break
        for one in group:
            one.grade = next_below(grades, one, names) or one.grade
        fallen += len(group)
    return fallen > 0


def lower_mean(grades: Grades, members: Sequence[Standing], points: Mapping[str, object], most: Fraction) -> bool:
    """Those whose grade counts more than the mean may be fall one grade, the worst first, until the mean holds."""
    worth = {grade: Fraction(str(point)) for grade, point in points.items()}
    limit, fell = most * len(members), False
    while (over := sum((worth[one.grade] for one in members), Fraction(0))) > limit:
        movable = [one for one in members if worth[one.grade] > most and next_below(grades, one, ()) is not None]
        if not movable:
            break
        for group in _worst_first(movable):
            for one in group:
                was, one.grade = worth[one.grade], next_below(grades, one, ()) or one.grade
                over, fell = over - was + worth[one.grade], True
            if over <= limit:
                break
    return fell


def by_rank(grades: Grades, members: Sequence[Standing], names: Sequence[str], counts: Sequence[int]) -> int:
    """Gives the grades in their numbers from the best rank down, inside what step 7 allows; how many found no place.

    Somebody who may not be worse than a grade is placed there before others take the room. Equal ones with equal bounds
    get the worst grade among them, so that no better grade has more than its number.
    """
    waiting = ranked(members)
    last = {one.index: _last(grades, one, names) for one in waiting}
    for at, name in enumerate(names):
        fit = [one for one in waiting if within(grades, name, one.bounds) == name]
        chosen = _chosen(fit, waiting, last, counts, at)
        for one in chosen:
            one.grade = name
        taken = {one.index for one in chosen}
        waiting = [one for one in waiting if one.index not in taken]
    for one in waiting:
        if last[one.index] < len(names):
            one.grade = names[last[one.index]]
    _together(grades, members)
    return len(waiting)


def _last(grades: Grades, one: Standing, names: Sequence[str]) -> int:
    """The place of the worst of these grades that is allowed; beyond the last where none is."""
    allowed = [at for at, name in enumerate(names) if within(grades, name, one.bounds) == name]
    return allowed[-1] if allowed else len(names)


def _chosen(
    fit: Sequence[Standing], waiting: Sequence[Standing], last: Mapping[int, int], counts: Sequence[int], at: int
) -> list[Standing]:
    """The best of those who fit, but first whoever would find no room later."""
    chosen = list(fit[: counts[at]])
    if all(last[one.index] >= len(counts) - 1 for one in waiting):
        return chosen
    for until in range(at, len(counts)):
        need = sum(last[one.index] <= until for one in waiting) - sum(counts[at + 1: until + 1])
        lacking = need - sum(last[one.index] <= until for one in chosen)
        there = {one.index for one in chosen}
        urgent = [one for one in fit if last[one.index] <= until and one.index not in there][: max(lacking, 0)]
        patient = [one for one in chosen if last[one.index] > until]
        room = counts[at] - len(chosen)
        gone = {one.index for one in patient[len(patient) - min(max(len(urgent) - room, 0), len(patient)):]}
        chosen = [one for one in chosen if one.index not in gone] + urgent[: room + len(gone)]
    return chosen


def _together(grades: Grades, members: Sequence[Standing]) -> None:
    """Equal ones with equal bounds have the worst grade that one of them got."""
    worst: dict[tuple[Key, Bounds], int] = {}
    for one in members:
        place = grades.ladder.index(one.grade)
        worst[one.key, one.bounds] = max(place, worst.get((one.key, one.bounds), place))
    for one in members:
        one.grade = grades.ladder[worst[one.key, one.bounds]]
