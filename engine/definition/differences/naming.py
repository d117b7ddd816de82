"""Which keys are names that people gave, and which of them are likely to be the same thing under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.definition.differences.model import SCORECARD, WORKFLOW, plain_text
from engine.definition.problem import Path

STATES, ROLES, FORMS, TASKS, OUTCOMES, COMMANDS = "states", "roles", "forms", "tasks", "outcomes", "anywhere"
FIGURES, METRICS, RULES = "figures", "metrics", "rules"

LIKE_TITLED, LIKE_UNTITLED, LIKE_OTHERWISE = 40, 60, 80
"""Percent of two contents that must agree for one to be taken for the other: where people call both the same, where
they have no title, and where they have different ones."""
SAYS_MUCH = 5
"""How many things a content says that can be told from others: three words about a figure fit many figures, so there
the title alone decides."""
TEXTS = frozenset({"title", "say", "labels"})
"""Keys of what people read."""
NAMES = ("rule", "profile")
"""Keys that name the element of a list they stand in."""


def names_space(part: str, path: Path) -> str | None:
    """Which kind of thing the keys of the mapping at a path name; None where they are keys of the language."""
    if part == WORKFLOW:
        return _workflow_space(path)
    if part != SCORECARD or not path:
        return None
    if len(path) == 1 and path[0] in ("inputs", "lists", "computed", "consequences"):
        return FIGURES
    if path == ("metrics",) or path[-1] == "parts":
        return METRICS
    return RULES if path[-1] in ("rules", "part_rules", "profiles") else None


def _workflow_space(path: Path) -> str | None:
    if len(path) == 1 and path[0] in (ROLES, FORMS, STATES, COMMANDS):
        return str(path[0])
    if len(path) == 3 and path[0] == STATES and path[2] == TASKS:
        return TASKS
    if len(path) == 5 and path[0] == STATES and path[4] == OUTCOMES:
        return OUTCOMES
    return None


def renames_in(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Old name to new name, where one is gone and another is new and says nearly the same. The same pairs come out when
    the sides are exchanged."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    pairs = [(likeness(before[old], after[fresh]), old, fresh) for old in gone for fresh in new]
    found: dict[str, str] = {}
    for score, old, fresh in sorted(pairs, key=lambda one: (-one[0], *sorted((one[1], one[2])))):
        if _enough(before[old], after[fresh], score) and old not in found and fresh not in found.values():
            found[old] = fresh
    return found


def _enough(one: Any, other: Any, score: int) -> bool:
    titles = [value.get("title") if isinstance(value, Mapping) else None for value in (one, other)]
    if not titles[0] or not titles[1]:
        return score >= LIKE_UNTITLED
    pairs = [title if isinstance(title, Mapping) else {"": title} for title in titles]
    if any(pairs[0][lang] == pairs[1].get(lang) for lang in pairs[0]):
        return score >= LIKE_TITLED or not any(_says_much(value) for value in (one, other))
    return _says_much(one) and _says_much(other) and score >= LIKE_OTHERWISE


def _says_much(value: Any) -> bool:
    return sum(1 for _ in _leaves(value, ())) >= SAYS_MUCH


def likeness(one: Any, other: Any) -> int:
    """How much of two values is the same, in percent of all they say; what people read does not count."""
    first, second = set(_leaves(one, ())), set(_leaves(other, ()))
    if not first and not second:
        first, second = {("", repr(one))}, {("", repr(other))}
    return 100 * len(first & second) // len(first | second)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key not in TEXTS and not (key in NAMES and not path):
                yield from _leaves(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _leaves(one, (*path, place))
    else:
        yield (*path, plain_text(value))
