"""Reads what a request brings, and refuses what its route did not declare."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import Request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.http import parse_accept_header

from api.kit.route import CSV, FORM, Route
from api.limits import BODY_MAX, FILE_MAX, KEY_MAX, QUERY_MAX
from api.refusals import At, Fault
from api.wire import BadJson, keepable, read_json
from engine.definition.forms import FormFault, check_form
from engine.operations.once import Once

_KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_MAX}}}")
_MATCH = re.compile(r'"(\d{1,9})"')
_WHOLE = re.compile(r"-?[0-9]{1,9}")


def language(request: Request) -> str:
    """What the reader asked for: `lang` of the address, her choice of before, else what the browser prefers."""
    for asked in (request.args.get("lang"), request.cookies.get("reviewcycle_lang")):
        if asked in ("en", "zh"):
            return asked
    return _preferred(request.headers.get("Accept-Language", "")[:QUERY_MAX])


@lru_cache(maxsize=1_000)
def _preferred(header: str) -> str:
    return parse_accept_header(header, LanguageAccept).best_match(["en", "zh"], "en") or "en"


def query_of(route: Route, request: Request) -> dict[str, Any]:
    """The parameters by their schemas; defaults filled in. Fault 400 for an unknown, repeated or unfit one."""
    schema = _query_schema(route)
    known = schema["properties"]
    found: dict[str, Any] = {}
    for name, texts in request.args.lists():
        if name not in known:
            raise Fault("http.unknown_parameter", name=name[:60], known=", ".join(known))
        if len(texts) > 1:
            raise Fault("http.repeated_parameter", name=name)
        if len(texts[0]) > QUERY_MAX or not keepable(texts[0]):
            raise Fault("http.bad_parameter", name=name, value=texts[0][:40])
        found[name] = _typed(known[name], texts[0])
    faults = check_form(schema, found) if found else ()
    if faults:
        name = str(faults[0].path[0])
        raise Fault("http.bad_parameter", at=places(faults), name=name, value=request.args[name][:40])
    given = {name: schema["default"] for name, schema in route.query.items() if "default" in schema}
    return {**given, **found}


_query_schemas: dict[tuple[str, str], dict[str, Any]] = {}


def _query_schema(route: Route) -> dict[str, Any]:
    """The same object for the same route, so that its validator is kept."""
    key = (route.method, route.path)
    if key not in _query_schemas:
        known = {**route.query, "lang": {"enum": ["en", "zh"]}}
        _query_schemas[key] = {"type": "object", "properties": known}
    return _query_schemas[key]


def _typed(schema: Mapping[str, Any], text: str) -> Any:
    if schema.get("type") == "integer" and _WHOLE.fullmatch(text):
        return int(text)
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def body_of(route: Route, request: Request) -> tuple[Any, bytes]:
    """The body as its route takes it, and its bytes. Fault 413, 415, 400 or 422."""
    most = FILE_MAX if route.takes == CSV else BODY_MAX
    request.max_content_length = most
    if (request.content_length or 0) > most:
        raise Fault("http.too_big", most=most)
    if route.takes is not None and (request.mimetype or "") != route.takes:
        raise Fault("http.wrong_type", wanted=route.takes, given=(request.mimetype or "-")[:60])
    try:
        data = request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise Fault("http.too_big", most=most) from None
    except ClientDisconnected:
        raise Fault("http.bad_request") from None
    if route.takes is None:
        if data:
            raise Fault("http.wrong_type", wanted="-", given=(request.mimetype or "-")[:60])
        return None, data
    if route.takes == CSV:
        return data, data
    if route.takes == FORM:
        return _fields(request), data
    return _json(route, data), data


def _fields(request: Request) -> dict[str, list[str]]:
    fields = {name: [text.replace("\r\n", "\n") for text in texts] for name, texts in request.form.lists()}
    if not all(keepable(name) and all(map(keepable, texts)) for name, texts in fields.items()):
        raise Fault("http.unkeepable")
    return fields


def _json(route: Route, data: bytes) -> Any:
    try:
        plain = read_json(data)
    except BadJson as error:
        raise Fault(error.code, values=error.values) from None
    faults = check_form(route.body or {"type": "object"}, plain)
    if faults:
        raise Fault("http.body_faults", at=places(faults), count=len(faults))
    return plain


def places(faults: Iterable[FormFault]) -> tuple[At, ...]:
    """Faults with their places as JSON pointers."""
    return tuple(At(pointer(fault.path), fault.code, fault.values) for fault in faults)


def pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def once_of(route: Route, request: Request, data: bytes) -> Once | None:
    """The idempotency key with the digest of method, address and body. Fault 400 where it is missing or unfit."""
    if not route.keyed:
        return None
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise Fault("http.key_missing")
    if not _KEY.fullmatch(key):
        raise Fault("http.bad_key", most=KEY_MAX)
    return Once(key, digest_of(request, data))


def digest_of(request: Request, data: bytes) -> str:
    asked = f"{request.method}\n{request.full_path}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(asked + data).hexdigest()


def expected_of(route: Route, request: Request) -> int | None:
    """The revision of If-Match. Fault 428 where it is missing, 400 where it is no ETag of ours."""
    if not route.matched:
        return None
    text = request.headers.get("If-Match")
    if text is None:
        raise Fault("http.match_missing")
    found = _MATCH.fullmatch(text.strip())
    if found is None:
        raise Fault("http.bad_match", value=text[:40])
    return int(found[1])

