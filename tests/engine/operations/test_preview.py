"""Dates ahead: of one who is not reviewed yet, of a live review from where it stands, and to whom people are named."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import InputError, NotFound
from engine.operations.dates import DUE, OPENS, entries
from engine.operations.names import review_named
from engine.operations.preview import Preview, ahead_of, preview
from engine.operations.touched import published
from engine.operations.views import review_view
from engine.review.ahead.model import LATE
from engine.review.commands import Hold
from tests.engine.operations.conftest import World

JANUARY = date(2026, 1, 5)


def told(world: World, who: str | None, ref: str, start: date = JANUARY) -> Preview:
    definition = published(world.rt, world.actor(None), "account-manager-quarterly").definition
    return preview(world.rt, world.actor(who), definition, ref, start)


def named_in(found: Preview) -> set[str]:
    return {one.ref for one in found.names.values()}


def test_a_live_review_has_the_due_dates_that_its_rows_have(opened: World) -> None:
    review = review_named(opened.rt, "a1")
    found = ahead_of(opened.rt, opened.actor("hr1"), review)
    late = next(course for course in found.courses if course.view == LATE)
    due = {one.task: one.at for one in entries(found, late) if one.kind == DUE}
    rows = {row.name: row.due_at for row in review_view(opened.rt, opened.actor("hr1"), review).tasks if row.due_at}
    assert rows
    assert {name: due[name] for name in rows} == rows


def test_what_lies_behind_is_not_among_the_dates_ahead(opened: World) -> None:
    review = review_named(opened.rt, "a1")
    opened.at("2025-07-03T10:00:00+08:00")
    found = ahead_of(opened.rt, opened.actor("m1"), review)
    tasks = [one.task for one in entries(found, found.courses[1]) if one.kind == OPENS]
    assert tasks[0] == "propose"
    assert found.since > review_view(opened.rt, opened.actor("m1"), review).entered_at


def test_a_held_review_has_no_dates_until_it_goes_on(opened: World) -> None:
    review = review_named(opened.rt, "a1")
    opened.do("hr1", Hold(review, "on leave"))
    found = ahead_of(opened.rt, opened.actor("hr1"), review)
    assert found.held is not None
    assert found.courses == ()


def test_hr_is_told_who_would_be_asked_and_the_subject_herself_alone(opened: World) -> None:
    assert {"m1", "a1", "hr1"} <= named_in(told(opened, "hr1", "a1"))
    assert named_in(told(opened, "a1", "a1")) == {"a1"}


def test_raters_who_would_be_anonymous_are_named_to_nobody(opened: World) -> None:
    assert not {"a2", "a3", "a4", "a5"} & named_in(told(opened, "hr1", "a1"))


def test_a_stranger_s_dates_are_as_if_she_were_not_there(opened: World) -> None:
    for who, ref in (("a1", "p1"), ("a1", "nobody"), ("hr1", "nobody")):
        with pytest.raises(NotFound):
            told(opened, who, ref)


def test_a_stranger_sees_nothing_ahead_of_a_review(opened: World) -> None:
    with pytest.raises(NotFound):
        ahead_of(opened.rt, opened.actor("p1"), review_named(opened.rt, "a1"))


@pytest.mark.parametrize("start", [date(1999, 12, 31), date(2101, 1, 1), date(9999, 12, 31)])
def test_years_far_away_are_refused_in_a_sentence(opened: World, start: date) -> None:
    with pytest.raises(InputError):
        told(opened, "hr1", "a1", start)
