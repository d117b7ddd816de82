"""Signs people in: a link that is good once and soon, and the session in the browser that it begins. No passwords."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from engine.clock import instant_text
from engine.errors import NotAllowed, NotFound, TooLong
from engine.history.event import Entry, Part
from engine.operations.moment import moment
from engine.operations.names import person_known
from engine.operations.once import Once, again, keep, known
from engine.operations.tokens import (
    NewlyMade,
    door_event,
    let_in,
    looked_at,
    person_stream,
    require_charge,
    told_again,
)
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import history, passes, sessions
from engine.store.sessions import SEEN_EVERY, Link, Sitting
from engine.store.timeout import within

LINK_LASTS: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Session:
    """A session just begun. text: the cookie's value, told this once and kept nowhere."""

    text: str
    person: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """Who sits at the browser, and in which session."""

    actor: Actor
    session: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How many sessions were ended, and how many links not used yet made void."""

    sessions: int
    links: int

    def receipt(self) -> dict[str, Any]:
        return {"sessions": self.sessions, "links": self.links}


def new_link(rt: Runtime, actor: Actor, person: str, once: Once | None = None) -> NewlyMade:
    """A way to sign in once within 15 minutes, for whom the actor may also make a token (see `new_token`)."""
    return again(lambda: _new_link(rt, actor, person, once))


def _new_link(rt: Runtime, actor: Actor, named: str, once: Once | None) -> NewlyMade:
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if before is not None:
            tx.rollback()
            return told_again(rt, passes.LINK, before)
        person, at = let_in(tx, actor, named, rt.clock.now())
        link_id = passes.new_pass_id(rt.ids)
        one = Link(link_id, person, at, actor.person, at + LINK_LASTS)
        made = NewlyMade(one.id, person, passes.derived_pass(rt.database.keys, passes.LINK, one.id), one.expires_at)
        sessions.insert_link(tx, one, made.text)
        plain = {"link": one.id, "expires_at": instant_text(one.expires_at)}
        history.append(tx, [door_event(person, "link_made", actor, at, plain, once)])
        keep(tx, actor, once, made.receipt(), at)
    return made


def redeem(rt: Runtime, text: str) -> Session:
    """Uses the link up and begins a session. NotAllowed for a text that lets nobody in, whatever the reason."""
    return again(lambda: _redeem(rt, text))


def _redeem(rt: Runtime, text: str) -> Session:
    now = rt.clock.now()
    with rt.database.write() as tx:
        link = sessions.use_link(tx, text, now)
        if link is None:
            raise NotAllowed("DR004")
        at = moment(tx, now, [person_stream(link.person)])
        one = Sitting(
            passes.new_pass_id(rt.ids), link.person, link.made_by, begun_at=now, seen_at=now,
            expires_at=now + sessions.LONGEST,
        )  # fmt: skip
        session = Session(passes.random_pass(rt.ids, passes.SESSION, one.id), link.person, one.expires_at)
        sessions.insert(tx, one, session.text)
        told = Part(link.person, {"link": link.id, "session": one.id})
        actor = Actor(link.person)
        history.append(tx, [
            Entry(person_stream(link.person), "signed_in", at, actor.cause, actor.person, parts=(told,))
        ])
    return session


def session_of(rt: Runtime, text: str) -> Signed | None:
    """Who sits behind a cookie; None once the session has ended, lain idle, lasted too long, or its person has left.

    That she was seen is noted now and then, not each time.
    """
    now = rt.clock.now()
    with rt.database.read() as tx:
        found = sessions.find(tx, text, now)
    if found is None:
        return None
    if now - found.seen_at > SEEN_EVERY:
        # Whoever only looks at a page must not have to wait for somebody who writes.
        with suppress(TooLong), within(1), rt.database.write() as tx:
            sessions.seen(tx, found.id, now)
    return Signed(Actor(found.person), found.id)


def sessions_of(rt: Runtime, actor: Actor, person: str | None = None) -> tuple[Sitting, ...]:
    """The sessions of the person (None: of oneself) as far as they are kept, newest first; rights as `tokens_of`."""
    with rt.database.read() as tx:
        return sessions.of_person(tx, looked_at(tx, actor, person, rt.clock.now()))


def sign_out(rt: Runtime, actor: Actor, session: str, once: Once | None = None) -> None:
    """Ends one of one's own sessions; one that has ended already stays so. NotFound for one that is not hers."""
    again(lambda: _sign_out(rt, actor, session, once))


def _sign_out(rt: Runtime, actor: Actor, session: str, once: Once | None) -> None:
    now = rt.clock.now()
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if actor.person is None or session not in {one.id for one in sessions.of_person(tx, actor.person)}:
            raise NotFound("DR006", session=session)
        sessions.end(tx, session, actor.person, now)
        if before is None:
            keep(tx, actor, once, {"session": session}, now)


def sign_out_everywhere(rt: Runtime, actor: Actor, person: str | None = None, once: Once | None = None) -> Ended:
    """Ends every session of the person (None: of oneself) and voids her unused links. HR may for her people, the system
    for anybody. Tokens stay: they are revoked one by one."""
    return again(lambda: _sign_out_everywhere(rt, actor, person, once))


def _sign_out_everywhere(rt: Runtime, actor: Actor, named: str | None, once: Once | None) -> Ended:
    now = rt.clock.now()
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if before is not None:
            tx.rollback()
            return Ended(**before)
        person = actor.person if named is None else person_known(tx, actor, named, now)
        if person is None:
            raise NotAllowed("OP009")
        require_charge(tx, actor, person, now)
        ended = Ended(*sessions.end_all(tx, person, now))
        keep(tx, actor, once, ended.receipt(), now)
    return ended
