"""The fast card gives what the reference gives, to the last digit, for every card there is."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from engine.definition.reader import read_scorecard
from rules.expressions.types import MISSING
from rules.fast.card import Outcome, Reference, fast_card
from rules.fast.emit import function_of
from rules.fast.program import Branch, Lit, Op, Pick
from rules.fast.slots import Variant
from rules.scorecard.evaluate import score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from tests.rules.fast.cards import NAMES, card_of, differences, fast_of
from tests.rules.fast.random_facts import facts_for


def told(card: Card, facts: Any) -> Reference:
    return Reference.of(score(card, facts))


def first_difference(name: str, times: int, seed: int = 1) -> Any:
    card, fast, random = card_of(name), fast_of(name), Random(zlib.crc32(name.encode()) + seed)
    for place in range(times):
        facts = facts_for(card, random)
        found = differences(fast.score(facts), told(card, facts))
        if found:
            return place, found, facts
    return None


@pytest.mark.parametrize("name", NAMES[1::8])
def test_random_facts_score_alike(name: str) -> None:
    assert first_difference(name, 3) is None


@pytest.mark.parametrize("name", ["everything/means", "everything/sums"])
def test_cards_with_everything_in_them_score_alike(name: str) -> None:
    assert first_difference(name, 15, seed=3) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_many_random_facts_score_alike(name: str) -> None:
    assert first_difference(name, 120, seed=2) is None


@pytest.mark.slow
def test_no_card_needs_the_slow_way() -> None:
    assert {name: fast_of(name).slow_parts for name in NAMES if fast_of(name).slow_parts} == {}


def test_a_card_too_deep_for_a_program_is_left_to_the_reference() -> None:
    rows = [{"from": Decimal(900 - place), "gives": Decimal(place)} for place in range(400)]
    card, _ = read_card({
        "scorecard": "deep", "version": 1, "language": Decimal(1), "missing": "block",
        "round": {"metric": "exact", "total": "exact"}, "inputs": {"x": {"type": "count", "range": "0..1000"}},
        "metrics": {"x": {"bands": [*rows, {"else": Decimal(7)}]}}, "total": {"combine": "sum"},
    })
    assert card is not None
    fast = fast_card(card)
    assert fast.slow_parts != ()
    facts, _ = read_facts(card, {"inputs": {"x": 640}})
    assert facts is not None
    assert isinstance(fast.score(facts), Reference)
    assert fast.score(facts).total == 260


def test_the_reference_is_not_asked_where_figures_fit() -> None:
    asked: Counter[str] = Counter()
    for name in NAMES[1::4]:
        random = Random(5)
        for _ in range(2):
            facts = facts_for(card_of(name), random)
            asked[type(fast_of(name).score(facts)).__name__] += 1
    assert asked["Reference"] == 0, asked
    assert asked["Outcome"] == 2 * len(NAMES[1::4])


def changed(part: Any) -> Any:
    """The program with every literal that is compared with one more: a fault that such a compiler might have."""
    if isinstance(part, Op) and part.op in ("<", "<=", ">", ">=") and isinstance(part.args[1], Lit):
        value = part.args[1].value
        return Op(part.op, (changed(part.args[0]), Lit(int(value or 0) + 1)))
    if isinstance(part, tuple):
        return tuple(changed(one) for one in part)
    if isinstance(part, Op | Branch | Pick) or type(part).__name__ in ("Let", "Guard", "Each", "Give"):
        return type(part)(*(changed(getattr(part, name)) for name in part.__slots__))
    return part


def test_a_compiler_that_is_off_by_one_unit_is_found_out() -> None:
    name = "cards/account-manager"
    card, fast, random = card_of(name), fast_card(card_of(name)), Random(3)
    for full in (True, False):
        made = fast._compiled(Variant(full=full))
        made.run, _ = function_of(replace(made.program, body=changed(made.program.body)))
    assert any(differences(fast.score(one), told(card, one)) for one in (facts_for(card, random) for _ in range(600)))


def test_more_digits_than_declared_are_still_exact() -> None:
    """Weights may be agreed with any number of places; then the same card runs on rationals."""
    name = "account-manager/scorecard"
    card, random, wide = card_of(name), Random(8), 0
    for _ in range(40):
        facts = facts_for(card, random)
        agreed = {key: {what: replace(one, value=Decimal("10.1234567")) for what, one in figures.items()}
                  for key, figures in facts.agreed.items()}
        facts = replace(facts, agreed=agreed)
        wide += bool(agreed)
        assert not differences(fast_of(name).score(facts), told(card, facts))
    assert wide > 10
    assert any(variant.wide for variant in fast_of(name)._variants)


def test_what_is_made_late_is_made_right() -> None:
    """An outcome makes its values when they are read, in whatever order."""
    name = "account-manager/scorecard"
    card, random = card_of(name), Random(4)
    facts = facts_for(card, random)
    first, second = fast_of(name).score(facts), fast_of(name).score(facts)
    assert isinstance(first, Outcome)
    backwards = [getattr(second, part) for part in ("consequences", "metrics", "grade", "total", "status")]
    assert [getattr(first, part) for part in ("status", "total", "grade", "metrics", "consequences")] == backwards[::-1]
    assert MISSING not in first.metrics.values()


ROWS = """scorecard: rows
version: 1
language: 1
missing: block
round: {metric: 2 half_up, total: 2 half_up}
lists:
  goals:
    count: 0..9
    agreed: {weight: {type: number, digits: 1, range: 0..100}}
    inputs: {done: {type: number, range: 0..9}}
metrics:
  all: {over: goals, each: {value: done}, combine: weighted_mean, weights_sum: 100}
total: {combine: sum}
"""


@pytest.mark.parametrize(("weights", "codes"), [
    (["60", "40"], ()), (["60", "39.9"], ("SR014",)), (["85"], ("SR014",)), ([], ("SR014",)),
    (["60", None], ("SR004",)),
])
def test_weights_of_rows_must_sum_as_the_reference_says(weights: list[str | None], codes: tuple[str, ...]) -> None:
    card, problems = read_scorecard(ROWS)
    assert card is not None, problems
    rows = [{"done": "3", **({} if one is None else {"weight": one})} for one in weights]
    facts, _ = read_facts(card, {"lists": {"goals": rows}})
    assert facts is not None
    found, wanted = fast_card(card).score(facts), Reference.of(score(card, facts))
    assert isinstance(found, Outcome)
    assert not differences(found, wanted)
    assert found.reasons_codes[:1] == codes


def test_a_figure_on_which_nothing_hangs_must_be_there_all_the_same() -> None:
    """A line that gives 0 everywhere makes no difference of the figure, but of its lack."""
    card, _ = read_scorecard(ROWS.partition("lists:")[0] + """inputs: {a: {type: number, range: 0..9}}
metrics: {m: {weight: 100, value: a, line: [[0, 0], [9, 0]]}}
total: {combine: weighted_mean, weights_sum: 100}
""")
    assert card is not None
    for figures, status in (({}, "blocked"), ({"a": "3"}, "scored")):
        facts, _ = read_facts(card, {"inputs": figures})
        assert facts is not None
        assert fast_card(card).score(facts).status == score(card, facts).status == status
