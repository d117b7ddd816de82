"""What would have reached the next grade, told: in both languages, by the titles of the card, and nothing untrue."""

from __future__ import annotations

from typing import Any

import pytest

from engine.review.reach_text import reach_data, reach_section
from engine.review.score_text import card_titles
from rules.scorecard.evaluate import score
from rules.scorecard.facts import read_facts
from rules.trial.reach import reach
from tests.rules.trial.test_reach import NEAR, STRAIGHT, card_of


def told(lang: str, text: str = STRAIGHT, work: int = 2_000, **inputs: Any) -> list[str]:
    card = card_of(text)
    facts, _ = read_facts(card, {"inputs": {**NEAR, **inputs}})
    assert facts is not None
    trace = score(card, facts).trace
    section = reach_section(reach(card, facts, work), trace, lang, card_titles(trace, lang))
    return [] if section is None else [section.heading, *section.lines]


def test_the_smallest_change_stands_first_and_says_that_it_is() -> None:
    assert told("en") == [
        "What would have reached the next grade",
        "the smallest single change, all else as it is: sold (added up over the period) 105 instead of 90: "
        "grade S, total 95.4",
        "tone (as all answers make it) 5 instead of 3: grade S, total 97.0",
    ]
    assert told("zh")[1] == "其余不变，最小的单项变动：sold（全期合计）若为 105 而非 90：等级 S，总分 95.4"


def test_yes_and_no_are_words_and_a_rule_that_bars_is_named() -> None:
    assert told("en", breach=True)[1].endswith("breach no instead of yes: grade A, total 85.0")
    always = STRAIGHT.replace("if: breach", "if: breach or not breach")
    assert told("en", always)[1] == "rule gate bars grade A, and no figure alone lifts it"


def test_a_search_that_was_cut_short_says_so() -> None:
    assert told("en", work=3)[-1].startswith("the search stopped after")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_at_the_top_nothing_is_told(lang: str) -> None:
    assert told(lang, sold=[50, 50, 50], late=0) == []
    assert reach_data(None, None) is None
