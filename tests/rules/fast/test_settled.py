"""Other weights, targets and standards in the place of what was agreed, and figures given as texts or scaled ints."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from rules.fast.card import FastCard, Outcome, Reference, fast_card
from rules.scorecard.evaluate import score
from rules.scorecard.facts import Facts
from rules.scorecard.figures import Figure
from rules.scorecard.model import Card, Node, Span
from tests.benchmarks import card_fast
from tests.rules.fast.cards import NAMES, card_of, differences, fast_of
from tests.rules.fast.random_facts import facts_for

WIDE = Span()


def opened(card: Card) -> Card:
    """The card with every weight open to agreement and no sum or requirement: the reference can then take any."""
    def free(node: Node) -> Node:
        agree = {what: WIDE for what in ("weight", "target") if getattr(node, what) is not None}
        return replace(node, agree={**node.agree, **agree}, weights_sum=None, parts=tuple(map(free, node.parts)))

    total = None if card.total is None else replace(card.total, weights_sum=None)
    return replace(card, metrics=tuple(map(free, card.metrics)), total=total, require=())


def agreed_so(facts: Facts, settled: dict[str, Decimal]) -> Facts:
    agreed = {key: dict(figures) for key, figures in facts.agreed.items()}
    for name, value in settled.items():
        key, _, what = name.rpartition(".")
        agreed.setdefault(key, {})[what] = Figure(value, source="agreed")
    return replace(facts, agreed=agreed)


@pytest.mark.parametrize("name", NAMES[1::8])
def test_settled_values_are_as_if_they_had_been_agreed(name: str) -> None:
    card, random = card_of(name), Random(2)
    open_card = opened(card)
    keys = [f"{key}.weight" for key, node in card.nodes().items() if node.weight is not None]
    keys += [f"{key}.target" for key, node in card.nodes().items()
             if node.target is not None and isinstance(node.target.constant, Decimal)]
    if not keys:
        pytest.skip("nothing is settled by this card")
    for _ in range(8):
        facts = replace(facts_for(card, random), agreed={}, retired={})
        settled = {key: Decimal(random.randint(1, 4000)).scaleb(-random.choice([0, 2, 5]))
                   for key in random.sample(keys, min(3, len(keys)))}
        wanted = Reference.of(score(open_card, agreed_so(facts, settled)))
        assert not differences(fast_of(name).score(facts, settled), wanted), settled


def test_neither_range_nor_sum_is_judged_where_values_are_settled() -> None:
    name = "account-manager/scorecard"
    card, random = card_of(name), Random(9)
    facts = next(one for one in iter(lambda: facts_for(card, random), None) if score(card, one).status == "scored")
    far = fast_of(name).score(facts, {"sales.weight": Decimal("77.7")})
    assert far.status == "scored"
    assert far.reasons_codes == ()
    assert fast_of(name).score(facts, {}).total == score(card, facts).total


def test_a_name_that_is_not_settled_is_refused() -> None:
    with pytest.raises(ValueError, match="is not settled"):
        fast_of("account-manager/scorecard").score(Facts(), {"sale.weight": Decimal(1)})


def test_a_card_left_to_the_reference_says_so_and_is_right() -> None:
    name = "cards/hhs"
    slow, random = FastCard(card_of(name), ("something",)), Random(1)
    for _ in range(5):
        facts = facts_for(card_of(name), random)
        assert not differences(slow.score(facts), fast_of(name).score(facts))
    with pytest.raises(ValueError, match="something"):
        slow.score(facts, {"x.weight": Decimal(1)})


@pytest.fixture(scope="module")
def ten() -> FastCard:
    return fast_card(card_fast.card())


def test_scaled_ints_and_texts_give_the_same(ten: FastCard) -> None:
    random = Random(6)
    for _ in range(100):
        figures = card_fast.figures(random)
        found = ten.run(figures)
        assert ten.run_text(card_fast.texts(figures)) == found
        assert card_fast.compiled_result(ten, figures) == card_fast.by_hand(figures)


def test_a_missing_figure_is_not_for_the_quick_way(ten: FastCard) -> None:
    figures = list(card_fast.figures(Random(1)))
    for place in range(len(figures)):
        lacking = [None if at == place else one for at, one in enumerate(figures)]
        assert ten.run(lacking) is None


@pytest.mark.parametrize("text", [
    "+5", "05", "5.", ".5", "1e3", " 5", "5 ", "1_0", "-0", "-0.00", "٥", "", "NaN", "5.001", "1000000.01", "-1",
    "5\n6", "1,0", "0x5",
])  # fmt: skip
def test_a_text_that_is_no_figure_of_the_card_is_refused(ten: FastCard, text: str) -> None:
    texts = list(card_fast.texts(card_fast.figures(Random(1))))
    texts[0] = text
    with pytest.raises(ValueError, match=r"not a plain decimal|digits|outside"):
        ten.run_text(texts)


@pytest.mark.parametrize(("text", "same"), [("5", "5.00"), ("5.5", "5.50"), ("5.5000", "5.50"), ("0", "0.00")])
def test_fewer_or_idle_digits_are_the_same_figure(ten: FastCard, text: str, same: str) -> None:
    texts = list(card_fast.texts(card_fast.figures(Random(1))))
    assert ten.run_text([text, *texts[1:]]) == ten.run_text([same, *texts[1:]])
    texts[-1] = "-5.50"
    assert ten.run_text(texts) == ten.run_text([*texts[:-1], "-5.5"])


def test_slots_and_outs_say_what_goes_in_and_comes_out(ten: FastCard) -> None:
    assert [slot.source for slot in ten.slots] == [("input", name) for name in card_fast.NAMES]
    assert tuple(slot.digits for slot in ten.slots) == card_fast.DIGITS
    assert [(out.kind, out.name) for out in ten.outs][:3] == [("total", ""), ("first", ""), ("grade", "")]
    assert isinstance(ten.score(Facts()), Outcome)
    assert ten.source.startswith("def run(v")


@pytest.mark.parametrize("name", [one for one in NAMES if "soe-efficacy" in one])
def test_a_line_between_standards_that_settle_at_one_place_is_made(name: str) -> None:
    """Its ways that are never taken hold a division by 0."""
    card, random = card_of(name), Random(3)
    facts = next(one for one in iter(lambda: facts_for(card, random), None) if score(card, one).status == "scored")
    assert fast_of(name).score(facts, {}).total == score(card, facts).total


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES[::3])
def test_nothing_settled_raises(name: str) -> None:
    """Weights and targets of 0 too."""
    card, random = card_of(name), Random(4)
    keys = [f"{key}.{what}" for key, node in card.nodes().items() for what in ("weight", "target")
            if getattr(node, what) is not None]
    for _ in range(6):
        facts = replace(facts_for(card, random), agreed={}, retired={})
        settled = {key: Decimal(random.choice([0, random.randint(1, 4000)])).scaleb(-random.choice([0, 2]))
                   for key in random.sample(keys, min(3, len(keys)))}
        found = fast_of(name).score(facts, settled)
        assert found.status in ("scored", "blocked", "refused")
        assert (found.total is None) == (found.status != "scored" or card.total is None)
