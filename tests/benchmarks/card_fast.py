"""One card of ten metrics without its trace: as compiled, against a function by hand, `Decimal(text)` and zen-engine.

Floors: (1) `by_hand`, the same ten metrics, total and grade written by hand in scaled ints, as a careful person writes
a function for this card alone; (2) from text: `Decimal(text)` of the ten figures, each brought to a scaled int, then
`by_hand`; no range is checked there, while ours checks digits and ranges; (3) zen-engine, the ten
metrics as one node of expressions, its quickest form, compiled before and evaluated from Python; (4) with trace,
zen-engine with a node for each metric, so that its trace tells of each metric as ours does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from statistics import median
from typing import Any

from engine.definition.source import read_yaml
from rules.fast.card import FastCard, fast_card
from rules.scorecard.evaluate import score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from tests.benchmarks.timing import Row, alone, timed
from tests.benchmarks.zen_card import zen_decision

CARD = """
scorecard: ten-metrics
version: 1
language: 1
missing: block
round: {metric: 2 half_up, total: 2 half_up}
inputs:
  sales: {type: money, digits: 2, range: 0..1000000}
  costs: {type: money, digits: 2, range: 1..1000000}
  satisfaction: {type: percent, digits: 2, range: 0..100}
  customers: {type: count, range: 0..1000}
  complaints: {type: percent, digits: 2, range: 0..100}
  response: {type: number, digits: 2, range: 0..1000}
  teamwork: {type: number, digits: 2, range: 1..5}
  training: {type: number, digits: 1, range: 0..500}
  audits: {type: rating, range: 1..5}
  growth: {type: percent, digits: 2, range: -100..1000}
metrics:
  sales: {weight: 20, target: 400000, ratio: {better: higher}, limits: 0..120}
  costs: {weight: 10, target: 250000, ratio: {better: lower, by: mirror}, limits: 0..120}
  satisfaction: {weight: 15, target: 92, ratio: {better: higher}}
  customers: {weight: 10, bands: [{from: 10, gives: 100}, {from: 8, gives: 80}, {else: 0}]}
  complaints: {weight: 10, steps: {start: 100, at: 5, every: 1, above: -10, counting: begun}, limits: 0..100}
  response: {weight: 10, line: [[12, 120], [24, 100], [48, 0]]}
  teamwork: {weight: 10, line: [[1, 0], [3, 60], [4, 80], [5, 100]]}
  training: {weight: 5, steps: {start: 60, at: 20, every: 0.5, above: 1, below: -1.5, counting: full}, limits: 0..100}
  audits: {weight: 5, lookup: {1: 0, 2: 40, 3: 60, 4: 85, 5: 100}}
  growth: {weight: 5, value: growth / 3, limits: -20..40}
total: {combine: weighted_mean, weights_sum: 100}
grades: {bands: [{from: 95, gives: S}, {from: 85, gives: A}, {from: 70, gives: B}, {from: 60, gives: C}, {else: D}]}
"""
NAMES = ("sales", "costs", "satisfaction", "customers", "complaints", "response", "teamwork", "training", "audits",
         "growth")  # fmt: skip
DIGITS = (2, 2, 2, 0, 2, 2, 2, 1, 0, 2)
GRADES = "SABCD"
AUDITS = (0, 0, 4000, 6000, 8500, 10000)


def card() -> Card:
    made, _ = read_yaml(CARD, "card.yaml")
    read, faults = read_card(made.data if made is not None else {})
    if read is None:
        raise ValueError(faults)
    return read


def by_hand(figures: Sequence[int]) -> tuple[int, ...]:
    """Total, grade and the ten scores; numbers in hundredths."""
    sales, costs, satisfaction, customers, complaints, response, teamwork, training, audits, growth = figures
    first = (sales + 2000) // 4000
    if first > 12000:
        first = 12000
    second = 20000 - costs // 2500 if costs % 2500 <= 1250 else 20000 - costs // 2500 - 1
    if second > 12000:
        second = 12000
    elif second < 0:
        second = 0
    third = (satisfaction * 200 + 92) // 184
    fourth = 10000 if customers >= 10 else 8000 if customers >= 8 else 0
    fifth = 10000 + (500 - complaints) // 100 * 1000 if complaints > 500 else 10000
    if fifth < 0:
        fifth = 0
    if response <= 1200:
        sixth = 12000
    elif response <= 2400:
        sixth = 12000 - ((response - 1200) * 10 + 2) // 6 if response < 2400 else 10000
    elif response <= 4800:
        sixth = (2 * (4800 - response) * 100 + 24) // 48
    else:
        sixth = 0
    seventh = (teamwork - 100) * 30 if teamwork <= 300 else 6000 + (teamwork - 300) * 20
    if training > 200:
        eighth = 6000 + (training - 200) // 5 * 100
        if eighth > 10000:
            eighth = 10000
    else:
        eighth = 6000 - (200 - training) // 5 * 150
        if eighth < 0:
            eighth = 0
    ninth = AUDITS[audits]
    if growth > 12000:
        tenth = 4000
    elif growth < -6000:
        tenth = -2000
    elif growth >= 0:
        tenth = (2 * growth + 3) // 6
    else:
        tenth = -((3 - 2 * growth) // 6)
    total = (
        first * 20 + second * 10 + third * 15 + fourth * 10 + fifth * 10 + sixth * 10 + seventh * 10 + eighth * 5
        + ninth * 5 + tenth * 5
    )
    total = (total + 50) // 100 if total >= 0 else -((50 - total) // 100)
    grade = 0 if total >= 9500 else 1 if total >= 8500 else 2 if total >= 7000 else 3 if total >= 6000 else 4
    return total, grade, first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth


def figures(random: Random) -> tuple[int, ...]:
    """Ten figures as scaled ints."""
    return (
        random.randint(0, 100_000_000), random.randint(100, 60_000_000), random.randint(0, 10_000),
        random.randint(0, 20), random.randint(0, 2_000), random.randint(0, 6_000), random.randint(100, 500),
        random.randint(0, 800), random.randint(1, 5), random.randint(-10_000, 20_000),
    )  # fmt: skip


def texts(values: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"{Decimal(value).scaleb(-digits):f}" for value, digits in zip(values, DIGITS, strict=True))


def compiled_result(fast: FastCard, values: Sequence[int]) -> tuple[int, ...]:
    """What the compiled card gives, in the order of `by_hand`."""
    found = fast.run(values)
    if found is None or found[0] or found[1]:
        raise ValueError(found)
    return tuple(found[out.place + 2] for out in fast.outs if out.kind != "first")


def from_text(given: Sequence[str]) -> tuple[int, ...]:
    return by_hand([int(Decimal(text).scaleb(digits)) for text, digits in zip(given, DIGITS, strict=True)])


def in_turn(works: Sequence[Callable[[], object]], times: int, rounds: int) -> list[float]:
    """Median seconds of one call of each, taken in turns, so that a slow moment meets all of them."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            def many(work: Callable[[], object] = work) -> None:
                for _ in range(times):
                    work()

            found[place].append(timed(many) / times)
    return [median(one) for one in found]


def over(work: Callable[[Any], object], values: Sequence[Any]) -> Callable[[], object]:
    """The work on each of the values in turn; what going over them costs is in the floor as well."""
    def run() -> None:
        for value in values:
            work(value)

    return run


SAMPLE = 50


def rows(smoke: bool) -> tuple[list[tuple[int, ...]], int, int]:
    """The figures, how often all of them in one turn, and how many turns: short ones, so that both meet the same."""
    random = Random(1)
    sample = [figures(random) for _ in range(SAMPLE)]
    return sample, 1 if smoke else 4, 3 if smoke else 150


def measure_figures(smoke: bool) -> Row:
    fast = fast_card(card())
    sample, times, rounds = rows(smoke)
    for one in sample:
        if compiled_result(fast, one) != by_hand(one):
            raise ValueError(f"{one}: by hand {by_hand(one)}, by the card {compiled_result(fast, one)}")
    ours, floor = in_turn([over(fast.run, sample), over(by_hand, sample)], times, rounds)
    return Row("one card from scaled ints", ours / SAMPLE, floor / SAMPLE, at_least=1.0, note="by hand in ints")


def measure_text(smoke: bool) -> Row:
    fast = fast_card(card())
    sample, times, rounds = rows(smoke)
    given = [texts(one) for one in sample]
    ours, floor = in_turn([over(fast.run_text, given), over(from_text, given)], times, rounds)
    return Row("one card from texts", ours / SAMPLE, floor / SAMPLE, at_least=0.8, note="Decimal(text), by hand")


def measure_zen(smoke: bool) -> Row:
    fast, decision = fast_card(card()), zen_decision()
    sample = rows(smoke)[0]
    if decision is None:
        return Row("one card, zen-engine", 1.0, 5.0, at_least=5, note="zen-engine is not installed: not measured")
    ready = [{name: value / 10**digits for name, value, digits in zip(NAMES, one, DIGITS, strict=True)}
             for one in sample]
    ours, floor = in_turn([over(fast.run, sample), over(decision.evaluate, ready)], 1, 3 if smoke else 20)
    return Row("one card, zen-engine", ours / SAMPLE, floor / SAMPLE, at_least=5, note=agreement(decision, sample))


def measure_zen_trace(smoke: bool) -> Row:
    made, decision = card(), zen_decision(a_node_each=True)
    sample = rows(smoke)[0]
    if decision is None:
        return Row("one card with trace, zen-engine", 1.0, 4.0, at_least=4, note="zen-engine is not installed")
    given = [read_facts(made, {"inputs": dict(zip(NAMES, texts(one), strict=True))})[0] for one in sample]
    ready = [{name: value / 10**digits for name, value, digits in zip(NAMES, one, DIGITS, strict=True)}
             for one in sample]
    ours, floor = in_turn(
        [over(lambda facts: score(made, facts), given),
         over(lambda one: decision.evaluate(one, {"trace": True}), ready)], 1, 3 if smoke else 20,
    )
    note = f"score(); {agreement(decision, sample)}"
    return Row("one card with trace, zen-engine", ours / SAMPLE, floor / SAMPLE, at_least=4, note=note)


def agreement(decision: Any, sample: Sequence[tuple[int, ...]]) -> str:
    """How many of the cards zen-engine, which computes in its own decimals, gives the same total."""
    same = 0
    for one in sample:
        ready = {name: value / 10**digits for name, value, digits in zip(NAMES, one, DIGITS, strict=True)}
        same += round(decision.evaluate(ready)["result"]["total"] * 100) == by_hand(one)[0]
    return f"{same} of {len(sample)} totals alike"


MEASURES = (measure_figures, measure_text, measure_zen, measure_zen_trace)

if __name__ == "__main__":
    for one in MEASURES:
        alone(one)
