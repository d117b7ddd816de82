"""A schema in a reply is a schema for every reader: its bounds are JSON numbers, exact, and no text."""

from __future__ import annotations

import json
from decimal import Decimal

from api.wire import JsonSchema, json_bytes
from engine.definition.validators import of_schemas, validator_of
from engine.operations.answer_schema import number_schema


def test_bounds_of_a_schema_are_numbers_and_other_decimals_text():
    schema = number_schema(Decimal("-0.5"), Decimal("99.75"), 2)
    data = json_bytes({"schema": JsonSchema(schema), "total": Decimal("91.80")})
    assert b'"multipleOf":0.01,"minimum":-0.5,"maximum":99.75' in data
    assert b'"total":"91.80"' in data
    read = json.loads(data, parse_float=Decimal)["schema"]
    assert not list(of_schemas().iter_errors(read))
    assert read["anyOf"][0] == schema["anyOf"][0]
    for value, fits in ((Decimal("99.75"), True), (Decimal("99.76"), False), (Decimal("1.005"), False)):
        assert validator_of(read).is_valid(value) == validator_of(schema).is_valid(value) == fits


def test_texts_that_look_like_numbers_stay_texts():
    said = {"default": "0.50", "enum": ["1", "2.5"], "title": "\ue000x\ue000"}
    assert json.loads(json_bytes({"schema": JsonSchema(said)}))["schema"] == said
