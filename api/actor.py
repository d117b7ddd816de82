"""Who asks: the holder of a token, or of a browser's session, which no other site may use in her name."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

from api.refusals import Fault
from engine.operations import sign_in, tokens
from engine.operations.sign_in import Signed
from engine.review.case import Actor
from engine.runtime import Runtime

COOKIE = "reviewcycle_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_WANTED = {"WWW-Authenticate": 'Bearer realm="reviewcycle"'}


def who_asks(rt: Runtime, request: Request) -> tuple[Actor, Signed | None]:
    """The actor, and the session where it is a browser's. Fault 401 without a valid token or session, 403 when another
    site sends what changes something."""
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        actor = tokens.who(rt, text.strip()) if scheme.lower() == "bearer" else None
        if actor is None:
            raise Fault("http.unauthenticated", headers=_WANTED)
        return actor, None
    cookie = request.cookies.get(COOKIE)
    signed = sign_in.session_of(rt, cookie) if cookie else None
    if signed is None:
        raise Fault("http.unauthenticated", headers=_WANTED)
    refuse_cross_site(request)
    return signed.actor, signed


def refuse_cross_site(request: Request) -> None:
    """Fault 403 for an unsafe request that a browser says, or cannot deny, another site made.

    Sec-Fetch-Site cannot be set by a page; where an old browser does not send it, Origin must be our own.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            raise Fault("http.cross_site")
        return
    origin = request.headers.get("Origin")
    if origin is None or urlsplit(origin)[:2] != urlsplit(request.host_url)[:2]:
        raise Fault("http.cross_site")
