"""Twenty thousand random cards of each family in each rounding mode through both executions; some twenty minutes of
one processor: `python -m pytest -m soak -n 2 tests/soak/test_twenty_thousand_cards.py`."""

from __future__ import annotations

import pytest

from tests.random_cards.executions import differing
from tests.random_cards.families import ORACLES
from tests.random_cards.maths import MODES

CARDS = 20_000


@pytest.mark.soak
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("family", ORACLES)
def test_twenty_thousand_cards_come_out_alike(family: str, mode: str) -> None:
    assert differing(family, mode, CARDS, seed=1) == []
