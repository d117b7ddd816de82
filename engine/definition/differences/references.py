"""Whether two texts say the same, where one calls a thing by its old name and the other by its new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.definition.differences.model import WORKFLOW
from engine.definition.differences.naming import FIGURES, FORMS, METRICS, OUTCOMES, ROLES, RULES, STATES, TASKS
from engine.definition.problem import Path

Renames = Mapping[str, Mapping[str, str]]
"""Kind of thing -> old name -> new name."""

_WORD = re.compile(r"[^\W\d]\w*(?:-\w+)*|\S")
_CARD = (FIGURES, METRICS, RULES)
_CALLS: Mapping[str, tuple[str, ...]] = {
    "to": (STATES,), "next": (STATES,), "from": (STATES,), "initial": (STATES,), "else": (STATES,),
    "by": (ROLES,), "not": (ROLES,), "escalate": (ROLES,), "who": (ROLES, TASKS), "effects": (ROLES,),
    "form": (FORMS,), "waits_for": (TASKS,), "again": (TASKS,), "shows": (TASKS,), "tie": (OUTCOMES,),
    "collects": _CARD, "asks": _CARD, "if": (*_CARD, TASKS),
}
"""Key of the workflow -> what its text may call."""
_CARD_ROLES = ("asked", "least", "missing_role")
_CARD_SILENT = ("title", "say", "type", "unit", "combine", "fold", "every", "round", "better", "scorecard", "options")


def alike(part: str, path: Path, before: Any, after: Any, renames: Renames) -> bool:
    """Whether the text before and the text after differ by nothing but names that were changed."""
    if before == after and type(before) is type(after):
        return True
    if not (isinstance(before, str) and isinstance(after, str)) or not renames:
        return False
    called = [renames[kind] for kind in _called(part, path) if kind in renames]
    if not called or before.startswith("group ") or after.startswith("group "):
        return False
    old, new = _WORD.findall(before), _WORD.findall(after)
    return len(old) == len(new) and all(_same(one, other, called) for one, other in zip(old, new, strict=True))


def key_now(part: str, path: Path, key: str, renames: Renames) -> str:
    """The key of a mapping by its new name, where the keys call something (`asked: {manager: 60}`)."""
    last = next((one for one in reversed(path) if isinstance(one, str)), "")
    kinds: Iterable[str] = (ROLES,) if last in _CARD_ROLES else _CARD if last in ("weights", "targets", "agree") else ()
    if part == WORKFLOW:
        return key
    return next((renames[kind][key] for kind in kinds if key in renames.get(kind, {})), key)


def _called(part: str, path: Path) -> tuple[str, ...]:
    keys = [one for one in path if isinstance(one, str)]
    last = keys[-1] if keys else ""
    if part == WORKFLOW:
        return (ROLES,) if last == "else" and keys[0] == ROLES else _CALLS.get(last, ())
    if last in _CARD_SILENT:
        return ()
    return (ROLES,) if last == "asked" else _CARD


def _same(old: str, new: str, called: Iterable[Mapping[str, str]]) -> bool:
    return old == new or any(names.get(old) == new for names in called)
