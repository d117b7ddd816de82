"""Draws a definition's states and ways as Mermaid text, which GitHub and most editors show as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition.model import Definition, State, Way
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
                yield label, outcome.after_way
    if state.next is not None:
        yield ("" if state.fork else say(lang, "cli.diagram.done")), state.next
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


def mermaid(definition: Definition, lang: str) -> str:
    """A `stateDiagram-v2`; commands that are possible everywhere stand in a note, not on forty arrows."""
    lines = ["stateDiagram-v2"]
    for name, state in definition.states.items():
        lines.append(f'    state "{_safe(titled(state.title, name, lang))}" as {name}')
    lines.append(f"    [*] --> {definition.initial}")
    for origin, target, label in edges(definition, lang):
        lines.append(f"    {origin} --> {target}" + (f" : {_safe(label)}" if label else ""))
    lines += [f"    {name} --> [*]" for name, state in definition.states.items() if state.final]
    anywhere = [titled(command.title, name, lang) for name, command in definition.anywhere.items()
                if command.from_states is None]
    if anywhere:
        note = say(lang, "cli.diagram.anywhere", names=", ".join(anywhere))
        lines.append(f"    note right of {definition.initial} : {_safe(note)}")
    return "\n".join(lines)


def _safe(text: str) -> str:
    """Signs that Mermaid would read as its own are replaced by their wide twins."""
    return text.translate(str.maketrans(':;"#\n', "：；'＃ "))
