"""The smallest single change of a figure that would have given a better grade, proven where it can be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from rules.expressions.plan import ZeroDivisor
from rules.scorecard.course import plain
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import Facts
from rules.scorecard.folding import fold_row
from rules.scorecard.model import Card
from rules.scorecard.retiring import in_force
from rules.trial.clouds import Cloud, Unknown, between
from rules.trial.levers import Lever, levers
from rules.trial.supposed_expressions import Rows
from rules.trial.supposed_steps import Supposing

WORK: Final = 2_000  # judgings, of one value or of a whole stretch, after which the search says that it stopped
MOST: Final = 3  # changes that are told
PROBES: Final = 40  # of a figure whose stretches cannot be judged as a whole


@dataclass(frozen=True, slots=True)
class Move:
    """One figure moved from `now` to `then`, everything else as it is. kind and fold: see Lever; share: of its declared
    range; proven: no smaller change of this figure gives a better grade."""

    figure: str
    kind: str
    fold: str | None
    now: Any
    then: Any
    grade: str
    total: str | None
    share: Fraction
    proven: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """grade: by the rules, before people and the quota; wanted: the next better one; moves: smallest share of the range
    first, then in the order of the file; barred: rules that hold the grade down; whole: the work was not cut short, so
    that a figure without a move has none; before_quota: the card has one, and it is not reckoned with."""

    grade: str
    wanted: str
    moves: tuple[Move, ...] = ()
    barred: tuple[str, ...] = ()
    whole: bool = True
    before_quota: bool = False
    judgings: int = 0


@dataclass
class _Work:
    """What was judged so far, and how much may still be."""

    card: Card
    facts: Facts
    supposing: Supposing
    now: int
    left: int
    spent: int = 0
    seen: dict[tuple[str, Any], Result] = field(default_factory=dict)

    def spend(self) -> None:
        if self.left <= 0:
            raise _Spent
        self.left -= 1
        self.spent += 1

    def result(self, lever: Lever, value: Any) -> Result:
        key = (lever.name, value)
        if key not in self.seen:
            self.spend()
            self.seen[key] = score(self.card, lever.moved(self.facts, value))
        return self.seen[key]

    def better(self, grade: str | None) -> bool:
        ladder = self.card.grades.ladder if self.card.grades else ()
        return grade in ladder and ladder.index(grade) < self.now

    def gives(self, lever: Lever, place: int) -> bool:
        return self.better(self.result(lever, lever.value(place)).grade)

    def possible(self, lever: Lever, first: int, last: int) -> bool:
        """Whether a better grade is possible anywhere between two places; yes where nothing can be said."""
        self.spend()
        ends = lever.value(first), lever.value(last)
        try:
            grades = self.supposing.grades(*moving(lever, self.facts, self.card, between(min(ends), max(ends))))
        except (Unknown, ZeroDivisor):
            return True
        return any(self.better(grade) for grade in grades)


class _Spent(Exception):
    pass


def reach(card: Card, facts: Facts, work: int = WORK) -> Reach | None:
    """None where there is no better grade to reach: no grade at all, the best one, or one off the ladder."""
    facts = replace(facts, adjusted=None, quota_grade=None)
    result = score(card, facts)
    if facts.retired:
        card, facts = in_force(card, facts)  # what is not judged any more cannot be what is changed
    grades = card.grades
    if grades is None or result.grade not in grades.ladder or result.grade == grades.ladder[0]:
        return None
    now = grades.ladder.index(result.grade)
    doing = _Work(card, facts, Supposing(card, facts, result), now, work)
    many = list(levers(card, facts, result))
    found: list[Move] = []
    whole = True
    for index, lever in enumerate(many):
        spare, doing.left = doing.left, max(1, doing.left // (len(many) - index))
        granted = doing.left
        try:
            move = _smallest(doing, lever)
        except _Spent:
            whole, move = False, _guessed(doing, lever)
        doing.left = spare - granted + max(doing.left, 0)
        if move is not None:
            found.append(move)
    found.sort(key=lambda one: one.share)
    barred = () if found and found[0].proven else tuple(_barring(card, result, now))
    return Reach(result.grade, grades.ladder[now - 1], tuple(found[:MOST]), barred, whole,
                 card.quota is not None, doing.spent)


def moving(lever: Lever, facts: Facts, card: Card, cloud: Cloud) -> tuple[Mapping[str, Cloud], Mapping[str, Rows]]:
    if lever.row is None:
        return {lever.name: cloud}, {}
    name, index, key = lever.row
    rows: list[dict[str, Any]] = [dict(fold_row(card.lists[name].fields, row)) for row in facts.lists[name]]
    rows[index][key] = cloud
    return {}, {name: rows}


def _smallest(doing: _Work, lever: Lever) -> Move | None:
    """The nearest value on either side that gives a better grade; every nearer one is proven not to."""
    if lever.words:
        values = [place for place, word in enumerate(lever.words) if word != lever.now]
        hit = next((place for place in values if doing.gives(lever, place)), None)
        return None if hit is None else _move(doing, lever, lever.value(hit), True)
    below, above = _around(lever)
    up = _nearest(doing, lever, above, lever.last) if above <= lever.last else None
    farthest = lever.last if up is None else above + (up - above)
    lowest = 0 if up is None else max(0, below - (farthest - above))
    down = _nearest(doing, lever, below, lowest) if below >= 0 else None
    values = [lever.value(place) for place in (up, down) if place is not None]
    return _move(doing, lever, min(values, key=lever.share), True) if values else None


def _around(lever: Lever) -> tuple[int, int]:
    """The places next to the present value, below and above it."""
    place = (Fraction(lever.now) - Fraction(lever.low)) * lever.made / Fraction(lever.unit)
    return min(math.ceil(place) - 1, lever.last), max(math.floor(place) + 1, 0)


def _nearest(doing: _Work, lever: Lever, start: int, end: int) -> int | None:
    """The place nearest to `start`, on the way to `end`, that gives a better grade: stretches in which none is possible
    are passed over whole, all others are halved down to single values."""
    waiting = [(start, end)]
    while waiting:
        near, far = waiting.pop()
        if near == far:
            if doing.gives(lever, near):
                return near
            continue
        if not doing.possible(lever, near, far):
            continue
        middle = (near + far) // 2 if near < far else -((-near - far) // 2)
        waiting.append((middle + 1 if near < far else middle - 1, far))
        waiting.append((near, middle))
    return None


def _guessed(doing: _Work, lever: Lever) -> Move | None:
    """A change that does give a better grade, found by probing ever farther and halving back, not proven smallest."""
    if lever.words:
        return None
    doing.left += PROBES * 2
    below, above = _around(lever)
    found = []
    try:
        for start, end in ((above, lever.last), (below, 0)):
            found += [_halved(doing, lever, *one) for one in _probed(doing, lever, start, end)]
    except _Spent:
        pass
    values = [lever.value(place) for place in found]
    return _move(doing, lever, min(values, key=lever.share), False) if values else None


def _probed(doing: _Work, lever: Lever, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The first of ever wider steps that gives a better grade, with the last one that did not."""
    way = 1 if end >= start else -1
    before, step = start - way, 1
    while (end - before) * way > 0:
        place = before + way * step if (end - before) * way > step else end
        if doing.gives(lever, place):
            yield before, place
            return
        before, step = place, step * 4


def _halved(doing: _Work, lever: Lever, no: int, yes: int) -> int:
    while abs(yes - no) > 1:
        middle = (no + yes) // 2
        if doing.gives(lever, middle):
            yes = middle
        else:
            no = middle
    return yes


def _move(doing: _Work, lever: Lever, value: Any, proven: bool) -> Move:
    doing.left += 1  # it was judged before, or is owed
    result = doing.result(lever, value)
    return Move(lever.name, lever.kind, lever.fold, lever.now, value, str(result.grade), result.total_text,
                lever.share(value), proven)


def _barring(card: Card, result: Result, now: int) -> Iterator[str]:
    """The rules that acted and hold the grade where it is: without them the table would have given a better one."""
    ladder = card.grades.ladder if card.grades else ()
    for step in result.trace:
        for rule in step.get("rules", ()) if step["step"] == "grade" else ():
            capped = rule["effect"] == "at_most" and rule["amount"] in ladder and ladder.index(rule["amount"]) >= now
            moved = rule["effect"] in ("set", "lower") and rule["before"] in ladder
            if rule["acted"] and (capped or (moved and ladder.index(rule["before"]) < now)):
                yield rule["rule"]


def reach_document(found: Reach | None) -> dict[str, Any] | None:
    """As it is printed: numbers as text."""
    if found is None:
        return None
    return {
        "grade": found.grade, "next": found.wanted, "barred_by": list(found.barred), "complete": found.whole,
        "before_quota": found.before_quota,
        "changes": [
            {
                "figure": one.figure, "kind": one.kind, "fold": one.fold, "from": plain(one.now), "to": plain(one.then),
                "grade": one.grade, "total": one.total, "share_of_range": plain(one.share), "proven": one.proven,
            }
            for one in found.moves
        ],
    }
