"""What a route's function is handed, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.operations.once import Once
from engine.operations.sign_in import Signed
from engine.review.case import Actor
from engine.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, read and checked. body: plain data of a JSON body, bytes of a file, or the fields of a page's form
    (a mapping to lists of texts); expected: the revision of If-Match; signed: the browser's session, None for a token;
    nonce: of the page's content security policy."""

    rt: Runtime
    actor: Actor
    lang: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    once: Once | None
    expected: int | None
    signed: Signed | None
    request: str
    nonce: str
    base: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. body: plain data for JSON (or its bytes), else text or bytes; status None: the route's own;
    revision becomes the ETag; cookies: name -> (value, seconds; 0 removes it)."""

    body: Any = None
    status: int | None = None
    revision: int | None = None
    location: str | None = None
    next: str | None = None
    media: str | None = None
    cookies: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
