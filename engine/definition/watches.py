"""Whether each watch can act: its condition reads something that arrives in its own state, and it leads away."""

from __future__ import annotations

from engine.definition.arrival import Needs
from engine.definition.guards import NEVER
from engine.definition.model import State, Watch
from engine.definition.problem import Path
from engine.definition.sense import Sense


def check_watches(sense: Sense) -> None:
    """A state looks at its watches when a figure arrives; what nothing collected there has a say in never changes."""
    if sense.card is None:
        return
    needs = Needs(sense.card)
    for state in sense.states.values():
        for index, watch in enumerate(state.watch):
            path: Path = ("states", state.name, "watch", index)
            if watch.to == state.name:
                sense.add("WF151", (*path, "to"), state=state.name)
            if watch.guard.expression is NEVER:
                continue
            if not state.collects:
                sense.add("WF150", (*path, "if"), state=state.name)
            elif not _can_change(watch, state, needs):
                collected = ", ".join(state.collects)
                sense.add("WF152", (*path, "if"), text=watch.guard.text, state=state.name, collected=collected)


def _can_change(watch: Watch, state: State, needs: Needs) -> bool:
    return any(needs.of(name) & set(state.collects) for name in watch.guard.expression.reads)
