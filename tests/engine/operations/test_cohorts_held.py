"""A review that is held behind the barrier stops nobody: the others go on, and it is judged when it is back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.operations.audit import verify
from engine.operations.calibrate import Calibrated, Settle, calibrate
from engine.operations.handle import Receipt
from engine.operations.names import actor_named
from engine.operations.timeline import replay
from engine.review.commands import Answer, Extend, Hold, Remark, Resume, Skip
from tests.engine.operations.cohort_firm import Firm, firm_in

EAST = [f"east{place}" for place in range(1, 6)]
OTHERS = EAST[1:]
CAPPED = "cohort: {by: department}\nquota: {rules: [{grades: [A], at_most: 40 %}], when_over: lower}\n"


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """Of five in the east two may have an A; the first is behind the barrier, and so are three more."""
    firm = firm_in(tmp_path, {"east": 5, "west": 1}, CAPPED)[0]
    for ref, work in zip(EAST[:4], (99, 98, 97, 80), strict=True):
        firm.rate(ref, work)
    firm.tick()
    return firm


def must(firm: Firm, ref: str, command: object) -> None:
    done = firm.do(ref, command)
    assert isinstance(done, Receipt), done


def test_the_others_gather_without_whoever_is_held_and_she_gives_way_when_she_is_back(firm: Firm) -> None:
    must(firm, "hr1", Hold(firm.ids["east1"], "ill"))
    firm.tick()
    assert firm.open_tasks("east2") == []  # the fifth is on its way, and not held behind the barrier
    firm.rate("east5", 70)
    firm.tick()
    assert [firm.review(ref).gathered.members for ref in OTHERS] == [4] * 4
    assert firm.grades(OTHERS) == ["A", "B", "B", "C"]  # of the four that are judged one may have an A
    held = firm.review("east1")
    assert (held.gathered, held.held is not None, firm.open_tasks("east1")) == (None, True, [])
    must(firm, "hr1", Resume(firm.ids["east1"], "well again"))
    firm.tick()
    assert firm.open_tasks("east1") == ["confirm"]
    assert firm.grades(EAST) == ["A", "A", "B", "B", "C"]  # of five two, and nobody loses what she has
    with firm.rt.database.read() as tx:
        assert all(replay(tx, firm.ids[ref]) == firm.review(ref) for ref in EAST)
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings


@pytest.mark.slow
def test_the_last_one_awaited_is_held_behind_the_barrier_and_the_others_go_on_at_once(firm: Firm) -> None:
    firm.rate("east5", 70)
    must(firm, "hr1", Hold(firm.ids["east5"], "ill", date(2025, 7, 9)))
    firm.tick()
    assert [firm.open_tasks(ref) for ref in EAST] == [["confirm"]] * 4 + [[]]
    firm.tick("2025-07-10T00:00:00+08:00")  # the day is over until which she was to be away
    assert firm.open_tasks("east5") == ["confirm"]


@pytest.mark.slow
def test_whoever_is_held_before_the_barrier_is_awaited_until_its_deadline(firm: Firm) -> None:
    """She has not been judged, so the others wait as for anybody who is slow; time is up for them when it is."""
    must(firm, "hr1", Hold(firm.ids["east5"], "ill"))
    firm.tick()
    assert firm.open_tasks("east1") == []
    firm.tick(firm.review("east1").deadlines[-1].at.isoformat())
    assert firm.open_tasks("east1") == ["confirm"]
    assert firm.review("east5").state == "judge"


@pytest.mark.slow
def test_while_others_are_settled_a_held_review_keeps_its_place_and_is_settled_later(firm: Firm) -> None:
    firm.rate("east5", 70)
    firm.tick()
    assert firm.grades(EAST) == ["A", "A", "B", "B", "C"]
    must(firm, "hr1", Hold(firm.ids["east2"], "ill"))
    hr = actor_named(firm.rt, "hr1")
    batch = [Settle(ref, "confirm") for ref in EAST if ref != "east2"]
    assert isinstance(calibrate(firm.rt, hr, firm.cycle, "east", batch), Calibrated)
    assert firm.review("east2").state == "settle"
    assert firm.grades(EAST) == ["A", "A", "B", "B", "C"]
    refused = calibrate(firm.rt, hr, firm.cycle, "east", [Settle("east2", "confirm")])
    assert refused.code == "review_held"
    must(firm, "hr1", Resume(firm.ids["east2"], "well again"))
    assert firm.do("hr1", Answer(firm.ids["east2"], "confirm", "confirm")).code == "answered_together"
    must(firm, "hr1", Extend(firm.ids["east2"], "busy", date(2025, 9, 1)))
    assert isinstance(calibrate(firm.rt, hr, firm.cycle, "east", [Settle("east2", "confirm")]), Calibrated)
    assert firm.grades(EAST) == ["A", "A", "B", "B", "C"]
    assert not verify(firm.rt, hr).findings


@pytest.mark.parametrize("what", ["held", "skipped"])
def test_before_the_worker_has_looked_the_history_is_proven_and_another_event_loses_nothing(
    firm: Firm, what: str
) -> None:
    firm.rate("east5", 70)
    fifth = firm.ids["east5"]
    must(firm, "hr1", Hold(fifth, "ill") if what == "held" else Skip(fifth, "abroad"))
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings
    must(firm, "hr1", Remark(fifth, "noted"))
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings
    firm.tick()
    assert firm.open_tasks("east2") == ["confirm"]
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings
