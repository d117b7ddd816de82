"""A review's past: by pages, at an instant, between two, with the judgement that held and the way it went."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import parse_instant
from engine.errors import InputError, NotFound
from engine.operations.between import Change, between
from engine.operations.handle import Receipt
from engine.operations.names import actor_named, review_named
from engine.operations.timeline import history, score, state_at, way_of, why_grade
from engine.operations.views import review_view
from engine.operations.worker import fire_due
from engine.review.commands import Answer, Intervene, Remark
from engine.store import history as records

BEGIN = parse_instant("2025-07-01T09:00:00+08:00")
DAY = timedelta(days=1)


@pytest.fixture
def agreed(opened):
    """Targets of a1: proposed on the first day, objected to on the second, proposed and agreed to on the third."""
    review = opened.review("a1")
    form = {"colleagues": [opened.actor(ref).person for ref in ("a2", "a3", "a4")]}
    steps = [
        ("m1", Answer(review, "propose", targets={"sales_plan": "1000.00", "sales.target": "90"}, form=form)),
        ("a1", Answer(review, "agree", "object", comment="too much")),
        ("m1", Answer(review, "propose", targets={"sales.target": "85"}, form=form)),
        ("a1", Answer(review, "agree", "accept")),
    ]
    for (who, command), at in zip(steps, ("01T10", "02T10", "03T10", "03T11"), strict=True):
        opened.at(f"2025-07-{at}:00:00+08:00")
        done = opened.do(who, command)
        assert isinstance(done, Receipt), done
    return opened


def test_a_history_is_read_by_pages_without_the_rest(agreed, monkeypatch):
    actor, review = agreed.actor("m1"), agreed.review("a1")
    whole = history(agreed.rt, actor, review).lines
    asked, read = [], records.read
    monkeypatch.setattr(records, "read", lambda tx, *place: asked.append(place[1:]) or read(tx, *place))
    pages = [history(agreed.rt, actor, review, after=after, limit=2).lines for after in range(0, 6, 2)]
    assert asked == [(1, 2), (3, 4), (5, 6)]
    assert tuple(line for page in pages for line in page) == whole
    assert [len(page) for page in pages] == [2, 2, len(whole) - 4]
    assert history(agreed.rt, actor, review, after=99, limit=5).lines == ()


def test_between_two_instants_stands_what_changed_and_what_did_it(agreed):
    found = between(agreed.rt, agreed.actor("m1"), agreed.review("a1"), BEGIN + DAY, BEGIN + 3 * DAY)
    changes = {(one.what, one.key): (one.before, one.after) for one in found.changes}
    assert changes["state", None] == ("set_targets", "collect_data")
    assert changes["target", "sales.target"] == ("90.00", "85.00")
    assert ("target", "sales_plan") not in changes
    assert changes["acknowledgement", "targets"] == (None, "agreed")
    assert changes["task", "agree"] in [(None, "done"), ("open", "superseded"), ("open", "done")]
    assert [line.outcome for line in found.lines] == ["object", "done", "accept"]
    assert not any(one.what in ("total", "grade", "metric") for one in found.changes)


def test_before_it_was_opened_there_was_nothing(agreed):
    found = between(agreed.rt, agreed.actor("m1"), agreed.review("a1"), BEGIN - DAY, BEGIN + DAY / 24 * 2)
    assert Change("state", None, None, "set_targets") in found.changes
    assert Change("participant", "manager", None, "m1") in found.changes
    assert [line.action for line in found.lines] == ["opened", "answered"]


def test_nothing_changed_where_nothing_happened(agreed):
    found = between(agreed.rt, agreed.actor("m1"), agreed.review("a1"), BEGIN + 4 * DAY, BEGIN + 5 * DAY)
    assert (found.changes, found.lines) == ((), ())


def test_who_was_asked_about_a_colleague_is_for_those_who_may_know(agreed):
    agreed.at("2025-09-08T09:00:00+08:00")
    fire_due(agreed.rt, agreed.clock.now())
    seen = {}
    for who in ("hr1", "m1", "au1", "a1", "dir1"):
        found = between(agreed.rt, agreed.actor(who), agreed.review("a1"), BEGIN + 4 * DAY, agreed.clock.now())
        seen[who] = {one.after for one in found.changes if one.what == "participant" and one.key == "colleagues"}
        told = [one.key for one in found.changes if one.what == "task" and one.key and one.key.startswith("peers")]
        assert set(told) == {"peers"}, "whose row is whose stays unsaid"
    assert seen["hr1"] == seen["m1"] == {"a2", "a3", "a4"}
    assert seen["au1"] == seen["a1"] == seen["dir1"] == set()


@pytest.mark.parametrize(("who", "code"), [("a2", "no_such_review"), ("p1", "no_such_review")])
def test_the_past_is_as_hidden_as_the_present(agreed, who, code):
    actor, review = agreed.actor(who), agreed.review("a1")
    looks = (
        lambda: between(agreed.rt, actor, review, BEGIN, BEGIN + DAY),
        lambda: score(agreed.rt, actor, review),
        lambda: state_at(agreed.rt, actor, review, BEGIN + DAY),
        lambda: way_of(agreed.rt, actor, review),
    )
    for look in looks:
        with pytest.raises(NotFound) as caught:
            look()
        assert caught.value.code == code


def test_an_end_before_its_start_and_an_end_before_the_opening_are_said(agreed):
    actor, review = agreed.actor("m1"), agreed.review("a1")
    with pytest.raises(InputError) as wrong:
        between(agreed.rt, actor, review, BEGIN, BEGIN - DAY)
    assert wrong.value.code == "OP236"
    with pytest.raises(NotFound) as early:
        between(agreed.rt, actor, review, BEGIN - 2 * DAY, BEGIN - DAY)
    assert early.value.code == "OP021"


def test_a_review_has_gone_the_way_of_the_states_it_entered(agreed):
    assert way_of(agreed.rt, agreed.actor("m1"), agreed.review("a1")) == ("set_targets", "collect_data")
    assert agreed.do("hr1", Intervene(agreed.review("a1"), "withdraw", "left"))
    assert way_of(agreed.rt, agreed.actor("hr1"), agreed.review("a1"))[-1] == "withdrawn"


def test_the_score_at_an_instant_is_the_one_that_held_then(shown):
    rt = shown.rt
    hr, subject = (actor_named(rt, ref) for ref in ("hr1", "am01"))
    review = review_named(rt, "am01@2025-Q3")
    lines = history(rt, hr, review).lines
    states = [(line.at, line.to_state) for line in lines]
    settled = next(at for at, state in states if state == "feedback")
    judged = next(at for at, state in states if state == "evaluate")
    now = score(rt, hr, review)
    assert (now.total, now.grade) == (review_view(rt, hr, review).total, review_view(rt, hr, review).grade)
    assert "facts" not in now.result
    assert now.result["trace"]
    then = score(rt, hr, review, settled)
    assert then.seq <= now.seq
    assert why_grade(rt, hr, review, "en", settled)
    assert score(rt, subject, review).total == now.total
    with pytest.raises(NotFound) as unreleased:
        score(rt, subject, review, judged)
    assert unreleased.value.code == "OP022"
    assert score(rt, hr, review, judged).status in ("scored", "blocked")
    found = between(rt, hr, review, lines[0].at - DAY, lines[-1].at)
    kinds = {one.what for one in found.changes}
    assert {"state", "total", "grade", "metric", "figure", "task", "target"} <= kinds
    assert {one.what for one in between(rt, subject, review, judged, judged + DAY / 24).changes} & {"total"} == set()


def test_nothing_was_judged_before_the_first_figure(agreed):
    with pytest.raises(NotFound):
        score(agreed.rt, agreed.actor("hr1"), agreed.review("a1"))
    assert agreed.do("m1", Remark(agreed.review("a1"), "x"))
