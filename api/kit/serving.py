"""Carries one request from its address to its answer: who asks, what she brings, the route's function, the reply."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Request, Response, g, request

from api.actor import refuse_cross_site, who_asks
from api.kit.ask import Ask, Reply
from api.kit.reading import body_of, digest_of, expected_of, language, once_of, query_of
from api.kit.route import FORM, HTML, JSON, Route
from api.limits import SECONDS_MAX
from api.wire import json_bytes
from engine.operations.once import Once
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store.timeout import within

NOBODY: Final = Actor(None, "nobody")
"""Who asks on a public address; such routes ask nothing of the house in anybody's name."""


def view_of(route: Route, rt: Runtime, settings: Mapping[str, Any]) -> Callable[..., Response]:
    """The Flask view of a route."""

    def view(**path: str) -> Response:
        g.route = route
        with within(SECONDS_MAX):
            return _answer(route, route.run(ask_of(route, rt, settings, path)))

    return view


def ask_of(route: Route, rt: Runtime, settings: Mapping[str, Any], path: Mapping[str, str]) -> Ask:
    """The request, checked in an order that tells a stranger nothing: who asks, then how, then what."""
    signed = None
    request = here()
    if route.public:
        actor = NOBODY
        if route.takes == FORM:
            refuse_cross_site(request)
    else:
        actor, signed = who_asks(rt, request)
        g.actor = actor.person
    query = query_of(route, request)
    body, data = body_of(route, request)
    once = once_of(route, request, data)
    expected = expected_of(route, request)
    if route.takes == FORM:
        once, expected = _hidden(request, body, data)
    return Ask(
        rt, actor, g.lang, path, query, body, once, expected, signed, g.request_id, g.nonce,
        request.host_url.rstrip("/"), settings,
    )  # fmt: skip


def here() -> Request:
    """The request itself: its name in Flask finds it anew, in the context, for each attribute that is asked for."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def _hidden(request: Request, fields: dict[str, list[str]], data: bytes) -> tuple[Once | None, int | None]:
    """Key and revision as a page's form carries them; taken out of the fields."""
    key = "".join(fields.pop("_key", [])[:1])
    revision = "".join(fields.pop("_revision", [])[:1])
    once = Once(key, digest_of(request, data)) if key else None
    return once, int(revision) if revision.isdecimal() and len(revision) < 10 else None


def _answer(route: Route, reply: Reply) -> Response:
    media = reply.media or route.gives
    status = reply.status or route.status
    if media == JSON:
        data: Any = reply.body if isinstance(reply.body, bytes) else json_bytes(reply.body)
    else:
        data = reply.body if reply.body is not None else ""
    response = Response(data, status=status, content_type=media if media == JSON else f"{media}; charset=utf-8")
    if reply.revision is not None:
        response.headers["ETag"] = f'"{reply.revision}"'
    if reply.location is not None:
        response.headers["Location"] = reply.location
    if reply.next is not None:
        response.headers["Link"] = f'<{_with_cursor(reply.next)}>; rel="next"'
    for name, (value, seconds) in reply.cookies.items():
        response.set_cookie(
            name, value, max_age=seconds, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
        )
    response.headers.update(reply.headers)
    return response


def _with_cursor(cursor: str) -> str:
    from urllib.parse import urlencode

    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    return f"{request.path}?{urlencode({**kept, 'cursor': cursor})}"


def begin_request() -> None:
    """Gives the request an id, a nonce and a starting time."""
    g.request_id = secrets.token_hex(8)
    g.nonce = secrets.token_urlsafe(18)
    g.begun = time.monotonic()
    g.route = None
    g.actor = None
    g.lang = language(request)


def policy(nonce: str) -> str:
    """What a page may load: its own files, and scripts and styles that carry this answer's nonce."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'"
    )


def end_request(response: Response) -> Response:
    """Headers that every answer carries."""
    headers = response.headers
    headers["X-Request-Id"] = g.request_id
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = policy(g.nonce) if response.mimetype == HTML else "default-src 'none'"
    headers.setdefault("Cache-Control", "no-store")
    if response.mimetype in (JSON, HTML, "application/problem+json"):
        headers["Content-Language"] = g.lang
        headers["Vary"] = "Accept-Language, Authorization, Cookie"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response

