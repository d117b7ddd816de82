"""One JSON line a request: what was asked of which address by whom (a pseudonymous id), never what was said."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any, Final

from flask import Response, g, request

from engine.clock import SystemClock, instant_text

LOGGER: Final = logging.getLogger("reviewcycle.http")
OF_WAITRESS: Final = logging.getLogger("waitress")


class Lines(logging.Formatter):
    """A record as one line of JSON; nothing but the fields that are set here can get into it: of a sentence of the
    server's library only its form, without the address that it speaks of."""

    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, Any] = {"at": instant_text(SystemClock().now()), "level": record.levelname.lower()}
        found |= getattr(record, "told", None) or {"text": str(record.msg)}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def log_lines(stream: Any = None) -> None:
    """Sends the lines of this process to the stream (standard error)."""
    lines = logging.StreamHandler(stream or sys.stderr)
    lines.setFormatter(Lines())
    for logger in (LOGGER, OF_WAITRESS):
        logger.handlers[:] = [lines]
        logger.propagate = False
    LOGGER.setLevel(logging.INFO)
    # That requests wait for a thread is no news: a page's files come all at once.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def log_request(response: Response) -> Response:
    """The line of a request that has been answered. The address is the route's own, without refs, ids or parameters."""
    route = g.route
    told = {
        "request": g.request_id,
        "method": request.method if route is not None else "-",
        "route": route.shown_path if route is not None else "-",
        "status": response.status_code,
        "ms": round((time.monotonic() - g.begun) * 1000),
        "actor": g.actor,
        "code": getattr(g, "code", None),
    }
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    LOGGER.log(level, "", extra={"told": told})
    return response
