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


class Lines(logging.Formatter):
    """A record as one line of JSON; nothing but the fields that are set here can get into it."""

    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, Any] = {"at": instant_text(SystemClock().now()), "level": record.levelname.lower()}
        found |= getattr(record, "told", None) or {"text": record.getMessage()}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def log_lines(stream: Any = None) -> None:
    """Sends the lines of this process to the stream (standard error)."""
    lines = logging.StreamHandler(stream or sys.stderr)
    lines.setFormatter(Lines())
    LOGGER.handlers[:] = [lines]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


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
