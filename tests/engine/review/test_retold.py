"""Every number of a told score can be worked out from the text above it: all cards, random facts, both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from engine.review.score_text import card_titles, score_lines
from engine.words.book import LANGS
from rules.scorecard.evaluate import score
from tests.engine.review.retold.falsifying import MADE, falsified, passes
from tests.engine.review.retold.retelling import Retelling
from tests.rules.fast.cards import NAMES as ALL
from tests.rules.fast.cards import card_of
from tests.rules.fast.random_facts import facts_for

NAMES = tuple(name for name in ALL if name != "everything/means")  # its cases count rows that are missing


def told(name: str, seed: int, lang: str) -> list[str]:
    card = card_of(name)
    alone = replace(facts_for(card, Random(seed)), shares={}, quota_grade=None)  # a cohort has lines of its own
    trace = score(card, alone).trace
    return score_lines(list(trace), lang, card_titles(trace, lang))


def wrong_in(seeds: range, names: Sequence[str] = NAMES) -> tuple[list[str], int]:
    found, lines = [], 0
    for name in names:
        for seed in seeds:
            for lang in LANGS:
                text = told(name, seed, lang)
                lines += len(text)
                found += [f"{name} {seed} {lang}: {why}" for _, why in Retelling(lang).read(text)]
    return found, lines


def unnoticed(seeds: range, most: int, names: Sequence[str] = NAMES) -> tuple[list[str], Counter[str]]:
    """Lines in which a wrong digit was not found, and how many were tried by sentence."""
    missed, tried = [], Counter[str]()
    for name in names:
        for seed in seeds:
            for lang in LANGS:
                random, text = Random(seed), told(name, seed, lang)
                many = list(falsified(lang, text, random))
                for number, line, code in random.sample(many, min(most, len(many))):
                    tried[code] += 1
                    if passes(lang, [*text[:number], line, *text[number + 1:]]):
                        missed.append(f"{name} {seed} {lang} {code}: {text[number].strip()} -> {line.strip()}")
    return missed, tried


def test_every_line_of_every_card_comes_out_of_the_lines_above_it() -> None:
    found, lines = wrong_in(range(1), NAMES[::3])
    assert found == []
    assert lines > 1_000


@pytest.mark.slow
def test_every_line_of_every_card_comes_out_of_the_lines_above_it_with_many_facts() -> None:
    found, lines = wrong_in(range(10, 13))
    assert found == []
    assert lines > 10_000


def test_a_wrong_digit_is_found() -> None:
    """The control: one digit of one number that a line makes or repeats."""
    missed, tried = unnoticed(range(1), 1, NAMES[1::3])
    assert missed == []
    assert tried.total() > 20


@pytest.mark.slow
def test_a_wrong_digit_is_found_wherever_it_stands() -> None:
    missed, tried = unnoticed(range(20, 22), 3)
    assert missed == []
    assert len(tried) > len(MADE) // 2
