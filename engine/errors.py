"""The one error tree: each error carries a code and values; the words room makes the sentence."""

from __future__ import annotations

from collections.abc import Mapping


class ReviewcycleError(Exception):
    """Base of all errors that a user may see. code is a key of engine/words; values fill its sentence."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values: Mapping[str, str] = {name: str(value) for name, value in values.items()}
        super().__init__(f"{code} {dict(self.values)}")


class InputError(ReviewcycleError):
    """What was handed in (a file, a row, an argument) cannot be used; nothing was changed."""


class NotFound(ReviewcycleError):
    """What was named does not exist, or is not visible to the one who asks."""


class NotAllowed(ReviewcycleError):
    """The one who asks may not do this; nothing was changed."""


class StaleRevision(ReviewcycleError):
    """Somebody else changed the review since it was loaded."""


class KeyReused(ReviewcycleError):
    """An idempotency key came again with another request."""


class TooLong(ReviewcycleError):
    """It would have taken longer than the caller has; nothing was changed."""


class Unreachable(ReviewcycleError):
    """The database does not answer just now; what was under way has changed nothing, unless it was ending just then."""


class UnsafeSettings(ReviewcycleError):
    """The settings could lose acknowledged work, or another distribution owns one of our names; refuses to start."""


class HistoryBroken(ReviewcycleError):
    """Stored history does not fit its hashes; never swallowed."""
