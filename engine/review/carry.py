"""What a finished review leaves behind for the next period of the same subject."""

from __future__ import annotations

from typing import Any

from engine.calendar import next_period
from engine.review.draft import Draft


def carry_over(draft: Draft) -> dict[str, Any]:
    """The starting point of (subject, workflow, next period): what was decided in re-adjust, and the chosen people.

    Where nothing was decided, the next review begins with what its file says.
    """
    return {
        "subject": draft.before.subject,
        "workflow": draft.definition.name,
        "period": next_period(draft.case.period.key),
        "agreed": dict(draft.next_agreed),
        "retired": list(draft.retired),
        "chosen": {name: list(people) for name, people in draft.chosen.items()},
    }
