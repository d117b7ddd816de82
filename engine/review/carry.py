"""What a finished review leaves behind for the next period of the same subject."""

from __future__ import annotations

from typing import Any

from engine.calendar import next_period
from engine.review import figures
from engine.review.draft import Draft


def carry_over(draft: Draft) -> dict[str, Any]:
    """The starting point of (subject, workflow, next period): what was decided in re-adjust, and the chosen people.

    Where nothing was decided, the next review begins with what its file says. A metric that was retired is not judged
    there, and what was agreed of it is forgotten.
    """
    card = draft.definition.card
    decided = {key: value for key, value in draft.next_agreed.items() if figures.retired_by(card, key) is not None}
    retired = [key.rpartition(".")[0] for key, value in decided.items() if value == "true"]
    return {
        "subject": draft.before.subject,
        "workflow": draft.definition.name,
        "period": next_period(draft.case.period.key),
        "agreed": {
            key: value for key, value in draft.next_agreed.items()
            if key not in decided and key.rpartition(".")[0] not in retired
        },
        "retired": retired,
        "chosen": {name: list(people) for name, people in draft.chosen.items()},
    }
