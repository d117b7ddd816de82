"""Makes tokens for programs and for people who write their own, and says whom a token stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from engine.clock import instant_text, parse_instant
from engine.errors import InputError, NotAllowed, NotFound
from engine.history.event import Entry, Part, request_hash
from engine.operations.moment import moment
from engine.operations.names import person_known
from engine.operations.once import Once, again, keep, known
from engine.review.case import Actor
from engine.review.roles import AUDITOR, HR, units_of
from engine.runtime import Runtime
from engine.store import history, passes, people, tokens
from engine.store.admission import is_employed
from engine.store.database import Tx
from engine.store.tokens import Token

DAYS: Final = 90
DAYS_MAX: Final = 366


@dataclass(frozen=True, slots=True)
class NewToken:
    """person: ref or id of whom it will stand for; days: how long it is good for, 1 to 366."""

    person: str
    days: int = DAYS


@dataclass(frozen=True, slots=True)
class NewlyMade:
    """A token or link just made. text: the whole pass, told this once and kept nowhere; whoever asks again with the
    same idempotency key is told the same."""

    id: str
    person: str
    text: str
    expires_at: datetime

    def receipt(self) -> dict[str, Any]:
        """What is kept beside the key: nothing secret."""
        return {"id": self.id, "person": self.person, "expires_at": instant_text(self.expires_at)}


def new_token(rt: Runtime, actor: Actor, wish: NewToken, once: Once | None = None) -> NewlyMade:
    """For oneself; by HR for people of her units; by the system for anybody.

    NotFound for a person whom one may not look up; NotAllowed for whom one may not let in; InputError for a time that
    is too short or too long, and for somebody who does not work here.
    """
    if not 1 <= wish.days <= DAYS_MAX:
        raise InputError("DR001", most=DAYS_MAX)
    return again(lambda: _new_token(rt, actor, wish, once))


def _new_token(rt: Runtime, actor: Actor, wish: NewToken, once: Once | None) -> NewlyMade:
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if before is not None:
            tx.rollback()
            return told_again(rt, passes.TOKEN, before)
        person, at = let_in(tx, actor, wish.person, rt.clock.now())
        token_id = passes.new_pass_id(rt.ids)
        one = Token(token_id, person, at, actor.person, at + timedelta(days=wish.days))
        made = NewlyMade(
            one.id, person, passes.derived_pass(rt.database.keys, passes.TOKEN, one.id), one.expires_at
        )
        tokens.insert(tx, one, made.text)
        plain = {"token": one.id, "expires_at": instant_text(one.expires_at)}
        history.append(tx, [door_event(person, "token_made", actor, at, plain, once)])
        keep(tx, actor, once, made.receipt(), at)
    return made


def revoke(rt: Runtime, actor: Actor, token_id: str, once: Once | None = None) -> Token:
    """Shuts the token for ever: one's own, as HR those of her people, as the system any. Revoked before: as it was.

    NotFound for one that there is not, or not for this actor.
    """
    return again(lambda: _revoke(rt, actor, token_id, once))


def _revoke(rt: Runtime, actor: Actor, token_id: str, once: Once | None) -> Token:
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        one = tokens.find(tx, token_id)
        if one is None or not _may_shut(tx, actor, one.person, rt.clock.now()):
            raise NotFound("DR005", token=token_id)
        at = moment(tx, rt.clock.now(), [person_stream(one.person)])
        if tokens.revoke(tx, one.id, actor.person, at):
            history.append(tx, [door_event(one.person, "token_revoked", actor, at, {"token": one.id}, once)])
        if before is None:
            keep(tx, actor, once, {"token": one.id}, at)
        return tokens.find(tx, one.id) or one


def tokens_of(rt: Runtime, actor: Actor, person: str | None = None) -> tuple[Token, ...]:
    """Every token ever made for the person (None: for oneself), newest first. NotAllowed for the tokens of somebody
    else unless one is HR of her unit or an auditor."""
    with rt.database.read() as tx:
        return tokens.of_person(tx, looked_at(tx, actor, person, rt.clock.now()))


def who(rt: Runtime, text: str) -> Actor | None:
    """Whom a token stands for now; None for one that is unknown, revoked, too old, or of somebody who has left."""
    with rt.database.read() as tx:
        person = tokens.bearer(tx, text, rt.clock.now())
    return None if person is None else Actor(person)


def let_in(tx: Tx, actor: Actor, named: str, now: datetime) -> tuple[str, datetime]:
    """The person for whom the actor may make a way in, and the instant at which it is made.

    HR may not make one for another HR or for an auditor: with it she would be both of the two whom publishing takes.
    """
    person = person_known(tx, actor, named, now)
    require_charge(tx, actor, person, now)
    if actor.person not in (None, person) and not people.places_of(tx, person, now).groups.isdisjoint((HR, AUDITOR)):
        raise NotAllowed("DR003")
    if not is_employed(tx, person, now):
        raise InputError("DR002", ref=named)
    return person, moment(tx, now, [person_stream(person)])


def looked_at(tx: Tx, actor: Actor, named: str | None, now: datetime) -> str:
    """The id of the person whose ways in the actor may look at; named None: the actor herself."""
    if named is None:
        if actor.person is None:
            raise NotAllowed("OP009")
        return actor.person
    person = person_known(tx, actor, named, now)
    if actor.person is None or AUDITOR not in people.places_of(tx, actor.person, now).groups:
        require_charge(tx, actor, person, now)
    return person


def require_charge(tx: Tx, actor: Actor, person: str, at: datetime) -> None:
    """NotAllowed unless the actor is the person herself, HR of hers, or the system."""
    if actor.person in (None, person):
        return
    places = people.places_of(tx, actor.person or "", at)
    if HR not in places.groups:
        raise NotAllowed("OP005")
    if places.hr_of and set(places.hr_of).isdisjoint(units_of(people.relations(tx, [person], at, ()), person)):
        raise NotAllowed("DR007", units=", ".join(places.hr_of))


def _may_shut(tx: Tx, actor: Actor, person: str, now: datetime) -> bool:
    try:
        require_charge(tx, actor, person, now)
    except NotAllowed:
        return False
    return True


def told_again(rt: Runtime, kind: str, receipt: Mapping[str, Any]) -> NewlyMade:
    """What was made under this receipt, with the same text."""
    text = passes.derived_pass(rt.database.keys, kind, receipt["id"])
    return NewlyMade(receipt["id"], receipt["person"], text, parse_instant(receipt["expires_at"]))


def person_stream(person: str) -> str:
    return f"person:{person}"


def door_event(
    person: str, action: str, actor: Actor, at: datetime, plain: Mapping[str, Any], once: Once | None = None
) -> Entry:
    """An event in the person's stream, told under her key."""
    request = request_hash(actor.person, once.key) if once is not None and actor.person is not None else None
    return Entry(
        person_stream(person), action, at, actor.cause, actor.person, request=request, parts=(Part(person, plain),)
    )
