"""How often a review can be in a state at most: every circle has a way with `times`, so that can be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from engine.definition.graph import components
from engine.definition.sense import PlacedWay, Sense


def visits_max(sense: Sense) -> dict[str, int]:
    """For each state a bound that no review exceeds; empty where something circles without one.

    A visit ends by one way, so a state is entered at most as often as those before it are left for it: by a way without
    `times` once for each of their visits, by one with `times` so often in all.
    """
    ahead: dict[str, set[str]] = {name: set() for name in sense.states}
    counted: dict[str, int] = defaultdict(int)
    counted[sense.initial] = 1
    seen: set[tuple[object, str]] = set()
    for placed in _all_ways(sense):
        for target in {branch.to for branch in placed.way} & ahead.keys():
            if placed.times is None:
                ahead[target].add(placed.state)
            elif (placed.path, target) not in seen:  # a command of `anywhere` counts for all its states together
                seen.add((placed.path, target))
                counted[target] += placed.times
    try:
        order = list(TopologicalSorter(ahead).static_order())
    except CycleError:
        return {}
    found: dict[str, int] = {}
    for name in order:
        found[name] = counted[name] + sum(found[source] for source in ahead[name])
    back = _ways_back(sense)
    return {name: min(count, 1 + back[name]) for name, count in found.items()}


def _ways_back(sense: Sense) -> dict[str, int]:
    """For each state how often a way with `times` can be taken on circles through it; each circle takes one."""
    steps: dict[str, list[str]] = defaultdict(list)
    ways = list(_all_ways(sense))
    for placed in ways:
        steps[placed.state] += [branch.to for branch in placed.way]
    found: dict[str, int] = {}
    for group in components(list(sense.states), steps):
        inside = set(group)
        bounds = {
            placed.path: placed.times or 0 for placed in ways
            if placed.state in inside and any(branch.to in inside for branch in placed.way)
        }
        found |= dict.fromkeys(group, sum(bounds.values()))
    return found


def _all_ways(sense: Sense) -> Iterator[PlacedWay]:
    for state in sense.states.values():
        yield from sense.ways(state)
    yield from sense.interventions()
