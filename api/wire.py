"""Between JSON and plain data: numbers exact, keys once, nothing that a database or a hash could not keep."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from api.limits import DEPTH_MAX, DIGITS_MAX
from engine.clock import instant_text
from engine.definition.model import Definition

_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")
EXPONENT_MAX: Final = 30
# Drawn anew by each process, so that no text that somebody hands in can pass for a number.
_MARK: Final = secrets.token_hex(16)
_NUMBER: Final = re.compile(f'"{_MARK}(-?[0-9]+(?:\\.[0-9]+)?){_MARK}"')


class BadJson(ValueError):
    """A body that is no JSON as we take it; code and values make the sentence (words http)."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(code)


def read_json(data: bytes) -> Any:
    """The plain data of a body: numbers as int or Decimal, never a float. BadJson says what is wrong with it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson("http.not_utf8", byte=error.start) from None
    try:
        plain_data = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_no_constant, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        raise BadJson("http.bad_json", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise BadJson("http.too_deep", most=DEPTH_MAX) from None
    _check(plain_data, DEPTH_MAX)
    return plain_data


def _decimal(text: str) -> Decimal:
    if len(text) > DIGITS_MAX:
        raise BadJson("http.too_many_digits", most=DIGITS_MAX)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadJson("http.too_many_digits", most=DIGITS_MAX) from None
    if abs(number.adjusted()) > EXPONENT_MAX:
        raise BadJson("http.too_many_digits", most=DIGITS_MAX)
    return number


def _integer(text: str) -> int:
    if len(text) > DIGITS_MAX:
        raise BadJson("http.too_many_digits", most=DIGITS_MAX)
    return int(text)


def _no_constant(name: str) -> Any:
    raise BadJson("http.no_number", name=name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadJson("http.key_twice", key=_short(key))
        found[key] = value
    return found


def _check(value: Any, depth: int) -> None:
    """Refuses nesting beyond the limit, and texts that no database keeps (NUL, half a surrogate pair)."""
    if isinstance(value, str):
        if _UNKEEPABLE.search(value):
            raise BadJson("http.unkeepable")
        return
    if not isinstance(value, dict | list):
        return
    if depth == 0:
        raise BadJson("http.too_deep", most=DEPTH_MAX)
    if isinstance(value, dict):
        for key in value:
            _check(key, depth)
    for one in value.values() if isinstance(value, dict) else value:
        _check(one, depth - 1)


def keepable(text: str) -> bool:
    """Whether a text can be kept as it is: no NUL, no half of a surrogate pair."""
    return _UNKEEPABLE.search(text) is None


def _short(text: str) -> str:
    text = _UNKEEPABLE.sub("?", text)
    return text if len(text) <= 60 else text[:59] + "…"


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A JSON Schema in a reply: every reader of schemas wants its bounds as JSON numbers, so decimals stay numbers."""

    schema: Mapping[str, Any]


def json_bytes(value: Any) -> bytes:
    """Plain data as the bytes of a reply; decimals and instants as text, decimals of a schema as exact numbers."""
    text = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    return _NUMBER.sub(r"\1", text).encode("utf-8")


def _numbered(value: Any) -> Any:
    """A schema's data with its decimals marked: no writer of JSON knows decimals, and no binary float is exact."""
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}{_MARK}"
    if isinstance(value, Mapping):
        return {str(key): _numbered(one) for key, one in value.items()}
    return [_numbered(one) for one in value] if isinstance(value, list | tuple) else value


def plain(value: Any) -> Any:
    """Frozen facts as JSON data: decimals and instants as canonical text, dataclasses as objects of their fields.

    A definition is named, not printed.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Definition):
        return {"name": value.name, "version": value.version, "fingerprint": value.fingerprint}
    if isinstance(value, JsonSchema):
        return _numbered(value.schema)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    return str(value)
