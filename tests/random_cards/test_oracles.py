"""Random cards against oracles in fractions, family by family and in every rounding mode; floats get them wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from rules.expressions.types import MISSING
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import read_facts
from tests.random_cards.families import ORACLES, card_under
from tests.random_cards.maths import MODES, Maths

FLOATS_FAIL = (
    "hhs", "nsps", "sasac22", "sasac-efficacy", "prov-soe", "bank-cm", "bsc-nice", "account-manager",
    "32-customer-indicators", "33-customer-account", "34-improvement-programme", "35-leasing-team",
    "36-service-monitoring", "published/frappe", "published/dootask",
)  # fmt: skip


def pairs(family: str, mode: str, number: Any, times: int) -> Iterator[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Facts, what the oracle says, and what the rules say of the same names."""
    oracle, card, draw = ORACLES[family], card_under(family, mode), random.Random(f"{family} {mode}")
    maths = Maths(number, mode)
    for _ in range(times):
        document = oracle.facts(draw)
        facts, faults = read_facts(card, document)
        assert facts is not None, (family, [(one.code, one.path, dict(one.values)) for one in faults])
        wanted = oracle.found(document, maths)
        result = score(card, facts)
        yield document, wanted, {name: of(result, name) for name in wanted}


def of(result: Result, name: str) -> Any:
    if name in ("total", "grade"):
        return getattr(result, name)
    if name in result.metrics:
        return result.metrics[name].score
    value = result.consequences[name]
    return None if value is MISSING else value


def same(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, float | Fraction) and not isinstance(got, str | bool | None):
        return Fraction(repr(wanted) if isinstance(wanted, float) else wanted) == Fraction(got)
    return bool(wanted == got)


def differences(family: str, mode: str, number: Any, times: int) -> list[Any]:
    return [
        (document, wanted, got)
        for document, wanted, got in pairs(family, mode, number, times)
        if not all(same(one, got[name]) for name, one in wanted.items())
    ]


@pytest.mark.parametrize("family", ORACLES)
def test_a_family_agrees_with_its_oracle(family: str) -> None:
    assert differences(family, "half_up", Fraction, 40) == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("family", ORACLES)
def test_five_hundred_cards_agree_with_their_oracle_in_every_mode(family: str, mode: str) -> None:
    assert differences(family, mode, Fraction, 500) == []


@pytest.mark.slow
@pytest.mark.parametrize("family", FLOATS_FAIL)
def test_the_same_formulas_in_binary_floats_get_cards_wrong(family: str) -> None:
    """It is not the oracle that is lenient: in floats it disagrees with the rules."""
    assert sum(len(differences(family, mode, float, 100)) for mode in MODES) > 0
