"""The quick yes or no about a shape is the validators' own, whatever is changed in the data."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.definition.library import folder_of
from engine.definition.quick import UnknownWord, made, quick
from engine.definition.validators import kept
from tests.engine.definition.shipped import HERE, data_of

SCHEMAS = ("workflow", "scorecard", "examples")
VALUES: tuple[Any, ...] = (
    None, True, False, "", "x", "a word of two", "x" * 300, Decimal(0), Decimal("1.5"), Decimal(-3), Decimal(2000),
    [], {}, ["a", "a"], [Decimal(1), Decimal("1.0")], {"to": "x"}, {"if": "a"}, [{"else": "x"}], {"": "x"},
)  # fmt: skip
EACH = 60


def files_of(schema: str) -> list[Path]:
    if schema == "examples":
        return [folder_of("leasing-team") / "examples.yaml"]
    return [folder / f"{schema}.yaml" for folder in (HERE / "steady", folder_of("service-monitoring"))]


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, one in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(one, (*path, key))


def changed(data: Any, chance: random.Random) -> Any:
    """A copy with one value gone, doubled, renamed or another."""
    found = copy.deepcopy(data)
    path = chance.choice([one for one in places(found) if one])
    inside = found
    for step in path[:-1]:
        inside = inside[step]
    kind = chance.choice(("gone", "other", "other", "renamed", "doubled"))
    if kind == "gone":
        del inside[path[-1]]
    elif kind == "renamed" and isinstance(inside, dict):
        inside[chance.choice(("to", "again", "other", "Größe", "x.y"))] = inside.pop(path[-1])
    elif kind == "doubled" and isinstance(inside, list):
        inside.append(inside[path[-1]])
    else:
        inside[path[-1]] = chance.choice(VALUES)
    return found


def differing(schema: str, count: int, seed: int) -> tuple[list[Any], int]:
    """Changed data about which the two say different things; how many did not fit."""
    fits, validator, chance = quick(schema), kept(schema), random.Random(seed)
    assert fits is not None
    wrong, unfit = [], 0
    for file in files_of(schema):
        data = data_of(file.read_text(encoding="utf-8"))
        assert fits(data)
        for _ in range(count):
            other = changed(data, chance)
            sound = validator.is_valid(other)
            unfit += not sound
            if fits(other) != sound:
                wrong.append(other)
    return wrong, unfit


@pytest.mark.parametrize(
    "count", [12, pytest.param(EACH, marks=pytest.mark.slow), pytest.param(1000, marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_quick_answer_is_the_validators_answer(schema: str, count: int) -> None:
    wrong, unfit = differing(schema, count, 7 * count)
    assert wrong == []
    assert unfit > count // 12  # changes that harm nothing would show nothing


def test_a_word_that_is_not_known_makes_nothing() -> None:
    with pytest.raises(UnknownWord):
        made({"type": "object", "patternProperties": {"^x": True}})
    with pytest.raises(UnknownWord):
        made({"$ref": "https://example.com/other.json"})


def test_yes_and_one_are_not_the_same() -> None:
    assert not made({"enum": [Decimal(1)]})(True)
    assert not made({"const": True})(Decimal(1))
    assert made({"uniqueItems": True})([True, Decimal(1)])
    assert not made({"type": "integer"})(True)
