"""What a checked workflow is: frozen facts that the review room decides by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.calendar import WorkingDays
from rules.expressions.compiled import Expression
from rules.scorecard.model import Card

Title = Mapping[str, str]
"""Language to text, for people; one text for all languages stands under the empty key."""

STAGES = ("set_targets", "collect_data", "evaluate", "give_feedback", "improvement_plan", "re_adjust")


@dataclass(frozen=True, slots=True)
class Who:
    """How a role finds its people.

    kind: `subject` | `manager` | `team` | `owner` (each of `base`) | `group` (named `group`) | `chosen` (in form field
    `field_name` of task `task`). base: `subject` or the name of another role.
    """

    kind: str
    base: str = "subject"
    group: str | None = None
    task: str | None = None
    field_name: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the workflow. `subject` is always there and is not written in the file.

    count: (least, most) people or None; excludes: role names whose people may not hold this one;
    anonymous_below: answers are anonymous for ever, and a mean of fewer answers than this is shown to nobody.
    """

    name: str
    who: Who
    otherwise: Who | None = None
    count: tuple[int, int] | None = None
    excludes: tuple[str, ...] = ()
    anonymous_below: int | None = None
    title: Title = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: unit is `working days`, `days`, `weeks` or `months`; negative counts backwards."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A date: an anchor (`cycle.start`, `cycle.end` or an ISO date) and an offset from it."""

    anchor: str
    offset: Span = field(default_factory=lambda: Span(0, "days"))


@dataclass(frozen=True, slots=True)
class Guard:
    """An `if:` condition; id is stable within the definition (`follow_up.next.1`), expression is compiled and typed."""

    id: str
    text: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Branch:
    """One arm of a way; guard None means always (a plain `to:` or the `else`)."""

    guard: Guard | None
    to: str


Way = tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """Of the closed list: verb `acknowledge` (targets|result), `mark` (unsigned), `notify` (a role), `carry_over`."""

    verb: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task may end. way None and again () means: simply done. after (its own way and effects) holds once
    `times` is used up; without it the outcome is then no longer offered."""

    name: str
    way: Way | None = None
    again: tuple[str, ...] = ()
    times: int | None = None
    after_way: Way | None = None
    after_effects: tuple[Effect, ...] = ()
    comment_required: bool = False
    effects: tuple[Effect, ...] = ()
    title: Title = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """Something a role is asked to do while the review is in the task's state.

    need: number of answers, or `all`, `majority`, or a share as text (`60 %`); only with each. every: `month`,
    `quarter`, `week` or a Span; count: how many occurrences (None with every: to the period's end).
    remind: spans from due (negative before, positive after). sets: `targets` | `next_targets`; adjusts: `grade`.
    shows: `result`, `targets` or names of earlier tasks. outcomes is empty when the only end is "done".
    """

    name: str
    by: str
    form: str | None = None
    asks: tuple[str, ...] = ()
    sets: str | None = None
    adjusts: str | None = None
    shows: tuple[str, ...] = ()
    opens: Moment | None = None
    due: Span | None = None
    remind: tuple[Span, ...] = ()
    waits_for: tuple[str, ...] = ()
    each: bool = False
    need: int | str | None = None
    tie: str | None = None
    every: str | Span | None = None
    count: int | None = None
    late_waive: bool = False
    delegate: bool = False
    comment_required: bool = False
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    title: Title = field(default_factory=dict)

    @property
    def decides(self) -> bool:
        """A deciding task leaves the state at once by one of its outcomes, be it only once `times` is used up."""
        return any(one.way is not None or one.after_way is not None for one in self.outcomes.values())


@dataclass(frozen=True, slots=True)
class DeadlineStep:
    """One step: exactly one of `span` (from when the state's first task can be worked on) and `at`; then it
    escalates (a role name, or a Who) or moves (way)."""

    span: Span | None = None
    at: Moment | None = None
    escalate: str | Who | None = None
    way: Way | None = None
    waive_all: bool = False
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A way fired by an arriving figure, so many times at most; it has one target."""

    guard: Guard
    to: str
    times: int | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A position. Without tasks, collects, gathers and final it is a fork, passed at once by `next`.

    Task names are unique within their state. leaving: subset of (`targets`, `inputs`, `result`) that is fixed when
    the state is left forwards.
    """

    name: str
    stage: str | None = None
    tasks: Mapping[str, TaskPlan] = field(default_factory=dict)
    collects: tuple[str, ...] = ()
    gathers: bool = False
    next: Way | None = None
    deadline: tuple[DeadlineStep, ...] = ()
    leaving: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    final: bool = False
    watch: tuple[Watch, ...] = ()
    title: Title = field(default_factory=dict)

    @property
    def fork(self) -> bool:
        return not (self.tasks or self.collects or self.gathers or self.final)


@dataclass(frozen=True, slots=True)
class Intervention:
    """A command of `anywhere`: from_states None means every state that is not final."""

    name: str
    by: str
    way: Way
    from_states: tuple[str, ...] | None = None
    within: Span | None = None
    times: int | None = None
    comment_required: bool = False
    effects: tuple[Effect, ...] = ()
    title: Title = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """Which days are working days, and in which zone a local day ends when a subject has none of its own.

    holidays: a country code of the calendar room's library or None; closed and open: a firm's own days (ISO dates).
    """

    timezone: str
    holidays: str | None = None
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A workflow with its scorecard and forms once read, checked and frozen.

    fingerprint: 64 hex, SHA-256 over the canonical form of workflow, scorecard, forms and calendar days as written.
    sources: file name -> text as read, and the calendar's days (what the store keeps; reading these gives the same
    definition). lines: (file, path) -> line, to cite YAML lines. days: the working days that due dates count with.
    forms: form name -> JSON Schema. later: names of keys this release checks but does not
    carry out; publishing such a definition is refused.
    """

    name: str
    version: int
    language: int
    title: Title
    subject: str
    period: str
    chain: bool
    calendar: CalendarPlan
    roles: Mapping[str, Role]
    forms: Mapping[str, Mapping[str, Any]]
    initial: str
    states: Mapping[str, State]
    anywhere: Mapping[str, Intervention]
    card: Card
    fingerprint: str
    sources: Mapping[str, str]
    days: WorkingDays = field(default_factory=WorkingDays)
    lines: Mapping[tuple[str, tuple[str | int, ...]], int] = field(default_factory=dict)
    later: tuple[str, ...] = ()

    def outcomes_of(self, task: TaskPlan) -> tuple[str, ...]:
        """The outcome names a holder may choose; `done` where the file names none."""
        return tuple(task.outcomes) or ("done",)
