"""What one review leaves to another: results that another workflow takes, metrics that the next period leaves out."""

from __future__ import annotations

import pytest

from engine.history.event import review_stream
from engine.operations.asking import asked
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.handle import Receipt
from engine.operations.telling import say_view
from engine.operations.views import review_view
from engine.review.case import Refused
from engine.review.commands import Answer
from engine.store import history, reviews
from tests.engine.operations.conftest import World

MONTHLY = """\
workflow: monthly
version: 1
language: 1
title: {en: Monthly}
subject: employee
period: month
chain: false
scorecard: scorecard.yaml
calendar: {timezone: Asia/Shanghai, holidays: CN}
roles: {boss: {who: manager of subject, else: group hr}}
initial: rate
states:
  rate:
    stage: evaluate
    tasks: {rate: {by: boss, asks: [care], outcomes: {done: {to: closed}, no: {to: void}}}}
    deadline: {in: 60 days, to: void}
  closed: {final: true}
  void: {final: true}
"""
MONTHLY_CARD = """\
scorecard: monthly
version: 1
language: 1
title: {en: Monthly}
missing: block
round: {metric: exact, total: 2 half_up}
inputs: {care: {type: rating, range: 1..5, asked: boss}}
metrics: {care: {weight: 100}}
total: {combine: weighted_mean, weights_sum: 100}
grades: {bands: [{from: 3, gives: good}, {else: poor}]}
"""
QUARTERLY = """\
workflow: quarterly
version: 1
language: 1
title: {en: Quarterly}
subject: employee
period: quarter
chain: true
scorecard: scorecard.yaml
calendar: {timezone: Asia/Shanghai, holidays: CN}
roles: {boss: {who: manager of subject, else: group hr}}
initial: begin
states:
  begin:
    stage: set_targets
    tasks: {set: {by: boss, sets: targets}}
    next: judge
    deadline: {in: 20 days, to: judge}
    leaving: [fix targets]
  judge:
    stage: evaluate
    tasks: {rate: {by: boss, asks: [effort]}}
    next: decide
    deadline: {in: 150 days, waive: all, to: decide}
    leaving: [fix inputs]
  decide:
    stage: re_adjust
    tasks: {set_next: {by: boss, sets: next_targets}}
    next: closed
    deadline: {in: 20 days, to: closed}
  closed: {final: true, effects: [carry_over]}
"""
QUARTERLY_CARD = """\
scorecard: quarterly
version: 1
language: 1
title: {en: Quarterly}
missing: exclude
round: {metric: 2 half_up, total: 2 half_up}
inputs:
  effort: {type: rating, range: 1..5, asked: boss}
  care:
    {type: number, digits: 2, range: 1..5, taken_from: monthly.care.score, every: month, fold: mean, round: 2 half_up}
  newest: {type: choice, options: [good, poor], taken_from: monthly.grade}
metrics:
  effort: {weight: 50, title: {en: Effort, zh: 努力}, agree: {weight: 0..100}}
  care: {weight: 30, title: {en: Care, zh: 用心}, agree: {weight: 0..100}}
  trend: {weight: 20, value: newest, lookup: {good: 5, poor: 1}, agree: {weight: 0..100}}
total: {combine: weighted_mean, weights_sum: 100}
grades: {bands: [{from: 3, gives: A}, {else: B}]}
re_adjust:
  - {metric: trend, retire: true}
  - {metric: care, weight: weight + 20, take_from: trend}
"""


@pytest.fixture
def firm(world: World) -> World:
    for name, workflow, card in (("monthly", MONTHLY, MONTHLY_CARD), ("quarterly", QUARTERLY, QUARTERLY_CARD)):
        folder = world.folder / name
        folder.mkdir()
        (folder / "workflow.yaml").write_text(workflow, encoding="utf-8")
        (folder / "scorecard.yaml").write_text(card, encoding="utf-8")
        proposed = propose(world.rt, world.actor("hr1"), Propose(folder))
        assert proposed.stored is not None, [(one.code, one.line, one.values) for one in proposed.problems]
        approve(world.rt, world.actor("hr2"), Approve(proposed.stored.name))
    return world


def opened(firm: World, workflow: str, period: str) -> str:
    request = OpenCycle(workflow, period, Population(refs=("a1",)))
    return dict(open_cycle(firm.rt, firm.actor("hr1"), request).reviews)["a1"]


def answer(firm: World, review: str, task: str, outcome: str = "done", **content: object) -> None:
    said = firm.do("m1", Answer(review, task, outcome, **content))
    assert isinstance(said, Receipt), said


def result_of(firm: World, review: str) -> dict[str, object]:
    with firm.rt.database.read() as tx:
        now = reviews.load(tx, review)
        assert now.result is not None
        return dict((history.payload_of(tx, review_stream(review), now.result.seq) or {})["result"])


def test_a_result_is_taken_as_soon_as_the_other_review_ends(firm: World) -> None:
    quarter = opened(firm, "quarterly", "2025-Q3")
    answer(firm, quarter, "set")
    assert result_of(firm, quarter)["figures"] == {"effort": None, "care": None, "newest": None}
    for month, care in (("2025-07", "2"), ("2025-08", "5")):
        answer(firm, opened(firm, "monthly", month), "rate", ratings={"care": care})
    figures = result_of(firm, quarter)["figures"]
    assert figures == {"effort": None, "care": "3.5", "newest": "good"}
    answer(firm, opened(firm, "monthly", "2025-09"), "rate", "no", ratings={"care": "1"})
    answer(firm, quarter, "rate", ratings={"effort": "4"})
    result = result_of(firm, quarter)
    # The third month ended too, if by another way: 8 / 3 = 2.67 and the newest is poor.
    assert result["figures"] == {"effort": "4", "care": "2.67", "newest": "poor"}
    assert (result["total"], result["grade"]) == ("3.00", "A")
    told = result["facts"]["inputs"]["care"]
    assert [(one["value"], one["source"]) for one in told] == [("2", "monthly"), ("5", "monthly"), ("1", "monthly")]


@pytest.mark.slow
def test_what_ends_after_the_inputs_were_fixed_is_not_taken(firm: World) -> None:
    quarter = opened(firm, "quarterly", "2025-Q3")
    answer(firm, quarter, "set")
    answer(firm, opened(firm, "monthly", "2025-07"), "rate", ratings={"care": "2"})
    answer(firm, quarter, "rate", ratings={"effort": "4"})
    before = result_of(firm, quarter)
    firm.at("2025-07-02T09:00:00+08:00")
    answer(firm, opened(firm, "monthly", "2025-08"), "rate", ratings={"care": "5"})
    assert result_of(firm, quarter) == before
    assert before["figures"]["care"] == "2"


@pytest.mark.slow
def test_other_subjects_and_other_periods_are_not_taken(firm: World) -> None:
    quarter = opened(firm, "quarterly", "2025-Q3")
    answer(firm, quarter, "set")
    answer(firm, opened(firm, "monthly", "2025-06"), "rate", ratings={"care": "5"})
    other = OpenCycle("monthly", "2025-07", Population(refs=("a2",)))
    review = dict(open_cycle(firm.rt, firm.actor("hr1"), other).reviews)["a2"]
    answer(firm, review, "rate", ratings={"care": "5"})
    assert result_of(firm, quarter)["figures"]["care"] is None


def test_a_retired_metric_is_left_out_of_the_next_review_and_stays_out(firm: World) -> None:
    quarter = opened(firm, "quarterly", "2025-Q3")
    answer(firm, quarter, "set")
    answer(firm, quarter, "rate", ratings={"effort": "4"})
    schema = asked(firm.rt, firm.actor("m1"), quarter, "set_next").schema["properties"]["targets"]["properties"]
    retire = schema["trend.retire"]
    assert (retire["default"], retire["title"]) == ("false", "trend (not judged any more)")
    alone = firm.do("m1", Answer(quarter, "set_next", targets={"trend.retire": "yes"}))
    assert isinstance(alone, Refused)
    assert [one.code for one in alone.reasons] == ["targets_unsound", "SR014"]
    odd = firm.do("m1", Answer(quarter, "set_next", targets={"trend.retire": "perhaps"}))
    assert isinstance(odd, Refused)
    answer(firm, quarter, "set_next", targets={"trend.retire": "yes", "care.weight": "50"})

    firm.at("2025-10-01T09:00:00+08:00")
    following = opened(firm, "quarterly", "2025-Q4")
    answer(firm, following, "set")
    answer(firm, following, "rate", ratings={"effort": "2"})
    result = result_of(firm, following)
    assert set(result["metrics"]) == {"effort", "care"}
    seen = review_view(firm.rt, firm.actor("m1"), following)
    assert "  agreed trend (not judged any more): yes" in say_view("en", seen)
    assert result["metrics"]["care"]["weight"] == "50"
    assert {"name": "trend", "source": "carried"}.items() <= next(
        one for one in result["trace"] if one.get("what") == "retired").items()
    schema = asked(firm.rt, firm.actor("m1"), following, "set_next").schema["properties"]["targets"]["properties"]
    assert schema["trend.retire"]["default"] == "true"
    answer(firm, following, "set_next", targets={"trend.retire": "no", "care.weight": "30", "trend.weight": "20"})

    firm.at("2026-01-01T09:00:00+08:00")
    last = opened(firm, "quarterly", "2026-Q1")
    answer(firm, last, "set")
    assert set(result_of(firm, last)["metrics"]) == {"effort", "care", "trend"}


@pytest.mark.slow
def test_only_the_task_of_the_next_targets_retires(firm: World) -> None:
    quarter = opened(firm, "quarterly", "2025-Q3")
    said = firm.do("m1", Answer(quarter, "set", targets={"trend.retire": "yes"}))
    assert isinstance(said, Refused)
    assert said.code == "no_such_target"
