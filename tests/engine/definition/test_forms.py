"""Forms: answers are checked exactly and told by code; validators are kept."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from engine.definition.forms import check_form, form_validator, read_form
from engine.words.book import say

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text", "grade"],
    "properties": {
        "text": {"type": "string", "minLength": 2, "maxLength": 5},
        "grade": {"enum": ["A", "B"]},
        "share": {"type": "number", "minimum": 0, "maximum": Decimal("0.1"), "multipleOf": Decimal("0.01")},
        "count": {"type": "integer"},
        "people": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
        "code": {"type": "string", "pattern": "^[A-Z]+$"},
    },
}
SOUND: dict[str, Any] = {"text": "ok", "grade": "A"}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"text": None}, ("text",), "FM003"), ({"text": "x"}, ("text",), "FM005"),
        ({"text": "xxxxxx"}, ("text",), "FM005"),
        ({"grade": "C"}, ("grade",), "FM004"), ({"share": Decimal("0.11")}, ("share",), "FM006"),
        ({"share": Decimal("0.005")}, ("share",), "FM006"), ({"share": True}, ("share",), "FM003"),
        ({"count": Decimal("1.5")}, ("count",), "FM003"), ({"people": []}, ("people",), "FM008"),
        ({"people": ["a", "a"]}, ("people",), "FM009"), ({"people": [1]}, ("people", 0), "FM003"),
        ({"code": "a"}, ("code",), "FM007"), ({"more": 1}, ("more",), "FM002"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_at_its_place(
    change: dict[str, Any], path: tuple[Any, ...], code: str
) -> None:
    (fault,) = check_form(SCHEMA, {**SOUND, **change})
    assert (fault.path, fault.code) == (path, code)
    assert say("en", fault.code, **fault.values)
    assert say("zh", fault.code, **fault.values)


def test_a_missing_field_is_told_once_by_name() -> None:
    assert [(one.path, one.code) for one in check_form(SCHEMA, {})] == [(("grade",), "FM001"), (("text",), "FM001")]


@pytest.mark.parametrize(
    "change", [{"share": Decimal("0.10")}, {"count": Decimal(3)}, {"count": 3}, {"people": ["a", "b"]}, {"code": "AB"}]
)
def test_the_control_values_fit(change: dict[str, Any]) -> None:
    assert check_form(SCHEMA, {**SOUND, **change}) == ()


def test_answers_of_another_kind_do_not_raise() -> None:
    for values in (None, [], "x", 1, True):
        assert check_form(SCHEMA, values)[0].code == "FM003"


def test_a_validator_is_built_once_for_a_form() -> None:
    schema, _ = read_form('{"type": "object", "properties": {}}', "f.json")
    again, _ = read_form('{"type": "object", "properties": {}}', "f.json")
    assert schema is not None
    assert again is schema
    assert form_validator(schema) is form_validator(again)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*", "([a-z]+)*x", "(.*a){1,20}", "x" * 201, "("])
def test_a_pattern_that_could_run_for_ever_is_refused(pattern: str) -> None:
    form = {"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}}
    schema, problems = read_form(json.dumps(form), "f.json")
    assert schema is None
    assert "WF043" in {one.code for one in problems}


def test_a_plain_pattern_is_fine() -> None:
    schema, problems = read_form(
        '{"type": "object", "properties": {"a": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$"}}}', "f.json"
    )
    assert schema is not None
    assert problems == ()


def test_a_reference_inside_the_file_is_followed() -> None:
    schema, problems = read_form(
        '{"type": "object", "$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}}', "f.json"
    )
    assert problems == ()
    assert schema is not None
    assert [one.code for one in check_form(schema, {"a": "x"})] == ["FM003"]
