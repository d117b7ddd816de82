"""A definition as Mermaid text, which GitHub and most editors show as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from api.drawing.graph import graph_of
from api.drawing.marks import Marks, marks_of
from api.drawing.ways import edges, titled
from api.drawing.xml import ACCENT
from engine.definition.model import Definition
from engine.words.book import say


def mermaid(
    definition: Definition, lang: str, *, path: Sequence[str] = (), here: str | None = None,
    counts: Mapping[str, int] | None = None,
) -> str:
    """A `stateDiagram-v2`; commands that are possible everywhere stand in a note, not on forty arrows. path, here,
    counts: as in the SVG; states that were passed are marked, the present one is filled, numbers stand by titles."""
    marks = marks_of(graph_of(definition, lang), path, here, counts)
    lines = ["stateDiagram-v2"]
    for name, state in definition.states.items():
        title = titled(state.title, name, lang) + _noted(name, marks)
        lines.append(f'    state "{_safe(title)}" as {name}')
    lines.append(f"    [*] --> {definition.initial}")
    for origin, target, label in edges(definition, lang):
        lines.append(f"    {origin} --> {target}" + (f" : {_safe(label)}" if label else ""))
    lines += [f"    {name} --> [*]" for name, state in definition.states.items() if state.final]
    anywhere = [titled(command.title, name, lang) for name, command in definition.anywhere.items()
                if command.from_states is None]
    if anywhere:
        note = say(lang, "cli.diagram.anywhere", names=", ".join(anywhere))
        lines.append(f"    note right of {definition.initial} : {_safe(note)}")
    return "\n".join([*lines, *_classes(marks)])


def _noted(name: str, marks: Marks) -> str:
    """How many reviews are there, or how often the one was there."""
    count = 0 if marks.counts is None else marks.counts.get(name, 0)
    visits = marks.visits.get(name, 0)
    return f" ({count})" if count else f" ({visits}×)" if visits > 1 else ""


def _classes(marks: Marks) -> Iterator[str]:
    here = marks.here
    if been := [name for name in marks.visits if name != here]:
        yield f"    classDef been stroke:{ACCENT},stroke-width:3px"
        yield f"    class {','.join(been)} been"
    if here is not None:
        yield f"    classDef here fill:{ACCENT},color:#fff"
        yield f"    class {here} here"
    if marks.counts is not None and (held := [name for name, count in marks.counts.items() if count]):
        yield f"    classDef held stroke:{ACCENT},stroke-width:3px"
        yield f"    class {','.join(held)} held"


def _safe(text: str) -> str:
    """Signs that Mermaid would read as its own are replaced by their wide twins."""
    return text.translate(str.maketrans(':;"#\n', "：；'＃ "))
