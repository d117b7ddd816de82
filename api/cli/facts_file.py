"""Reads what a person hands to a verb as YAML or JSON: plain data, numbers exact from their text."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from engine.definition.problem import Problem
from engine.definition.source import Document, read_yaml
from engine.errors import InputError
from rules.faults import Fault

SIZE_MAX = 100_000_000

Place = Callable[[Fault, tuple[str | int, ...]], Problem]
"""From a fault, and the path of the document it was found in, to its problem."""


class _Repeated(ValueError):
    """A JSON object with one key twice."""


class NotStrict(InputError):
    """A YAML file that the strict reader refuses; `problems` says where and how to mend it."""

    def __init__(self, file: Path, problems: tuple[Problem, ...]) -> None:
        super().__init__("cli.not_yaml", path=file)
        self.problems = problems


def read_plain(file: Path) -> Any:
    """dict, list, str, bool, Decimal or None. InputError when the file is not there, too big, or not strict."""
    text = read_text(file)
    return _from_json(text, file) if file.suffix == ".json" else _from_yaml(text, file).data


def read_document(file: Path) -> tuple[Any, Place]:
    """The same with a function that turns a fault of the rules into a problem with its line."""
    text = read_text(file)
    if file.suffix == ".json":
        # JSON is read by its own reader, because facts of many cards may be large; lines are looked up only for faults.
        return _from_json(text, file), _places(lambda: read_yaml(text, str(file))[0], file)
    document = _from_yaml(text, file)
    return document.data, _places(lambda: document, file)


def _places(document: Callable[[], Document | None], file: Path) -> Place:
    kept = cache(document)

    def place(fault: Fault, above: tuple[str | int, ...]) -> Problem:
        path = (*above, *fault.path)
        found = kept()
        line, column = (1, 1) if found is None else found.mark(path)
        return Problem(str(file), line, column, fault.level, fault.code, fault.values, path)

    return place


def read_text(file: Path) -> str:
    """The text of a UTF-8 file; InputError when it cannot be had."""
    try:
        if file.stat().st_size > SIZE_MAX:
            raise InputError("cli.file_too_big", path=file, most=SIZE_MAX)
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise InputError("cli.no_such_file", path=file) from error
    except UnicodeDecodeError as error:
        raise InputError("cli.not_utf8", path=file) from error


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


def _from_yaml(text: str, file: Path) -> Document:
    document, problems = read_yaml(text, str(file))
    if document is None or problems:
        raise NotStrict(file, tuple(problems))
    return document
