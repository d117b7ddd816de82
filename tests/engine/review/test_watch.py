"""A watch is a way that an arriving figure takes: when it acts, how often, on what, and when it keeps still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import parse_period
from engine.definition.library import folder_of
from engine.definition.reader import read_texts
from engine.review.case import Period
from engine.review.commands import Hold, Intervene, Resume
from engine.review.rows import row_value
from engine.review.timers import timers_of
from tests.engine.review.world import World, instant

STATES = """
  begin:
    stage: collect_data
    collects: [sales]
    watch:
      - {if: sales < 10, to: alarm, times: 2, effects: [notify hr]}
      - {if: sales < 30, to: alarm}
    next: over
    deadline: {in: 60 days, to: over}
  alarm:
    stage: collect_data
    tasks: {look: {by: boss, due: 5 days, outcomes: {well: {to: wait}}}}
    deadline: {in: 9 days, to: wait}
  wait: {stage: collect_data, tasks: {rest: {by: boss}}, next: over, deadline: {in: 9 days, to: over}}
  over: {final: true}
"""
Q3 = "2025-Q3"


def sales(world: World, value: str) -> Any:
    world.figures([("sales", Q3, value)])
    return world.events[-1]


def test_the_first_watch_that_holds_moves_the_review_and_is_counted(small: Any) -> None:
    event = sales(small(STATES), "5")
    assert (event.action, event.to_state, event.payload["trail"]) == ("figures_taken", "alarm", ["alarm"])
    assert event.payload["counts"] == {"begin.watch.1": 1}
    assert ("begin.watch.1", True) in event.guards
    assert event.payload["guard_values"]["begin.watch.1"] == {"sales": "5"}
    assert event.payload["notices"][-1]["to"] == ["hr1", "hr2"]


def test_the_second_is_asked_where_the_first_does_not_hold(small: Any) -> None:
    world = small(STATES)
    event = sales(world, "20")
    assert (event.to_state, world.review.counts) == ("alarm", {})
    assert [guard for guard, _ in event.guards] == ["begin.watch.2"]


def test_a_figure_by_which_no_watch_holds_goes_the_ordinary_way(small: Any) -> None:
    event = sales(small(STATES), "30")
    assert event.payload["trail"] == ["over"]
    assert event.guards == ()


def test_an_undecided_condition_keeps_still(small: Any) -> None:
    world = small(STATES.replace("sales < 10", "sales.score < 10").replace("sales < 30", "total < 0"))
    world.figures([("plan", Q3, "50")])
    assert world.review.state == "begin"
    assert world.events[-1].guards == ()


SERIOUS = "{if: any(checks where serious), to: talk, times: 2}"
NO_FORMS = (
    "forms: {plan: forms/plan.json, talk: forms/talk.json, ruling: forms/ruling.json, progress: forms/progress.json}\n"
)


def texts_with(watch: str) -> dict[str, str]:
    """The shipped service monitoring cut down to a month, a talk to which this watch leads, and the end."""
    folder = folder_of("service-monitoring")
    texts = {str(one.relative_to(folder)): one.read_text("utf-8") for one in folder.rglob("*") if one.is_file()}
    text = texts["workflow.yaml"]
    assert NO_FORMS in text
    head = text[:text.index("states:\n")].replace(NO_FORMS, "")
    states = f"""states:
  talk:
    tasks: {{speak: {{by: coach, due: 3 working days, late: waive}}}}
    next: watch
    deadline: {{in: 5 working days, to: watch}}
  watch:
    stage: collect_data
    collects: [first_response_s, resolved, checks]
    watch: [{watch}]
    next: closed
    deadline: {{at: cycle.end + 3 working days, waive: all, to: closed}}
    leaving: [fix targets, fix inputs]
  closed: {{final: true}}
  withdrawn: {{final: true}}
"""
    anywhere = (
        "anywhere:\n  withdraw: {by: hr, to: withdrawn, comment: required}\n"
        "  talk_it_over: {by: hr, to: talk, times: 1}\n"
    )
    return {**texts, "workflow.yaml": head + states + anywhere}


def monitored(watch: str = SERIOUS) -> World:
    checked = read_texts(texts_with(watch))
    assert checked.definition is not None, checked.problems
    period = Period(*parse_period("2025-07"))
    return World(checked.definition, instant("2025-07-01 09:00"), period=period).open()


def check(world: World, *serious: bool) -> str:
    """So many checks arrive in one file; the state after them."""
    number = len(world.observations)
    rows = [{"conversation": f"K{number + one}", "points": "80", "serious": str(it).lower()}
            for one, it in enumerate(serious)]
    world.figures([("checks", "2025-07", row_value(row)) for row in rows])
    return world.review.state


def test_one_row_leads_to_one_talk_and_the_next_such_row_to_another() -> None:
    world = monitored()
    assert check(world, False) == "watch"
    assert check(world, True) == "talk"
    assert world.review.watched == {"watch.watch.1": "2025-07-01T01:00:00.000000Z"}
    world.until("2025-07-02 09:00")
    world.answer("boss", "speak")
    assert world.review.state == "watch"
    world.until("2025-07-03 09:00")
    assert check(world, False) == "watch"  # the old row is no news, though it still counts in the score
    assert world.review.result.grade == "amber"
    assert check(world, True) == "talk"
    world.answer("boss", "speak")
    world.until("2025-07-04 09:00")
    assert check(world, True) == "watch"  # used up
    assert world.review.counts["watch.watch.1"] == 2


def test_what_arrives_during_the_talk_is_news_to_the_next_look() -> None:
    world = monitored()
    check(world, True)
    world.until("2025-07-02 09:00")
    assert check(world, True) == "talk"
    world.answer("boss", "speak")
    assert world.review.state == "watch"
    world.until("2025-07-03 09:00")
    assert check(world, False) == "talk"


def test_rows_may_be_counted_between_two_talks() -> None:
    world = monitored("{if: count(checks where serious) >= 2, to: talk, times: 2}")
    assert check(world, True) == "watch"
    assert check(world, True) == "talk"
    world.until("2025-07-02 09:00")
    world.answer("boss", "speak")
    world.until("2025-07-03 09:00")
    assert check(world, True) == "watch"
    assert check(world, True, False) == "talk"


def test_a_condition_on_the_result_is_asked_of_the_whole() -> None:
    world = monitored("{if: grade == red, to: talk, times: 5}")
    world.figures([("resolved", "2025-07", "30")])
    assert (world.review.state, world.review.watched) == ("talk", {})
    world.answer("boss", "speak")
    assert check(world, False) == "talk"


def test_leaving_by_a_watch_fixes_what_the_state_says_where_it_leads_forwards() -> None:
    world = monitored("{if: any(checks where serious), to: closed}")
    check(world, True)
    assert set(world.review.fixed) == {"targets", "inputs"}
    back = monitored()
    check(back, True)
    assert back.review.fixed == {}


def test_the_end_of_the_state_stays_where_it_was_after_a_talk() -> None:
    world = monitored()
    (before,) = [one.at for one in timers_of(world.review, world.definition) if one.kind == "deadline"]
    check(world, True)
    world.answer("boss", "speak")
    (after,) = [one.at for one in timers_of(world.review, world.definition) if one.kind == "deadline"]
    assert before == after


def test_a_held_review_is_not_moved_and_looks_at_what_came_when_it_goes_on() -> None:
    world = monitored()
    world.must("hr1", Hold("r", "on leave"))
    world.until("2025-07-02 09:00")
    assert check(world, True) == "watch"
    assert world.events[-1].guards == ()
    world.until("2025-07-03 09:00")
    assert world.must("hr1", Resume("r", "back")).payload["trail"] == ["talk"]


def test_a_review_that_was_held_while_nothing_came_is_not_moved_by_what_it_had_seen() -> None:
    world = monitored("{if: grade == red, to: talk, times: 5}")
    world.figures([("resolved", "2025-07", "30")])
    world.answer("boss", "speak")
    world.must("hr1", Hold("r", "on leave"))
    world.until("2025-07-03 09:00")
    assert world.must("hr1", Resume("r", "back")).to_state == "watch"


def test_replaying_the_events_gives_the_review() -> None:
    world = monitored()
    check(world, True)
    world.answer("boss", "speak")
    world.must("hr1", Intervene("r", "withdraw", "left"))
    assert world.replayed() == world.review


MORE = """  more:
    stage: collect_data
    collects: [resolved, checks]
    next: closed
    deadline: {at: cycle.end + 5 working days, waive: all, to: closed}
"""


@pytest.mark.parametrize(("watch", "codes"), [
    (SERIOUS, []),
    ("{if: any(checks where serious), to: talk}", ["WF053"]),
    ("{if: any(checks where serious), to: watch, times: 2}", ["WF151"]),
    ("{if: resolved < 30, to: nowhere, times: 2}", ["WF011"]),
    ("{if: subject.unit == north, to: talk, times: 2}", ["EX021"]),
])
def test_a_watch_is_checked(watch: str, codes: list[str]) -> None:
    assert [one.code for one in read_texts(texts_with(watch)).problems if one.level == "error"] == codes


@pytest.mark.parametrize(("states", "code"), [
    # the talk collects nothing, and the watch stands there
    ({"next: watch\n": "next: watch\n    watch: [{if: resolved < 30, to: closed}]\n"}, "WF150"),
    # the figures are split: what the watch of the first state reads comes in the second
    ({"collects: [first_response_s, resolved, checks]": "collects: [first_response_s]", "next: closed": "next: more",
      "to: closed}\n": "to: more}\n", "  closed: {": MORE + "  closed: {"}, "WF152"),
])
def test_a_watch_that_no_figure_can_set_off_is_a_problem(states: dict[str, str], code: str) -> None:
    texts = texts_with(SERIOUS)
    for old, new in states.items():
        assert old in texts["workflow.yaml"]
        texts["workflow.yaml"] = texts["workflow.yaml"].replace(old, new, 1)
    assert code in {one.code for one in read_texts(texts).problems}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("file"), st.lists(st.booleans(), min_size=1, max_size=3)),
        st.tuples(st.just("talk"), st.just([True])), st.tuples(st.just("wait"), st.just([True])),
    ),
    max_size=25,
)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
def test_whatever_comes_in_whatever_order_each_serious_row_is_spoken_about_once(steps: list[Any]) -> None:
    """Against a model of its own: rows nobody has spoken about yet, talks that are left, a talk that is on."""
    world = monitored("{if: any(checks where serious), to: talk, times: 3}")
    unheard, left, talking = False, 3, False
    for kind, rows in steps:
        world.until(world.now + timedelta(minutes=1))
        if kind == "file":
            check(world, *rows)
            unheard = unheard or any(rows)
            if unheard and left and not talking:
                unheard, left, talking = False, left - 1, True
        elif kind == "talk" and talking:
            world.answer("boss", "speak")
            talking = False
        elif kind == "wait":
            world.until(world.now + timedelta(minutes=2))
        assert world.review.state == ("talk" if talking else "watch")
        assert world.review.counts.get("watch.watch.1", 0) == 3 - left
    assert world.replayed() == world.review
