"""The plain table of a definition: the branches that lead on from a state by a trigger. The machine is built from the
same ways and stays the authority; the table answers where nothing is moved and where a machine would be too slow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.definition.model import Branch, Definition, Guard, Intervention, Outcome, TaskPlan, Way
from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import MISSING, Missing

KEPT_MAX = 64  # tables kept; the oldest goes first

Table = Mapping[tuple[str, str], Way]
"""(state, trigger) -> branches, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which branch of a way is taken: to is None where none holds. truths: what the guards that were asked said, None
    for undecided (such a guard does not hold); lacking: the names for want of which they were."""

    to: str | None
    truths: tuple[tuple[Guard, bool | None], ...]
    lacking: tuple[str, ...]


def steps(definition: Definition) -> Table:
    """Every step that the definition has; made once for a fingerprint."""
    table = _kept.get(definition.fingerprint)
    if table is None:
        table = MappingProxyType({
            (source, trigger): way for trigger, sources, way in ways_of(definition) for source in sources
        })
        while len(_kept) >= KEPT_MAX:
            _kept.pop(next(iter(_kept)), None)
        _kept[definition.fingerprint] = table
    return table


def has_step(definition: Definition, state: str, trigger: str) -> bool:
    """Whether the trigger exists and may be fired in this state."""
    return (state, trigger) in steps(definition)


def choose(way: Sequence[Branch], names: Mapping[str, Any], past: Sequence[Mapping[str, Any]]) -> Choice:
    """The first branch whose guard holds for values by name and those of earlier periods, newest first."""
    truths: list[tuple[Guard, bool | None]] = []
    lacking: list[str] = []
    for branch in way:
        if branch.guard is None:
            return Choice(branch.to, tuple(truths), tuple(lacking))
        truth = truth_of(branch.guard, names, past)
        truths.append((branch.guard, truth))
        if truth is None:
            lacking += lacking_for(branch.guard, names)
        elif truth:
            return Choice(branch.to, tuple(truths), tuple(lacking))
    return Choice(None, tuple(truths), tuple(lacking))


def truth_of(guard: Guard, names: Mapping[str, Any], past: Sequence[Mapping[str, Any]]) -> bool | None:
    """What a condition says; None where it stays undecided."""
    value: Any = MISSING
    with suppress(ZeroDivisor):  # nothing to say about a quotient by 0: as undecided as a missing figure
        value = guard.expression.value(names, past)
    return None if isinstance(value, Missing) else bool(value)


def lacking_for(guard: Guard, names: Mapping[str, Any]) -> list[str]:
    """The names that an undecided condition reads and that lack; all that it reads where none lacks now."""
    read = sorted(guard.expression.reads)
    return [name for name in read if isinstance(names.get(name, MISSING), Missing)] or read


def outcome_trigger(state: str, task: TaskPlan, outcome: Outcome, after: bool = False) -> str:
    return f"{state}/tasks/{task.name}/{outcome.name}{'/after' if after else ''}"


def next_trigger(state: str) -> str:
    return f"{state}/next"


def deadline_trigger(state: str, index: int) -> str:
    return f"{state}/deadline/{index}"


def watch_trigger(state: str, index: int) -> str:
    return f"{state}/watch/{index}"


def intervention_trigger(name: str) -> str:
    return f"anywhere/{name}"


def ways_of(definition: Definition) -> Iterator[tuple[str, tuple[str, ...], Way]]:
    """Every way: its trigger, the states it starts from, its branches."""
    for name, state in definition.states.items():
        for task in state.tasks.values():
            for outcome in task.outcomes.values():
                if outcome.way is not None:
                    yield outcome_trigger(name, task, outcome), (name,), outcome.way
                if outcome.after_way is not None:
                    yield outcome_trigger(name, task, outcome, after=True), (name,), outcome.after_way
        if state.next is not None:
            yield next_trigger(name), (name,), state.next
        for index, step in enumerate(state.deadline):
            if step.way is not None:
                yield deadline_trigger(name, index), (name,), step.way
        for index, watch in enumerate(state.watch):
            yield watch_trigger(name, index), (name,), (Branch(watch.guard, watch.to),)
    for name, intervention in definition.anywhere.items():
        yield intervention_trigger(name), sources_of(definition, intervention), intervention.way


def sources_of(definition: Definition, intervention: Intervention) -> tuple[str, ...]:
    """The states an intervention may be used in."""
    if intervention.from_states is not None:
        return intervention.from_states
    return tuple(name for name, state in definition.states.items() if not state.final)


_kept: dict[str, Table] = {}
