"""Which of several ways a course takes: the usual one, or the one that leads through a state that is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from engine.definition.model import Definition, Outcome, State, TaskPlan, Way

NEVER = 1_000_000


class Chooser:
    """via: states to be passed, in this order. Without them: the first outcome that does not go back, and of several
    branches the one that holds without a condition, or else the last one."""

    def __init__(self, definition: Definition, via: Sequence[str]) -> None:
        self.definition = definition
        self.via = list(via)
        self.places = {name: place for place, name in enumerate(definition.states)}

    def entered(self, state: str) -> None:
        if self.via and self.via[0] == state:
            del self.via[0]

    def branch(self, state: str, way: Way) -> str:
        """Where a way leads."""
        targets = [branch.to for branch in way]
        wanted = self._towards(targets)
        if wanted is not None:
            return targets[wanted]
        free = [branch.to for branch in way if branch.guard is None]
        onward = [target for target in (*free, *reversed(targets)) if not self._back(state, target)]
        return (onward or free or targets[-1:])[0]

    def outcome(self, state: State, task: TaskPlan) -> Outcome | None:
        """How a task ends; None where it simply is done."""
        offered = list(task.outcomes.values())
        if not offered:
            return None
        wanted = self._towards([self._leads(state, one) for one in offered])
        if wanted is not None:
            return offered[wanted]
        onward = [one for one in offered if not one.again and not self._back(state.name, self._leads(state, one))]
        return (onward or [one for one in offered if not one.again] or offered)[0]

    def _leads(self, state: State, outcome: Outcome) -> str:
        """Where an outcome leads in the end; of one that is simply done: where `next` does."""
        if outcome.again:
            return state.name
        way = outcome.way or state.next
        if not way:
            return state.name
        towards = self._towards([branch.to for branch in way])
        return way[towards].to if towards is not None else self.branch(state.name, way)

    def _back(self, state: str, target: str) -> bool:
        return self.places[target] < self.places[state]

    def _towards(self, targets: Sequence[str]) -> int | None:
        """Which target lies nearest to the state that is to be passed next; None where that does not matter."""
        if not self.via:
            return None
        far = [distance(self.definition, target, self.via[0]) for target in targets]
        return far.index(min(far)) if min(far) < NEVER and len(set(far)) > 1 else None


def distance(definition: Definition, origin: str, target: str) -> int:
    """The least number of ways between two states; NEVER where none leads there."""
    pending = deque([(origin, 0)])
    seen = {origin}
    while pending:
        state, far = pending.popleft()
        if state == target:
            return far
        for name in targets_of(definition.states[state]):
            if name not in seen:
                seen.add(name)
                pending.append((name, far + 1))
    return NEVER


def targets_of(state: State) -> tuple[str, ...]:
    """Every state that may follow by itself or by an answer, in the order of the file."""
    ways: list[Way | None] = [
        way for task in state.tasks.values() for one in task.outcomes.values() for way in (one.way, one.after_way)
    ]
    ways += [state.next, *(step.way for step in state.deadline)]
    found: Iterable[str] = [branch.to for way in ways if way is not None for branch in way]
    return tuple(dict.fromkeys((*found, *(watch.to for watch in state.watch))))
