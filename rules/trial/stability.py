"""For each weight the interval of values within which no grade moves, with the review that moves at either end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rules.numbers import add, divide, multiply, subtract
from rules.scorecard.evaluate import score
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card
from rules.trial.steady import steady
from rules.trial.weighing import Judge, Weight, judge_of, price_of, weights_of

WORK_MAX = 20_000
"""Gradings at most for each end of an interval that has to be walked step by step."""

WORK_ALL = 60_000
"""Gradings at most for all ends together that have to be walked, so that somebody can wait for them."""


@dataclass(frozen=True, slots=True)
class Graded:
    """One review: its id, its facts as the card reads them, the profile that holds, and its grade by the rules."""

    id: str
    facts: Facts
    profile: str | None
    grade: str


@dataclass(frozen=True, slots=True)
class End:
    """One end of an interval. value: the last one at which no grade moves. mover: who moves one step further, with the
    grade before and after (None: cannot be graded there); None where it is the end of what a weight can be, or, with
    `proven` no, where the work was over before anybody moved."""

    value: Decimal
    mover: tuple[str, str, str | None] | None = None
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """low and high: None for a weight to which no other could give way. reviews: how many were tried; held: how many
    have weights of their own in this group, agreed or given, which do not follow the file."""

    weight: Weight
    low: End | None
    high: End | None
    reviews: int
    held: int


def graded_one(card: Card, name: str, facts: Facts) -> Graded | None:
    """The review as the card grades it; None where it cannot."""
    result = score(card, replace(facts, adjusted=None, quota_grade=None))
    if result.first_grade is None:
        return None
    profile = next((step["name"] for step in result.trace if step["step"] == "who"), None)
    return Graded(name, facts, profile, result.first_grade)


def graded(card: Card, reviews: Sequence[tuple[str, Facts]]) -> tuple[Graded, ...]:
    """Those of the reviews that the card can grade."""
    made = [graded_one(card, name, facts) for name, facts in reviews]
    return tuple(one for one in made if one is not None)


def intervals(
    card: Card, reviews: Sequence[Graded], *, step: Decimal | None = None, work: int = WORK_MAX
) -> tuple[Interval, ...]:
    """For every weight of the card, in its order; () for a card without grades. step: another grid than the weight's
    own."""
    if card.grades is None:
        return ()
    judge = judge_of(card)
    return tuple(interval_of(card, judge, weight, reviews, step, work) for weight in weights_of(card))


def intervals_in_time(
    card: Card, weights: Sequence[Weight], reviews: Sequence[Graded], work: int = WORK_ALL
) -> Iterator[Interval]:
    """The same one by one, with bounded work for all: what one walk leaves over, the later ones may spend."""
    judge, spent = judge_of(card), 0
    left = work // price_of(card, [one.facts for one in reviews])

    def counting(facts: Facts, weight: Weight, value: Decimal) -> str | None:
        nonlocal spent
        spent += 1
        return judge(facts, weight, value)

    ends = 2 * sum(not one.fixed and not steady(card, one.group) for one in weights)
    for weight in weights:
        if weight.fixed or steady(card, weight.group):
            yield interval_of(card, judge, weight, reviews)
        else:
            spent = 0
            yield interval_of(card, counting, weight, reviews, work=min(WORK_MAX, max(left, 0) // ends))
            left, ends = left - spent, ends - 2


def interval_of(
    card: Card, judge: Judge, weight: Weight, reviews: Sequence[Graded], step: Decimal | None = None,
    work: int = WORK_MAX,
) -> Interval:
    """The interval of one weight of the card; judge: `judge_of(card)`."""
    step = step or weight.step
    meant = [one for one in reviews if weight.profile in (None, one.profile)]
    free = [one for one in meant if not _own(card, weight, one.facts)]
    held = len(meant) - len(free)
    if weight.fixed:
        return Interval(weight, None, None, len(free), held)
    search = _bisected if steady(card, weight.group) else _walked
    ends = [
        search(_Side(judge, weight, free, step, sign, _steps(weight, step, sign), work)) for sign in (-1, 1)
    ]  # fmt: skip
    return Interval(weight, ends[0], ends[1], len(free), held)


def _own(card: Card, weight: Weight, facts: Facts) -> bool:
    """Whether a weight of the group is this review's own."""
    nodes = card.nodes()
    return any(
        key in facts.retired or ("weight" in facts.agreed.get(key, ()) and "weight" in nodes[key].agree)
        for key in weight.keys
    )


def _steps(weight: Weight, step: Decimal, sign: int) -> int:
    """How many whole steps there are to the end of what the weight can be: 0, and the sum of its group."""
    end = min(Decimal(0), weight.present) if sign < 0 else weight.most
    far = subtract(weight.present, end) if sign < 0 else subtract(end, weight.present)
    return int(divide(far, step))


@dataclass(frozen=True, slots=True)
class _Side:
    """The way from the present weight to one end of what it can be, in `count` steps."""

    judge: Judge
    weight: Weight
    reviews: Sequence[Graded]
    step: Decimal
    sign: int
    count: int
    work: int

    def value(self, place: int) -> Decimal:
        found = add(self.weight.present, multiply(self.step, self.sign * place))
        assert isinstance(found, Decimal)  # of decimals, sum and product are decimals
        return found

    def grade(self, one: Graded, place: int) -> str | None:
        return self.judge(one.facts, self.weight, self.value(place))

    def moves(self, place: int) -> Graded | None:
        """Somebody whose grade is another one there."""
        return next((one for one in self.reviews if self.grade(one, place) != one.grade), None)

    def end(self, place: int, mover: Graded | None, proven: bool = True) -> End:
        """The interval ends at `place`; the mover moves one step further."""
        if mover is None:
            return End(self.value(place), None, proven)
        return End(self.value(place), (mover.id, mover.grade, self.grade(mover, place + 1)), proven)


def _bisected(side: _Side) -> End:
    """Who is still as she was at the best end known so far was so all the way: one grading for most, a bisection for
    whoever ends it earlier. The very last step, where a weight of 0 may leave nothing to divide by, is looked at alone.
    """
    last = max(side.count - 1, 0)
    best, mover = last, None
    for one in side.reviews:
        if side.grade(one, best) == one.grade:
            continue
        same, other = 0, best
        while other - same > 1:
            middle = (same + other) // 2
            same, other = (middle, other) if side.grade(one, middle) == one.grade else (same, middle)
        best, mover = same, one
        if not best:
            break
    if mover is None and last < side.count:
        mover = side.moves(side.count)
        best = last if mover is not None else side.count
    return side.end(best, mover)


def _walked(side: _Side) -> End:
    """Step by step, because a grade that was left might come back; as far as the work allows."""
    most = min(side.count, max(side.work // max(len(side.reviews), 1), 1))
    for place in range(1, most + 1):
        mover = side.moves(place)
        if mover is not None:
            return side.end(place - 1, mover)
    return side.end(most, None, most == side.count)
