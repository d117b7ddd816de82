"""Walks two trees of plain data side by side and tells every place in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.definition.differences.model import ADDED, CHANGED, ORDER, REMOVED, RENAMED, WORKFLOW, WRITTEN, Change
from engine.definition.differences.naming import NAMES, names_space, renames_in
from engine.definition.differences.references import Renames, alike, key_now
from engine.definition.problem import Path

ONE_OR_MANY = frozenset({
    "deadline", "effects", "collects", "asks", "shows", "waits_for", "again", "not", "from", "leaving", "remind",
    "closed", "open", "for", "opened",
})
"""Keys under which one thing may stand without a list."""
DEFAULTS: Mapping[str, Any] = {"delegate": False, "each": False, "final": False, "chain": False, "agreed": False}
ORDERED = frozenset({"states", "tasks", "outcomes"})
"""Mappings of the workflow whose order says something: what lies forwards, what is shown and counted first."""
NOTHING: Any = object()

Added = Callable[[str, str, str], None]
"""Told of each likely rename: kind of thing, old name, new name."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One comparison of one part. heard: is told of renames; renames: those that are known already."""

    part: str
    renames: Renames
    heard: Added

    def values(self, was: Path, path: Path, before: Any, after: Any) -> Iterator[Change]:
        key = next((one for one in reversed(path) if isinstance(one, str)), "")
        if key in ONE_OR_MANY and path and path[-1] == key and isinstance(before, list) != isinstance(after, list):
            yield from self._wrapped(was, path, before, after)
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self._mappings(was, path, before, after)
        elif isinstance(before, list) and isinstance(after, list):
            yield from self._lists(was, path, before, after)
        elif not self._same(path, before, after):
            kind = WRITTEN if _same_number(before, after) else CHANGED
            yield Change(self.part, kind, was, path, before, after)

    def _same(self, path: Path, before: Any, after: Any) -> bool:
        if isinstance(before, Decimal) and isinstance(after, Decimal):
            return format(before, "f") == format(after, "f")
        return alike(self.part, path, before, after, self.renames)

    def _wrapped(self, was: Path, path: Path, before: Any, after: Any) -> Iterator[Change]:
        lists = [one if isinstance(one, list) else [one] for one in (before, after)]
        found = list(self._lists(was, path, *lists))
        yield from found or [Change(self.part, WRITTEN, was, path, before, after)]

    def _mappings(
        self, was: Path, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Iterator[Change]:
        space = names_space(self.part, path)
        called = {key: key_now(self.part, path, key, self.renames) for key in before}
        renamed = renames_in(before, after) if space else {}
        for old, new in renamed.items():
            self.heard(space or "", old, new)
            yield Change(self.part, RENAMED, (*was, old), (*path, new), old, new)
        new_of = {**called, **renamed}
        for old, value in before.items():
            new = new_of[old]
            if new in after:
                yield from self.values((*was, old), (*path, new), value, after[new])
            else:
                yield self._alone(REMOVED, (*was, old), value)
        known = set(new_of.values())
        yield from (self._alone(ADDED, (*path, key), value) for key, value in after.items() if key not in known)
        yield from self._order(was, path, [new_of[key] for key in before], list(after))

    def _alone(self, kind: str, path: Path, value: Any) -> Change:
        default = DEFAULTS.get(str(path[-1]), NOTHING)
        what = WRITTEN if default is not NOTHING and value is default else kind
        return Change(self.part, what, path, path, *((None, value) if kind == ADDED else (value, None)))

    def _order(self, was: Path, path: Path, before: list[str], after: list[str]) -> Iterator[Change]:
        both = [[key for key in one if key in other] for one, other in ((before, after), (after, before))]
        named = self.part == WORKFLOW and names_space(self.part, path) in ORDERED
        if named and both[0] != both[1]:
            yield Change(self.part, ORDER, was, path, both[0], both[1])

    def _lists(self, was: Path, path: Path, before: list[Any], after: list[Any]) -> Iterator[Change]:
        if all(isinstance(one, str | Decimal | bool) for one in (*before, *after)):
            yield from self._words(was, path, before, after)
            return
        names = [_names(one) for one in (before, after)]
        if names[0] is not None and names[1] is not None:
            yield from self._named(was, path, (names[0], before), (names[1], after))
        elif all(isinstance(one, Mapping) for one in (*before, *after)):
            yield from self._in_turn(was, path, before, after)
        elif not self._equal(path, before, after):
            yield Change(self.part, CHANGED, was, path, before, after)

    def _words(self, was: Path, path: Path, before: list[Any], after: list[Any]) -> Iterator[Change]:
        """Words of a list each by itself: those gone, those new, or the same in another order."""
        left = list(after)
        gone, kept = [], []
        for one in before:
            match = next((other for other in left if self._same(path, one, other)), NOTHING)
            if match is NOTHING:
                gone.append(one)
            else:
                left.remove(match)
                kept.append(match)
        for one in gone:
            yield Change(self.part, REMOVED, was, path, one, None)
        for one in left:
            yield Change(self.part, ADDED, was, path, None, one)
        stayed = list(after)
        for one in left:
            stayed.remove(one)
        if kept != stayed:
            yield Change(self.part, ORDER, was, path, before, after)

    def _named(
        self, was: Path, path: Path, before: tuple[list[str], list[Any]], after: tuple[list[str], list[Any]]
    ) -> Iterator[Change]:
        """Elements that carry a name of their own, wherever they stand in the list."""
        old, new = (dict(zip(names, values, strict=True)) for names, values in (before, after))
        renamed = renames_in(old, new)
        new_of = {name: renamed.get(name, name) for name in old}
        for place, (name, value) in enumerate(old.items()):
            there = new_of[name]
            here = (*was, place)
            if there not in new:
                yield Change(self.part, REMOVED, here, here, value, None)
                continue
            now = (*path, after[0].index(there))
            if there != name:
                self.heard(names_space(self.part, path) or "", name, there)
                yield Change(self.part, RENAMED, here, now, name, there)
                value = {**value, _name_key(value): there}
            yield from self.values(here, now, value, new[there])
        for place, name in enumerate(after[0]):
            if name not in new_of.values():
                yield Change(self.part, ADDED, (*path, place), (*path, place), None, new[name])
        both = [new_of[name] for name in before[0] if new_of[name] in new]
        stayed = [name for name in after[0] if name in both]
        if both != stayed:
            yield Change(self.part, ORDER, was, path, both, stayed)

    def _in_turn(self, was: Path, path: Path, before: list[Any], after: list[Any]) -> Iterator[Change]:
        """Elements without a name: those that are equal from either end are passed, the rest is compared in turn."""
        head = 0
        least = min(len(before), len(after))
        while len(before) != len(after) and head < least and self._equal((*path, head), before[head], after[head]):
            head += 1
        tail = 0
        while len(before) != len(after) and tail < least - head and self._equal(
            (*path, -1), before[-1 - tail], after[-1 - tail]
        ):
            tail += 1
        shared = least - head - tail
        for place in range(head, head + shared):
            yield from self.values((*was, place), (*path, place), before[place], after[place])
        for place in range(head + shared, len(before) - tail):
            yield Change(self.part, REMOVED, (*was, place), (*was, place), before[place], None)
        for place in range(head + shared, len(after) - tail):
            yield Change(self.part, ADDED, (*path, place), (*path, place), None, after[place])

    def _equal(self, path: Path, before: Any, after: Any) -> bool:
        silent = Walk(self.part, self.renames, lambda *_: None)
        if isinstance(before, list) and isinstance(after, list) and not all(
            isinstance(one, Mapping) for one in (*before, *after)
        ):
            return len(before) == len(after) and all(
                silent._equal(path, one, other) for one, other in zip(before, after, strict=True)
            )
        return not any(True for _ in silent.values(path, path, before, after))


def _name_key(value: Any) -> str:
    return next((key for key in NAMES if isinstance(value, Mapping) and isinstance(value.get(key), str)), "")


def _names(values: list[Any]) -> list[str] | None:
    """The names of a list's elements; None where one has none, or two have the same."""
    found = [value[_name_key(value)] if _name_key(value) else None for value in values]
    if not found or None in found or len(set(found)) < len(found):
        return None
    return [str(one) for one in found]


def _same_number(before: Any, after: Any) -> bool:
    return isinstance(before, Decimal) and isinstance(after, Decimal) and before == after
