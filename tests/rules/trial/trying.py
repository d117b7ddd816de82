"""Cards and facts for the tests of what-if: those of the other tests, and small ones made at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from engine.definition.reader import read_scorecard
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.model import Card, Input
from rules.scorecard.reader import read_card

ROOT = Path(__file__).parents[3]
FILES = sorted([
    *ROOT.glob("tests/rules/scorecard/cards/*.yaml"), *ROOT.glob("tests/rules/unseen/cards/*.yaml"),
    *ROOT.glob("workflows/*/scorecard.yaml"),
])  # fmt: skip


def card_at(path: Path) -> Card:
    card, problems = read_scorecard(path)
    assert card is not None, problems
    return card


def document_for(card: Card, random: Random, whole: bool = False) -> dict[str, Any]:
    """Facts that the card can take; unless `whole`, some figures are missing."""
    inputs: dict[str, Any] = {}
    agreed: dict[str, Any] = {}
    for one in card.inputs.values():
        if one.of or (not whole and random.random() < 0.05):
            continue
        if one.asked:
            inputs[one.name] = {
                role: [_value(one, random) for _ in range(random.randint(1, 4))] for role in one.asked
            }
        elif one.fold and one.every:
            inputs[one.name] = [_value(one, random) for _ in range(random.randint(1, 3))]
        else:
            inputs[one.name] = _value(one, random)
    for open_ in card.agreeable():
        if open_.kind != "input" and open_.low is not None and open_.high is not None and random.random() < 0.3:
            agreed[open_.key] = str(random.choice((open_.low, open_.high)))
    lists = {
        name: [
            {field: _value(one, random) for field, one in rows.fields.items()}
            for _ in range(random.randint(int(rows.count.low or 0), min(int(rows.count.high or 3), 4)))
        ]
        for name, rows in card.lists.items()
    }
    subject = {name: _value(one, random) for name, one in card.subject.items()}
    cycle = {name: _value(one, random) for name, one in card.cycle.items()}
    return {"subject": subject, "cycle": cycle, "inputs": inputs, "lists": lists, "agreed": agreed}


def _value(one: Input, random: Random) -> Any:
    if one.type == "yes_no":
        return random.choice((True, False))
    if one.options:
        return random.choice(one.options)
    if one.type == "date":
        return f"20{random.randint(20, 29)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    if one.type == "text":
        return "as it was"
    low, high = (int(end) if end is not None else other for end, other in ((one.low, 0), (one.high, 1000)))
    digits = 0 if one.type in ("count", "rating") else one.digits
    scale = 10**digits
    number = Decimal(random.randint(low * scale, high * scale)).scaleb(-digits)
    return f"{number:f}"


@dataclass(frozen=True)
class Small:
    """A small card of our own making, its reviews, and how its grades are found without the house's arithmetic."""

    card: Card
    facts: tuple[tuple[str, Facts], ...]
    weights: Mapping[str, Decimal]
    scores: tuple[Mapping[str, Fraction], ...]
    bounds: Sequence[int]
    places: int
    kept_sum: bool
    capped: bool = False

    def grade(self, scores: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> str | None:
        """Half up at so many places, then bands; in fractions."""
        whole = sum(weights[name] for name in scores)
        if not whole:
            return None
        exact = sum(scores[name] * weights[name] for name in scores) / whole
        scale = 10**self.places
        total = Fraction((exact * scale + Fraction(1, 2)).__floor__(), scale)
        place = next((place for place, bound in enumerate(self.bounds) if total >= bound), len(self.bounds))
        if self.capped and total >= self.bounds[-1] + 3:
            place = len(self.bounds)  # a rule that looks at the total: grades may come back
        return "ABCDE"[place]

    def changed(self, key: str, value: Decimal) -> dict[str, Fraction]:
        old = {name: Fraction(one) for name, one in self.weights.items()}
        if not self.kept_sum:
            return {**old, key: Fraction(value)}
        whole = sum(old.values())
        left = {name: one * (whole - Fraction(value)) / (whole - old[key]) for name, one in old.items() if name != key}
        return {**left, key: Fraction(value)}


def small_cards(seed: int, count: int, capped: bool = False) -> Iterator[Small]:
    random = Random(seed)
    for _ in range(count):
        yield _small(random, capped)


def _small(random: Random, capped: bool) -> Small:
    names = [f"m{place}" for place in range(random.randint(2, 5))]
    cuts = [0, *sorted(random.sample(range(1, 100), len(names) - 1)), 100]
    weights = {name: Decimal(end - start) for name, (start, end) in zip(names, pairwise(cuts), strict=True)}
    places, kept_sum = random.choice((0, 1, 2)), random.random() < 0.7
    bounds = sorted(random.sample(range(40, 95), random.randint(1, 4)), reverse=True)
    bands: list[dict[str, Any]] = [{"from": Decimal(one), "gives": "ABCDE"[at]} for at, one in enumerate(bounds)]
    worst = "ABCDE"[len(bounds)]
    grades: dict[str, Any] = {"bands": [*bands, {"else": worst}]}
    if capped:
        grades["rules"] = [{"rule": "too good", "if": f"total >= {bounds[-1] + 3}", "set": worst}]
    card, faults = read_card({
        "scorecard": "small", "version": 1, "language": Decimal(1), "missing": "exclude",
        "round": {"metric": "2 half_up", "total": f"{places} half_up"},
        "inputs": {name: {"type": "number", "digits": Decimal(1), "range": "0..100"} for name in names},
        "metrics": {name: {"weight": weights[name]} for name in names},
        "total": {"combine": "weighted_mean", "weights_sum": Decimal(100) if kept_sum else "any"},
        "grades": grades,
    })
    assert card is not None, faults
    scores, facts = [], []
    for place in range(random.randint(1, 4)):
        known = {name: Decimal(random.randint(300, 1000)).scaleb(-1) for name in names}
        if random.random() < 0.2:
            del known[random.choice(names)]
        read, wrong = read_facts(card, {"inputs": {name: str(one) for name, one in known.items()}})
        assert read is not None, wrong
        scores.append({name: Fraction(one) for name, one in known.items()})
        facts.append((f"r{place}", read))
    return Small(card, tuple(facts), weights, tuple(scores), bounds, places, kept_sum, capped)
