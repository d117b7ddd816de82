"""What several routes read alike: the review an address names, an instant, one page of a list."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from api.kit.ask import Ask
from api.kit.shapes import Schema, some, whole
from api.limits import PAGE_DEFAULT, PAGE_MAX
from api.refusals import Fault
from engine.clock import parse_instant
from engine.errors import NotFound
from engine.operations.names import review_named
from engine.operations.once import receipt_before

PAGE: Final[dict[str, Schema]] = {
    "limit": whole(1, PAGE_MAX, default=PAGE_DEFAULT),
    "cursor": some(1, 200),
}
_ID: Final = re.compile(r"[0-9a-f]{32}")
AT: Final[Schema] = {"type": "string", "format": "date-time", "minLength": 1, "maxLength": 40}


def review_of(ask: Ask) -> str:
    """The review's id from the address: the id itself, or `SUBJECT@PERIOD`.

    Whatever is not there, or not for the asker to see, is the same fault.
    """
    text = ask.path["review"]
    # Of an id the operation finds out for itself whether it is there for the asker.
    return text if _ID.fullmatch(text) else seen_review_of(ask)


def seen_review_of(ask: Ask) -> str:
    """The same, looked up before anything else is: for routes that would tell something by what they refuse."""
    text = ask.path["review"]
    try:
        return review_named(ask.rt, text, actor=ask.actor)
    except NotFound:
        # A wish that comes again gets its receipt, also from whoever may not see the review any more.
        before = receipt_before(ask.rt, ask.actor, ask.once)
        if before is None:
            raise Fault("no_such_review", status=404, review=text[:80]) from None
        return str(before["review"])


def instant_of(ask: Ask, name: str) -> datetime:
    """An instant among the parameters. Fault 400 when it is missing or none."""
    text = ask.query.get(name)
    if text is None:
        raise Fault("http.bad_parameter", name=name, value="-")
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise Fault("http.bad_parameter", name=name, value=text[:40]) from None
