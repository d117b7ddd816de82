"""Proofs over the graph of states: every state is reached, every review ends, nobody waits or circles for ever."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.definition.graph import components, reached, shortest_circle
from engine.definition.model import Span, State
from engine.definition.problem import Path
from engine.definition.sense import PlacedWay, Sense
from engine.definition.unjudged import goes_on


@dataclass(frozen=True, slots=True)
class Edge:
    """One step from state to state; path is where its target is written."""

    source: str
    target: str
    bounded: bool
    path: Path


def check_soundness(sense: Sense) -> None:
    own = own_edges(sense)
    everywhere = all_edges(sense)
    _reached(sense, everywhere)
    _ends(sense, own)
    _circles(sense, everywhere)
    for state in sense.states.values():
        if state.final:
            _final(sense, state)
        elif state.fork:
            _fork(sense, state)
        else:
            _waits(sense, state)
    _left_again(sense)


def _edges(placed: PlacedWay) -> Iterable[Edge]:
    for index, branch in enumerate(placed.way):
        yield Edge(placed.state, branch.to, placed.bounded, placed.target_path(index))


def steps_of(edges: Iterable[Edge]) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        steps[edge.source].append(edge.target)
    return steps


def _reached(sense: Sense, edges: list[Edge]) -> None:
    steps = steps_of(edges)
    seen = reached([sense.initial], steps)
    lost = [name for name in sense.states if name not in seen]
    for group in components(lost, steps):
        # What only follows from another lost state is not told: mending the first mends it.
        inside = set(group)
        if not any(target in inside for name in lost if name not in inside for target in steps.get(name, ())):
            sense.add("WF050", ("states", group[0]), at_key=True, state=group[0])


def _ends(sense: Sense, edges: list[Edge]) -> None:
    finals = [state.name for state in sense.states.values() if state.final]
    if not finals:
        sense.add("WF062", ("states",), at_key=True)
        return
    back: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        back[edge.target].append(edge.source)
    ending = reached(finals, back)
    steps = steps_of(edges)
    stuck = [name for name in sense.states if name not in ending]
    for group in components(stuck, steps):
        if all(target in group for name in group for target in steps.get(name, ())):
            sense.add("WF051", ("states", group[0]), at_key=True, state=group[0])


def _circles(sense: Sense, edges: list[Edge]) -> None:
    """Every circle needs a way with `times`: without those ways no circle may be left."""
    free = [edge for edge in edges if not edge.bounded]
    steps = steps_of(free)
    for group in components(list(sense.states), steps):
        circle = shortest_circle(group, steps)
        if circle is None:
            continue
        order = {name: place for place, name in enumerate(sense.states)}
        pairs = list(zip(circle, [*circle[1:], circle[0]], strict=True))
        # The way that goes back in the file is the one that a bound is most likely missing on.
        source, target = max(pairs, key=lambda pair: order[pair[0]] - order[pair[1]])
        edge = next(one for one in free if one.source == source and one.target == target)
        sense.add("WF053", edge.path, circle=" → ".join([*circle, circle[0]]), source=source, target=target)
    for path, _, task in sense.tasks():
        for name, outcome in task.outcomes.items():
            if outcome.again and outcome.times is None:
                sense.add("WF054", (*path, "outcomes", name), at_key=True, outcome=name, task=task.name)


def _final(sense: Sense, state: State) -> None:
    path: Path = ("states", state.name)
    data = sense.document.data["states"][state.name]
    for key in ("tasks", "collects", "gathers", "watch", "next", "deadline", "leaving"):
        if key in data:
            sense.add("WF060", (*path, key), at_key=True, state=state.name, word=key)


def _fork(sense: Sense, state: State) -> None:
    path: Path = ("states", state.name)
    data = sense.document.data["states"][state.name]
    if state.next is None:
        sense.add("WF059", path, at_key=True, state=state.name)
    for key in ("deadline", "watch"):
        if key in data:
            sense.add("WF075", (*path, key), level="warning", at_key=True, state=state.name, word=key)


def _waits(sense: Sense, state: State) -> None:
    path: Path = ("states", state.name)
    moves = any(step.way is not None for step in state.deadline)
    passes = not state.collects and all(task.late_waive for task in state.tasks.values())
    # That a cohort is not awaited for ever is asked by the checks of cohorts.
    if not moves and not state.gathers and not (passes and goes_on(sense, state)):
        sense.add("WF052", path, at_key=True, state=state.name)
    for index, step in enumerate(state.deadline):
        earlier = [other.span for place, other in enumerate(state.deadline) if other.way is not None and place != index]
        if any(_behind(step.span, other) for other in earlier):
            sense.add("WF073", (*path, "deadline", index), level="warning", at_key=True, state=state.name)


def _behind(span: Span | None, other: Span | None) -> bool:
    return span is not None and other is not None and span.unit == other.unit and span.count >= other.count


def _left_again(sense: Sense) -> None:
    """A final state is left only by an intervention that is bounded in time and number."""
    for name, one in sense.workflow.anywhere.items():
        finals = [state for state in one.from_states or () if sense.states[state].final]
        if finals and one.within is None:
            sense.add("WF061", ("anywhere", name), at_key=True, word=name, state=finals[0], needs="within")
        if finals and one.times is None:
            sense.add("WF061", ("anywhere", name), at_key=True, word=name, state=finals[0], needs="times")


def own_edges(sense: Sense) -> list[Edge]:
    """The steps that a state's own ways take, without the commands that may be given anywhere."""
    return [edge for state in sense.states.values() for placed in sense.ways(state) for edge in _edges(placed)]


def all_edges(sense: Sense) -> list[Edge]:
    return own_edges(sense) + [edge for placed in sense.interventions() for edge in _edges(placed)]


def bypass(sense: Sense, missed: str, state: str) -> Edge | None:
    """The last step to a state, past `missed`, from a place where `missed` could still be reached; None without one."""
    edges = all_edges(sense)
    around = [edge for edge in edges if edge.source != missed]
    came: dict[str, Edge] = {}
    waiting = deque([sense.initial])
    while waiting:
        name = waiting.popleft()
        for edge in around:
            if edge.source == name and edge.target not in came and edge.target != sense.initial:
                came[edge.target] = edge
                waiting.append(edge.target)
    steps = steps_of(edges)
    here = state
    while here in came:
        edge = came[here]
        if missed in reached([edge.source], steps) and missed not in reached([edge.target], steps):
            return edge
        here = edge.source
    return None


def certainly_passed(sense: Sense, gained: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """For each state: what was gained in the states that every way to it passes. Unreached states are absent."""
    steps = steps_of(all_edges(sense))
    passed: dict[str, frozenset[str]] = {sense.initial: frozenset()}
    waiting = deque([sense.initial])
    while waiting:
        name = waiting.popleft()
        leaving = passed[name] | gained.get(name, frozenset())
        for target in steps.get(name, ()):
            known = passed.get(target)
            left = leaving if known is None else known & leaving
            if left != known:
                passed[target] = left
                waiting.append(target)
    return passed
