"""What was found against a command, whatever it contains."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.definition.model import TaskPlan
from engine.review.case import Reason
from engine.review.model import Task
from engine.review.refusal import Code, reason


@dataclass(slots=True)
class Standing:
    """reasons: why not, unordered; row and plan: the task it is about, where there is one; next_at: when it opens."""

    reasons: list[Reason] = field(default_factory=list)
    row: Task | None = None
    plan: TaskPlan | None = None
    next_at: datetime | None = None

    def no(self, code: Code, **values: object) -> None:
        self.reasons.append(reason(code, **values))
