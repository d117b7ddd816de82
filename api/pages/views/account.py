"""Account: who one is here, tokens for programs, open sessions, and sign-in links for others."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from api.actor import COOKIE
from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import one_of
from api.limits import SIGN_IN_RATE
from api.pages.render import go, show
from api.refusals import reply_for
from engine.errors import ReviewcycleError
from engine.operations import sign_in, tokens
from engine.operations.tokens import DAYS, DAYS_MAX, NewToken
from engine.store.tokens import Token
from engine.words.book import say

door = Door("pages")

SHOWN: Final = 20


@door.page("/account", "page_account", query={"done": one_of("revoked", "signed_out", "everywhere")})
def account(ask: Ask) -> Reply:
    return account_page(ask)


def account_page(
    ask: Ask, *, made: str = "", about: str = "", refused: str = "", status: int | None = None, days: str = str(DAYS)
) -> Reply:
    """made: a token or link that was just made, shown this once; about: what it is."""
    now = ask.rt.clock.now()
    return show(
        ask, "account.html", status=status, place="account", made=made, about=about, refused=refused, days=days,
        most=DAYS_MAX, tokens=[one for one in tokens.tokens_of(ask.rt, ask.actor) if lives(one, now)][:SHOWN],
        sessions=[one for one in sign_in.sessions_of(ask.rt, ask.actor) if one.live(now)][:SHOWN],
        mine=ask.signed.session if ask.signed is not None else "", key=ask.rt.ids.new_id(), keys=keys_for(ask),
        done=ask.query.get("done"),
    )  # fmt: skip


def keys_for(ask: Ask) -> dict[str, str]:
    """A fresh idempotency key for each form of the page."""
    return {name: ask.rt.ids.new_id() for name in ("token", "link", "everywhere", "revoke", "end")}


def lives(one: Token, now: datetime) -> bool:
    return one.revoked_at is None and one.expires_at > now


def text(ask: Ask, name: str) -> str:
    return "".join(ask.body.get(name, [])[:1]).strip()


@door.submit("/account/tokens", "page_token_new", rate=SIGN_IN_RATE, refuses=(403, 409, 422))
def new_token(ask: Ask) -> Reply:
    days = text(ask, "days") or str(DAYS)
    if not days.isdecimal() or len(days) > 4:
        return account_page(ask, refused=say(ask.lang, "DR001", most=DAYS_MAX), status=422, days=days)
    try:
        made = tokens.new_token(ask.rt, ask.actor, NewToken(ask.actor.person or "", int(days)), once=ask.once)
    except ReviewcycleError as error:
        said = say(ask.lang, error.code, **error.values)
        return account_page(ask, refused=said, status=reply_for(error).status, days=days)
    return account_page(ask, made=made.text, about="token", status=200)


@door.submit("/account/tokens/{token}/revoke", "page_token_revoke", refuses=(404,))
def revoke(ask: Ask) -> Reply:
    tokens.revoke(ask.rt, ask.actor, ask.path["token"], once=ask.once)
    return go("/account", "revoked")


@door.submit("/account/links", "page_link_new", rate=SIGN_IN_RATE, refuses=(403, 404, 422))
def new_link(ask: Ask) -> Reply:
    """A one-time link for somebody, by HR."""
    try:
        made = sign_in.new_link(ask.rt, ask.actor, text(ask, "person"), once=ask.once)
    except ReviewcycleError as error:
        return account_page(ask, refused=say(ask.lang, error.code, **error.values), status=reply_for(error).status)
    return account_page(ask, made=f"{ask.base}/sign-in?link={made.text}", about="link", status=200)


@door.submit("/account/sessions/{session}/end", "page_session_end", refuses=(404,))
def end_session(ask: Ask) -> Reply:
    sign_in.sign_out(ask.rt, ask.actor, ask.path["session"], once=ask.once)
    if ask.signed is not None and ask.signed.session == ask.path["session"]:
        return Reply("", status=303, location="/sign-in", cookies={COOKIE: ("", 0)})
    return go("/account", "signed_out")


@door.submit("/account/sessions/end-all", "page_session_end_all")
def end_all(ask: Ask) -> Reply:
    sign_in.sign_out_everywhere(ask.rt, ask.actor, once=ask.once)
    return Reply("", status=303, location="/sign-in", cookies={COOKIE: ("", 0)})


