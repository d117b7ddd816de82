"""Cursors: the place where a list goes on, sealed for the one it was given to.

A cursor made up, or given to somebody else, says nothing: not even whether there is a thing of that id.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from engine.errors import InputError
from engine.review.case import Actor
from engine.runtime import Runtime

_CURSOR: Final = re.compile(r"([a-z]+)\.([0-9a-f]{32})\.([0-9a-f]{16})")


def cursor_at(rt: Runtime, actor: Actor, kind: str, item: str) -> str:
    """For the list of this kind: behind the item with this id."""
    return f"{kind}.{item}.{_seal(rt, actor, kind, item)}"


def item_at(rt: Runtime, actor: Actor, kind: str, cursor: str) -> str:
    """The id of the item behind which the list goes on. InputError for a cursor that the actor was not given for it."""
    found = _CURSOR.fullmatch(cursor)
    if found is None or found[1] != kind or not hmac.compare_digest(found[3], _seal(rt, actor, kind, found[2])):
        raise InputError("OP202")
    return found[2]


def _seal(rt: Runtime, actor: Actor, kind: str, item: str) -> str:
    return rt.database.keys.derived("cursor", f"{kind} {item} {actor.person or ''}").hex()[:16]
