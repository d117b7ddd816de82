"""From an error to the answer of every door: one table of HTTP status and exit code."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import (
    HistoryBroken,
    InputError,
    KeyReused,
    NotAllowed,
    NotFound,
    ReviewcycleError,
    StaleRevision,
    TooLong,
    UnsafeSettings,
)

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
    UnsafeSettings: Reply(503, REFUSED),
    HistoryBroken: Reply(500, REFUSED),
    ReviewcycleError: Reply(500, REFUSED),
}


def reply_for(error: ReviewcycleError) -> Reply:
    """The reply of the nearest kind of error in the table."""
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    raise TypeError(f"{type(error).__name__} is not one of our errors") from error
