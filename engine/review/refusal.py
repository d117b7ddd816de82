"""Why a command was not accepted: every code, in order of precedence; a command with two faults gets the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from engine.review.case import Reason, Refused


class Code(StrEnum):
    """Keys of engine/words refusals. What one may not see comes first, then whose it is, then when, then what."""

    NO_SUCH_REVIEW = "no_such_review"
    NOT_VISIBLE = "not_visible"
    NO_SUCH_TASK = "no_such_task"
    NO_SUCH_INTERVENTION = "no_such_intervention"
    READ_ONLY = "read_only"
    NOT_YOUR_TASK = "not_your_task"
    NOT_YOURS = "not_yours"
    NOBODY_ON_THEMSELVES = "nobody_on_themselves"
    NOT_DUE = "not_due"
    REVIEW_ENDED = "review_ended"
    NOT_FROM_HERE = "not_from_here"
    WINDOW_OVER = "window_over"
    TASK_NOT_OPEN = "task_not_open"
    WAITS_FOR_STATE = "waits_for_state"
    WAITS_FOR_TASKS = "waits_for_tasks"
    WAITS_FOR_DATE = "waits_for_date"
    TASK_CLOSED = "task_closed"
    INPUTS_FIXED = "inputs_fixed"
    INPUTS_NOT_FIXED = "inputs_not_fixed"
    NO_SUCH_OUTCOME = "no_such_outcome"
    OUTCOME_USED_UP = "outcome_used_up"
    INTERVENTION_USED_UP = "intervention_used_up"
    TASK_DECIDES = "task_decides"
    COMMENT_REQUIRED = "comment_required"
    REASON_REQUIRED = "reason_required"
    FORM_FAULT = "form_fault"
    NO_FORM = "no_form"
    CHOSEN_COUNT = "chosen_count"
    CHOSEN_EXCLUDED = "chosen_excluded"
    RATING_MISSING = "rating_missing"
    RATING_NOT_ASKED = "rating_not_asked"
    RATING_OUT_OF_RANGE = "rating_out_of_range"
    TARGETS_NOT_ASKED = "targets_not_asked"
    NO_SUCH_TARGET = "no_such_target"
    TARGET_OUT_OF_RANGE = "target_out_of_range"
    TARGETS_FIXED = "targets_fixed"
    TARGETS_UNSOUND = "targets_unsound"
    GRADE_NOT_ASKED = "grade_not_asked"
    NO_SUCH_GRADE = "no_such_grade"
    GRADE_OUT_OF_BOUNDS = "grade_out_of_bounds"
    NO_SUCH_OBSERVATION = "no_such_observation"
    NOTHING_TO_CORRECT = "nothing_to_correct"
    PERSON_EXCLUDED = "person_excluded"
    ALREADY_HOLDS = "already_holds"
    RESULT_BLOCKED = "result_blocked"
    NO_WAY = "no_way"


_PLACES = {code.value: place for place, code in enumerate(Code)}


def precedence(code: str) -> int:
    """Place of a code. Codes of other rooms (a form's faults, what the card has against targets) come with the refusal
    that they explain, so they stay beside it."""
    if code in _PLACES:
        return _PLACES[code]
    return _PLACES[Code.FORM_FAULT if code.startswith("FM") else Code.TARGETS_UNSOUND]


def reason(code: Code, **values: object) -> Reason:
    """A reason with its values as text."""
    return Reason(code.value, {name: str(value) for name, value in values.items()})


def refuse(reasons: Iterable[Reason], next_at: datetime | None = None) -> Refused:
    """All reasons by precedence; `next_at` is when it may become possible, where that is known. Needs one reason."""
    ordered = tuple(sorted(reasons, key=lambda one: precedence(one.code)))
    return Refused(ordered[0].code, ordered, next_at)
