"""What was found against a command, whatever it contains."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from engine.calendar import local_day
from engine.clock import instant_text
from engine.definition.model import TaskPlan
from engine.review import timing
from engine.review.case import Case, Reason
from engine.review.model import Task
from engine.review.refusal import Code, reason

YEARS_MAX = 10  # a last day further away is a slip of the pen


@dataclass(slots=True)
class Standing:
    """reasons: why not, unordered; row and plan: the task it is about, where there is one; next_at: when it opens."""

    reasons: list[Reason] = field(default_factory=list)
    row: Task | None = None
    plan: TaskPlan | None = None
    next_at: datetime | None = None

    def no(self, code: Code, **values: object) -> None:
        self.reasons.append(reason(code, **values))

    def unless_held(self, case: Case) -> None:
        """Nothing goes on in a review whose clocks stand still."""
        held = case.review.held
        if held is not None:
            self.no(Code.REVIEW_HELD, since=instant_text(held.since))
            if held.until is not None:
                self.no(Code.HELD_UNTIL, until=timing.day_of(case, held.until))
                self.next_at = held.until

    def unless_ahead(self, case: Case, until: date, at: datetime, last: datetime | None = None) -> None:
        """A last day is neither over nor out of the world; and later than the one there is, if there is one."""
        today = local_day(case.zone, at)
        if until < today:
            self.no(Code.DAY_PASSED, until=until)
        elif until.year > today.year + YEARS_MAX:
            self.no(Code.DAY_TOO_FAR, until=until, years=YEARS_MAX)
        if last is not None and until <= timing.day_of(case, last):
            self.no(Code.NOT_LATER, until=until, due=timing.day_of(case, last))
