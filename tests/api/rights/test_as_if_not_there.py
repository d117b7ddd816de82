"""What one may not see and what is not there are the same answer to the letter, however it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from engine.operations import tokens
from engine.operations.names import person_named
from tests.api.rights.nothing import Pair, by_address, by_body, by_cursor, by_parameter, differing
from tests.api.rights.scene import WORKFLOW, Live, Stage

EVERY = 9
"""One in so many pairs of addresses is asked in the default run."""

WAYS: tuple[Callable[[Live], Iterator[Pair]], ...] = (by_parameter, by_cursor, by_body)


@pytest.mark.parametrize("way", [WAYS[0], *(pytest.param(way, marks=pytest.mark.slow) for way in WAYS[1:])])
def test_parameters_cursors_and_bodies_tell_nothing(stage: Stage, way: Callable[[Live], Iterator[Pair]]) -> None:
    with stage.live() as live:
        count, wrong = differing(live, way(live))
    assert (wrong, count > 15) == ([], True)


def test_a_sample_of_addresses_tells_nothing(stage: Stage) -> None:
    with stage.live() as live:
        count, wrong = differing(live, islice(by_address(live), 0, None, EVERY))
    assert (wrong, count > 100) == ([], True)


@pytest.mark.slow
def test_no_address_tells_anything(stage: Stage) -> None:
    with stage.live() as live:
        count, wrong = differing(live, by_address(live))
    assert (wrong, count > 1000) == ([], True)


def test_whoever_may_see_it_is_told_more(stage: Stage) -> None:
    """The control: the same pairs differ for somebody to whom the first of them is there."""
    with stage.live() as live:
        seen = [
            Pair("hr1", one.route, one.real, one.unreal, one.swap, one.headers)
            for one in by_address(live)
            if one.ref == "m2" and one.route.name in ("review", "page_review", "cycle", "definition", "person")
        ]
        count, wrong = differing(live, iter(seen))
    assert (count, len(wrong)) == (len(seen), len(seen))


def test_a_lookup_before_the_right_to_it_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "person_known", lambda tx, actor, ref, at: person_named(tx, ref))
    with stage.live() as live:
        _, wrong = differing(live, by_body(live))
    assert wrong
    assert {one.split()[2] for one in wrong} == {"token_new", "link_new", "page_link_new"}


def test_a_newer_review_that_is_hidden_does_not_stand_in_front_of_an_older_one(stage: Stage) -> None:
    """Else whoever named the subject alone would hear that there is one."""
    with stage.live() as live:
        panel, hr = live.caller("p1"), live.caller("hr1")
        before = panel.told("/reviews/a1")
        assert before["id"] == live.scene.ids["appeal"]
        opened = hr.post("/cycles", {"workflow": WORKFLOW, "period": "2026-Q1", "for": ["a1"]})
        assert opened.status_code == 201
        assert panel.told("/reviews/a1") == before
        assert hr.told("/reviews/a1")["cycle"]["period"] == "2026-Q1"
        assert hr.told("/reviews/a1@2025-Q3")["id"] == live.scene.ids["appeal"]
        assert panel.get("/reviews/a1@2026-Q1").status_code == 404
