"""People who are named in a command: whether a ref means anybody is told to those alone who may give the command."""

from __future__ import annotations

from engine.errors import InputError, NotFound
from engine.operations.load import load_case
from engine.operations.names import person_named
from engine.review.case import Actor, Reason, Refused
from engine.review.commands import Command, Reassign
from engine.review.decide.step import try_out
from engine.review.refusal import Code, precedence
from engine.runtime import Runtime


def reassigned(rt: Runtime, actor: Actor, review: str, task: str, to: str, reason: str) -> Reassign | Refused:
    """The command that gives the task to the person with this ref. InputError for a person nobody knows."""
    try:
        with rt.database.read() as tx:
            return Reassign(review, task, person_named(tx, to), reason)
    except NotFound as error:
        return refused_anyway(rt, actor, Reassign(review, task, "", reason), error)


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
