"""The state machine of a definition: which step between two states exists, and which branch of a way holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from transitions import Machine, Transition
from transitions.core import EventData

from engine.definition.model import Branch, Definition, Guard
from engine.definition.table import deadline_trigger as deadline_trigger
from engine.definition.table import intervention_trigger as intervention_trigger
from engine.definition.table import lacking_for, truth_of, ways_of
from engine.definition.table import next_trigger as next_trigger
from engine.definition.table import outcome_trigger as outcome_trigger
from engine.definition.table import watch_trigger as watch_trigger

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


_kept: dict[str, Machine] = {}


class _Step(Transition):
    """A step whose states call nothing back when they are left or entered: only the name of the state changes."""

    def _change_state(self, event_data: EventData) -> None:
        view: Any = event_data.model
        view.state = self.dest


class _Machine(Machine):
    transition_cls = _Step


def _build(definition: Definition) -> Machine:
    machine = _Machine(
        model=None, states=list(definition.states), initial=definition.initial, auto_transitions=False, queued=False,
        send_event=True,
    )
    for trigger, sources, way in ways_of(definition):
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


def _condition(branch: Branch) -> list[Callable[[EventData], bool]]:
    guard = branch.guard
    if guard is None:
        return []

    def holds(event: EventData) -> bool:
        view = cast(View, event.model)
        names, past = view.known()
        truth = truth_of(guard, names, past)
        view.truths.append((guard, truth))
        if truth is None:
            view.lacking.extend(lacking_for(guard, names))
        return truth is True

    return [holds]
