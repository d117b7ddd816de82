"""All that can be asked of a review, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A holder ends a task. form: values of the task's form; ratings: input -> decimal text, `NR`, an option or
    true/false; targets: key of `Card.agreeable()` -> decimal text (for `sets`); grade: new grade (for `adjusts`)."""

    review: str
    task: str
    outcome: str = "done"
    form: Mapping[str, Any] = field(default_factory=dict)
    ratings: Mapping[str, Any] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    grade: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Waive:
    """HR lets one task go unanswered; the answer is then "not given", never an empty one. Needs a reason."""

    review: str
    task: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reassign:
    """HR, or the holder where the task may be delegated, gives an open task to another person. Needs a reason."""

    review: str
    task: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Intervene:
    """A command of the definition's `anywhere` (`withdraw`, `reopen`)."""

    review: str
    name: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A participant says something; it changes nothing and lands in the history."""

    review: str
    comment: str


@dataclass(frozen=True, slots=True)
class TakeFigures:
    """Figures arrived for this review's subject and period (sent by the import, in its transaction)."""

    review: str


@dataclass(frozen=True, slots=True)
class CorrectFigures:
    """Observations that came after the inputs were fixed are let in, with a reason; the score difference is shown."""

    review: str
    observations: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class FireTimer:
    """A due timer of this review: kind `open` | `remind` | `late` | `deadline`; ref = task id or step index as text."""

    review: str
    kind: str
    ref: str


Command = Answer | Waive | Reassign | Intervene | Remark | TakeFigures | CorrectFigures | FireTimer
