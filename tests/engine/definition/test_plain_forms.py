"""A form that is called plainly sound is sound for the validator of schemas, whatever was changed in it."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.definition.library import folder_of, shipped
from engine.definition.plain_forms import plainly_sound
from engine.definition.validators import of_schemas
from tests.engine.definition.test_quick import changed

ODD: tuple[Any, ...] = (
    {"type": "strng"}, {"type": ["string", "string"]}, {"required": "text"}, {"required": ["a", "a"]},
    {"minLength": -1}, {"minLength": True}, {"properties": []}, {"properties": {"a": 3}}, {"allOf": []},
    {"items": [{}]}, {"enum": "a"}, {"uniqueItems": 1}, {"multipleOf": 0}, {"$ref": 3}, {"$anchor": "1"},
    {"pattern": 1}, {"additionalProperties": "no"}, {"$schema": "draft-3"}, {"maximum": "5"}, {"title": 1},
)  # fmt: skip


def forms() -> list[Path]:
    return [file for name in shipped() for file in sorted((folder_of(name) / "forms").glob("*.json"))]


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


def test_every_shipped_form_is_plainly_sound() -> None:
    assert [file for file in forms() if not plainly_sound(read(file))] == []


@pytest.mark.parametrize("schema", ODD, ids=json.dumps)
def test_what_is_not_sound_is_not_called_so(schema: Any) -> None:
    assert not plainly_sound(schema)


@pytest.mark.parametrize("count", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_what_is_called_sound_is_sound(count: int) -> None:
    chance, doubtful = random.Random(count), 0
    for file in forms():
        for _ in range(count):
            schema = changed(read(file), chance)
            doubtful += not plainly_sound(schema)
            assert not plainly_sound(schema) or of_schemas().is_valid(schema), schema
    assert doubtful > 0
