"""What people type into forms, made what the form's schema wants: numbers, lists, and ids where a person is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.definition.model import Definition
from engine.operations.names import person_named
from engine.review.model import Review
from engine.runtime import Runtime
from engine.store import reviews
from engine.store.database import Tx
from rules.numbers import parse_decimal

_INTEGER = re.compile(r"-?[0-9]{1,15}")


def form_values(rt: Runtime, review_id: str, task: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a task's form as `handle` wants them: `values_in` for whoever has no transaction open."""
    with rt.database.read() as tx:
        review = reviews.load(tx, review_id)
        return values_in(tx, rt.definition(tx, review.definition), review, task, values)


def values_in(
    tx: Tx, definition: Definition, review: Review, task: str, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Text is read by the schema: `a|b|c` is a list, digits a number where one is asked for, `true` and `false` a yes
    or no; refs become ids where it says `x-ref: person`. What is typed already is left alone.

    What does not fit stays as it was typed: the form's own check says what is wrong. NotFound for an unknown person.
    """
    known = form_of(definition, review, task).get("properties", {})
    return {str(name): _value(tx, known.get(name, {}), one) for name, one in values.items()}


def form_of(definition: Definition, review: Review, task: str) -> Mapping[str, Any]:
    """The schema of a task's form, by the task's name or its row's id; empty where it has none."""
    row = next((one for one in review.tasks if one.id == task), None)
    state, name = (row.state, row.name) if row is not None else (review.state, task)
    plan = definition.states[state].tasks.get(name)
    return definition.forms[plan.form] if plan is not None and plan.form else {}


def _value(tx: Tx, schema: Mapping[str, Any], value: Any) -> Any:
    kind = schema.get("type")
    if kind == "array":
        items = [part.strip() for part in value.split("|")] if isinstance(value, str) else value
        if not isinstance(items, list):
            return value
        inner = schema.get("items", {})
        return [_value(tx, inner, one) for one in items if one != "" or items is value]
    if kind == "object" and isinstance(value, Mapping):
        known = schema.get("properties", {})
        return {name: _value(tx, known.get(name, {}), one) for name, one in value.items()}
    if schema.get("x-ref") == "person" and isinstance(value, str):
        return person_named(tx, value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "integer" and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if kind == "number" and isinstance(value, str):
        try:
            return parse_decimal(value)
        except ValueError:
            return value
    return value


def people_in(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Ids of the people whom a form's values mean."""
    if schema.get("x-ref") == "person" and isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        fields = schema.get("properties", {})
        for name, one in value.items():
            yield from people_in(fields.get(name, {}), one)
    elif isinstance(value, list):
        for one in value:
            yield from people_in(schema.get("items", {}), one)


def with_refs(schema: Mapping[str, Any], value: Any, refs: Mapping[str, str]) -> Any:
    """A form's values as they were typed: refs in place of ids where a person is meant. refs: id -> ref."""
    if schema.get("x-ref") == "person" and isinstance(value, str):
        return refs.get(value, value)
    if isinstance(value, Mapping):
        fields = schema.get("properties", {})
        return {name: with_refs(fields.get(name, {}), one, refs) for name, one in value.items()}
    if isinstance(value, list):
        return [with_refs(schema.get("items", {}), one, refs) for one in value]
    return value
