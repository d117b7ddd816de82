"""A course of a review as dates: the states it would be in, what would be asked of whom there, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

QUICK, LATE = "quick", "late"
"""Everybody answers as soon as asked, and figures come when the period is over, or at once where a deadline is earlier;
or everybody answers on the last day, and figures come on the last day before a deadline that goes on without them."""

NEXT, OUTCOME, DEADLINE, FORK = "next", "outcome", "deadline", "fork"
ANSWERED, WAIVED, LEFT = "answered", "waived", "left"


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of a task. people: who would be asked, by those who are around now; empty where nobody is found.
    opens_at None: it is not worked on in this course. how: answered | waived (nobody was found) | left (the review
    went on without it)."""

    task: str
    number: int
    role: str
    people: tuple[str, ...]
    opens_at: datetime | None
    due_at: datetime | None
    reminders: tuple[datetime, ...]
    done_at: datetime | None
    how: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the state's deadline: moves or escalates; passed: whether the review still was there then."""

    index: int
    at: datetime
    moves: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit of a state. by: next | outcome | deadline | fork | empty where it ends; others: where a review may go
    from here besides."""

    state: str
    entered_at: datetime
    left_at: datetime | None
    by: str = ""
    task: str = ""
    outcome: str = ""
    asked: tuple[Asked, ...] = ()
    steps: tuple[Step, ...] = ()
    others: tuple[str, ...] = ()
    figures_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """view: quick | late. ended: whether a final state is reached; missed: what was to be passed and was not."""

    view: str
    stays: tuple[Stay, ...]
    ended: bool
    missed: tuple[str, ...] = ()
