"""What a review is: the one frozen value that `decide` reads and `evolve` replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OPEN = ("open", "waiting")  # statuses of a task that may still be answered, now or later


@dataclass(frozen=True, slots=True)
class Participant:
    """A person with a role in this review, from `since` to `until` (None: still)."""

    role: str
    person: str
    since: datetime
    until: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One asked piece of work. id = derived from (review, seq, n), 32 hex.

    status: `waiting` (for another task or its opening date) | `open` | `done` | `waived` | `superseded`.
    visit: number of the state's visit it belongs to; number: occurrence of a recurring task, from 1; person: set for
    `each` tasks and after a reassignment, else None and any present holder of the role may answer. An `each` task has
    one waiting row without a person; when it opens there is a row for each holder of that instant.
    answer_seq: seq of the history event that holds the answer in its payload (working rows hold no free text).
    """

    id: str
    name: str
    state: str
    visit: int
    number: int
    role: str
    person: str | None
    status: str
    opens_at: datetime | None
    opened_at: datetime | None
    due_at: datetime | None
    outcome: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A step of the present state's deadline that has not fired yet; index counts the steps of the definition."""

    index: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules made of the figures, short: decimals as canonical text. The complete facts and trace lie in the
    payload of the event `seq`. status: `scored` | `blocked` | `refused`; first_grade is the rules' own when a person
    adjusted it; bounds = (at_most, at_least)."""

    seq: int
    status: str
    total: str | None
    grade: str | None
    first_grade: str | None
    bounds: tuple[str | None, str | None] = (None, None)
    consequences: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a person did about what was shown: how is `agreed`, `unsigned`; what is `targets` or `result`."""

    what: str
    how: str
    person: str | None
    seq: int


@dataclass(frozen=True, slots=True)
class Held:
    """The clocks of a review stand still: since when, until the end of which day (None: until somebody says so), and
    who said so."""

    since: datetime
    until: datetime | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of being judged together with the others of a unit, kept so that the review can be judged again alone.

    visit: the visit for which its cohort's barrier opened; kind: `all` | `unit` | `pooled` | `nowhere` as the rules
    name units, or `passed`: it went on without waiting; own: its unit before small ones were put together; members: how
    many reviews were judged together; before: the grade before the quota; quota_grade: what the quota made of it, None
    where it left it; shares: parts of pools; figures: of the cohort, as given; told: steps and reasons for the trace.
    """

    visit: int
    kind: str
    unit: str | None = None
    own: str | None = None
    members: int = 1
    before: str | None = None
    quota_grade: str | None = None
    shares: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """One subject's way through one cycle.

    revision = seq of its last event = length of its stream; head = leaf hash (hex) of that event.
    visit counts entries into states; counts: how often a bounded outcome or intervention was used, key
    `task.outcome`, `anywhere.name` or `state.watch.n`; watched: when a watch that reads a list last acted, by that key;
    fixed: subset of targets, inputs, result with the instant; agreed: canonical decimal text by key of
    `Card.agreeable()`; next_agreed: the same for the next period; chosen: people by
    `task.field`; corrections: ids of observations accepted after the inputs were fixed.
    origins: empty until the targets are fixed; from then on `agreed` holds every target in force and origins says where
    each came from: agreed | carried | given | file | corrected.
    delegated: on whose behalf a row of the present visit is answered, by the row's id; held: see Held.
    """

    id: str
    cycle: str
    subject: str
    definition: str
    state: str
    revision: int
    head: str
    visit: int
    opened_at: datetime
    entered_at: datetime
    ended_at: datetime | None = None
    tasks: tuple[Task, ...] = ()
    participants: tuple[Participant, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    reminders: tuple[tuple[str, datetime], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    watched: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, datetime] = field(default_factory=dict)
    agreed: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    next_agreed: Mapping[str, str] = field(default_factory=dict)
    delegated: Mapping[str, str] = field(default_factory=dict)
    retired: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arrived: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    acknowledgements: tuple[Acknowledgement, ...] = ()
    result: Judgement | None = None
    gathered: Gathered | None = None
    held: Held | None = None
