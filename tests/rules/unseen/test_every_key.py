"""The cards of strangers use every key of the language, and every word that may stand behind one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.definition.library import WORKFLOWS
from rules.numbers import MODES
from tests.rules.unseen.test_unseen import HERE, NAMES, data

SCHEMA = json.loads((WORKFLOWS / "schema" / "scorecard.schema.json").read_text(encoding="utf-8"))
FORMS = (
    "range", "limits", "line", "standards", "agree", "weights", "targets", "subject", "cycle", "inputs", "lists",
    "computed", "metrics", "parts", "consequences", "answers", "asked", "lookup", "grid", "title", "say", "forbids",
)  # fmt: skip


def declared(schema: Any) -> Iterator[str]:
    """Every key and every fixed word of the schema."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "properties":
                yield from value
            if key == "enum":
                yield from (one for one in value if isinstance(one, str))
            yield from declared(value)
    elif isinstance(schema, list):
        for one in schema:
            yield from declared(one)


def used(document: Any) -> Iterator[str]:
    if isinstance(document, Mapping):
        for key, value in document.items():
            yield str(key)
            yield from used(value)
    elif isinstance(document, list):
        for one in document:
            yield from used(one)
    elif isinstance(document, str):
        yield document


def words() -> set[str]:
    return {word for name in NAMES for word in used(data(HERE / "cards" / f"{name}.yaml"))}


def test_every_key_of_the_schema_stands_in_some_card() -> None:
    lacking = set(declared(SCHEMA)) - words()
    assert lacking == set()


def test_every_rounding_stands_in_some_card() -> None:
    found = {word.partition(" ")[2] for word in words() if word[:1].isdigit()}
    assert set(MODES) <= found


def test_every_written_form_stands_in_some_card() -> None:
    assert set(FORMS) <= words()
    assert any("past(" in word for word in words())
    assert any("previous(" in word for word in words())
    assert any("held(" in word for word in words())
    assert any("或" in word for word in words())


def test_a_key_that_no_card_uses_would_be_found() -> None:
    assert "once_per" in words()
    assert "no_such_key" not in words()
