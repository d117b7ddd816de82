"""The ways out of every state with what opens them, as a drawing needs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition.model import Branch, Definition, State, Way
from engine.words.book import say

Edge = tuple[str, str, str]
"""From, to, what is written on the arrow."""


def titled(title: Mapping[str, str], name: str, lang: str) -> str:
    """The title in a language, else the one without a language, else the name itself."""
    return title.get(lang) or title.get("") or name


def ways_of(state: State, lang: str) -> Iterator[tuple[str, Way]]:
    """Every way out of a state with what opens it: outcomes first, then `next`, then the deadline."""
    for task in state.tasks.values():
        for name, outcome in task.outcomes.items():
            label = f"{titled(task.title, task.name, lang)} – {titled(outcome.title, name, lang)}"
            if outcome.way is not None:
                yield label, outcome.way
            if outcome.after_way is not None:
                yield say(lang, "cli.diagram.after", label=label, times=outcome.times), outcome.after_way
    if state.next is not None:
        yield ("" if state.fork else say(lang, "cli.diagram.done")), state.next
    for watch in state.watch:
        yield "", (Branch(watch.guard, watch.to),)
    for step in state.deadline:
        if step.way is not None:
            yield say(lang, "cli.diagram.deadline"), step.way


def edges(definition: Definition, lang: str) -> list[Edge]:
    """Arrows in the order of the file; several between the same two states stay several."""
    found: list[Edge] = []
    for name, state in definition.states.items():
        for label, way in ways_of(state, lang):
            for branch in way:
                guard = branch.guard.text if branch.guard else (say(lang, "cli.diagram.else") if len(way) > 1 else "")
                edge = (name, branch.to, ", ".join(part for part in (label, guard) if part))
                if edge not in found:
                    found.append(edge)
    for name, command in definition.anywhere.items():
        for origin in command.from_states or ():
            found += [(origin, branch.to, titled(command.title, name, lang)) for branch in command.way]
    return found
