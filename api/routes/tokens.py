"""Tokens and one-time sign-in links: shown once, kept as hashes, taken back at any time."""

from __future__ import annotations

from typing import Any

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import INSTANT, TEXT, WHOLE, body, listed, maybe, shape, some, whole
from api.limits import SIGN_IN_RATE
from engine.operations import sign_in, tokens
from engine.operations.tokens import DAYS, NewToken
from engine.store.tokens import Token

door = Door("tokens", "/api/v1")

TOKEN = shape(id=TEXT, made_at=INSTANT, expires_at=INSTANT, revoked_at=maybe(INSTANT))
MADE = shape(id=TEXT, token=TEXT, expires_at=INSTANT)


def _token(one: Token) -> dict[str, Any]:
    return {"id": one.id, "made_at": one.made_at, "expires_at": one.expires_at, "revoked_at": one.revoked_at}


@door.get("/tokens", "tokens", reply=shape(items=listed(TOKEN)), query={"person": some(1, 120)}, refuses=(404, 422))
def listing(ask: Ask) -> Reply:
    """Tokens of oneself, or of a person for whom one may make them."""
    ref = ask.query.get("person")
    return Reply({"items": [_token(one) for one in tokens.tokens_of(ask.rt, ask.actor, ref)]})


@door.post(
    "/tokens", "token_new", body=body(person=some(1, 120), days=whole(1, 366)), status=201, reply=MADE,
    rate=SIGN_IN_RATE, refuses=(404,), links={"token_revoke": {"token": "$response.body#/id"}},
)  # fmt: skip
def new(ask: Ask) -> Reply:
    """A new token; its text is shown in this answer and nowhere else."""
    ref = ask.body.get("person")
    wish = NewToken(ref or ask.actor.person or "", ask.body.get("days", DAYS))
    made = tokens.new_token(ask.rt, ask.actor, wish, once=ask.once)
    return Reply({"id": made.id, "token": made.text, "expires_at": made.expires_at})


SESSION = shape(id=TEXT, begun_at=INSTANT, seen_at=INSTANT, expires_at=INSTANT)


@door.get("/sessions", "sessions", reply=shape(items=listed(SESSION)))
def sessions(ask: Ask) -> Reply:
    """The browsers in which one is signed in."""
    found = sign_in.sessions_of(ask.rt, ask.actor)
    return Reply({"items": [
        {"id": one.id, "begun_at": one.begun_at, "seen_at": one.seen_at, "expires_at": one.expires_at}
        for one in found
    ]})  # fmt: skip


@door.delete("/sessions/{session}", "session_end", status=204)
def end_session(ask: Ask) -> Reply:
    sign_in.sign_out(ask.rt, ask.actor, ask.path["session"])
    return Reply(media="text/plain")


@door.post("/sessions/end-all", "session_end_all", reply=shape(sessions=WHOLE, links=WHOLE))
def end_all(ask: Ask) -> Reply:
    """Ends every session of one's own, and makes links that were not used yet void."""
    return Reply(sign_in.sign_out_everywhere(ask.rt, ask.actor, once=ask.once).receipt())


@door.delete("/tokens/{token}", "token_revoke", status=204)
def revoke(ask: Ask) -> Reply:
    """From now on nobody gets in with it. Taking it back twice changes nothing."""
    tokens.revoke(ask.rt, ask.actor, ask.path["token"])
    return Reply(media="text/plain")


@door.post(
    "/sign-in-links", "link_new", body=body(person=some(1, 120)), status=201, reply=shape(url=TEXT, expires_at=INSTANT),
    rate=SIGN_IN_RATE, refuses=(404,),
)  # fmt: skip
def link(ask: Ask) -> Reply:
    """A link that signs a browser in once, within a quarter of an hour."""
    ref = ask.body.get("person")
    made = sign_in.new_link(ask.rt, ask.actor, ref or ask.actor.person or "", once=ask.once)
    return Reply({"url": f"{ask.base}/sign-in?link={made.text}", "expires_at": made.expires_at})


