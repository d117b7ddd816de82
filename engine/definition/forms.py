"""Forms: JSON Schemas that a task's answer has to fit, checked when read and kept as validators when used."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.definition.patterns import is_bounded
from engine.definition.plain_forms import plainly_sound
from engine.definition.problem import Path, Problem
from engine.definition.source import shown
from engine.definition.unreadable import SIZE_MAX
from engine.definition.validators import of_schemas, validator_of

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Form = Mapping[str, Any]

KEPT_MAX: Final = 500
DEPTH_MAX: Final = 40
_kept: OrderedDict[int, tuple[Form, Validator]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class FormFault:
    """What does not fit: path inside the answer, a code of engine/words problems and its values."""

    path: Path
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def form_validator(schema: Form) -> Validator:
    """The validator of a form, built once for each schema object."""
    found = _kept.get(id(schema))
    if found is None:
        found = (schema, validator_of(schema))
        _kept[id(schema)] = found
        if len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)
    return found[1]


def check_form(schema: Form, values: Any) -> tuple[FormFault, ...]:
    """All faults of an answer's values (plain JSON data, numbers int or Decimal), in the order of their places."""
    faults = [fault for error in form_validator(schema).iter_errors(values) for fault in _faults(error)]
    return tuple(sorted(faults, key=lambda fault: ([str(step) for step in fault.path], fault.code)))


_CODES = {
    "type": "FM003", "enum": "FM004", "const": "FM004", "minLength": "FM005", "maxLength": "FM005",
    "minimum": "FM006", "maximum": "FM006", "exclusiveMinimum": "FM006", "exclusiveMaximum": "FM006",
    "multipleOf": "FM006", "pattern": "FM007", "format": "FM007", "minItems": "FM008", "maxItems": "FM008",
    "uniqueItems": "FM009",
}


def _faults(error: Any) -> Iterator[FormFault]:
    path: Path = tuple(error.absolute_path)
    rule = str(error.validator)
    if rule == "required":
        for name in error.validator_value:
            if name not in error.instance and repr(name) in error.message:
                yield FormFault((*path, name), "FM001", {"field": name})
    elif rule in ("additionalProperties", "unevaluatedProperties", "propertyNames"):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        for name in error.instance if isinstance(error.instance, dict) else ():
            if name not in known:
                yield FormFault((*path, name), "FM002", {"field": str(name)})
    else:
        place = ".".join(str(step) for step in path)
        bound = shown(_plain(error.validator_value))
        code = _CODES.get(rule, "FM010")
        yield FormFault(path, code, {"field": place, "value": shown(_plain(error.instance)), "bound": bound})


def _plain(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


class _Twice(ValueError):
    """A key that stands twice in one object."""


@lru_cache(maxsize=200)
def read_form(text: str, file: str) -> tuple[Form | None, tuple[Problem, ...]]:
    """A form's schema, with its problems: sound JSON, a sound schema of an object, no reference to other files.

    The same text gives the same schema object, so that its validator is kept; nobody may change it.
    """
    if len(text) > SIZE_MAX:
        return None, (Problem(file, 1, 1, "error", "YM007", {"most": str(SIZE_MAX)}),)
    try:
        schema = json.loads(text, parse_float=Decimal, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return None, (Problem(file, error.lineno, error.colno, "error", "WF040", {}),)
    except _Twice as twice:
        line, column = _place(text, str(twice))
        return None, (Problem(file, line, column, "error", "YM004", {"key": str(twice), "line": str(line)}),)
    except (ValueError, RecursionError):
        return None, (Problem(file, 1, 1, "error", "WF040", {}),)
    problems = tuple(_schema_problems(schema, text, file))
    return (None if problems else schema), problems


def _schema_problems(schema: Any, text: str, file: str) -> Iterator[Problem]:
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield Problem(file, 1, 1, "error", "WF041", {})
        return
    for path, key, value in _walk(schema, ()):
        if len(path) > DEPTH_MAX:
            yield Problem(file, 1, 1, "error", "YM008", {"most": str(DEPTH_MAX)})
            return
        if key in ("$ref", "$dynamicRef") and not (isinstance(value, str) and _inside(schema, value)):
            yield Problem(file, *_place(text, key), "error", "WF042", {"value": shown(value)}, path)
        for pattern in _patterns(key, value):
            if not is_bounded(pattern):
                yield Problem(file, *_place(text, key), "error", "WF043", {"value": shown(pattern)}, path)
    if plainly_sound(schema):
        return
    for error in of_schemas().iter_errors(schema):
        steps: Path = tuple(error.absolute_path)
        last = next((step for step in reversed(steps) if isinstance(step, str)), "")
        values = {"place": ".".join(str(step) for step in steps), "value": shown(_plain(error.instance))}
        yield Problem(file, *_place(text, last), "error", "WF044", values, steps)


def _patterns(key: str, value: Any) -> Iterator[str]:
    """The regular expressions under a key of a schema (a field may be called `pattern` as well: that is no text)."""
    if key == "pattern" and isinstance(value, str):
        yield value
    elif key == "patternProperties" and isinstance(value, dict):
        yield from value


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    if len(path) > DEPTH_MAX + 1:
        return
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        yield (*path, key), str(key), one
        yield from _walk(one, (*path, key))


def _inside(schema: Form, reference: str) -> bool:
    """Whether a reference names a part of the same file (`#/$defs/person`)."""
    here: Any = schema
    if not reference.startswith("#"):
        return False
    for step in reference[1:].strip("/").split("/"):
        if step:
            here = here.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(here, dict) else None
    return isinstance(here, dict) and (here is not schema)


def _place(text: str, key: str) -> tuple[int, int]:
    """Where a key last stands in the text; the beginning, where it does not."""
    index = text.rfind(json.dumps(key, ensure_ascii=False)) if key else 0
    index = max(index, 0)
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
