"""One command on one review from a route: carried out once, or said why not."""

from __future__ import annotations

from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.faults import refused
from api.kit.shapes import YES_NO, Schema
from engine.operations.handle import handle
from engine.operations.names import definition_of
from engine.review.case import Refused
from engine.review.commands import Command

DRY: Final[dict[str, Schema]] = {"dry_run": {**YES_NO, "default": False}}
"""Everything but the commit: the receipt says what would be."""


def carried_out(ask: Ask, review: str, command: Command | Refused) -> Reply:
    """The receipt; the same key and request give the same bytes. Fault for a refusal, with all its reasons."""
    key, digest = (ask.once.key, ask.once.digest) if ask.once is not None else (None, None)
    done = command if isinstance(command, Refused) else handle(
        ask.rt, ask.actor, command, key=key, digest=digest, expected=ask.expected,
        dry=ask.query.get("dry_run", False),
    )  # fmt: skip
    if isinstance(done, Refused):
        definition = None if done.code in ("no_such_review", "not_visible") else definition_of(ask.rt, review)
        raise refused(done, definition, review=ask.path["review"])
    return Reply(done.receipt(), revision=done.seq)
