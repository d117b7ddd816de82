"""Pictures as a page shows them: a wide one for a desk, a narrow one for a phone; the style sheet picks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from api.drawing.svg import definition_svg
from engine.definition.model import Definition
from engine.operations import timeline


def workflow_picture(
    definition: Definition, lang: str, *, path: Sequence[str] = (), here: str | None = None,
    counts: Mapping[str, int] | None = None, title: str | None = None, wide: bool = False,
) -> Markup:
    """The states and ways of a definition as a side column or a phone takes them; wide: also as a desk does. Made by us
    from checked texts, so it stands as it is."""
    more: dict[str, Any] = {"path": path, "here": here, "counts": counts, "title": title}
    sizes = (False, True) if wide else (True,)
    return Markup("\n".join(definition_svg(definition, lang, narrow=narrow, **more) for narrow in sizes))


def way_in(past: timeline.History | None, initial: str, until: int | None = None) -> tuple[str, ...]:
    """States in the order in which the review was in them, up to an event; empty where the past is not to be seen."""
    if past is None:
        return ()
    way = [initial]
    for line in past.lines:
        if until is not None and line.seq > until:
            break
        for state in line.trail or ((line.to_state,) if line.to_state else ()):
            if state != way[-1]:
                way.append(state)
    return tuple(way)
