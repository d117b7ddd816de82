"""Whatever a card says and whatever is known: nothing that scores, tells the score or seeks what is in reach raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from engine.definition.reader import read_scorecard
from engine.review.score_text import score_lines
from engine.words.book import LANGS, say
from rules.expressions.types import MISSING
from rules.fast.card import Reference, fast_card
from rules.scorecard import judging
from rules.scorecard.evaluate import result_document, score
from rules.scorecard.facts import Facts
from rules.scorecard.figures import Figure, Given
from rules.scorecard.model import Card, Input
from rules.trial.reach import reach
from tests.rules.fast.cards import FILES, card_of, differences, fast_of
from tests.rules.fast.random_facts import facts_for
from tests.rules.mutation.mutants import Mutator

ROOT = Path(__file__).parents[3]
PLACES = [place for place, _ in enumerate(FILES)]
PUBLISHED = sorted(ROOT.glob("workflows/published/*/scorecard.yaml"))
ALL = (*FILES, *PUBLISHED)


def read(file: Path) -> Card:
    card, problems = read_scorecard(file)
    assert card is not None, problems
    return card


def ends(one: Input) -> list[Any]:
    """0 whether it fits or not, the ends of the range, no end at all, nothing, and what was not rated."""
    lacking = [Figure(MISSING), Figure(MISSING, not_rated=True)]
    if one.type in ("date", "text", "yes_no", "choice"):
        return lacking
    found = [Decimal(0), *(end for end in (one.low, one.high) if end is not None)]
    return [*lacking, *(Figure(value) for value in found)]


def odd(card: Card, facts: Facts, random: Random) -> Iterator[Facts]:
    """Facts with one figure, agreement or attribute at a time where nobody would put it."""
    for name, one in ((name, one) for name, one in card.inputs.items() if one.of is None):
        for figure in ends(one):
            yield replace(facts, inputs={**facts.inputs, name: Given(single=figure)})
    for one in card.agreeable():
        if one.kind != "input":
            key, _, what = one.key.rpartition(".")
            for value in (Decimal(0), one.low, one.high):
                if value is not None:
                    agreed = {**facts.agreed, key: {**facts.agreed.get(key, {}), what: Figure(value, source="agreed")}}
                    yield replace(facts, agreed=agreed)
    for name, its in card.subject.items():
        if its.numeric:
            yield replace(facts, subject={**facts.subject, name: Decimal(0)})
    yield replace(facts, previous=(), lists={})
    yield replace(facts, lists={name: ({},) for name in card.lists}, inputs={})
    yield replace(facts, previous=({name: Decimal(0) for name in card.guards.past},) * 3)


def whatever(card: Card, facts: Facts, fast: Any, far: bool) -> str:
    """Everything that reads the result, and that the two executions agree."""
    result = score(card, facts)
    result_document(result)
    for reason in result.reasons:
        for lang in LANGS:
            assert say(lang, reason.code, **reason.values).strip()[-1] not in ":：", reason
        assert reason.values.get("names", "-") != "", reason
    for lang in LANGS:
        score_lines(result, lang)
    assert not differences(fast.score(facts), Reference.of(result))
    if far:
        reach(card, facts, 40)
    return result.status


def tried(card: Card, fast: Any, seed: int, most: int, far: int = 1) -> Counter[str]:
    random, counted = Random(seed), Counter[str]()
    base = facts_for(card, random)
    facts = [base, *odd(card, base, random)]
    facts += [facts_for(card, random) for _ in range(most)]
    for place, one in enumerate(random.sample(facts, min(most, len(facts)))):
        counted[whatever(card, one, fast, place < far)] += 1
    return counted


@pytest.mark.parametrize("first", range(4))
def test_no_facts_make_scoring_raise(first: int) -> None:
    counted: Counter[str] = Counter()
    for place in PLACES[first::4][::5]:
        name = f"{FILES[place].parent.name}/{FILES[place].stem}"
        counted += tried(card_of(name), fast_of(name), place, 4)
    assert counted["scored"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("first", range(3))
def test_no_facts_make_any_card_raise(first: int) -> None:
    counted: Counter[str] = Counter()
    for place, file in list(enumerate(ALL))[first::3]:
        card = read(file)
        counted += tried(card, fast_card(card), 1000 + place, 4)
    assert counted["scored"] > counted["refused"]
    assert min(counted["scored"], counted["blocked"]) > 15


def mutated(every: int, first: int) -> Iterator[tuple[str, Card]]:
    """The cards, after one mistake each, that the check lets through."""
    place = 0
    for file in ALL:
        for mutant in Mutator(file.read_text(encoding="utf-8")).mutants():
            place += 1
            if place % every == first:
                card, _ = read_scorecard(mutant.text)
                if card is not None:
                    yield f"{file.parent.name}/{file.stem}: {mutant.kind} {mutant.place}", card


@pytest.mark.slow
def test_no_card_that_passes_the_check_raises() -> None:
    counted: Counter[str] = Counter()
    for seed, (name, card) in enumerate(mutated(331, 3)):
        try:
            counted += tried(card, fast_card(card), seed, 3)
        except Exception as wrong:
            raise AssertionError(name) from wrong
        counted["cards"] += 1
    print(f"\n{dict(counted)}")
    assert counted["cards"] > 25


@pytest.mark.soak
@pytest.mark.parametrize("first", range(12))
def test_no_mutant_of_any_card_raises(first: int) -> None:
    for seed, (name, card) in enumerate(mutated(12, first)):
        try:
            tried(card, fast_card(card), seed, 4)
        except Exception as wrong:
            raise AssertionError(name) from wrong


SMALL = """scorecard: small
version: 1
language: 1
missing: block
round: {metric: 2 half_up, total: 2 half_up}
inputs: {a: {type: number, range: 0..9}, b: {type: number, range: 0..9}}
metrics: {m: {weight: 100, value: a / b, if_zero: missing}}
total: {combine: weighted_mean, weights_sum: 100}
"""


def test_a_division_that_raises_would_be_found() -> None:
    """The control: with the division by 0 left alone, as it once was in conditions, some facts raise."""
    card, _ = read_scorecard(SMALL)
    assert card is not None
    assert tried(card, fast_card(card), 1, 40, 0)["blocked"] > 0
    with patch.object(judging, "ZeroDivisor", KeyError), pytest.raises(ArithmeticError):
        tried(card, fast_card(card), 1, 40, 0)
