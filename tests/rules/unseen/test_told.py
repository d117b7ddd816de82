"""What a person reads of her score: every number comes from the card, the facts or a line above, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from engine.review.score_text import card_titles, score_lines
from tests.engine.review.retold.retelling import Retelling
from tests.rules.unseen.test_unseen import card_named, cases, result_of

INTERNAL = ("half_up", "half_even", "half_down", "MISSING", "None", "weighted_mean", "once_per", "Decimal")


def told(name: str, case: Any, lang: str) -> list[str]:
    result = result_of(card_named(name), case.get("facts"))
    return score_lines(result, lang, card_titles(result.trace, lang))


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("name", "case"), cases())
def test_every_line_comes_out_of_the_lines_above_it(name: str, case: Any, lang: str) -> None:
    lines = told(name, case, lang)
    assert list(Retelling(lang).read(lines)) == []
    assert not [line for line in lines if any(word in line for word in INTERNAL) and name != "seven-roundings"]
