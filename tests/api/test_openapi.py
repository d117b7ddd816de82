"""The description is true: every address that is served stands in it, and nothing else does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from api.app import routes
from api.kit.route import Route
from api.openapi import openapi
from tests.api.calling import Caller, door_of
from tests.promises.organisation import World


@pytest.fixture
def app(world: World) -> Flask:
    return door_of(world.rt)


def served(app: Flask) -> set[tuple[str, str]]:
    """(method, address) of every rule that Flask serves."""
    return {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def described(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}


def test_every_rule_is_described_and_every_description_is_served(app: Flask) -> None:
    document = Caller(app, None).get("/openapi.json").get_json()
    assert described(document) == served(app)
    assert len(described(document)) > 60


def test_an_address_that_is_served_and_not_described_is_found(app: Flask) -> None:
    app.add_url_rule("/api/v1/back-door", "back_door", lambda: "")
    document = Caller(app, None).get("/openapi.json").get_json()
    assert served(app) - described(document) == {("GET", "/api/v1/back-door")}


def schemas(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything under a key `schema`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "schema" and isinstance(inner, dict):
                yield path, inner
            yield from schemas(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from schemas(inner, f"{path}/{place}")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_document_is_sound_and_says_every_operation_in_words(lang: str) -> None:
    document = openapi(routes(), lang, "0")
    for path, schema in schemas(document["paths"]):
        Draft202012Validator.check_schema(schema), path
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert all(one["summary"] and not one["summary"].startswith("http.") for one in operations)
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document


def test_whatever_changes_something_takes_a_key_or_is_the_same_twice_by_itself() -> None:
    api = [route for route in routes() if not route.page]
    assert {route.name for route in api if route.method == "POST" and not route.keyed} == {
        "definition_check", "cycle_whatif",
    }  # fmt: skip
    assert {route.method for route in api} == {"GET", "POST", "PUT", "DELETE"}


def test_whatever_changes_a_review_takes_the_revision_that_was_seen() -> None:
    steps = [route for route in routes() if route.method == "POST" and "{review}" in route.path and not route.page]
    assert [route.name for route in steps if not route.matched] == []


def test_public_addresses_are_few_and_named() -> None:
    """What one may reach before signing in: the description, health, the way in and the files that pages load."""
    assert {route.name for route in routes() if route.public} == {
        "openapi", "problems", "problem", "healthz", "readyz", "page_sign_in", "page_sign_in_do", "asset",
    }  # fmt: skip


def test_every_address_stands_in_the_readme() -> None:
    text = (Path(__file__).parents[2] / "api" / "README.md").read_text("utf-8")
    missing = [route.shown_path for route in routes() if not _stands(route, text)]
    assert missing == []


def _stands(route: Route, text: str) -> bool:
    return f"`{route.method} {route.shown_path}`" in text
