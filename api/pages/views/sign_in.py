"""Signing in by a one-time link, and out again. The link is used up by a button, so that no preview can do it."""

from __future__ import annotations

from typing import Final

from api.actor import COOKIE
from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import some
from api.limits import SIGN_IN_RATE
from api.pages.render import go, local_path, show
from engine.errors import NotAllowed
from engine.operations import sign_in

door = Door("pages")

SECONDS: Final = 7 * 24 * 3600


@door.page("/sign-in", "page_sign_in", public=True, query={"link": some(1, 200), "next": some(1, 200)})
def page(ask: Ask) -> Reply:
    """With a link the button that uses it; without one, how to get one."""
    wanted = local_path(ask.query.get("next"))
    return show(ask, "sign_in.html", link=ask.query.get("link", ""), next=wanted, wrong=False)


@door.submit("/sign-in", "page_sign_in_do", public=True, rate=SIGN_IN_RATE, refuses=(403,))
def redeem(ask: Ask) -> Reply:
    texts = {name: "".join(ask.body.get(name, [])[:1]) for name in ("link", "next")}
    try:
        session = sign_in.redeem(ask.rt, texts["link"])
    except NotAllowed:
        return show(ask, "sign_in.html", status=403, link="", next="/", wrong=True)
    there = go(local_path(texts["next"]))
    return Reply(there.body, status=303, location=there.location, cookies={COOKIE: (session.text, SECONDS)})


@door.submit("/sign-out", "page_sign_out")
def sign_out(ask: Ask) -> Reply:
    """Ends this session; a request with a token has none to end."""
    if ask.signed is not None:
        sign_in.sign_out(ask.rt, ask.actor, ask.signed.session)
    return Reply("", status=303, location="/sign-in", cookies={COOKIE: ("", 0)})
