"""What the tests of the scorecard share: cards and facts as YAML text, read as strictly as the house reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.definition.source import read_yaml
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card

CARDS = Path(__file__).parent / "cards"
HEAD = "scorecard: test\nversion: 1\nlanguage: 1\n"
PLAIN = "missing: block\nround: {metric: exact, total: exact}\n"


def document(text: str) -> Any:
    """The plain data of a YAML text."""
    made, problems = read_yaml(text, "card.yaml")
    assert made is not None, [(one.code, one.values) for one in problems]
    return made.data


def card_of(source: str) -> Card:
    """A card by its file name, or from the text below its first lines."""
    path = CARDS / f"{source}.yaml"
    text = path.read_text(encoding="utf-8") if "\n" not in source else HEAD + source
    card, faults = read_card(document(text))
    assert card is not None, [(one.code, one.path, dict(one.values)) for one in faults if one.level == "error"]
    return card


@pytest.fixture
def read() -> Callable[[str], Card]:
    return card_of


@pytest.fixture
def judge() -> Callable[[str, str], Result]:
    def run(source: str, facts: str) -> Result:
        card = card_of(source)
        made, faults = read_facts(card, document(facts))
        assert made is not None, [(one.code, one.path, dict(one.values)) for one in faults]
        return score(card, made)

    return run


@pytest.fixture
def plain() -> Callable[[str], Any]:
    return document


@pytest.fixture
def faults() -> Callable[[str], list[tuple[str, str]]]:
    """Codes and dotted paths of the errors in a card given as text."""

    def run(text: str) -> list[tuple[str, str]]:
        _, found = read_card(document(HEAD + text))
        return [(one.code, ".".join(map(str, one.path))) for one in found if one.level == "error"]

    return run
