"""Cards judged together: every one by itself, then the quota over each unit, then what follows and the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rules.cohort.counting import key_of, names_of, number_of
from rules.cohort.lowering import Standing, ranked
from rules.cohort.model import CohortFacts, CohortResult, Place, Settled, SplitReport, Unit, UnitReport
from rules.cohort.quota import keep
from rules.cohort.splitting import split
from rules.cohort.telling import told
from rules.cohort.units import unit_name, units_of
from rules.expressions.types import MISSING
from rules.numbers import Number, subtract
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import Facts
from rules.scorecard.figures import Given
from rules.scorecard.model import Card, Node
from rules.scorecard.turn_checks import low_is_best
from rules.totals import total as summed


@dataclass
class _Judging:
    """The cards on their way: facts grow by what the cohort decides, results follow."""

    card: Card
    cohort: CohortFacts
    facts: list[Facts]
    settled: Mapping[int, Settled]
    results: list[Result] = field(default_factory=list)
    units: tuple[Unit, ...] = ()
    unit_of: list[int] = field(default_factory=list)

    def counts(self, place: int) -> bool:
        result, grades = self.results[place], self.card.grades
        return grades is not None and result.status == "scored" and result.grade in grades.ladder

    def scored(self, place: int) -> bool:
        return self.results[place].status == "scored"

    def again(self, place: int, facts: Facts) -> None:
        if facts != self.facts[place]:
            self.facts[place], self.results[place] = facts, score(self.card, facts)


def judge_cohort(
    card: Card, members: Sequence[Facts], cohort: CohortFacts | None = None, *, units: Sequence[Unit] | None = None,
    settled: Mapping[int, Settled] | None = None,
) -> CohortResult:
    """The results of all cards in the order given, with what became of units, rules and pools.

    n of a unit are the cards with a grade of the ladder: blocked, refused and results off the ladder do not count. Each
    card is judged as if it were alone, and again only where the cohort changed its grade or gave it a part of a pool.

    units: who is judged together, each card in one of them (None: as the card and its counts say). settled: cards that
    count with what they have and give way to nobody: others keep inside what is left of the quota and of the pools.
    """
    judging = _Judging(card, cohort or CohortFacts(), list(members), settled or {})
    _first(judging, units)
    reports, places = _quota(judging)
    splits = _splits(judging)
    result = CohortResult(tuple(judging.results), reports, tuple(judging.unit_of), places, splits,
                          None if card.quota is None else card.quota.when_over)
    return replace(result, results=tuple(told(card, result, place) for place in range(len(members))))


def _first(judging: _Judging, units: Sequence[Unit] | None) -> None:
    """Every card alone, with the figures of its unit; a unit that was put together may have figures of its own."""
    card, cohort = judging.card, judging.cohort
    for place, facts in enumerate(judging.facts):
        own = unit_name(card.cohort, facts)
        judging.facts[place] = replace(facts, cohort={**cohort.figures, **cohort.by_unit.get(own or "", {})})
    for place, one in judging.settled.items():
        judging.facts[place] = replace(judging.facts[place], shares=one.shares or {})
    judging.results = [score(card, facts) for facts in judging.facts]
    counted = {place for place in range(len(judging.facts)) if judging.counts(place)}
    judging.units = units_of(card.cohort, judging.facts, counted) if units is None else tuple(units)
    judging.unit_of = [0] * len(judging.facts)
    for at, unit in enumerate(judging.units):
        for place in unit.members:
            judging.unit_of[place] = at
            figures = {**cohort.figures, **_figures_of(cohort, unit)}
            judging.again(place, replace(judging.facts[place], cohort=figures))


def _figures_of(cohort: CohortFacts, unit: Unit) -> Mapping[str, Given]:
    return cohort.by_unit.get(unit.name or "", {})


def _quota(judging: _Judging) -> tuple[tuple[UnitReport, ...], tuple[Place | None, ...]]:
    card = judging.card
    places: list[Place | None] = [None] * len(judging.facts)
    reports = []
    for at, unit in enumerate(judging.units):
        counted = [place for place in unit.members if judging.counts(place)]
        outside = len(unit.members) - len(counted)
        if card.quota is None or card.grades is None:
            reports.append(UnitReport(unit, len(counted), outside))
            continue
        standings = [_standing(judging, place) for place in counted]
        approved = judging.cohort.approved | judging.cohort.approved_in.get(unit.name or "", frozenset())
        rules = keep(card.grades, card.quota, standings, approved)
        reports.append(UnitReport(unit, len(counted), outside, rules))
        for place, one in _places(at, standings):
            places[place] = one
            if one.before != one.after:
                judging.again(place, replace(judging.facts[place], quota_grade=one.after))
    return tuple(reports), tuple(places)


def _standing(judging: _Judging, place: int) -> Standing:
    result, quota = judging.results[place], judging.card.quota
    low = judging.card.grades is not None and low_is_best(judging.card.grades)
    key = key_of(result, judging.facts[place], quota.ties if quota is not None else (), low)
    grade, settled = result.grade or "", judging.settled.get(place, Settled()).grade
    if settled is not None:
        return Standing(place, grade, settled, key, result.bounds, settled=True)
    return Standing(place, grade, grade, key, result.bounds)


def _places(unit: int, standings: Sequence[Standing]) -> list[tuple[int, Place]]:
    """Equal ones share the rank of the first of them."""
    found: list[tuple[int, Place]] = []
    alike: dict[object, int] = {}
    for one in standings:
        alike[one.key] = alike.get(one.key, 0) + 1
    rank = 0
    for at, one in enumerate(order := ranked(standings)):
        if at == 0 or order[at - 1].key != one.key:
            rank = at + 1
        found.append((one.index, Place(unit, rank, alike[one.key] - 1, one.before, one.grade)))
    return found


def _splits(judging: _Judging) -> tuple[SplitReport, ...]:
    """Top to bottom, so that what is written below may weigh by what was shared above."""
    reports: list[SplitReport] = []
    for node in judging.card.consequences:
        for name, places in _groups(judging, node):
            report = _split(judging, node, name, places)
            reports.append(report)
            for place, part in report.parts.items():
                shares = {**judging.facts[place].shares, node.name: part.share}
                judging.again(place, replace(judging.facts[place], shares=shares))
    return tuple(reports)


def _groups(judging: _Judging, node: Node) -> list[tuple[str | None, list[int]]]:
    """Who shares one pool: a unit that has its own figure; everybody else shares the figure that is for all."""
    if node.split is None:
        return []
    groups: dict[str | None, list[int]] = {}
    for place in range(len(judging.facts)):
        unit = judging.units[judging.unit_of[place]]
        own = node.split.pool in _figures_of(judging.cohort, unit)
        groups.setdefault(unit.name if own else None, []).append(place)
    return list(groups.items())


def _split(judging: _Judging, node: Node, name: str | None, places: Sequence[int]) -> SplitReport:
    assert node.split is not None
    kept = {place: judging.settled[place].shares for place in places if place in judging.settled}
    shares = [one.get(node.name, Decimal(0)) for one in kept.values() if one is not None]
    weights: dict[int, Number | None] = {}
    for place in places:
        if judging.scored(place) and kept.get(place) is None:
            facts, result = judging.facts[place], judging.results[place]
            weights[place] = number_of(node.split.by, names_of(result, facts), facts)
    pool = _pool(judging, node.split.pool, places)
    if pool is not None and shares:  # who comes later shares what the others have left
        pool = max(subtract(pool, summed(shares)), Decimal(0))
    return split(node.name, name, pool, weights, node.split.digits)


def _pool(judging: _Judging, name: str, places: Sequence[int]) -> Number | None:
    """The figure as the last card knows it that has a result, else as it was given."""
    for place in reversed(places):
        known = judging.results[place].figures.get(name, MISSING)
        if judging.scored(place) and isinstance(known, Decimal):
            return known
    given = judging.facts[places[0]].cohort.get(name) if places else None
    return given.single.value if given and given.single and isinstance(given.single.value, Decimal) else None
