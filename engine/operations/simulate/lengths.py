"""How long a review can take: everybody at once, and everybody at the last moment through every deadline and loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.calendar import add_span, local_day
from engine.definition.model import DeadlineStep, Definition, State
from engine.operations.simulate.play import Play, Stage
from engine.operations.simulate.routes import INTERVENE, Counts, Map, Move, Node, Option
from engine.operations.simulate.sampling import Sample
from engine.operations.simulate.touring import Made
from engine.operations.simulate.working import Manner, make

NODES_MOST = 2_500
MOVES_MOST = 300
IN_WORKING_DAYS = {"working days": (1, 1), "days": (5, 7), "weeks": (5, 1), "months": (21, 1)}


@dataclass(frozen=True, slots=True)
class Length:
    """From the opening to the end of one path, in working days; last: the day on which it ends."""

    days: int
    last: date
    path: Made


@dataclass(frozen=True, slots=True)
class Lengths:
    """period: its working days; late: whether the longest ends only after the next period has ended as well. Paths on
    which somebody intervened are left out: they are as long as people want."""

    stage: Stage
    shortest: Length | None
    longest: Length | None
    period: int
    late: bool

    def of(self, path: Made) -> int:
        """Working days of a path, whether or not somebody intervened."""
        return _length(self.stage, path).days


def lengths_of(stage: Stage, paths: Sequence[Made], samples: Sequence[Sample]) -> Lengths:
    found = [_length(stage, path) for path in paths if path.play.ended and not path.intervened]
    quick = [one for one in found if not any(manner.helped for _, _, manner in one.path.moves)] or found
    slow = [path for sample in samples if (path := _slowest(stage, sample)) is not None]
    found += [_length(stage, path) for path in slow]
    shortest = min(quick, key=lambda one: one.days, default=None)
    longest = max(found, key=lambda one: one.days, default=None)
    before = stage.period.start - timedelta(days=1)
    whole = _working_days(stage.definition, before, stage.period.end)
    end = stage.period.end + (stage.period.end - before)
    return Lengths(stage, shortest, longest, whole, longest is not None and longest.last > end)


def _length(stage: Stage, path: Made) -> Length:
    first, last = (local_day(stage.organisation.zone, at) for at in (stage.begin, path.play.now))
    return Length(_working_days(stage.definition, first, last), last, path)


def _working_days(definition: Definition, after: date, last: date) -> int:
    count = 0
    while after < last:
        after += timedelta(days=1)
        count += definition.days.is_working(after)
    return count


def _slowest(stage: Stage, sample: Sample) -> Made | None:
    """The way with the longest deadlines, played at the last moment; None where it does not come to an end."""
    worth = _Worth(stage, Map(stage.definition, sample))
    play = Play(stage, sample.figures)
    moves: list[tuple[str, Move, Manner]] = []
    shut: set[tuple[str, Move]] = set()
    while not play.ended and len(moves) < MOVES_MOST:
        state = play.review.state
        option = worth.best(state, dict(play.review.counts), shut)
        if option is None:
            return None
        manner = make(play, option.move, slow=True)
        if manner is None or manner.helped:
            shut.add((state, option.move))
        if manner is not None:
            moves.append((state, option.move, manner))
    return Made(play, sample, tuple(moves), ()) if play.ended else None


class _Worth:
    """How many working days still lie before a review, at most, by the deadlines of the states that it may come
    through. Only an estimate for the choice of a way: what is told is measured on the way that was played."""

    def __init__(self, stage: Stage, way: Map) -> None:
        self.stage, self.map = stage, way
        self.known: dict[Node, int] = {}

    def best(self, state: str, counts: dict[str, int], shut: set[tuple[str, Move]]) -> Option | None:
        here = frozenset(counts.items())
        options = [one for one in self._leaving(state, here) if (state, one.move) not in shut]
        return max(options, key=lambda one: self._of((one.to, one.counts)), default=None)

    def _leaving(self, state: str, counts: Counts) -> list[Option]:
        return [
            one for one in self.map.options(state, counts)
            if one.move.kind != INTERVENE and (one.to != state or one.counts != counts) and _moves(one)
        ]

    def _of(self, start: Node) -> int:
        """Depth first without recursion; a node that is met again on its own way counts nothing."""
        stack = [start]
        while stack:
            node = stack[-1]
            if node in self.known and self.known[node] >= 0:
                stack.pop()
                continue
            plan = self.stage.definition.states[node[0]]
            following = [] if plan.final else [(one.to, one.counts) for one in self._leaving(*node)]
            ahead = [one for one in following if one not in self.known]
            self.known.setdefault(node, -1)
            if ahead and len(self.known) < NODES_MOST:
                stack.extend(ahead)
                continue
            stack.pop()
            rest = max((self.known.get(one, 0) for one in following), default=0)
            self.known[node] = self._stay(plan) + max(rest, 0)
        return self.known[start]

    def _stay(self, plan: State) -> int:
        once = max((self._span(step) for step in plan.deadline if step.way is not None), default=0)
        return 2 * once if plan.gathers else once  # the time that the cohort has, and then that of its tasks

    def _span(self, step: DeadlineStep) -> int:
        if step.span is not None:
            times, by = IN_WORKING_DAYS[step.span.unit]
            return step.span.count * times // by
        assert step.at is not None
        period, days = self.stage.period, self.stage.definition.days
        anchors = {"cycle.start": period.start, "cycle.end": period.end}
        anchor = anchors.get(step.at.anchor) or date.fromisoformat(step.at.anchor)
        last = add_span(days, anchor, step.at.offset.count, step.at.offset.unit)
        return _working_days(self.stage.definition, period.start, last)


def _moves(option: Option) -> bool:
    return any(hit.kind == "transitions" for hit in option.hits)
