"""Small searches on a graph of names: reach, strongly connected parts, the shortest circle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

Steps = Mapping[str, Sequence[str]]


def reached(starts: Iterable[str], steps: Steps) -> set[str]:
    """All names that can be reached, the starts included."""
    seen = set(starts)
    waiting = deque(seen)
    while waiting:
        for name in steps.get(waiting.popleft(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def components(names: Sequence[str], steps: Steps) -> list[list[str]]:
    """The parts within which every name reaches every other (Kosaraju: two searches, no recursion).

    Steps to names that are not given are left out; within a part the names keep the order in which they were given.
    """
    inside = set(names)
    steps = {name: [one for one in steps.get(name, ()) if one in inside] for name in names}
    order: list[str] = []
    seen: set[str] = set()
    for start in names:
        stack = [(start, iter(steps.get(start, ())))] if start not in seen else []
        seen.add(start)
        while stack:
            name, following = stack[-1]
            ahead = next((one for one in following if one not in seen), None)
            if ahead is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(ahead)
                stack.append((ahead, iter(steps.get(ahead, ()))))
    back: dict[str, list[str]] = {}
    for name in order:
        for target in steps.get(name, ()):
            back.setdefault(target, []).append(name)
    groups: list[list[str]] = []
    placed: set[str] = set()
    for start in reversed(order):
        if start not in placed:
            free = {key: [one for one in value if one not in placed] for key, value in back.items()}
            group = reached([start], free) - placed
            placed |= group
            groups.append([name for name in names if name in group])
    return groups


def shortest_circle(group: Sequence[str], steps: Steps) -> list[str] | None:
    """The names of the shortest circle within the group, in order; None where there is none."""
    inside = set(group)
    best: list[str] | None = None
    for start in group:
        came: dict[str, str] = {}
        waiting = deque([start])
        while waiting and start not in came:
            name = waiting.popleft()
            for target in steps.get(name, ()):
                if target in inside and target not in came:
                    came[target] = name
                    waiting.append(target)
        if start not in came:
            continue
        circle = [start]
        while came[circle[-1]] != start:
            circle.append(came[circle[-1]])
        circle = [start, *reversed(circle[1:])]
        if best is None or len(circle) < len(best):
            best = circle
    return best
