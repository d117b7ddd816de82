"""The tasks of one state as a net: every order in which they can be answered, each marking with what led there.

A marking is what has been done and which bounded outcomes are used up; it forgets who answered and when. Occurrences of
a recurring task, the answers of `each`, and the days on which things open are folded: one answer stands for them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice

from engine.definition.graph import reached
from engine.definition.model import Outcome, State, TaskPlan

MARKINGS_MAX = 4_000
"""Beyond so many markings of one state nothing is proven about it."""
COUNTED_MAX = 5
"""Uses of an outcome are counted up to so many `times`; where there are more, it may be used up after any use."""

Key = tuple[str, str]
"""A task and one of its outcomes."""
Trail = tuple[str, ...]
"""What was answered, in order: `agree = object`, or `propose` for a task that is simply done."""


@dataclass(frozen=True, slots=True)
class Marking:
    """uses: how often outcomes with `times` were chosen, now or on earlier visits, as far as it matters."""

    done: frozenset[str] = frozenset()
    uses: frozenset[tuple[Key, int]] = frozenset()


@dataclass(slots=True)
class Found:
    """What an exploration has seen.

    complete: no marking was left out. opened, ended: tasks that can be open, and be over with the review still here.
    fired: outcomes that can be chosen; after: those whose `after_that` can come. helped: `again` that reopened
    something begun. barred: open tasks that offer no outcome any more. finished: how all tasks can be over. together:
    two deciding tasks that are open at once.
    """

    complete: bool = True
    markings: int = 0
    opened: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    fired: set[Key] = field(default_factory=set)
    after: set[Key] = field(default_factory=set)
    helped: set[Key] = field(default_factory=set)
    barred: dict[str, Trail] = field(default_factory=dict)
    finished: Trail | None = None
    together: dict[tuple[str, str], Trail] = field(default_factory=dict)


def explore(state: State, visits_before: int, most: int = MARKINGS_MAX) -> Found:
    """Every marking of the state's tasks, from the first visit's on and, where there may have been earlier ones, from
    those in which as much was used up as so many visits can."""
    net = _Net(state)
    used = [(), *islice(net.used_before(visits_before), most)]
    found = Found(complete=len(used) <= most)
    waiting = deque(net.settled(net.marked(keys), tuple(net.told(key, True) for key in keys)) for keys in used)
    seen = {marking for marking, _ in waiting}
    while waiting:
        marking, trail = waiting.popleft()
        found.markings += 1
        net.look(marking, trail, found)
        for following in net.following(marking, trail, found):
            if following[0] not in seen:
                if len(seen) >= most:
                    found.complete = False
                    return found
                seen.add(following[0])
                waiting.append(following)
    return found


def behind(tasks: Mapping[str, TaskPlan], names: tuple[str, ...]) -> frozenset[str]:
    """These tasks and those that wait for them: what `again` asks anew."""
    later = {name: [one.name for one in tasks.values() if name in one.waits_for] for name in tasks}
    return frozenset(reached([name for name in names if name in tasks], later))


class _Net:
    def __init__(self, state: State) -> None:
        self.tasks = state.tasks
        self.back = {
            (task.name, one.name): behind(state.tasks, one.again)
            for task in state.tasks.values() for one in task.outcomes.values() if one.again
        }
        # A task that neither leaves nor asks anew only lets others begin: it may as well be answered at once.
        self.plain = {task.name for task in state.tasks.values() if all(map(_plain, task.outcomes.values()))}

        self.times = {
            (task.name, one.name): one.times
            for task in state.tasks.values() for one in task.outcomes.values() if one.times is not None
        }

    def told(self, key: Key, counted: bool = False) -> str:
        task, outcome = key
        return f"{task} = {outcome}" + (f" × {self.times[key]}" if counted else "")

    def used_before(self, visits: int) -> Iterator[tuple[Key, ...]]:
        """What may have been used up on so many earlier visits. Each of them ended once: by outcomes that lead away as
        often as there were visits and no more, while those that ask anew could be used up on a single one."""
        if visits < 1 or not self.times:
            return
        away = [key for key in sorted(self.times) if self.tasks[key[0]].outcomes[key[1]].way is not None]
        stay = [key for key in sorted(self.times) if key not in away]
        for count in range(len(away), -1, -1):
            fitting = [
                one for one in combinations(away, count) if sum(self.times[key] for key in one) <= visits
            ]
            for one in fitting:
                yield tuple(sorted((*one, *stay)))
            if count == len(away) and fitting:
                return  # all at once is possible, and says the most

    def marked(self, keys: tuple[Key, ...]) -> Marking:
        return Marking(uses=frozenset((key, self.times[key]) for key in keys))

    def open(self, marking: Marking) -> list[TaskPlan]:
        over = marking.done
        return [one for one in self.tasks.values() if one.name not in over and over.issuperset(one.waits_for)]

    def settled(self, marking: Marking, trail: Trail) -> tuple[Marking, Trail]:
        """The marking once all plain tasks that may begin are over."""
        done = marking.done
        while True:
            ready = [task.name for task in self.open(Marking(done)) if task.name in self.plain]
            if not ready:
                return Marking(done, marking.uses), trail
            done, trail = done | set(ready), (*trail, *ready)

    def look(self, marking: Marking, trail: Trail, found: Found) -> None:
        """Note what the marking shows by itself."""
        now = self.open(marking)
        found.ended |= marking.done
        found.opened |= {*marking.done, *(task.name for task in now)}
        found.fired |= {(name, one) for name in marking.done & self.plain for one in self.tasks[name].outcomes}
        deciding = [task for task in now if task.decides]
        for place, task in enumerate(deciding):
            for other in deciding[:place]:
                found.together.setdefault((task.name, other.name), trail)
        for task in now:
            if not task.late_waive and not any(self._offered(task, one, marking) for one in task.outcomes.values()):
                found.barred.setdefault(task.name, trail)
        if found.finished is None and len(marking.done) == len(self.tasks):
            found.finished = trail

    def _offered(self, task: TaskPlan, outcome: Outcome, marking: Marking) -> bool:
        return outcome.after_way is not None or not self._used_up((task.name, outcome.name), marking)

    def _used_up(self, key: Key, marking: Marking) -> bool:
        return key in self.times and (key, self.times[key]) in marking.uses

    def following(self, marking: Marking, trail: Trail, found: Found) -> Iterator[tuple[Marking, Trail]]:
        for task in self.open(marking):
            if task.late_waive:
                yield self.settled(Marking(marking.done | {task.name}, marking.uses), (*trail, f"{task.name} = …"))
            for outcome in task.outcomes.values():
                if self._offered(task, outcome, marking):
                    yield from self._answered(marking, trail, task, outcome, found)

    def _answered(
        self, marking: Marking, trail: Trail, task: TaskPlan, outcome: Outcome, found: Found
    ) -> Iterator[tuple[Marking, Trail]]:
        key = (task.name, outcome.name)
        found.fired.add(key)
        if self._used_up(key, marking):
            found.after.add(key)
            return
        if outcome.way is not None:
            return
        back = self.back.get(key, frozenset())
        if back & (marking.done | {task.name}):
            found.helped.add(key)
        done = (marking.done | {task.name}) - back
        for uses, last in self._counted(key, marking):
            yield self.settled(Marking(done, uses), (*trail, self.told(key, last)))

    def _counted(self, key: Key, marking: Marking) -> Iterator[tuple[frozenset[tuple[Key, int]], bool]]:
        """The uses after one more, and whether that was the last."""
        if key not in self.times:
            yield marking.uses, False
            return
        most, before = self.times[key], dict(marking.uses)
        if most > COUNTED_MAX:
            yield marking.uses, False
        now = most if most > COUNTED_MAX else before.get(key, 0) + 1
        yield frozenset({**before, key: now}.items()), now == most


def _plain(outcome: Outcome) -> bool:
    return outcome.way is None and outcome.after_way is None and not outcome.again and outcome.times is None
