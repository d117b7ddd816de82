"""Carries out one command on one review: one transaction, one event, one receipt."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.canonical import canonical_bytes
from engine.errors import NotFound, StaleRevision
from engine.history.event import entry_of, request_hash, review_stream
from engine.operations.load import load_case
from engine.operations.moment import moment
from engine.review.case import Actor, Reason, Refused
from engine.review.commands import Command
from engine.review.decide.step import decide
from engine.review.events import Event
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.timers import timers_of
from engine.runtime import Runtime
from engine.store import cycles, history, requests, reviews, timers
from engine.store.database import Tx


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was accepted: event `seq` of the review, its action, the state reached, the event's leaf hash (hex)."""

    review: str
    seq: int
    action: str
    state: str
    leaf_hash: str


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
    dry: bool = False,
    at: datetime | None = None,
) -> Receipt | Refused:
    """Carries out the command, or says why not; a refused command has touched nothing.

    key: the caller's idempotency key: the same key and command give the same receipt again, for a person only. dry does
    everything but commit. at: now, unless the caller hands an instant in. KeyReused when the key came with another
    command; StaleRevision when somebody else was faster twice.
    """
    try:
        return _handle_once(rt, actor, command, key, dry, at or rt.clock.now())
    except StaleRevision:
        return _handle_once(rt, actor, command, key, dry, at or rt.clock.now())


def _handle_once(
    rt: Runtime, actor: Actor, command: Command, key: str | None, dry: bool, at: datetime
) -> Receipt | Refused:
    keyed = key if actor.person is not None else None
    digest = command_digest(command) if keyed else ""
    with rt.database.write() as tx:
        if keyed and actor.person:
            known = requests.find(tx, actor.person, keyed, digest)
            if known is not None:
                tx.rollback()
                return Receipt(**known)
        request = request_hash(actor.person or "", keyed) if keyed else None
        done = apply(rt, tx, actor, command, at, request)
        if isinstance(done, Refused) or dry:
            tx.rollback()
            return done if isinstance(done, Refused) else done.receipt
        if keyed and actor.person:
            requests.insert(tx, actor.person, keyed, digest, asdict(done.receipt), at)
        return done.receipt


def apply(
    rt: Runtime, tx: Tx, actor: Actor, command: Command, at: datetime, request: str | None = None
) -> Applied | Refused:
    """The command inside an open write transaction, which the caller commits or undoes.

    It happens at the instant, or when the review's last event did where that is later.
    """
    try:
        case = load_case(rt, tx, command.review, at, command)
    except NotFound as error:
        return Refused(error.code, (Reason(error.code, error.values),))
    at = moment(tx, at, [review_stream(case.review.id)])
    event = decide(case, actor, command, at)
    if isinstance(event, Refused):
        return event
    definition = case.definition
    entry = entry_of(event, definition=definition.fingerprint, subject=case.review.subject, request=request)
    (appended,) = history.append(tx, [entry])
    review = evolve(case.review, event, appended.leaf_hash)
    reviews.save(tx, review, case.review.revision)
    timers.sync(tx, review.id, timers_of(review, definition))
    carried = event.payload.get("carry_over")
    if carried:
        cycles.put_start(
            tx,
            subject=review.subject,
            workflow=definition.name,
            period=carried["period"],
            review=review.id,
            given=carried,
        )
    receipt = Receipt(review.id, event.seq, event.action, review.state, appended.leaf_hash)
    return Applied(receipt, event, review)


def command_digest(command: Command) -> str:
    """SHA-256 (hex) of what was asked, so that a key cannot come back with another wish."""
    asked = {"command": type(command).__name__, **asdict(command)}
    return hashlib.sha256(canonical_bytes(_plain(asked))).hexdigest()


def receipt_bytes(receipt: Receipt) -> bytes:
    """The canonical bytes that are stored and given again: the same key gives the same bytes."""
    return canonical_bytes(asdict(receipt))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
