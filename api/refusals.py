"""From an error or a refusal to the answer of every door: one table of HTTP status and exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.errors import (
    HistoryBroken,
    InputError,
    KeyReused,
    NotAllowed,
    NotFound,
    ReviewcycleError,
    StaleRevision,
    TooLong,
    Unreachable,
    UnsafeSettings,
)
from engine.review.codes import Code

DONE = 0
REFUSED = 1
MISUSED = 2


@dataclass(frozen=True, slots=True)
class Reply:
    """How a door answers: the HTTP status over the wire, the exit code on a command line."""

    status: int
    exit_code: int


TABLE: dict[type[ReviewcycleError], Reply] = {
    InputError: Reply(422, REFUSED),
    NotFound: Reply(404, REFUSED),
    NotAllowed: Reply(403, REFUSED),
    StaleRevision: Reply(412, REFUSED),
    KeyReused: Reply(409, REFUSED),
    TooLong: Reply(503, REFUSED),
    Unreachable: Reply(503, REFUSED),
    UnsafeSettings: Reply(503, REFUSED),
    HistoryBroken: Reply(500, REFUSED),
    ReviewcycleError: Reply(500, REFUSED),
}

_NOT_THERE = (Code.NO_SUCH_REVIEW, Code.NOT_VISIBLE, Code.NO_SUCH_TASK, Code.NO_SUCH_INTERVENTION)
_NOT_YOURS = (
    Code.READ_ONLY, Code.NOT_YOUR_TASK, Code.NOT_YOURS, Code.NOBODY_ON_THEMSELVES, Code.DELEGATION_NOT_ALLOWED,
    Code.NOT_YOURS_TO_RETRACT,
)  # fmt: skip
_NOT_NOW = (
    Code.NOT_DUE, Code.REVIEW_ENDED, Code.NOT_FROM_HERE, Code.WINDOW_OVER, Code.TASK_NOT_OPEN, Code.WAITS_FOR_STATE,
    Code.WAITS_FOR_TASKS, Code.WAITS_FOR_DATE, Code.TASK_CLOSED, Code.INPUTS_FIXED, Code.INPUTS_NOT_FIXED,
    Code.OUTCOME_USED_UP, Code.INTERVENTION_USED_UP, Code.TASK_DECIDES, Code.TARGETS_FIXED, Code.NOTHING_TO_CORRECT,
    Code.NO_FIGURES_TO_CORRECT,
    Code.ALREADY_HOLDS, Code.RESULT_BLOCKED, Code.NO_WAY, Code.NOTHING_TO_RETRACT, Code.MOVED_ON, Code.ANSWER_FIXED,
    Code.REVIEW_HELD, Code.HELD_UNTIL, Code.HELD_ALREADY, Code.NOT_HELD, Code.NO_LAST_DAY, Code.NO_WAY_TO_SKIP,
    Code.WAITS_FOR_COHORT, Code.ANSWERED_TOGETHER,
)  # fmt: skip

REFUSALS: Final[Mapping[str, int]] = {
    code.value: 404 if code in _NOT_THERE else 403 if code in _NOT_YOURS else 409 if code in _NOT_NOW else 422
    for code in Code
}
"""Status of a refused command: not there for you, not yours to do, not now, or not like this."""

FAULTS: Final[Mapping[str, int]] = {
    "http.unknown_parameter": 400,
    "http.repeated_parameter": 400,
    "http.bad_parameter": 400,
    "http.bad_json": 400,
    "http.not_utf8": 400,
    "http.too_deep": 400,
    "http.too_many_digits": 400,
    "http.no_number": 400,
    "http.key_twice": 400,
    "http.unkeepable": 400,
    "http.key_missing": 400,
    "http.bad_key": 400,
    "http.bad_match": 400,
    "http.bad_request": 400,
    "http.unauthenticated": 401,
    "http.cross_site": 403,
    "http.no_such_address": 404,
    "http.wrong_method": 405,
    "http.too_big": 413,
    "http.wrong_type": 415,
    "http.body_faults": 422,
    "http.rows_refused": 422,
    "http.problems_found": 422,
    "http.match_missing": 428,
    "http.too_many": 429,
    "http.unexpected": 500,
    "http.not_ready": 503,
}
"""Status of what is wrong with a request before anything is asked of the house."""


@dataclass(frozen=True, slots=True)
class At:
    """One fault inside a body or a file: a JSON pointer (or `row N`), a code and its values."""

    pointer: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


class Fault(Exception):
    """A request that is not carried out. code: a key of FAULTS or any code of the book; at: places inside the body;
    more: further members of the problem document; values (or keywords): what the sentence of the code names."""

    def __init__(
        self,
        code: str,
        *,
        status: int | None = None,
        at: tuple[At, ...] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        values: Mapping[str, object] | None = None,
        **named: object,
    ) -> None:
        self.code = code
        self.status = status if status is not None else FAULTS[code]
        self.at = at
        self.headers = dict(headers or {})
        self.more = dict(more or {})
        self.values = {name: str(value) for name, value in {**(values or {}), **named}.items()}
        super().__init__(code)


def reply_for(error: ReviewcycleError) -> Reply:
    """The reply of the nearest kind of error in the table."""
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    raise TypeError(f"{type(error).__name__} is not one of our errors") from error
