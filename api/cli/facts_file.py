"""Reads what a person hands to a verb as YAML or JSON: plain data, numbers exact from their text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.errors import InputError

SIZE_MAX = 100_000_000


class _Repeated(ValueError):
    """A JSON object with one key twice."""


def read_plain(file: Path) -> Any:
    """dict, list, str, bool, Decimal or None. InputError when the file is not there, too big, or not strict."""
    try:
        if file.stat().st_size > SIZE_MAX:
            raise InputError("cli.file_too_big", path=file, most=SIZE_MAX)
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise InputError("cli.no_such_file", path=file) from error
    except UnicodeDecodeError as error:
        raise InputError("cli.not_utf8", path=file) from error
    return _from_json(text, file) if file.suffix == ".json" else _from_yaml(text, file)


def _from_json(text: str, file: Path) -> Any:
    def once(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            raise _Repeated
        return found

    def no_constant(name: str) -> Any:
        raise InputError("cli.not_json", path=file, place=name)

    try:
        return json.loads(
            text, parse_float=Decimal, parse_int=Decimal, parse_constant=no_constant, object_pairs_hook=once
        )
    except json.JSONDecodeError as error:
        raise InputError("cli.not_json", path=file, place=f"{error.lineno}:{error.colno}") from error
    except (_Repeated, RecursionError) as error:
        raise InputError("cli.not_json", path=file, place="1:1") from error


def _from_yaml(text: str, file: Path) -> Any:
    from engine.definition.source import read_yaml
    document, problems = read_yaml(text, str(file))
    if document is None or problems:
        first = problems[0]
        raise InputError("cli.not_yaml", path=file, place=f"{first.line}:{first.column}", fault=first.code)
    return document.data
