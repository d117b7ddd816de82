"""Calls the API as programs do: a token, a key for every change, the revision that was seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from api.app import create_app
from engine.operations.names import SYSTEM
from engine.operations.tokens import NewToken, new_token
from engine.runtime import Runtime

V1 = "/api/v1"
_keys = count(1)


@dataclass(slots=True)
class Caller:
    """One person with a token (None: nobody) at one app. Paths are below /api/v1 unless they begin with `//`."""

    app: Flask
    token: str | None
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> TestResponse:
        sent = {**self.headers, **(headers or {})}
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        address = path[1:] if path.startswith("//") else V1 + path
        if body is not None and "data" not in more:
            more["data"] = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        return self.app.test_client(use_cookies=False).open(address, method=method, headers=sent, **more)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.ask("GET", path, query_string=query)

    def post(
        self, path: str, body: Any = None, *, key: str | None = "", match: int | None = None, **more: Any
    ) -> TestResponse:
        """key: empty makes one up, None sends none."""
        sent = dict(more.pop("headers", {}))
        if key is not None:
            sent["Idempotency-Key"] = key or f"key-{next(_keys)}"
        if match is not None:
            sent["If-Match"] = f'"{match}"'
        return self.ask("POST", path, body, sent, **more)

    def told(self, path: str, **query: Any) -> Any:
        """The reply's JSON of a look that must succeed."""
        found = self.get(path, **query)
        assert found.status_code == 200, (path, found.status_code, found.get_data(as_text=True))
        return found.get_json()

    def step(self, review: str, path: str, body: Any, *, status: int = 200, **more: Any) -> Any:
        """One step of a review, made for the revision that stands now; the reply's JSON."""
        revision = more.pop("match", None) or self.told(f"/reviews/{review}")["revision"]
        found = self.post(f"/reviews/{review}{path}", body, match=revision, **more)
        assert found.status_code == status, (path, body, found.status_code, found.get_data(as_text=True))
        return found.get_json()


def door_of(rt: Runtime, **settings: Any) -> Flask:
    """The app as it is served, without limits on the rate: tests ask as fast as they can."""
    app = create_app(rt, {"limits": False, **settings})
    app.testing = False
    return app


def caller(app: Flask, rt: Runtime, ref: str | None, **headers: str) -> Caller:
    """A caller with a new token of the person."""
    token = None if ref is None else new_token(rt, SYSTEM, NewToken(ref, 366)).text
    return Caller(app, token, headers)
