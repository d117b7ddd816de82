"""Everything `decide` may look at: one review with its definition, people, days and figures, loaded by others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.calendar import WorkingDays
from engine.definition.model import Definition
from engine.review.model import Gathered, Review


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person (cause `person`), or nobody (cause timer | batch | migration | system)."""

    person: str | None
    cause: str = "person"


@dataclass(frozen=True, slots=True)
class Relations:
    """People around the subject as of one instant. managers: person -> manager (subject, and the chain above);
    teams: person -> colleagues of the same unit without the person; groups: group -> people; owners: account -> person;
    units: person -> units, the one given last at the end; scopes: person -> the units that she is HR of, where she is
    not HR of everybody.
    """

    managers: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """key like `2025-Q3`, `2025-07`, `2025-H2`, `2025`; start and end are its first and last local day."""

    key: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Observation:
    """A measured value of an input. value: canonical decimal text (or option, or true/false); month: sub-period key
    (`2025-07`) for an input with `every`, else the period's key; samples: size of the sample behind it, or None."""

    id: str
    subject: str
    input: str
    value: str
    period: str
    source: str
    record: str
    taken_at: datetime
    recorded_at: datetime
    samples: int | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class TakenFrom:
    """A result of an ended review of another workflow: its value as plain text, its period, when that review ended."""

    value: str
    period: str
    workflow: str
    taken_at: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """A stored answer that counts: task row's id, name, role, person, number (occurrence) and what was handed in."""

    task_id: str
    task: str
    role: str
    person: str | None
    number: int
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Together:
    """What a judgement of the whole cohort brings to this review; facts: the plain document it was judged from, None
    for what the review itself would hand in."""

    gathered: Gathered
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """previous: newest first, each a mapping of figure names, `total`, `grade` (plain texts) of earlier periods;
    start: the starting point carried over ({agreed: {...}, retired: [...]}); attributes: subject.x for profiles;
    taken: input -> results of other workflows' ended reviews, by period; scored: whether observations, answers and
    previous were loaded (only commands that may score need them); cohort: figures `of: cohort` by input; assembled: how
    many of how many of its cohort are here, where the review waits for them; together: set where the cohort is judged
    as one: the barrier opens, or one of a batch of answers is given."""

    definition: Definition
    review: Review
    period: Period
    relations: Relations
    days: WorkingDays
    zone: str
    observations: tuple[Observation, ...] = ()
    answers: tuple[Given, ...] = ()
    previous: tuple[Mapping[str, Any], ...] = ()
    start: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    cycle_attributes: Mapping[str, Any] = field(default_factory=dict)
    taken: Mapping[str, tuple[TakenFrom, ...]] = field(default_factory=dict)
    scored: bool = False
    cohort: Mapping[str, Any] = field(default_factory=dict)
    assembled: tuple[int, int] | None = None
    together: Together | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a code of engine/words refusals and its values (texts)."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A command understood and not allowed: the first reason decides, the others are what else is missing; at: when it
    may become possible, where that is known."""

    code: str
    reasons: tuple[Reason, ...]
    at: datetime | None = None
