"""Carries out one command on one review: one transaction, one event, one receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.canonical import canonical_bytes
from engine.errors import NotFound, StaleRevision
from engine.history.event import entry_of, request_hash, review_stream
from engine.operations.barriers import poke
from engine.operations.load import load_case
from engine.operations.moment import moment
from engine.operations.once import OUTDATED, Once, again, digest_of, keep, known
from engine.operations.taken_back import keep_words
from engine.operations.taking import takers_of
from engine.review.case import Actor, Reason, Refused, Together
from engine.review.commands import Command, TakeFigures
from engine.review.decide.step import decide
from engine.review.events import Event
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.timers import timers_of
from engine.runtime import Runtime
from engine.store import cycles, drafts, history, reviews, timers
from engine.store.database import Tx

HANDED_ON = Actor(None, "batch")
"""In whose name a review takes the result of another one that ends."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was accepted: event `seq` of the review, its action, the state reached, the event's leaf hash (hex)."""

    review: str
    seq: int
    action: str
    state: str
    leaf_hash: str

    def receipt(self) -> dict[str, Any]:
        return {
            "review": self.review, "seq": self.seq, "action": self.action, "state": self.state,
            "leaf_hash": self.leaf_hash,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applied:
    """A command carried out inside a transaction that is still open."""

    receipt: Receipt
    event: Event
    review: Review


def handle(
    rt: Runtime,
    actor: Actor,
    command: Command,
    *,
    key: str | None = None,
    digest: str | None = None,
    expected: int | None = None,
    dry: bool = False,
    at: datetime | None = None,
) -> Receipt | Refused:
    """Carries out the command, or says why not; a refused command has touched nothing.

    key: the caller's idempotency key: the same key and wish give the same receipt again, for a person only, whatever
    the review has become since. digest: of the whole wish (None: of the command). expected: the revision that the
    caller has seen. dry does everything but commit. at: now, unless the caller hands an instant in.

    KeyReused when the key came with another wish; StaleRevision OP220 for a command that would be accepted but was made
    for another revision than `expected`, and `stale_revision` when somebody else was faster twice.
    """
    once = None if key is None else Once(key, digest or command_digest(command))
    return again(lambda: _handle_once(rt, actor, command, once, expected, dry, at or rt.clock.now()))


def _handle_once(
    rt: Runtime, actor: Actor, command: Command, once: Once | None, expected: int | None, dry: bool, at: datetime
) -> Receipt | Refused:
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if before is not None:
            tx.rollback()
            return Receipt(**before)
        request = request_hash(actor.person, once.key) if once and actor.person else None
        done = apply(rt, tx, actor, command, at, request, expected)
        if isinstance(done, Refused) or dry:
            tx.rollback()
            return done if isinstance(done, Refused) else done.receipt
        keep(tx, actor, once, done.receipt.receipt(), at)
        return done.receipt


def apply(
    rt: Runtime,
    tx: Tx,
    actor: Actor,
    command: Command,
    at: datetime,
    request: str | None = None,
    expected: int | None = None,
    together: Together | None = None,
) -> Applied | Refused:
    """The command inside an open write transaction, which the caller commits or undoes.

    It happens at the instant, or when the review's last event did where that is later. StaleRevision OP220 when it
    would be accepted and the review no longer stands at the revision expected; a refusal says more, so it comes first.
    together: what a judgement of its whole cohort brings to the review.
    """
    try:
        case = load_case(rt, tx, command.review, at, command)
    except NotFound as error:
        return Refused(error.code, (Reason(error.code, error.values),))
    if together is not None:
        case = replace(case, together=together)
    at = moment(tx, at, [review_stream(case.review.id)])
    event = decide(case, actor, command, at)
    if isinstance(event, Refused):
        return event
    if expected is not None and expected != case.review.revision:
        raise StaleRevision(OUTDATED, expected=expected, revision=case.review.revision)
    definition = case.definition
    entry = entry_of(event, definition=definition.fingerprint, subject=case.review.subject, request=request)
    (appended,) = history.append(tx, [entry])
    review = evolve(case.review, event, appended.leaf_hash)
    reviews.save(tx, review, case.review.revision)
    timers.sync(tx, review.id, timers_of(review, definition))
    poke(tx, definition, review)
    drafts.settle(tx, review, event)
    if event.action == "retracted":
        keep_words(tx, definition, case.review, event)
    _carry(tx, definition.name, review, event)
    if review.ended_at is not None and case.review.ended_at is None:
        for taker in takers_of(rt, tx, review, definition.name):
            apply(rt, tx, HANDED_ON, TakeFigures(taker), at)
    receipt = Receipt(review.id, event.seq, event.action, review.state, appended.leaf_hash)
    return Applied(receipt, event, review)


def _carry(tx: Tx, workflow: str, review: Review, event: Event) -> None:
    """What the review leaves for the subject's next one."""
    carried = event.payload.get("carry_over")
    if carried:
        period = carried["period"]
        cycles.put_start(
            tx, subject=review.subject, workflow=workflow, period=period, review=review.id, given=carried
        )


def command_digest(command: Command) -> str:
    """SHA-256 (hex) of what was asked, so that a key cannot come back with another wish."""
    asked = {name: getattr(command, name) for name in command.__dataclass_fields__}
    return digest_of({"command": type(command).__name__, **asked})


def receipt_bytes(receipt: Receipt) -> bytes:
    """The canonical bytes that are stored and given again: the same key gives the same bytes."""
    return canonical_bytes(receipt.receipt())

