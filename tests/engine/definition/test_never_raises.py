"""Whatever stands where: reading gives problems, never a traceback, and every problem can be said in both languages."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition.reader import read_texts
from engine.definition.render import render
from engine.definition.source import Document, read_yaml
from tests.engine.definition.shipped import texts

ODD: list[Any] = [
    None, True, False, Decimal(0), Decimal(-1), Decimal("0.5"), Decimal(10) ** 30, "", "x", "subject", "1..5", "a b",
    "10 working days", "cycle.end", "total < 60", "(", "用户", [], {}, [None], [[]], {"x": None}, {"if": "x"},
    {"else": "x"},
    ["x", "x"], {"to": "closed"}, {"if": True, "to": "closed"}, "metrics", "{", "\u202e", "a" * 3000,
]  # fmt: skip


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        found += paths_of(one, (*path, key))
    return found


def documents() -> dict[str, Document]:
    base = texts()
    found = {name: read_yaml(base[name], name)[0] for name in ("workflow.yaml", "scorecard.yaml")}
    return {name: one for name, one in found.items() if one is not None}


DOCUMENTS = documents()
PATHS = {name: paths_of(document.data) for name, document in DOCUMENTS.items()}


def as_yaml(value: Any) -> str:
    """The data as JSON text, which is YAML; a Decimal is written as a plain number."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_yaml(one) for one in value) + "]"
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def test_the_control_data_reads_as_before() -> None:
    files = {**texts(), **{name: as_yaml(document.data) for name, document in DOCUMENTS.items()}}
    assert read_texts(files).problems == ()


def put_odd_values(data: st.DataObject) -> None:
    """One or two odd values somewhere in a file; what is read then is problems that can be said, or a definition."""
    name = data.draw(st.sampled_from(sorted(DOCUMENTS)))
    changed = copy.deepcopy(DOCUMENTS[name].data)
    for path in data.draw(st.lists(st.sampled_from(PATHS[name]), min_size=1, max_size=2)):
        inner = changed
        try:
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = data.draw(st.sampled_from(ODD))
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    checked = read_texts({**texts(), name: as_yaml(changed)})
    for lang in ("en", "zh"):
        render(checked.problems, lang, texts={})
    assert (checked.definition is None) is any(one.level == "error" for one in checked.problems)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_an_odd_value_anywhere_is_a_problem_or_fine(data: st.DataObject) -> None:
    put_odd_values(data)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=120, deadline=None)
def test_many_odd_values_anywhere_are_problems_or_fine(data: st.DataObject) -> None:
    put_odd_values(data)


@pytest.mark.parametrize("text", [
    "", "[]", "x", "1", "null", "{}", "- a", "workflow: x", "states: {a: }", "a: [", "{a: 1, a: 2}",
])
def test_a_document_of_another_kind_is_a_problem(text: str) -> None:
    for name in ("workflow.yaml", "scorecard.yaml"):
        checked = read_texts({**texts(), name: text})
        assert checked.definition is None
        assert render(checked.problems, "zh", texts={})


@pytest.mark.parametrize("text", [
    "", "[]", "1", "{", '{"type": "array"}', '{"type": "object", "properties": 3}', '{"a": 1, "a": 2}', "NaN",
    '{"type": "object", "$ref": "http://example.invalid/x"}',
    '{"type": "object", "properties": {"a": {"$ref": "other.json"}}}',
    '{"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+$"}}}', "[" * 100_000,
    '{"type": "object", "properties": {"a": {"pattern": "("}}}', '{"type": "object", "required": "a"}',
])  # fmt: skip
def test_a_form_that_is_none_is_a_problem(text: str) -> None:
    checked = read_texts({**texts(), "forms/self.json": text})
    assert checked.definition is None
    assert {one.file for one in checked.problems} == {"forms/self.json"}
    assert render(checked.problems, "en", texts={})
