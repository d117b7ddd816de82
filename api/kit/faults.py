"""Whatever goes wrong, as a problem document (RFC 9457) for programs, or as a page for people."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, g, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchAddress

from api.limits import BODY_MAX
from api.refusals import REFUSALS, At, Fault, reply_for
from api.unexpected import keep_traceback
from api.wire import plain
from engine.definition.model import Definition
from engine.errors import ReviewcycleError
from engine.operations.telling import say_reason
from engine.review.case import Refused
from engine.runtime import Runtime
from engine.words.book import has, say

PROBLEM = "application/problem+json"
PROBLEMS = "/api/v1/problems/"
Render = Callable[[Fault, Mapping[str, Any]], str]


def refused(found: Refused, definition: Definition | None = None, *, review: str = "") -> Fault:
    """A refused command as a fault: the status of its first reason, all reasons said.

    A review that is not there and one that the asker may not see are the same fault, to the letter.
    """
    if found.code in ("no_such_review", "not_visible"):
        return Fault("no_such_review", status=404, review=review)
    reasons = [
        {"code": one.code, "text": say_reason(g.lang, one, definition), "values": dict(one.values)}
        for one in found.reasons
    ]
    more: dict[str, Any] = {"reasons": reasons}
    if found.at is not None:
        more["next_at"] = plain(found.at)
    return Fault(found.code, status=REFUSALS[found.code], more=more, values=found.reasons[0].values)


def fault_of(error: ReviewcycleError) -> Fault:
    """One of our errors as a fault."""
    status = reply_for(error).status
    headers = {"Retry-After": "5"} if status == 503 else {}
    return Fault(error.code, status=status, values=error.values, headers=headers)


def document(fault: Fault) -> dict[str, Any]:
    """The problem document, in the reader's language."""
    reasons = fault.more.get("reasons")
    found: dict[str, Any] = {
        "type": PROBLEMS + fault.code,
        "title": say(g.lang, f"http.title.{fault.status}"),
        "status": fault.status,
        "detail": reasons[0]["text"] if reasons else _said(fault.code, fault.values),
        "instance": request.path[:200],
        "code": fault.code,
        "request": g.request_id,
    }
    if fault.at:
        found["errors"] = [_place(one) for one in fault.at]
    return found | fault.more


def _said(code: str, values: Mapping[str, str]) -> str:
    return say(g.lang, code, **values) if has(code) else code


def _place(at: At) -> dict[str, Any]:
    return {"pointer": at.pointer, "code": at.code, "text": _said(at.code, at.values)}


def install(app: Flask, rt: Runtime, render: Render) -> None:
    """Turns every error of a request into its answer; no traceback leaves the house."""

    def answer(fault: Fault) -> Response:
        found = document(fault)
        g.code = fault.code
        if _for_people():
            if fault.status == 401:
                return _to_sign_in()
            response = Response(render(fault, found), fault.status, content_type="text/html; charset=utf-8")
        else:
            text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
            response = Response(text.encode(), fault.status, content_type=PROBLEM)
        response.headers.update(fault.headers)
        return response

    def unexpected(error: Exception) -> Response:
        name, _ = keep_traceback(error, rt.settings.data, os.environ)
        return answer(Fault("http.unexpected", id=name))

    app.register_error_handler(Fault, answer)
    app.register_error_handler(ReviewcycleError, lambda error: answer(fault_of(error)))
    app.register_error_handler(HTTPException, lambda error: answer(_of_flask(error)))
    app.register_error_handler(Exception, unexpected)


def _for_people() -> bool:
    """Whether the answer is a page: the route says so, or where there is none, the address."""
    if g.route is not None:
        return bool(g.route.page)
    return not request.path.startswith("/api/")


def _to_sign_in() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    from urllib.parse import urlencode

    target = "/sign-in" if wanted == "/" else "/sign-in?" + urlencode({"next": wanted})
    response: Any = redirect(target, 303)
    return response  # type: ignore[no-any-return]


def _of_flask(error: HTTPException) -> Fault:
    if isinstance(error, NoSuchAddress):
        return Fault("http.no_such_address", path=request.path[:100])
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return Fault("http.wrong_method", headers={"Allow": allowed}, method=request.method[:20], allowed=allowed)
    if isinstance(error, RequestEntityTooLarge):
        return Fault("http.too_big", most=BODY_MAX)
    return Fault("http.bad_request", status=error.code if error.code and error.code >= 400 else 400)
