"""What is not released reaches nobody but its author, whichever way one looks."""

from __future__ import annotations

import json

import pytest

from api.wire import plain
from engine.errors import NotFound
from engine.operations.handle import Receipt
from engine.operations.names import SYSTEM, review_named
from engine.operations.timeline import history, state_at, why_grade
from engine.operations.views import possible, review_view
from engine.operations.work import cycle_table
from engine.operations.worker import fire_due
from engine.review.commands import Answer

WORDS = "only-the-author-may-read-this"
EVERYBODY = ("hr1", "hr2", "au1", "dir1", "m1", "a1", "a2", "a3", "a4", "p1", None)


@pytest.fixture
def rated(opened):
    """The review of a1 collects data; a2 has rated her, and she herself has written her own view."""
    form = {"colleagues": [opened.actor(ref).person for ref in ("a2", "a3", "a4")]}
    command = Answer(opened.review("a1"), "propose", targets={"sales_plan": "1000.00"}, form=form)
    assert isinstance(opened.do("m1", command), Receipt)
    assert isinstance(opened.do("a1", Answer(opened.review("a1"), "agree", "accept")), Receipt)
    opened.at("2025-09-08T09:00:00+08:00")
    fire_due(opened.rt, opened.clock.now())
    peer = opened.do("a2", Answer(opened.review("a1"), "peers", ratings={"teamwork": "2"}))
    assert isinstance(peer, Receipt), peer
    own = Answer(opened.review("a1"), "self", ratings={"teamwork": "5"}, form={"achieved": WORDS})
    assert isinstance(opened.do("a1", own), Receipt)
    return opened


def seen(world, who):
    """Everything the person can get hold of about a1's review, as one text."""
    actor, review = world.actor(who), world.review("a1")
    looks = (
        lambda: review_view(world.rt, actor, review),
        lambda: history(world.rt, actor, review),
        lambda: state_at(world.rt, actor, review, world.clock.now()),
        lambda: why_grade(world.rt, actor, review, "en"),
        lambda: cycle_table(world.rt, actor, "2025-Q3"),
        lambda: possible(world.rt, actor, review),
    )
    found = []
    for look in looks:
        try:
            found.append(json.dumps(plain(look()), ensure_ascii=False))
        except NotFound:
            continue
    return "\n".join(found)


@pytest.mark.parametrize("who", [one for one in EVERYBODY if one != "a1"])
def test_an_answer_in_an_open_state_reaches_nobody_but_its_author(rated, who):
    assert WORDS not in seen(rated, who)


def test_the_author_reads_her_own_words(rated):
    assert WORDS in seen(rated, "a1")


def test_an_unreleased_rating_is_in_nobodys_view_but_the_raters(rated):
    for who in EVERYBODY:
        actor = rated.actor(who)
        try:
            answers = review_view(rated.rt, actor, rated.review("a1")).answers
        except NotFound:
            continue
        shown = [one.answer.get("ratings") for one in answers if one.task == "peers"]
        assert shown == ([{"teamwork": "2"}] if who == "a2" else []), who


def test_no_history_names_the_anonymous_rater(rated):
    for who in ("hr1", "au1", "m1", "a1", None):
        lines = history(rated.rt, rated.actor(who), rated.review("a1")).lines
        (line,) = [one for one in lines if one.task == "peers" and one.action == "answered"]
        assert line.actor is None


def test_no_result_is_shown_before_the_evaluation(rated):
    for who in EVERYBODY:
        try:
            view = review_view(rated.rt, rated.actor(who), rated.review("a1"))
        except NotFound:
            continue
        assert (view.total, view.grade, view.result) == (None, None, None), who


def test_a_stranger_finds_no_review(rated):
    for who in ("p1", "a5"):
        with pytest.raises(NotFound):
            review_view(rated.rt, rated.actor(who), rated.review("a1"))
        with pytest.raises(NotFound) as told:
            review_named(rated.rt, "a1", actor=rated.actor(who))
        with pytest.raises(NotFound) as unknown:
            review_named(rated.rt, "a1/2031-Q1", actor=rated.actor(who))
        assert told.value.code in ("OP002", "OP003")
        assert unknown.value.code in ("OP002", "OP003")


def test_a_review_is_named_in_every_way_people_type_it(rated):
    whole = rated.review("a1")
    for text in ("a1", "a1/2025-Q3", "a1@2025-Q3", whole, whole[:10]):
        assert review_named(rated.rt, text) == whole
    assert review_named(rated.rt, "a1", "2025-Q3", SYSTEM) == whole
