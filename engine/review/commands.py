"""All that can be asked of a review, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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
    """HR gives an open task to another person. Needs a reason."""

    review: str
    task: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Delegate:
    """The holder gives her own task on, where the task may be delegated; who answers then does so on her behalf. Needs
    a reason."""

    review: str
    task: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Retract:
    """Who answered takes the answer back, while the review is still where it was given. Needs a reason."""

    review: str
    task: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extend:
    """HR gives an open task, or without one the next deadline step of the present state, a later last day. Needs a
    reason."""

    review: str
    reason: str
    until: date
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """HR stops the clocks of a review; they go on by themselves when the day `until`, if there is one, is over. Needs
    a reason."""

    review: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """HR lets the clocks of a review go on; what was to come moves by the working days it was held. Needs a reason."""

    review: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skip:
    """HR moves a review past its present state; its tasks go unanswered. Needs a reason."""

    review: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gather:
    """The system opens the barrier of a cohort for this review."""

    review: str


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
    """A due timer of this review: kind `open` | `remind` | `late` | `deadline` | `resume`; ref = task id, step index as
    text, or nothing."""

    review: str
    kind: str
    ref: str


Command = (
    Answer | Waive | Reassign | Delegate | Retract | Extend | Hold | Resume | Skip | Gather | Intervene | Remark
    | TakeFigures | CorrectFigures | FireTimer
)
