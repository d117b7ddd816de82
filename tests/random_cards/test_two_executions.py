"""Two executions of one compiled card agree to the last digit: every family, every rounding mode."""

from __future__ import annotations

import pytest

from tests.random_cards import executions
from tests.random_cards.executions import differing, fast_under
from tests.random_cards.families import ORACLES, card_under
from tests.random_cards.maths import MODES


@pytest.mark.parametrize("family", ORACLES)
def test_both_executions_agree(family: str) -> None:
    assert differing(family, "half_even", 10) == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("family", ORACLES)
def test_both_executions_agree_in_every_mode(family: str, mode: str) -> None:
    assert differing(family, mode, 150) == []


def test_a_card_that_rounds_another_way_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: the fast card of another rounding mode differs."""
    monkeypatch.setattr(executions, "fast_under", lambda family, mode: fast_under(family, "ceiling"))
    assert differing("account-manager", "floor", 30)
    assert card_under("account-manager", "floor").rounds["total"].mode == "floor"
