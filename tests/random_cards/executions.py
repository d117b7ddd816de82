"""The same random facts through both executions of a card: the reference with its trace, and the fast card."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from rules.fast.card import FastCard, Reference, fast_card
from rules.scorecard.evaluate import score
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.model import Card
from tests.random_cards.families import ORACLES, card_under
from tests.rules.fast.cards import differences
from tests.rules.fast.random_facts import facts_for

ODD = 10  # every tenth card has facts that are odd on purpose: what lacks, what is not rated, places where tables turn


def differing(family: str, mode: str, times: int, seed: int = 0) -> list[tuple[Facts, object]]:
    """Facts for which the two executions do not agree in status, total, grade, every metric and every consequence."""
    card, fast = card_under(family, mode), fast_under(family, mode)
    found = []
    for facts in facts_of(family, card, mode, times, seed):
        wrong = differences(fast.score(facts), Reference.of(score(card, facts)))
        if wrong:
            found.append((facts, wrong))
    return found


@cache
def fast_under(family: str, mode: str) -> FastCard:
    return fast_card(card_under(family, mode))


def facts_of(family: str, card: Card, mode: str, times: int, seed: int) -> Iterator[Facts]:
    draw, oracle = random.Random(f"{family} {mode} {seed}"), ORACLES[family]
    for place in range(times):
        if place % ODD == 0:
            yield facts_for(card, draw)
            continue
        facts, faults = read_facts(card, oracle.facts(draw))
        assert facts is not None, faults
        yield facts
