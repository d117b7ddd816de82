"""What a condition can lack where time alone moves a review on: no figure came, nobody answered, nothing was judged.

Who answers is told which figure lacks and stays; a deadline goes on, and where no branch holds then nobody ever would.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from engine.definition.model import State
from engine.definition.sense import PlacedWay, Sense
from rules.expressions.types import MISSING, Type
from rules.scorecard.model import Card

Tasks = frozenset[str]


class ByTime:
    """The ways that a deadline may take, itself or as a fork behind it, and what may lack there."""

    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self.forms = {task.name for _, _, task in sense.tasks() if task.form}
        self.answered: dict[str, Tasks] = {}
        self.forks: dict[str, Tasks] = {}

    def types(self, placed: PlacedWay, types: Mapping[str, Type]) -> Mapping[str, Type]:
        """The types of names, those that may lack on this way marked as missing."""
        if not self.answered:
            self.answered = _certainly_answered(self.sense)
            self.forks = self._forks()
        there = (self.answered if "deadline" in placed.path else self.forks).get(placed.state)
        return types if there is None or not self.may(placed) else self._without(placed, types, there)

    def widest(self, placed: PlacedWay, types: Mapping[str, Type]) -> Mapping[str, Type]:
        """As `types`, where anything may lack: an `else` written for that is not called dead."""
        return self._without(placed, types, Tasks()) if self.may(placed) else types

    def may(self, placed: PlacedWay) -> bool:
        """Whether the way is one of a deadline or a fork."""
        return placed.of is None and ("deadline" in placed.path or self._is_fork(placed.state))

    def _is_fork(self, name: str) -> bool:
        return name in self.sense.states and self.sense.states[name].fork

    def _without(self, placed: PlacedWay, types: Mapping[str, Type], answered: Tasks) -> Mapping[str, Type]:
        reads: frozenset[str] = frozenset().union(*(one.guard.expression.reads for one in placed.way if one.guard))
        card = self.sense.card
        if card is None or not reads:
            return types
        lacking = set(reads & _unjudged(card)) if reads & _judged(card) else set()
        own = {*card.inputs, *card.nodes()}
        for name in reads - lacking:
            task = name.partition(".")[0]
            if task in self.forms - own - answered:
                lacking.add(name)
        return {**types, **{name: replace(types[name], missing=True) for name in lacking if name in types}}

    def _forks(self) -> dict[str, Tasks]:
        """Forks that time reaches, each with the tasks that were answered on every way on which it does."""
        states = self.sense.states
        waiting = deque([(self.sense.initial, Tasks())])
        for state in states.values():
            ways = (step.way for step in state.deadline if step.way is not None)
            there = self.answered.get(state.name, Tasks())
            waiting.extend((branch.to, there) for way in ways for branch in way)
        found: dict[str, Tasks] = {}
        while waiting:
            name, there = waiting.popleft()
            if not states[name].fork:
                continue
            known = found.get(name)
            met = there if known is None else known & there
            if met != known:
                found[name] = met
                waiting.extend((branch.to, met) for branch in states[name].next or ())
        return found


def goes_on(sense: Sense, state: State) -> bool:
    """Whether `next` is taken as soon as the state is done, whatever lacks: no condition on it or on a fork behind it
    can stay undecided, and no result is to be fixed that may not be there."""
    card = sense.card
    if card is None:
        return True
    lacking = _unjudged(card)
    sure = {name for name, one in card.guard_scope().names.items() if not one.missing} - lacking
    waiting, seen = [state], {state.name}
    while waiting:
        here = waiting.pop()
        if "result" in here.leaving and lacking & {"total", "grade"}:
            return False
        for branch in here.next or ():
            if branch.guard is not None and not branch.guard.expression.reads <= sure:
                return False
            target = sense.states[branch.to]
            if target.fork and target.name not in seen:
                seen.add(target.name)
                waiting.append(target)
    return True


def _certainly_answered(sense: Sense) -> dict[str, Tasks]:
    """For each state that is reached: the tasks that were answered on every way to it. Only a way that an answer itself
    takes makes sure of one, for any other task may have been waived."""
    found: dict[str, Tasks] = {sense.initial: Tasks()}
    steps: dict[str, list[tuple[str, Tasks]]] = {}
    for placed in (*(way for state in sense.states.values() for way in sense.ways(state)), *sense.interventions()):
        gained = Tasks({placed.of.name}) if placed.of is not None else Tasks()
        steps.setdefault(placed.state, []).extend((branch.to, gained) for branch in placed.way)
    waiting = deque([sense.initial])
    while waiting:
        name = waiting.popleft()
        for target, gained in steps.get(name, ()):
            known, there = found.get(target), found[name] | gained
            met = there if known is None else known & there
            if met != known:
                found[target] = met
                waiting.append(target)
    return found


def _judged(card: Card) -> frozenset[str]:
    """What a condition may read of figures and results."""
    scores = (f"{name}.score" for name in card.nodes())
    consequences = (node.name for node in card.consequences)
    return frozenset({"total", "grade", *consequences, *scores, *card.inputs, *(one.name for one in card.computed)})


def _unjudged(card: Card) -> frozenset[str]:
    """The figures and results that a review without a single figure does not have."""
    # Judging takes long to import, and hardly a workflow needs it here.
    from rules.scorecard.evaluate import score
    from rules.scorecard.facts import read_facts

    facts, _ = read_facts(card, {})
    if facts is None:
        return _judged(card)
    result = score(card, facts)
    values = {**result.figures, **result.consequences, "total": result.total, "grade": result.grade}
    values |= {f"{name}.score": part.score for name, part in result.metrics.items()}
    return _judged(card) - {name for name, value in values.items() if value is not None and value is not MISSING}
