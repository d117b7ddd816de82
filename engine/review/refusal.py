"""Why a command was not accepted: all reasons in order of precedence; a command with two faults gets the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.review.case import Reason, Refused
from engine.review.codes import Code

__all__ = ["Code", "precedence", "reason", "refuse"]

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
