"""A scorecard beside another one: whose grade moves, what the difference of totals is made of, what it costs."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rules.cohort.judging import judge_cohort
from rules.numbers import add
from rules.scorecard.evaluate import score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from rules.trial.compare import Member, compare
from rules.trial.contributions import moved_shares, shares_of
from rules.trial.document import comparison_document
from rules.trial.together import together
from tests.rules.trial.trying import FILES, ROOT, card_at, document_for


def members(card: Card, seed: int, count: int) -> list[Member]:
    random = Random(seed)
    return [Member(f"r{place}", "", document_for(card, random)) for place in range(count)]


def total_of(amounts: Any) -> Fraction:
    return sum((Fraction(one) for one in amounts), Fraction(0))


@pytest.mark.parametrize("path", FILES, ids=lambda one: f"{one.parent.name}-{one.stem}")
def test_a_card_against_itself_moves_nobody(path: Path) -> None:
    card = card_at(path)
    again = card_at(path)
    rows = [compare(card, again, one) for one in members(card, 7, 3)]
    assert not any(row.changed or row.notes or row.shares for row in rows)
    found = comparison_document(card, again, rows, ())
    assert (found["count"]["moved"], found["count"]["changed"], found["rows"]) == (0, 0, [])
    assert all(one["before"] == one["after"] for one in found["distribution"])
    json.dumps(found)


@pytest.mark.parametrize("path", FILES, ids=lambda one: f"{one.parent.name}-{one.stem}")
def test_the_shares_of_a_total_and_of_a_difference_add_up_to_it_exactly(path: Path) -> None:
    card = card_at(path)
    results = []
    for one in members(card, 11, 6):
        facts, _ = read_facts(card, one.document)
        if facts is not None:
            results.append(score(card, facts))
    scored = [one for one in results if one.total is not None]
    for result in scored:
        assert total_of(share.amount for share in shares_of(result)) == Fraction(result.total or 0)
    for before, after in pairwise(scored):
        difference = Fraction(after.total or 0) - Fraction(before.total or 0)
        assert total_of(moved.difference for moved in moved_shares(before, after)) == difference


def test_a_quota_holds_over_the_compared_reviews_on_either_side() -> None:
    """Both sides are those of the cohort judged by itself; without the quota grades move, and that is seen."""
    card = card_at(next(one for one in FILES if one.stem == "quota-and-split"))
    assert card.quota is not None
    free = replace(card, quota=None)
    random = Random(5)
    many = [Member(f"r{place}", "", full_marks(card, document_for(card, random, whole=True))) for place in range(12)]
    alone = [compare(free, card, one) for one in many]
    assert not any(row.moved for row in alone)
    rows = together(free, card, alone)
    alike = together(card, card, [compare(card, card, one) for one in many])
    facts = [row.read[1] for row in alone if row.read[1] is not None]
    judged = judge_cohort(card, facts).results
    assert [row.after.grade for row in rows if row.read[1] is not None] == [one.grade for one in judged]
    assert any(row.moved for row in rows)
    assert not any(row.changed for row in alike)


def full_marks(card: Card, document: dict[str, Any]) -> dict[str, Any]:
    """Everybody is at the best end of every number, so that a cap on the best grade bites."""
    for one in card.inputs.values():
        if one.numeric and one.high is not None and one.name in document["inputs"] and not one.asked:
            document["inputs"][one.name] = str(one.high)
    return document


def test_most_cards_have_totals_to_take_apart() -> None:
    """Control of the two laws above: the facts that are made up lead to results."""
    scored = 0
    for path in FILES:
        card = card_at(path)
        for one in members(card, 11, 6):
            facts, _ = read_facts(card, one.document)
            scored += facts is not None and score(card, facts).total is not None
    assert scored > 60


def test_a_share_that_is_changed_by_a_hair_no_longer_adds_up() -> None:
    """Control."""
    card = card_at(next(one for one in FILES if one.stem == "account-manager"))
    for one in members(card, 11, 20):
        facts, _ = read_facts(card, one.document)
        result = None if facts is None else score(card, facts)
        if result is not None and result.total is not None:
            first, *rest = shares_of(result)
            wrong = replace(first, amount=add(first.amount, 1))
            assert total_of(share.amount for share in (wrong, *rest)) != Fraction(result.total)
            return
    raise AssertionError("nobody was scored")


def test_weights_agreed_beside_others_give_way_to_the_new_files() -> None:
    old = card_at(ROOT / "workflows/account-manager/scorecard.yaml")
    metrics = tuple(
        replace(one, weight={"satisfaction": Decimal(30), "sales": Decimal(15)}.get(one.key, one.weight))
        for one in old.metrics
    )
    new = replace(old, metrics=metrics)
    agreed = {"satisfaction.weight": "25", "new_customers.weight": "10"}
    figures = {"satisfaction": {"value": "90", "samples": 9}, "violations": 0}
    member = Member("r", "", {"inputs": figures, "agreed": agreed})
    row = compare(old, new, member)
    assert (row.before.status, row.after.status) == ("scored", "scored")
    assert [(one.code, one.name) for one in row.notes] == [("WI010", "total")]
    assert compare(new, new, member).after.status == "refused", "what no card takes stays refused"
