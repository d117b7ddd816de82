"""The dates that are foretold are those that the engine keeps, when a review is played at exactly these instants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from engine.definition.library import folder_of, shipped
from engine.definition.model import Definition, Span
from engine.definition.reader import read_definition
from engine.operations.simulate.play import Stage
from engine.operations.simulate.simulation import stage_of
from engine.review.ahead.choosing import NEVER, distance
from engine.review.ahead.course import course_of
from engine.review.ahead.model import ANSWERED, LATE, LEFT, QUICK, Course
from engine.review.case import Case, Relations
from engine.review.model import Review
from tests.engine.review.following import Follower, foretold, plays

VIEWS = (QUICK, LATE)


@cache
def definition_of(name: str) -> Definition:
    found = read_definition(folder_of(name)).definition
    assert found is not None
    return found


@cache
def stage(name: str, zone: str = "") -> Stage:
    made = stage_of(definition_of(name))
    return replace(made, organisation=replace(made.organisation, zone=zone)) if zone else made


def course(of: Stage, view: str, *via: str, relations: Relations | None = None) -> Course:
    definition = of.definition
    review = Review(
        id="r", cycle="c", subject=of.organisation.subject, definition=definition.fingerprint, state=definition.initial,
        revision=0, head="", visit=0, opened_at=of.begin, entered_at=of.begin,
    )
    case = Case(
        definition=definition, review=review, period=of.period, relations=relations or of.organisation.relations,
        days=definition.days, zone=of.organisation.zone,
    )
    return course_of(case, of.begin, view, via)


def assert_kept(of: Stage, told: Course) -> None:
    """With some figures the engine comes through the same states; then every date is the one foretold."""
    forks = frozenset(name for name, state in of.definition.states.items() if state.fork)
    wanted = foretold(told, forks)
    followed = 0
    for play in plays(of):
        follower = Follower(play)
        if not follower.follow(told):
            continue
        found = follower.visits()
        if [found[one].state for one in sorted(found)] == [wanted[one].state for one in sorted(wanted)]:
            assert found == wanted
            followed += 1
    assert followed


@pytest.mark.parametrize("view", VIEWS)
def test_the_engine_keeps_the_dates_that_were_foretold(view: str) -> None:
    assert_kept(stage("account-manager"), course(stage("account-manager"), view))


ZONES = ("America/New_York", "Australia/Lord_Howe", "Europe/London")


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("name", "zone"), [(name, ZONES[place % len(ZONES)]) for place, name in enumerate(sorted(shipped()))]
)
def test_the_engine_keeps_the_dates_of_each_shipped_workflow_in_other_zones(name: str, view: str, zone: str) -> None:
    assert_kept(stage(name, zone), course(stage(name, zone), view))


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("via", ["improvement", "appeal"])
def test_a_detour_that_is_asked_for_is_kept_too(view: str, via: str) -> None:
    told = course(stage("account-manager"), view, via)
    assert told.missed == ()
    assert via in [stay.state for stay in told.stays]
    assert_kept(stage("account-manager"), told)


def test_another_due_date_is_not_kept() -> None:
    """The control: dates of a workflow that gives less time are not those of the engine."""
    of = stage("account-manager")
    plan = of.definition.states["set_targets"]
    tasks = {**plan.tasks, "propose": replace(plan.tasks["propose"], due=Span(9, "working days"))}
    states = {**of.definition.states, "set_targets": replace(plan, tasks=tasks)}
    other = replace(of, definition=replace(of.definition, states=states))
    with pytest.raises(AssertionError):
        assert_kept(of, course(other, LATE))


@pytest.mark.parametrize("name", sorted(shipped()))
def test_quick_never_ends_later_than_late_and_both_end(name: str) -> None:
    quick, late = (course(stage(name), view) for view in VIEWS)
    assert quick.ended
    assert late.ended
    assert quick.stays[-1].entered_at <= late.stays[-1].entered_at


def test_late_answers_come_in_the_last_minute_before_they_are_due() -> None:
    first = course(stage("account-manager"), LATE).stays[0]
    for row in first.asked:
        assert row.due_at is not None
        assert row.done_at == row.due_at - timedelta(minutes=1)


def test_with_nobody_around_the_dates_are_still_told() -> None:
    told = course(stage("account-manager"), LATE, relations=Relations())
    asked = [row for stay in told.stays for row in stay.asked if row.task == "review"]
    assert [(row.people, row.how) for row in asked] == [((), ANSWERED)]


def test_a_state_that_no_way_leads_to_is_told_as_missed() -> None:
    definition = definition_of("account-manager")
    assert distance(definition, "closed", "set_targets") == NEVER
    assert course(stage("account-manager"), QUICK, "withdrawn").missed == ("withdrawn",)


def test_of_several_raters_those_who_are_not_needed_are_left() -> None:
    told = course(stage("account-manager"), LATE)
    peers = [row.how for stay in told.stays for row in stay.asked if row.task == "peers"]
    assert set(peers) <= {ANSWERED, LEFT}
    assert peers.count(ANSWERED) >= 3
