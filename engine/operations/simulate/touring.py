"""Plans and plays paths until everything has been met that can be: the nearest thing not yet met, and on from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.operations.simulate.play import Play, Stage
from engine.operations.simulate.routes import INTERVENE, Map, Move, Option
from engine.operations.simulate.sampling import Sample
from engine.operations.simulate.targets import Target
from engine.operations.simulate.working import Manner, make
from engine.review.model import OPEN

MOVES_MOST = 60  # moves of one path
AIMS_MOST = 10  # after so many moves a path goes home, if it has met what it was made for
FAILURES = 2  # how often a move that did not come about is tried again with the same figures,
BARREN = 4  # and in all, if it never did with others either

Place = tuple[str, Move]
"""A state and what is done there."""


@dataclass(frozen=True, slots=True)
class Made:
    """One path: how it was played, its moves (where each began, how it came about), what it was the first to meet."""

    play: Play
    sample: Sample
    moves: tuple[tuple[str, Move, Manner], ...]
    fresh: tuple[Target, ...]

    @property
    def stuck(self) -> bool:
        return not self.play.ended

    @property
    def intervened(self) -> bool:
        return any(move.kind == INTERVENE for _, move, _ in self.moves)


@dataclass
class Tour:
    """met: what has been met so far; alone: that of it which needed no help of HR; paths: those that met something
    new, and those that did not end."""

    stage: Stage
    wanted: set[Target]
    paths_most: int
    met: set[Target] = field(default_factory=set)
    alone: set[Target] = field(default_factory=set)
    paths: list[Made] = field(default_factory=list)
    played: int = 0
    made: set[Place] = field(default_factory=set)
    failures: Counter[Place] = field(default_factory=Counter)

    def barren(self, place: Place) -> bool:
        return place not in self.made and self.failures[place] >= BARREN

    def run(self, samples: Iterable[Sample]) -> None:
        for sample in samples:
            _Leg(self, sample).run()
            if not self.wanted - self.met or self.played >= self.paths_most:
                return


class _Leg:
    """The paths of one sample of figures."""

    def __init__(self, tour: Tour, sample: Sample) -> None:
        self.tour, self.sample, self.stage = tour, sample, tour.stage
        self.map = Map(self.stage.definition, sample)
        self.failures: Counter[Place] = Counter()
        self.hopeless: set[Target] = set()

    def run(self) -> None:
        while self.tour.played < self.tour.paths_most:
            play = Play(self.stage, self.sample.figures)
            route = self._towards(play, set())
            if route is None:
                return
            aim = set(route[-1].hits) & self._open()
            self._walk(play)
            self.hopeless |= aim - self.tour.met

    def _open(self) -> set[Target]:
        return self.tour.wanted - self.tour.met - self.hopeless

    def _walk(self, play: Play) -> None:
        before = set(self.tour.met)
        moves = self._moves(play)
        self.tour.played += 1
        fresh = tuple(hit for hit in dict.fromkeys(play.hits) if hit not in before)
        self.tour.met.update(play.hits)
        if any(hit in self.tour.wanted for hit in fresh) or not play.ended:
            self.tour.paths.append(Made(play, self.sample, tuple(moves), fresh))

    def _moves(self, play: Play) -> list[tuple[str, Move, Manner]]:
        moves: list[tuple[str, Move, Manner]] = []
        self.tour.alone.update(play.hits)
        shut: set[Place] = set()
        met_here = False
        while len(moves) < MOVES_MOST:
            self.tour.met.update(play.hits)
            route = None
            if not met_here or len(moves) < AIMS_MOST:
                route = self._towards(play, shut)
            route = route or self._home(play, shut)
            if route is None:
                break
            state, option, count = play.review.state, route[0], len(play.hits)
            manner = make(play, option.move, partly=bool(self.tour.failures.total() % 2))
            if manner is not None:
                moves.append((state, option.move, manner))
                self.tour.alone.update(() if manner.helped else play.hits[count:])
                met_here = met_here or not set(route[-1].hits) & self._open() or self._news(play)
                shut.clear()
                self.tour.made.add((state, option.move))
            else:
                shut.add((state, option.move))
                self.failures[state, option.move] += 1
                self.tour.failures[state, option.move] += 1
        return moves

    def _news(self, play: Play) -> bool:
        return bool(set(play.hits) & self._open())

    def _towards(self, play: Play, shut: set[Place]) -> list[Option] | None:
        wanted = self._open() - set(play.hits)
        return self._route(play, lambda option: not wanted.isdisjoint(option.hits), shut)

    def _home(self, play: Play, shut: set[Place]) -> list[Option] | None:
        """The way to an end without an intervention."""
        if play.ended:
            return None
        states = self.stage.definition.states
        return self._route(
            play, lambda option: states[option.to].final and option.move.kind != INTERVENE, shut, plain=True)

    def _route(
        self, play: Play, wanted: Callable[[Option], bool], shut: set[Place], *, plain: bool = False,
    ) -> list[Option] | None:
        def closed(state: str, move: Move) -> bool:
            place = (state, move)
            if state == play.review.state and (place in shut or _over(play, move)):
                return True
            if plain:  # home leads whatever did not come about elsewhere
                return move.kind == INTERVENE
            return self.failures[place] >= FAILURES or self.tour.barren(place)

        return self.map.route(play.review.state, dict(play.review.counts), wanted, closed)


def _over(play: Play, move: Move) -> bool:
    """Whether the move's task has been done in this visit: another path, or asking anew, comes to it again."""
    here = [row for row in play.review.tasks if row.visit == play.review.visit and row.name == move.task]
    return bool(here) and all(row.status not in OPEN for row in here)
