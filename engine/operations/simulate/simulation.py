"""The door of this room: a definition in, what was met of it on paths that were played, and how long reviews take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.calendar import day_start, period_of
from engine.definition.model import Definition
from engine.operations.simulate.invented import Organisation, invented
from engine.operations.simulate.lengths import Lengths, lengths_of
from engine.operations.simulate.play import Stage
from engine.operations.simulate.sampling import Sample, Search
from engine.operations.simulate.targets import CELL, KINDS, STEP, Target, line_of, targets_of
from engine.operations.simulate.touring import Made, Tour
from engine.review.case import Period

DAY = date(2025, 7, 1)
"""A day of the period that is played where nothing else is said: its calendar is known whenever it is read."""

MORNING = timedelta(hours=9)
PATHS_MOST = 300
MORE_MOST = 60  # further paths, for what was not met with the few figures that show most


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one kind was met."""

    kind: str
    met: int
    all: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Something declared that no path came through; line: where it is written; unfound: it is the branch of a
    condition, and no figures were found with which it is taken."""

    target: Target
    line: int
    unfound: bool = False


@dataclass(frozen=True, slots=True)
class Simulation:
    """shares: in the order of `KINDS`; helped: what was met only where HR let a task go, gave it more time or moved the
    review on; cells: those of conditions that their types allow and no figures reached, by
    trigger; samples: the figures that were tried, in their order."""

    definition: Definition
    stage: Stage
    paths: tuple[Made, ...]
    shares: tuple[Share, ...]
    missed: tuple[Missed, ...]
    helped: tuple[Missed, ...]
    cells: Mapping[str, tuple[str, ...]]
    samples: tuple[Sample, ...]
    lengths: Lengths
    met: frozenset[Target]

    @property
    def whole(self) -> bool:
        """Everything declared was met, and every path ended."""
        return not self.missed and not any(path.stuck for path in self.paths)


def stage_of(definition: Definition, day: date = DAY, organisation: Organisation | None = None) -> Stage:
    """A review of the period that the day lies in, opened on its first morning."""
    organisation = organisation or invented(definition)
    period = Period(*period_of(definition.period, day))
    return Stage(definition, organisation, period, day_start(organisation.zone, period.start) + MORNING)


def simulate(definition: Definition, stage: Stage | None = None, seed: int = 1) -> Simulation:
    """Plays paths until everything was met that can be; the same seed gives the same paths."""
    stage = stage or stage_of(definition)
    search = Search(definition, stage.period.key, seed)
    samples = search.run()
    targets = targets_of(definition)
    wanted = {*targets, *_cells(search)}
    tour = Tour(stage, set(wanted), PATHS_MOST)
    tour.run(samples)
    if set(targets) - tour.met:
        tour.wanted, tour.paths_most = set(targets), tour.played + MORE_MOST
        tour.run(_others(search, samples))
    missed = tuple(
        Missed(one, line_of(definition, one), _unfound(search, one)) for one in targets if one not in tour.met
    )
    helped = tuple(
        Missed(one, line_of(definition, one)) for one in targets if one in tour.met and one not in tour.alone
    )
    shares = []
    for kind in KINDS:
        own = [one for one in targets if one.kind == kind]
        shares.append(Share(kind, sum(one in tour.met for one in own), len(own)))
    lengths = lengths_of(stage, tour.paths, samples)
    return Simulation(
        definition, stage, tuple(tour.paths), tuple(shares), missed, helped, _unreached(search), samples, lengths,
        frozenset(tour.met),
    )


def _others(search: Search, samples: Sequence[Sample]) -> list[Sample]:
    """One sample for each further combination of branches that the conditions of the workflow may take together."""
    def branches(sample: Sample) -> tuple[str | None, ...]:
        return tuple(sample.leads(search.cells, key) for key in search.cells.ways)

    seen = {branches(one) for one in samples}
    found = []
    for one in search.kept.values():
        if branches(one) not in seen:
            seen.add(branches(one))
            found.append(one)
    return found


def _unfound(search: Search, target: Target) -> bool:
    key = (target.state, target.name)
    if target.kind != STEP or key not in search.cells.ways:
        return False
    to = search.cells.ways[key][target.index].to
    return not any(sample.leads(search.cells, key) == to for sample in search.kept.values())


def _cells(search: Search) -> set[Target]:
    return {
        Target(CELL, source, f"{trigger}|{sample.cells[source, trigger]}")
        for sample in search.kept.values() for source, trigger in search.cells.ways
    }


def _unreached(search: Search) -> dict[str, tuple[str, ...]]:
    found = {}
    for key in search.cells.ways:
        reached = {sample.wide[key] for sample in search.kept.values()}
        left = tuple(cell for cell in search.cells.possible(key) if cell not in reached)
        if left:
            found[key[1]] = left
    return found
