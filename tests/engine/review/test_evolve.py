"""Replay: the events alone make the review, also when payloads were erased."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.review.commands import Answer
from engine.review.evolve import evolve


def test_a_replay_of_all_events_is_the_review(stops: list[Any], drifted: list[Any]) -> None:
    for world in (*stops, *drifted):
        assert world.replayed() == world.review


def test_an_event_survives_being_written_and_read(stops: list[Any]) -> None:
    review = None
    for event in stops[-1].events:
        read = replace(event, payload=json.loads(json.dumps(event.payload, ensure_ascii=False)))
        review = evolve(review, read, f"head{event.seq}")
    assert review == stops[-1].review


def test_states_are_replayed_from_erased_payloads(stops: list[Any]) -> None:
    review = None
    for event in stops[-1].events:
        review = evolve(review, replace(event, payload={}, actor=None), f"head{event.seq}")
        assert (review.state, review.revision) == (event.to_state, event.seq)
    assert review is not None
    assert (review.state, review.tasks, review.result) == ("closed", (), None)


def test_an_event_that_does_not_follow_is_not_taken(stops: list[Any]) -> None:
    world = stops[3]
    event = world.events[-1]
    for wrong in (event, replace(event, seq=event.seq + 2), replace(event, seq=event.seq + 1, from_state="closed")):
        with pytest.raises(ValueError, match="does not follow"):
            evolve(world.review, wrong, "x")
    with pytest.raises(ValueError, match="opens nothing"):
        evolve(None, event, "x")


def test_numbers_of_a_form_are_kept_as_plain_data(small: Any) -> None:
    states = """
  begin: {stage: evaluate, tasks: {ask: {by: boss, form: sums}}, next: over, deadline: {in: 5 days, to: over}}
  over: {final: true}
"""
    form = '{"type": "object", "properties": {"hours": {"type": "number"}, "all": {"type": "array"}}}'
    world = small(states, forms={"sums": form})
    event = world.must("boss", Answer("r", "ask", form={"hours": Decimal("1.50"), "all": [Decimal("3"), True, "x"]}))
    assert event.payload["answer"]["form"] == {"hours": "1.5", "all": [3, True, "x"]}
