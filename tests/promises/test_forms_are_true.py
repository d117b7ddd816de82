"""What the form of a task accepts is accepted: in every state, whatever is filled in, save what no schema can say."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.definition.validators import of_schemas, validator_of
from engine.errors import NotFound
from engine.operations.answers import answer_of
from engine.operations.asking import Asked, asked
from engine.operations.handle import Receipt, handle
from engine.review.case import Refused
from engine.review.model import OPEN
from tests.promises.journey import journey
from tests.promises.organisation import World, copy_world, found_organisation, with_digits

pytestmark = pytest.mark.slow

ASKERS = ("a1", "m1", "a2", "a4", "hr1", "p1", "p4")
UNSAYABLE = {"targets_unsound", "no_way", "result_blocked"}
"""Sums of weights, and where the review would go: a schema looks at one value at a time, and at no review."""

BODIES = 6
WORDS = ("x", "还要再看一看", "a longer text with 'quotes' and <tags>", "because")


@dataclass(slots=True)
class Tried:
    asked: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    spoilt: Counter[str] = field(default_factory=Counter)


def written(dice: random.Random, schema: Mapping[str, Any], name: str = "") -> Any:
    """Something that the schema asks for, most of the time."""
    if "x-choices" in schema:
        return dice.choice(schema["x-choices"])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return dice.choice(schema["enum"])
    if "anyOf" in schema:
        return bounded(dice, schema, dice.choice(schema["anyOf"]))
    kind = schema.get("type")
    if kind == "object":
        required = set(schema.get("required", ()))
        chosen = [key for key in schema.get("properties", {}) if key in required or dice.random() < 0.6]
        return {key: written(dice, schema["properties"][key], key) for key in chosen}
    if kind == "array":
        count = dice.randint(schema.get("minItems", 0), min(schema.get("maxItems", 3), 6))
        items = [written(dice, schema["items"]) for _ in range(count * 3)]
        return list(dict.fromkeys(items))[:count] if schema.get("uniqueItems") else items[:count]
    if kind == "boolean":
        return dice.random() < 0.5
    if kind in ("integer", "number"):
        return bounded(dice, schema, schema)
    if "[0-9]{4}-" in schema.get("pattern", ""):
        return "2025-12-31"
    return dice.choice(WORDS)


def bounded(dice: random.Random, outer: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """A number within its bounds, as a number or as the text of one; a word where the schema lists words."""
    if "pattern" not in schema and schema.get("type") not in ("integer", "number"):
        return written(dice, schema)
    low = Decimal(outer.get("x-minimum", schema.get("minimum", "0")))
    high = Decimal(outer.get("x-maximum", schema.get("maximum", "1000")))
    step = Decimal(outer.get("x-step", schema.get("multipleOf", "1")))
    number = min(low + step * dice.randint(0, int((high - low) / step)), high)
    if schema.get("type") == "string":
        return f"{number:f}"
    return int(number) if number == number.to_integral_value() and dice.random() < 0.5 else number


def bodies(dice: random.Random, schema: Mapping[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """Bodies that the schema accepts."""
    validator, found = validator_of(schema), 0
    for _ in range(count * 30):
        body = written(dice, schema)
        if validator.is_valid(body):
            yield body
            found += 1
            if found == count:
                return
    assert found, schema


def spoilt(schema: Mapping[str, Any], body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body with one fault each, as the schema says."""
    validator = validator_of(schema)
    for key in schema["required"]:
        yield f"without {key}", {name: value for name, value in body.items() if name != key}
    yield "outcome", {**body, "outcome": "no such"}
    yield "key", {**body, "more": 1}
    for part in ("ratings", "targets"):
        for name, one in schema["properties"].get(part, {}).get("properties", {}).items():
            yield f"{part} beyond", {**body, part: {**body.get(part, {}), name: "1000000000001"}}
            yield f"{part} digits", {**body, part: {**body.get(part, {}), name: "1.0000000001"}}
            yield f"{part} word", {**body, part: {**body.get(part, {}), name: "no such"}}
            if "x-maximum" in one:
                beyond = Decimal(one["x-maximum"]) + Decimal(one["x-step"])
                assert not validator.is_valid({**body, part: {**body.get(part, {}), name: beyond}}), name
                yield f"{part} number", {**body, part: {**body.get(part, {}), name: beyond}}
        if part in schema["properties"]:
            yield f"{part} unknown", {**body, part: {**body.get(part, {}), "no such": "1"}}
        else:
            yield f"{part} not asked", {**body, part: {"no such": "1"}}
    yield "grade", {**body, "grade": "no such"}


def tasks_of(world: World, who: str, ref: str) -> Iterator[Asked]:
    review = world.review(ref)
    for task in review.tasks:
        if task.visit == review.visit and task.status in OPEN:
            try:
                found = asked(world.rt, world.actor(who), review.id, task.id)
            except NotFound:
                continue
            yield found


def try_form(world: World, who: str, found: Asked, dice: random.Random, tried: Tried) -> None:
    place = f"{found.task.state}.{found.task.name}"
    tried.asked[place] += 1
    assert not list(of_schemas().iter_errors(found.schema)), found.schema
    if not (found.task.mine and found.possible):
        return
    actor = world.actor(who)
    possible = {one.name for one in found.outcomes if one.possible}

    def give(body: Mapping[str, Any]) -> Receipt | Refused:
        return handle(world.rt, actor, answer_of(world.rt, actor, found.review, found.task.id, body), dry=True)

    for body in bodies(dice, found.schema, BODIES):
        done = give(body)
        if not isinstance(done, Refused):
            tried.accepted[place] += 1
            continue
        tried.refused[done.code] += 1
        if done.code not in UNSAYABLE and body.get("outcome", "done") in possible:
            tried.wrong.append(f"{place}: {body}: {done.reasons}")
    for what, bad in spoilt(found.schema, body):
        if what == "key":
            assert not validator_of(found.schema).is_valid(bad)
        elif not validator_of(found.schema).is_valid(bad):
            tried.spoilt[what] += 1
            if not isinstance(give(bad), Refused):
                tried.wrong.append(f"{place}: accepted though {what}: {bad}")


@pytest.fixture(params=["shipped", pytest.param("with digits", marks=pytest.mark.slow)])
def played(request: pytest.FixtureRequest, founded: Path, tmp_path: Path) -> Iterator[World]:
    template = founded
    if request.param == "with digits":
        template = tmp_path / "template"
        template.mkdir()
        found_organisation(template, with_digits(tmp_path / "workflow"))
    world = copy_world(template, tmp_path / "world")
    yield world
    world.close()


def test_what_the_form_accepts_is_accepted_and_what_it_refuses_is_refused(played):
    tried, dice = Tried(), random.Random(1)
    for _, ref in journey(played):
        for who in ASKERS:
            for found in tasks_of(played, who, ref):
                try_form(played, who, found, dice, tried)
    assert not tried.wrong, "\n".join(tried.wrong[:10])
    assert len(tried.accepted) >= 12, tried.accepted
    assert set(tried.refused) <= UNSAYABLE, tried.refused
    assert {"outcome", "grade", "ratings word", "ratings number", "targets number", "without form"} <= set(tried.spoilt)
