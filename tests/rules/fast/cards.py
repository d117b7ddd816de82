"""Every card of the house: those of the tests, the unseen ones, the shipped ones, and two with everything in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from engine.definition.reader import read_scorecard
from rules.fast.card import FastCard, fast_card
from rules.scorecard.model import Card

ROOT = Path(__file__).parents[3]
FILES: Sequence[Path] = (
    *sorted(ROOT.glob("tests/rules/scorecard/cards/*.yaml")), *sorted(ROOT.glob("tests/rules/unseen/cards/*.yaml")),
    *sorted(ROOT.glob("workflows/*/scorecard.yaml")), *sorted(ROOT.glob("tests/rules/fast/everything/*.yaml")),
)
NAMES = tuple(f"{file.parent.name}/{file.stem}" for file in FILES)
PARTS = ("status", "total", "grade", "first_grade", "metrics", "consequences", "reasons_codes")


@cache
def card_of(name: str) -> Card:
    card, problems = read_scorecard(FILES[NAMES.index(name)])
    assert card is not None, problems
    return card


@cache
def fast_of(name: str) -> FastCard:
    return fast_card(card_of(name))


def differences(one: Any, other: Any) -> dict[str, tuple[Any, Any]]:
    """What differs between two outcomes, by part."""
    return {part: (getattr(one, part), getattr(other, part)) for part in PARTS
            if getattr(one, part) != getattr(other, part)}
