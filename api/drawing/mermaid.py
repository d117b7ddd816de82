"""A definition as Mermaid text, which GitHub and most editors show as a picture."""

from __future__ import annotations

from api.drawing.ways import edges, titled
from engine.definition.model import Definition
from engine.words.book import say


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
