"""The state machine of a definition: which step between two states exists, and which branch of a way holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, cast

from transitions import Machine
from transitions.core import EventData

from engine.definition.model import Branch, Definition, Guard, Intervention, Outcome, TaskPlan, Way
from rules.expressions.plan import ZeroDivisor
from rules.expressions.types import Missing

KEPT_MAX = 64  # machines kept; the oldest goes first

Known = tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]
"""Values by name and those of earlier periods, newest first, as guards read them."""


class View:
    """What a machine moves: a state's name, what its guards may read, and what they said."""

    __slots__ = ("known", "lacking", "state", "truths")

    def __init__(self, state: str, known: Callable[[], Known]) -> None:
        self.state = state
        self.known = known
        self.truths: list[tuple[Guard, bool | None]] = []
        self.lacking: list[str] = []


def machine_for(definition: Definition) -> Machine:
    """The one machine of a fingerprint, built when first asked for and frozen."""
    machine = _kept.get(definition.fingerprint)
    if machine is None:
        machine = _build(definition)
        while len(_kept) >= KEPT_MAX:
            _kept.pop(next(iter(_kept)), None)
        _kept[definition.fingerprint] = machine
    return machine


def fire(definition: Definition, view: View, trigger: str) -> bool:
    """Take the first branch of the trigger's way whose guard holds; whether there was one.

    An undecided guard does not hold; the figures it lacked are then in `view.lacking`.
    Raises KeyError or transitions.MachineError for a step that the definition does not have.
    """
    return bool(machine_for(definition).events[trigger].trigger(view))


def has_step(definition: Definition, state: str, trigger: str) -> bool:
    """Whether the trigger exists and may be fired in this state."""
    event = machine_for(definition).events.get(trigger)
    return event is not None and state in event.transitions


def outcome_trigger(state: str, task: TaskPlan, outcome: Outcome, after: bool = False) -> str:
    return f"{state}/tasks/{task.name}/{outcome.name}{'/after' if after else ''}"


def next_trigger(state: str) -> str:
    return f"{state}/next"


def deadline_trigger(state: str, index: int) -> str:
    return f"{state}/deadline/{index}"


def intervention_trigger(name: str) -> str:
    return f"anywhere/{name}"


_kept: dict[str, Machine] = {}


def _build(definition: Definition) -> Machine:
    machine = Machine(
        model=None, states=list(definition.states), initial=definition.initial, auto_transitions=False, queued=False,
        send_event=True,
    )
    for trigger, sources, way in _ways(definition):
        for branch in way:
            # A list, because a plain "*" or "=" would mean something to the library.
            machine.add_transition(trigger, list(sources), branch.to, conditions=[*_condition(branch)])
    _freeze(machine)
    return machine


def _freeze(machine: Any) -> None:
    """Nobody adds a step later: the library's own tables become read-only."""
    for event in machine.events.values():
        event.transitions = MappingProxyType(dict(event.transitions))
    machine.events = MappingProxyType(dict(machine.events))
    machine.states = MappingProxyType(dict(machine.states))


def _ways(definition: Definition) -> Iterator[tuple[str, list[str], Way]]:
    for name, state in definition.states.items():
        for task in state.tasks.values():
            for outcome in task.outcomes.values():
                if outcome.way is not None:
                    yield outcome_trigger(name, task, outcome), [name], outcome.way
                if outcome.after_way is not None:
                    yield outcome_trigger(name, task, outcome, after=True), [name], outcome.after_way
        if state.next is not None:
            yield next_trigger(name), [name], state.next
        for index, step in enumerate(state.deadline):
            if step.way is not None:
                yield deadline_trigger(name, index), [name], step.way
    for name, intervention in definition.anywhere.items():
        yield intervention_trigger(name), list(sources_of(definition, intervention)), intervention.way


def sources_of(definition: Definition, intervention: Intervention) -> tuple[str, ...]:
    """The states an intervention may be used in."""
    if intervention.from_states is not None:
        return intervention.from_states
    return tuple(name for name, state in definition.states.items() if not state.final)


def _condition(branch: Branch) -> list[Callable[[EventData], bool]]:
    guard = branch.guard
    if guard is None:
        return []

    def holds(event: EventData) -> bool:
        view = cast(View, event.model)
        names, past = view.known()
        value: Any = Missing.MISSING
        with suppress(ZeroDivisor):  # nothing to say about a quotient by 0: as undecided as a missing figure
            value = guard.expression.value(names, past)
        if isinstance(value, Missing):
            view.truths.append((guard, None))
            lacking = [name for name in sorted(guard.expression.reads) if _lacks(names, name)]
            view.lacking.extend(lacking or sorted(guard.expression.reads))
            return False
        view.truths.append((guard, bool(value)))
        return bool(value)

    return [holds]


def _lacks(names: Mapping[str, Any], name: str) -> bool:
    return isinstance(names.get(name, Missing.MISSING), Missing)
