"""The definition as a map for one set of figures: which moves a state offers, where they lead, what they meet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.definition.model import Definition, Outcome, State, TaskPlan, Way
from engine.definition.table import (
    choose,
    deadline_trigger,
    intervention_trigger,
    next_trigger,
    outcome_trigger,
    steps,
    watch_trigger,
)
from engine.operations.simulate.cells import cell_name, cells_of
from engine.operations.simulate.sampling import Sample
from engine.operations.simulate.targets import (
    AFTER,
    CELL,
    COMPLETE,
    DEADLINE,
    GATHERED,
    LATE,
    OUTCOME,
    REMINDER,
    STATE,
    STEP,
    TIME_IS_UP,
    Target,
)

ANSWER, NEXT, TIME, WATCH, INTERVENE, REMIND, WAIVE, GATHER = (
    "answer", "next", "deadline", "watch", "anywhere", "remind", "late", "gather",
)
NODES_MOST = 2_500

Counts = frozenset[tuple[str, int]]
Node = tuple[str, Counts]


@dataclass(frozen=True, slots=True)
class Move:
    """What is done in a state: kind is one of the above; task, outcome (or intervention, or how a barrier opens) and
    index say which."""

    kind: str
    task: str = ""
    outcome: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """A move with what it should come through, and where it should lead (the same state: within the visit)."""

    move: Move
    hits: tuple[Target, ...]
    to: str
    counts: Counts


Shut = Callable[[str, Move], bool]


class Map:
    """What one sample of figures makes of the definition's ways."""

    def __init__(self, definition: Definition, sample: Sample) -> None:
        self.definition, self.sample = definition, sample
        self.cells = cells_of(definition)
        self.table = steps(definition)
        self.known: dict[Node, tuple[Option, ...]] = {}

    def options(self, state: str, counts: Counts) -> tuple[Option, ...]:
        """Everything that may be done in a state after so many uses of what is bounded."""
        found = self.known.get((state, counts))
        if found is None:
            found = self.known[state, counts] = tuple(self._options(state, dict(counts)))
        return found

    def _options(self, state: str, counts: Mapping[str, int]) -> Iterator[Option]:
        plan = self.definition.states[state]
        for task in plan.tasks.values():
            yield from self._of_task(plan, task, counts)
        if plan.next is not None and not plan.final:
            yield from self._step(state, Move(NEXT), next_trigger(state), plan.next, counts)
        for name in (COMPLETE, TIME_IS_UP) if plan.gathers else ():
            hit = Target(GATHERED, state, name)
            yield Option(Move(GATHER, outcome=name), (hit,), state, frozenset(counts.items()))
        for index, watch in enumerate(plan.watch):
            used = counts.get(f"{state}.watch.{index + 1}", 0)
            if watch.times is None or used < watch.times:
                later = _counted(counts, f"{state}.watch.{index + 1}" if watch.times is not None else "")
                trigger = watch_trigger(state, index)
                yield from self._step(state, Move(WATCH, index=index), trigger, self.table[state, trigger], later)
        for index, step in enumerate(plan.deadline):
            target, move = Target(DEADLINE, state, "", index), Move(TIME, index=index)
            if step.way is None:
                yield Option(move, (target,), state, frozenset(counts.items()))
            else:
                yield from self._step(state, move, deadline_trigger(state, index), step.way, counts, target)
        yield from self._interventions(state, counts)

    def _of_task(self, state: State, task: TaskPlan, counts: Mapping[str, int]) -> Iterator[Option]:
        here = frozenset(counts.items())
        if task.due is not None:
            for index in range(len(task.remind)):
                hit = Target(REMINDER, state.name, task.name, index)
                yield Option(Move(REMIND, task.name, index=index), (hit,), state.name, here)
            if task.late_waive:
                yield Option(Move(WAIVE, task.name), (Target(LATE, state.name, task.name),), state.name, here)
        for name in self.definition.outcomes_of(task):
            outcome = task.outcomes.get(name) or Outcome(name)
            key = f"{state.name}.{task.name}.{name}"
            used = counts.get(key, 0)
            over = outcome.times is not None and used >= outcome.times
            move = Move(ANSWER, task.name, name, index=int(over))
            target = Target(OUTCOME, state.name, f"{task.name}.{name}")
            if over and outcome.after_way is not None:
                target = Target(OUTCOME, state.name, f"{task.name}.{name}{AFTER}")
                trigger = outcome_trigger(state.name, task, outcome, after=True)
                yield from self._step(state.name, move, trigger, outcome.after_way, counts, target)
            elif not over:
                later = _counted(counts, key if outcome.times is not None else "")
                if outcome.way is None:
                    yield Option(move, (target,), state.name, frozenset(later.items()))
                else:
                    trigger = outcome_trigger(state.name, task, outcome)
                    yield from self._step(state.name, move, trigger, outcome.way, later, target)

    def _interventions(self, state: str, counts: Mapping[str, int]) -> Iterator[Option]:
        for plan in self.definition.anywhere.values():
            trigger, key = intervention_trigger(plan.name), f"anywhere.{plan.name}"
            if (state, trigger) in self.table and (plan.times is None or counts.get(key, 0) < plan.times):
                later = _counted(counts, key if plan.times is not None else "")
                yield from self._step(state, Move(INTERVENE, outcome=plan.name), trigger, plan.way, later)

    def _step(
        self, here: str, move: Move, trigger: str, way: Way, counts: Mapping[str, int], first: Target | None = None
    ) -> Iterator[Option]:
        """The option of a way, through every fork behind it; nothing where these figures let no branch be taken."""
        hits = [] if first is None else [first]
        seen: set[str] = set()
        while True:
            choice = choose(way, self.sample.names, self.sample.past)
            if choice.to is None:
                return
            asked = len(choice.truths)
            index = asked - 1 if asked and choice.truths[-1][1] else asked
            hits += [Target(STEP, here, trigger, index), Target(STATE, choice.to)]
            if (here, trigger) in self.cells.ways:
                hits.append(Target(CELL, here, cell_name(trigger, self.sample.cells[here, trigger])))
            here = choice.to
            plan = self.definition.states[here]
            if not plan.fork or plan.next is None or here in seen:
                break
            seen.add(here)
            trigger, way = next_trigger(here), plan.next
        yield Option(move, tuple(hits), here, frozenset(counts.items()))

    def route(
        self, start: str, counts: Mapping[str, int], wanted: Callable[[Option], bool], shut: Shut
    ) -> list[Option] | None:
        """The fewest moves to an option that is wanted, which stands last; None where none can be reached.

        Every use of what is bounded makes a place of its own. Where that are more than are looked at, a state is one
        place, reached by the fewest moves: far away there is more than can be told apart.
        """
        found, whole = self._search(start, counts, wanted, shut, apart=True)
        return found if found is not None or whole else self._search(start, counts, wanted, shut, apart=False)[0]

    def _search(
        self, start: str, counts: Mapping[str, int], wanted: Callable[[Option], bool], shut: Shut, *, apart: bool
    ) -> tuple[list[Option] | None, bool]:
        """As `route`; whether all there is was looked at."""
        first: Node = (start, frozenset(counts.items()))
        waiting = deque([first])
        came: dict[Node, tuple[Node, Option] | None] = {first: None}
        states = {start}
        while waiting:
            if len(came) >= NODES_MOST:
                return None, False
            node = waiting.popleft()
            for option in self.options(*node):
                if shut(node[0], option.move):
                    continue
                if wanted(option):
                    return [*_way_to(node, came), option], True
                there = (option.to, option.counts)
                if there not in came and (apart or option.to not in states):
                    states.add(option.to)
                    came[there] = (node, option)
                    waiting.append(there)
        return None, True


def _counted(counts: Mapping[str, int], key: str) -> dict[str, int]:
    return {**counts, key: counts.get(key, 0) + 1} if key else dict(counts)


def _way_to(node: Node, came: Mapping[Node, tuple[Node, Option] | None]) -> list[Option]:
    found: list[Option] = []
    step = came[node]
    while step is not None:
        found.append(step[1])
        step = came[step[0]]
    return found[::-1]
