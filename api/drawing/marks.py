"""What a drawing shows of a review or a cycle: where it has been, where it is, how many are where."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from api.drawing.graph import FORK, Graph


@dataclass(frozen=True, slots=True)
class Marks:
    """visits: state -> how often it was entered; walked: arrows that were taken, from "" where a command that is
    possible everywhere led to the state; counts: state -> how many reviews are there (None: nothing is said)."""

    visits: Mapping[str, int] = field(default_factory=dict)
    here: str | None = None
    walked: frozenset[tuple[str, str]] = frozenset()
    counts: Mapping[str, int] | None = None

    @property
    def told(self) -> bool:
        """Whether a way is shown, so that everything else is not walked."""
        return bool(self.walked)


def marks_of(
    graph: Graph, path: Sequence[str], here: str | None, counts: Mapping[str, int] | None
) -> Marks:
    """Marks of a way through known states; forks that were passed at once need not be in it."""
    known = {node.name for node in graph.nodes}
    steps = [name for name in path if name in known]
    if here in known and (not steps or steps[-1] != here):
        steps.append(here or "")
    visits = Counter(steps)
    walked: set[tuple[str, str]] = set()
    for origin, target in pairwise(steps):
        passed = _between(graph, origin, target)
        visits.update(passed[1:-1])
        walked |= set(pairwise(passed)) if passed else {("", target)}
    return Marks(dict(visits), here if here in known else None, frozenset(walked), counts)


def _between(graph: Graph, origin: str, target: str) -> list[str]:
    """The states from one to another by way of forks alone, the fewest of them; empty when no arrow leads there."""
    forks = {node.name for node in graph.nodes if node.kind == FORK}
    pending = deque([[origin]])
    seen: set[str] = set()
    while pending:
        way = pending.popleft()
        for arrow in graph.arrows:
            if arrow.origin == way[-1]:
                if arrow.target == target:
                    return [*way, target]
                if arrow.target in forks and arrow.target not in seen:
                    seen.add(arrow.target)
                    pending.append([*way, arrow.target])
    return []
