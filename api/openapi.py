"""The OpenAPI 3.1 document, made from the same routes that are served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.kit.route import FORM, HTML, JSON, Route
from api.kit.shapes import TEXT, WHOLE, listed, shape
from api.limits import KEY_MAX
from engine.words.book import say

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request"],
    "properties": {
        "type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "instance": TEXT, "code": TEXT, "request": TEXT,
        "errors": listed(shape(pointer=TEXT, code=TEXT, text=TEXT)),
        "reasons": listed(shape(code=TEXT, text=TEXT, values={"type": "object"})),
        "next_at": TEXT,
    },
}  # fmt: skip


def openapi(routes: Iterable[Route], lang: str, version: str) -> dict[str, Any]:
    """The whole document; summaries in the reader's language."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.shown_path, {})[route.method.lower()] = operation(route, lang)
    return {
        "openapi": "3.1.0",
        "info": {"title": "reviewcycle", "version": version, "description": say(lang, "http.about")},
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "reviewcycle_session"},
            },
        },
    }


def operation(route: Route, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": say(lang, f"http.route.{route.name}"),
        "parameters": list(parameters(route)),
        "responses": responses(route, lang),
    }
    if route.takes is not None:
        schema = route.body if route.takes in (JSON, FORM) else {"type": "string"}
        found["requestBody"] = {"required": True, "content": {route.takes: {"schema": schema or {"type": "object"}}}}
    if route.public:
        found["security"] = []
    return found


def parameters(route: Route) -> Iterable[dict[str, Any]]:
    for name in route.parts:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    for name, schema in {**route.query, "lang": {"type": "string", "enum": ["en", "zh"]}}.items():
        yield {"name": name, "in": "query", "required": False, "schema": dict(schema)}
    if route.keyed:
        key = {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": "^[!-~]+$"}
        yield {"name": "Idempotency-Key", "in": "header", "required": True, "schema": key}
    if route.matched:
        yield {
            "name": "If-Match", "in": "header", "required": True,
            "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
        }  # fmt: skip


def refusing(route: Route) -> set[int]:
    """Every status that may come in place of the wanted one."""
    found = {400, *route.refuses}
    if not route.public:
        found |= {303} if route.page else {401}
        found |= {403}
    if route.takes is not None:
        found |= {413, 415, 422}
    elif route.method in ("POST", "PUT"):
        found |= {413, 415}
    if route.query:
        found |= {422}
    if route.keyed:
        found |= {409, 422}
    if route.matched:
        found |= {404, 409, 412, 422, 428}
    if route.parts:
        found |= {404}
    if route.rate:
        found |= {429}
    return found | {500, 503}


def responses(route: Route, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in sorted(refusing(route)):
        content = {"text/html": {"schema": TEXT}} if route.page else {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
        found[str(status)] = {"description": say(lang, f"http.title.{status}"), "content": content}
    wanted: dict[str, Any] = {"description": say(lang, f"http.title.{route.status}")}
    if route.status != 204:
        schema: Mapping[str, Any] = (route.reply or {}) if route.gives == JSON else TEXT
        wanted["content"] = {route.gives: {"schema": schema}}
    if route.links:
        wanted["links"] = {
            name: {"operationId": name, "parameters": dict(parts)} for name, parts in route.links.items()
        }
    found[str(route.status)] = wanted
    if route.method == "GET" and route.gives == HTML and not route.public:
        found["303"] = {"description": say(lang, "http.title.303")}
    return found
