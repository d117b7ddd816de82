"""Documents are complete: every verb, code and key that a user can meet stands in the README of its room."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import click
import pytest

from api.cli.main import VERBS, cli
from engine.words.book import areas
from tests.house.tree import ROOT

PROBLEM = re.compile(r"(?:YM|SH|WF|SC|EX)\d{3}")


def missing(path: str, words: Iterable[str]) -> list[str]:
    """Words that do not occur, as whole words, in a document."""
    text = (ROOT / path).read_text("utf-8")
    return sorted(word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))


def verbs() -> Iterator[str]:
    """All verbs with their own: `score`, `review answer`."""
    ctx = click.Context(cli, info_name="reviewcycle")
    for name in VERBS:
        command = cli.get_command(ctx, name)
        inner = command.list_commands(ctx) if isinstance(command, click.Group) else []
        yield from [f"{name} {verb}" for verb in inner] or [name]


def options() -> Iterator[str]:
    """Every option of every verb."""
    ctx = click.Context(cli, info_name="reviewcycle")
    pending: list[click.Command] = [cli]
    while pending:
        command = pending.pop()
        for param in command.params:
            yield from (name for name in param.opts if name.startswith("--"))
        if isinstance(command, click.Group):
            pending += [found for name in command.list_commands(ctx) if (found := command.get_command(ctx, name))]


def problem_codes() -> set[str]:
    parts = areas("en")
    found = ("problems", "scorecard", "expressions", "cohort")
    return {code for area in found for code in parts[area] if PROBLEM.fullmatch(code)}


def keys_of(schema: Any) -> Iterator[str]:
    """Names of properties anywhere in a JSON Schema."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from (key for key in properties if isinstance(key, str))
        for part in schema.values():
            yield from keys_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys_of(part)


def test_every_verb_stands_in_its_readme() -> None:
    assert missing("api/README.md", verbs()) == []


def test_every_option_stands_in_its_readme() -> None:
    assert missing("api/README.md", set(options())) == []


def test_every_problem_code_stands_in_its_readme() -> None:
    assert problem_codes()
    assert missing("engine/definition/README.md", problem_codes()) == []


def test_every_refusal_code_stands_in_its_readme() -> None:
    assert missing("engine/review/README.md", areas("en")["refusals"]) == []


@pytest.mark.parametrize("name", ["workflow", "scorecard"])
def test_every_key_of_the_languages_stands_in_their_readme(name: str) -> None:
    schema = json.loads((ROOT / "workflows" / "schema" / f"{name}.schema.json").read_text("utf-8"))
    assert missing("workflows/README.md", set(keys_of(schema))) == []


def test_a_missing_word_is_found() -> None:
    assert missing("README.md", ["reviewcycle", "no-such-verb"]) == ["no-such-verb"]
