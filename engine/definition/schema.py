"""Shape: does a document have the keys and values that its published JSON Schema asks for? Faults get our own codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from engine.definition.problem import Path, Problem
from engine.definition.quick import quick
from engine.definition.source import Document, shown
from engine.definition.validators import kept

KIND_OF = {
    "object": "mapping", "array": "list", "string": "text", "integer": "whole", "number": "number", "boolean": "yes_no",
}
SHOWN = ("step", "after_that")
"""Things of several keys that are better shown than described."""


def check_shape(document: Document, schema: str = "workflow") -> tuple[Problem, ...]:
    """Every fault of shape against workflows/schema/<schema>.schema.json."""
    fits = quick(schema)
    if fits is not None and fits(document.data):
        return ()
    errors = kept(schema).iter_errors(document.data)
    return tuple(problem for error in errors for problem in _told(document, error))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or an empty text."""
    words = [one for one in known if isinstance(one, str)]
    close = get_close_matches(word, words, n=1)
    if close:
        return close[0]
    folded = {one.casefold(): one for one in words}
    return folded.get(word.casefold(), "")


def _told(document: Document, error: Any) -> Iterator[Problem]:
    path: Path = tuple(error.absolute_path)
    if "propertyNames" in error.relative_schema_path or (error.parent and "propertyNames" in error.parent.schema_path):
        place = (*path, str(error.instance))
        yield document.problem("SH005", place, at_key=True, value=shown(error.instance), wants=_wants(error))
        return
    tell = _TELLERS.get(str(error.validator))
    if tell is not None:
        yield from tell(document, path, error)
    else:
        yield document.problem("SH005", path, value=shown(error.instance), wants=_wants(error))


def _wants(error: Any) -> str:
    """What the place wants, as the ending of a `wants.` code."""
    schema: Any = error.schema
    title = schema.get("title") if isinstance(schema, dict) else None
    return str(title or "other")


def _unknown_keys(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {}))
    if known == ["if", "to"]:
        known.append("else")  # the other branch of the same union
    for key in error.instance:
        if key in known:
            continue
        place = (*path, key)
        cut = _cut(error.instance, key)
        if cut:
            yield document.problem("SH010", place, at_key=True, rest=key, cut=cut)
        else:
            yield document.problem(
                "SH001", place, at_key=True, word=key, nearest=nearest(key, known), allowed=", ".join(known)
            )


def _cut(pairs: dict[str, Any], key: str) -> str:
    """The key whose text a comma has cut, when this unknown key is the rest of it."""
    if pairs[key] is not None:
        return ""
    if not any(key.count(one) != key.count(other) for one, other in ("()", "[]")):
        return ""
    return next(
        (name for name, text in pairs.items() if isinstance(text, str) and text.count("(") != text.count(")")), ""
    )


def _missing_key(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    for key in error.validator_value:
        if key not in error.instance:
            yield document.problem("SH002", path, at_key=True, word=key)


def _wrong_kind(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    title = error.schema.get("title")
    wants = title if error.schema.get("type") == "string" or title in SHOWN else None
    kind = error.validator_value if isinstance(error.validator_value, str) else "string"
    yield document.problem("SH003", path, wants=str(wants or KIND_OF[kind]), value=shown(error.instance))


def _not_listed(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    allowed = [shown(one) for one in error.validator_value]
    value = shown(error.instance)
    yield document.problem("SH004", path, value=value, nearest=nearest(value, allowed), allowed=", ".join(allowed))


def _out_of_bounds(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    yield document.problem("SH006", path, value=error.instance, bound=shown(error.validator_value))


def _too_many(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    yield document.problem("SH007", path, most=str(error.validator_value))


def _too_few(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    yield document.problem("SH008", path)


def _twice(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    seen: list[Any] = []
    for index, one in enumerate(error.instance):
        if one in seen:
            yield document.problem("SH009", (*path, index), value=one)
        seen.append(one)


def _needs_another(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    for key, others in error.validator_value.items():
        for other in others:
            if key in error.instance and other not in error.instance:
                yield document.problem("SH011", (*path, key), at_key=True, word=key, needs=other)


def _not_both(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    if not isinstance(error.instance, dict):
        return
    one, other = error.validator_value["required"]
    yield document.problem("SH012", (*path, other), at_key=True, word=one, other=other)


def _one_of(document: Document, path: Path, error: Any) -> Iterator[Problem]:
    """`oneOf` and `anyOf` only ever choose between required keys in our schemas."""
    if not isinstance(error.instance, dict):
        return  # of the wrong kind, which is told already
    words = [branch["required"][0] for branch in error.validator_value]
    given = [word for word in words if word in error.instance]
    if len(given) > 1:
        yield document.problem("SH012", (*path, given[1]), at_key=True, word=given[0], other=given[1])
    else:
        yield document.problem("SH013", path, at_key=True, words=", ".join(f"`{word}`" for word in words))


_TELLERS = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_kind,
    "enum": _not_listed,
    "minimum": _out_of_bounds,
    "maximum": _out_of_bounds,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "maxLength": _too_many,
    "minItems": _too_few,
    "minProperties": _too_few,
    "minLength": _too_few,
    "uniqueItems": _twice,
    "dependentRequired": _needs_another,
    "not": _not_both,
    "oneOf": _one_of,
    "anyOf": _one_of,
}
