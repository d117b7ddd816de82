"""A difference as data: where, what was there, what is there now, for whom, and whether it asks more or less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from engine.definition.problem import Path

ADDED, REMOVED, CHANGED, RENAMED = "added", "removed", "changed", "renamed"
ORDER, WRITTEN = "order", "written"
"""The same things in another order; the same meaning in other words (`1.0` for `1`, a default written out)."""

LOOSER, TIGHTER = "looser", "tighter"

WORKFLOW, SCORECARD, FORM, CALENDAR = "workflow", "scorecard", "form", "calendar"

Whom = tuple[str, str]
"""kind `everybody` | `role` | `profile`, and the name of the role or profile."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one definition says, as written: plain data of its files and the days of its calendar (ISO texts)."""

    workflow: Mapping[str, Any]
    scorecard: Mapping[str, Any]
    forms: Mapping[str, Any] = field(default_factory=dict)
    days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def part(self, name: str) -> Mapping[str, Any]:
        return {WORKFLOW: self.workflow, SCORECARD: self.scorecard, FORM: self.forms, CALENDAR: self.days}[name]


@dataclass(frozen=True, slots=True)
class Change:
    """kind: added | removed | changed | renamed | order | written. was and path: where it stood, and where it stands
    now; of something new or gone both are the same. before and after: plain data, None where nothing stood. wording:
    only what people read (titles, sayings). effect: looser | tighter | empty where that is not clear."""

    part: str
    kind: str
    was: Path
    path: Path
    before: Any = None
    after: Any = None
    whom: tuple[Whom, ...] = ()
    effect: str = ""
    wording: bool = False

    @property
    def place(self) -> str:
        """The path as text, with its part in front: `workflow.states.collect.tasks.rate.due`."""
        return ".".join((self.part, *map(str, self.path)))

    def mirrored(self) -> Change:
        """The same difference, looked at from the other side."""
        kinds = {ADDED: REMOVED, REMOVED: ADDED}
        effects = {LOOSER: TIGHTER, TIGHTER: LOOSER}
        return replace(
            self, kind=kinds.get(self.kind, self.kind), was=self.path, path=self.was, before=self.after,
            after=self.before, effect=effects.get(self.effect, ""),
        )


def plain_text(value: Any) -> str:
    """A scalar as it is written in YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
