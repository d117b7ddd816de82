"""People and days that are named in a command: whether a ref means anybody is told to those alone who may give it."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Final

from engine.errors import InputError, NotFound
from engine.operations.load import load_case
from engine.operations.names import person_named
from engine.review.case import Actor, Reason, Refused
from engine.review.commands import Command, Delegate, Reassign
from engine.review.decide.step import try_out
from engine.review.refusal import Code, precedence
from engine.runtime import Runtime

_DAY: Final = re.compile(r"(\d{4})(?:-|/|年)(\d{1,2})(?:-|/|月)(\d{1,2})日?", re.ASCII)


def reassigned(rt: Runtime, actor: Actor, review: str, task: str, to: str, reason: str) -> Command | Refused:
    """The command that gives the task to the person with this ref. InputError for a person nobody knows."""
    return _given(rt, actor, Reassign(review, task, "", reason), to)


def delegated(rt: Runtime, actor: Actor, review: str, task: str, to: str, reason: str) -> Command | Refused:
    """The command by which a holder gives her task on to the person with this ref; errors as in `reassigned`."""
    return _given(rt, actor, Delegate(review, task, "", reason), to)


def _given(rt: Runtime, actor: Actor, command: Reassign | Delegate, to: str) -> Command | Refused:
    try:
        with rt.database.read() as tx:
            return replace(command, to=person_named(tx, to))
    except NotFound as error:
        return refused_anyway(rt, actor, command, error)


def day_named(text: str) -> date:
    """A day as people write it: `2025-10-31`, `2025/10/31`, `2025年10月31日`. InputError that says how to write it."""
    found = _DAY.fullmatch(text.strip())
    with suppress(ValueError):
        if found is not None:
            return date(*map(int, found.groups()))
    raise InputError("OP058", value=text[:80])


def refused_anyway(rt: Runtime, actor: Actor, command: Command, error: InputError | NotFound) -> Refused:
    """What speaks against the command whatever it contains, as if the person were known. InputError, made of `error`,
    where nothing does: the actor may give the command, so she may hear that nobody is called so."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        try:
            said = try_out(load_case(rt, tx, command.review, at), actor, command, at)
        except NotFound as missing:
            return Refused(missing.code, (Reason(missing.code, missing.values),))
    if isinstance(said, Refused) and precedence(said.code) < precedence(Code.COMMENT_REQUIRED):
        return said
    raise InputError(error.code, **error.values) from None
