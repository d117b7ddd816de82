"""Every single change of a definition's data: a key taken out, renamed or doubled, a value moved one step."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.definition.differences.model import SCORECARD, WORKFLOW, Side
from engine.definition.problem import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """how: taken | renamed | moved; path: of what was changed, in the older side; side: the newer one."""

    how: str
    part: str
    path: Path
    side: Side


def edits(side: Side) -> Iterator[Edit]:
    """All of them, in the order of the files."""
    for part in (WORKFLOW, SCORECARD):
        data = side.part(part)
        for path in paths(data, ()):
            for how in ("taken", "renamed", "moved"):
                made = copy.deepcopy(data)
                if _edit(made, path, how):
                    yield Edit(how, part, path, _with(side, part, made))


def _with(side: Side, part: str, data: Mapping[str, Any]) -> Side:
    return replace(side, workflow=data) if part == WORKFLOW else replace(side, scorecard=data)


def paths(data: Any, path: Path) -> Iterator[Path]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield (*path, step)
        yield from paths(value, (*path, step))


def _edit(data: Any, path: Path, how: str) -> bool:
    """Whether there was something to do."""
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    last = path[-1]
    if how == "taken":
        del holder[last]
        return True
    if how == "renamed":
        if not isinstance(last, str):
            return False
        holder[last + "_2"] = holder.pop(last)
        return True
    value = holder[last]
    if isinstance(value, bool):
        holder[last] = not value
    elif isinstance(value, Decimal):
        holder[last] = value + 1
    elif isinstance(value, str):
        holder[last] = value + "x"
    else:
        return False
    return True
