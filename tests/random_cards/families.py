"""The families of schemes and the ways to read a card of one under any of the seven rounding modes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from engine.definition.library import WORKFLOWS
from engine.definition.source import read_yaml
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from tests.random_cards.account_manager import AccountManager
from tests.random_cards.domain import DOMAIN
from tests.random_cards.maths import MODES
from tests.random_cards.published import PUBLISHED

CARDS: Final = Path(__file__).parents[1] / "rules" / "scorecard" / "cards"
ORACLES: Final = {maker.card: maker() for maker in (*PUBLISHED, AccountManager, *DOMAIN)}
_MODE = re.compile(rf"\b({'|'.join(MODES)})\b")


def names() -> list[str]:
    """Every card there is: the reference cards, the published schemes, the shipped workflows."""
    shipped = sorted(path.parent.relative_to(WORKFLOWS).as_posix() for path in WORKFLOWS.rglob("scorecard.yaml"))
    return [*sorted(path.stem for path in CARDS.glob("*.yaml")), *shipped]


@cache
def document_of(name: str) -> Any:
    path = CARDS / f"{name}.yaml"
    path = path if path.is_file() else WORKFLOWS / name / "scorecard.yaml"
    document, problems = read_yaml(path.read_text(encoding="utf-8"), path.name)
    assert document is not None, problems
    return document.data


@cache
def card_under(name: str, mode: str) -> Card:
    """The card with every declared rounding in this mode; where it rounds, and to how many digits, stays."""
    card, faults = read_card(_under(document_of(name), mode))
    assert card is not None, [(one.code, one.path) for one in faults if one.level == "error"]
    return card


def _under(value: Any, mode: str) -> Any:
    if isinstance(value, dict):
        return {key: _under(one, mode) for key, one in value.items()}
    if isinstance(value, list):
        return [_under(one, mode) for one in value]
    return _MODE.sub(mode, value) if isinstance(value, str) else value
