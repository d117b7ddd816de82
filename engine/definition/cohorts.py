"""Reviews that are graded together: no way leads to feedback around the state that gathers, and one task settles it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from engine.definition.arrival import Needs, read_by
from engine.definition.graph import reached
from engine.definition.model import State
from engine.definition.names import roles_of
from engine.definition.problem import Path
from engine.definition.schema import nearest
from engine.definition.sense import Sense
from engine.definition.soundness import Edge, all_edges, own_edges, steps_of
from engine.definition.tasks import before
from rules.scorecard.model import Card


def needs_cohort(card: Card) -> bool:
    """Whether only a judgement of all together can carry the scorecard out."""
    return card.quota is not None or any(node.split is not None for node in card.consequences)


def check_cohorts(sense: Sense) -> None:
    barriers = [state for state in sense.states.values() if state.gathers and not state.final]
    if sense.card is None or not barriers:
        return
    for other in barriers[1:]:
        sense.add("WF141", ("states", other.name, "gathers"), at_key=True, state=barriers[0].name)
    for state in barriers:
        _opens(sense, state)
        _one_task(sense, state)
        _purpose(sense, state, sense.card)
    if len(barriers) == 1 and needs_cohort(sense.card):
        _around(sense, barriers[0].name)
        _judged_after(sense, barriers[0].name, _judged_by(sense.card))


def check_approvals(sense: Sense, card: Card) -> None:
    """Whoever may allow more than a quota does is somebody in the workflow."""
    for rule in card.quota.rules if card.quota is not None else ():
        if rule.approved_by is not None and rule.approved_by not in roles_of(sense):
            near = nearest(rule.approved_by, roles_of(sense))
            values = {"word": rule.approved_by, "nearest": near}
            sense.add_to_card_with("WF148", (*rule.path, "or", "approved_by"), values)


def _opens(sense: Sense, state: State) -> None:
    if not any(step.way is not None for step in state.deadline):
        sense.add("WF143", ("states", state.name, "gathers"), at_key=True, state=state.name)


def _one_task(sense: Sense, state: State) -> None:
    earlier, seen = before(state), list(state.tasks.values())
    for place, task in enumerate(seen):
        path: Path = ("states", state.name, "tasks", task.name)
        for word in [key for key, is_there in (("each", task.each), ("every", task.every)) if is_there]:
            sense.add("WF144", (*path, word), at_key=True, task=task.name, word=word)
        for other in seen[:place]:
            if other.name not in earlier[task.name] and task.name not in earlier[other.name]:
                sense.add("WF145", path, at_key=True, task=other.name, other=task.name)


def _purpose(sense: Sense, state: State, card: Card) -> None:
    adjusts = any(task.adjusts == "grade" for task in state.tasks.values())
    path: Path = ("states", state.name, "gathers")
    common = any(one.of is not None for one in card.inputs.values())
    if not (needs_cohort(card) or common or adjusts):
        sense.add("WF146", path, level="warning", at_key=True, state=state.name)
    if card.quota is not None and card.quota.when_over == "refuse" and not adjusts:
        sense.add("WF147", path, level="warning", at_key=True, state=state.name)


def _told(sense: Sense) -> list[str]:
    """Where the subject learns of her result: the stage says it, or a task that shows it to her."""
    staged = [state.name for state in sense.states.values() if state.stage == "give_feedback"]
    return staged or [
        state.name for state in sense.states.values()
        if any(task.by == "subject" and "result" in task.shows for task in state.tasks.values())
    ]


def _around(sense: Sense, barrier: str) -> None:
    """Each step by which a review comes to feedback without its cohort, with the shortest way of states to it."""
    told = [name for name in _told(sense) if name != barrier]
    edges = [edge for edge in all_edges(sense) if edge.source != barrier]
    ahead = {edge.source for edge in _leading(edges, barrier, told)}
    while trail := _shortest(sense.initial, told, edges):
        last = next((one for one in reversed(trail) if one.source in ahead and one.target not in ahead), trail[-1])
        names = " → ".join([trail[0].source, *(one.target for one in trail)])
        sense.add("WF140", last.path, state=barrier, trail=names)
        edges = [one for one in edges if one.path != last.path]


def _leading(edges: Iterable[Edge], barrier: str, told: Sequence[str]) -> Iterator[Edge]:
    """The steps from which the barrier can still be reached before feedback."""
    known = [edge for edge in edges if edge.source not in told]
    back = steps_of(Edge(edge.target, edge.source, edge.bounded, edge.path) for edge in known)
    there = reached([barrier], back)
    return (edge for edge in known if edge.source in there)


def _shortest(start: str, goals: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """The steps of the shortest way from start to a goal; none where there is no way."""
    came: dict[str, Edge] = {}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for edge in edges:
            if edge.source == name and edge.target not in came and edge.target != start:
                came[edge.target] = edge
                waiting.append(edge.target)
                if edge.target in goals:
                    return _trail(came, edge.target, start)
    return []


def _trail(came: dict[str, Edge], name: str, start: str) -> list[Edge]:
    found: list[Edge] = []
    while name != start:
        found.insert(0, came[name])
        name = came[name].source
    return found


def _judged_after(sense: Sense, barrier: str, counts: frozenset[str]) -> None:
    """What is judged when the cohort has been, and does not come back to it, would change a grade past the quota."""
    free = steps_of(edge for edge in all_edges(sense) if edge.source != barrier)
    own = steps_of(edge for edge in own_edges(sense) if edge.source != barrier)
    first = reached([sense.initial], free) if sense.initial != barrier else set()
    finals = {state.name for state in sense.states.values() if state.final}
    ends = finals | set(_told(sense))
    for state in sense.states.values():
        behind = state.name not in first and bool(reached([state.name], own) & ends)
        if state.name != barrier and not behind:
            continue
        for path, word in _judging(state, state.name == barrier, counts):
            sense.add("WF142", path, word=word, state=barrier)


def _judged_by(card: Card) -> frozenset[str]:
    """What has a say in grades, places and parts; what is only asked for later, by a plan, changes none of them."""
    needs = Needs(card)
    together = [card.quota, *(node for node in card.consequences if node.split is not None)]
    return needs.of("total").union(*(needs.of(name) for name in read_by(together)))


def _judging(state: State, gathers: bool, counts: frozenset[str]) -> Iterator[tuple[Path, str]]:
    path: Path = ("states", state.name)
    for task in state.tasks.values():
        if asked := [name for name in task.asks if name in counts]:
            yield (*path, "tasks", task.name, "asks"), ", ".join(asked)
    if collected := [name for name in state.collects if name in counts]:
        yield (*path, "collects"), ", ".join(collected)
    if "inputs" in state.leaving and not gathers:
        yield (*path, "leaving"), "fix inputs"
