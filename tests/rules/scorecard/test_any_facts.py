"""Whatever is known or not known in a review, scoring gives a verdict with reasons and raises nothing."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.review.score_text import score_lines
from engine.words.book import has, say
from rules.scorecard.evaluate import result_document, score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card, Input

CARDS = (
    "account-manager", "32-customer-indicators", "33-customer-account", "36-service-monitoring", "bank-cm", "cn-cs",
    "hhs", "opm-ses", "prov-soe", "sasac22", "sppas", "tss", "zunyi",
)


@cache
def cards(read: Any) -> dict[str, Card]:
    return {name: read(name) for name in CARDS}


def figure(one: Input) -> st.SearchStrategy[Any]:
    """A value that fits the declaration, or none, or NR."""
    if one.type == "yes_no":
        fitting: st.SearchStrategy[Any] = st.booleans()
    elif one.type == "choice":
        fitting = st.sampled_from(one.options)
    elif one.type == "text":
        fitting = st.sampled_from(["a", "b"])
    else:
        near = [end for end in (one.low, one.high) if end is not None]
        inside = [Decimal(0)] if one.span.holds(Decimal(0)) else []
        fitting = st.one_of(
            st.sampled_from([*near, *inside]),
            st.decimals(one.low, min(one.high or Decimal(100), Decimal(100)), places=one.digits)
            if (one.low or Decimal(0)) < 100 else st.just(one.low),
        )
    return st.one_of(fitting, fitting, fitting, st.none(), st.just("NR"))


def given_for(one: Input) -> st.SearchStrategy[Any]:
    if one.asked:
        return st.one_of(st.none(), st.fixed_dictionaries(
            {}, optional={role: st.lists(figure(one), max_size=4) for role in one.asked}
        ))
    return st.lists(figure(one), max_size=3) if one.fold else figure(one)


def facts_for(card: Card) -> st.SearchStrategy[Any]:
    attributes = {"subject": card.subject, "cycle": card.cycle}
    rows = {
        name: st.lists(st.fixed_dictionaries({f: figure(i) for f, i in each.fields.items()}), max_size=3)
        for name, each in card.lists.items()
    }
    agreed = {one.key: st.sampled_from([v for v in (one.low, one.high, one.default) if v is not None])
              for one in card.agreeable()}
    past = st.fixed_dictionaries({}, optional={
        "grade": st.sampled_from(card.grades.ladder) if card.grades else st.none(),
        "total": st.decimals(0, 100, places=2), "attainment": st.sampled_from(["0", "85.5", "11/3"]),
        "profit": st.decimals(-9, 9, places=2),
    })
    return st.fixed_dictionaries({
        **{key: st.fixed_dictionaries({name: figure(one) for name, one in known.items()})
           for key, known in attributes.items()},
        "inputs": st.fixed_dictionaries({name: given_for(one) for name, one in card.inputs.items()}),
        "lists": st.fixed_dictionaries(rows), "agreed": st.fixed_dictionaries({}, optional=agreed),
        "previous": st.lists(past, max_size=3),
    })


@pytest.mark.parametrize("name", CARDS)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_review_gets_a_verdict_with_reasons(read: Any, name: str, data: st.DataObject) -> None:
    card = cards(read)[name]
    facts, faults = read_facts(card, data.draw(facts_for(card)))
    assert facts is not None, faults
    result = score(card, facts)
    assert (result.status == "scored") == (not result.reasons)
    if result.status != "scored":
        assert (result.total, result.grade) == (None, None)
    elif card.total is not None:
        low, high = (getattr(card.guard_scope().names["total"], end) for end in ("low", "high"))
        assert low is None or result.total >= low
        assert high is None or result.total <= high
    for reason in result.reasons:
        assert has(reason.code)
        assert say("zh", reason.code, **reason.values)
    assert result_document(result)["status"] == result.status
    assert score_lines(result, "zh") is not None


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(junk=st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.decimals(), st.integers(), st.text(max_size=6), st.sampled_from(["NR", "1/0"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
        st.sampled_from(["inputs", "agreed", "sales", "teamwork", "manager", "value", "samples", "target", "previous",
                         "attainment", "lists", "subject", "adjusted", "sales.target"]), inner, max_size=4)),
    max_leaves=12,
))
def test_no_facts_raise(read: Any, junk: Any) -> None:
    facts, faults = read_facts(cards(read)["account-manager"], junk)
    assert (facts is None) == bool(faults)
    assert all(has(one.code) for one in faults)
