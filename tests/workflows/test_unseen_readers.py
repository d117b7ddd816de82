"""Whoever reads an unseen workflow's reviews, in whichever language and after whichever step, is answered."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from engine.clock import HandClock
from engine.errors import ReviewcycleError
from engine.operations import audit, offers, telling, timeline, views, work
from engine.operations.script import Step, read_script
from engine.operations.story import Player, start_of
from engine.review.case import Actor
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import people, reviews
from engine.words.book import LANGS

HERE = Path(__file__).parent
LONGEST = {
    "account-tiers": "a better tier is announced",
    "chinese-names": "合格之后签字",
    "corner-cases": "a junior is talked with",
    "leasing-team": "two against two",
    "probation-review": "an appeal that succeeds",
    "satisfaction-programme": "effective at the second try",
    "service-monitoring": "two cases are too few",
}


def told(rt: Runtime, person: str, review: str) -> list[str]:
    """Everything that can be asked about a review by a person, in both languages; refusals to read are answers."""
    actor = Actor(person)
    lines: list[str] = []
    for lang in LANGS:
        try:
            view = views.review_view(rt, actor, review)
            lines += telling.say_view(lang, view)
            lines += offers.say_possible(lang, views.possible(rt, actor, review), view.definition)
            lines += telling.say_history(lang, timeline.history(rt, actor, review))
            lines += timeline.why_grade(rt, actor, review, lang)
        except ReviewcycleError:
            continue
        finally:
            lines += telling.say_work(lang, work.my_work(rt, actor))
    return lines


def listen(rt: Runtime) -> int:
    with rt.database.read() as tx:
        everybody = [one.id for one in people.by_id(tx).values()]
        open_now = [row.id for row in reviews.find(tx)]
    return sum(len(told(rt, person, review)) for review in open_now for person in everybody)


@pytest.mark.parametrize(
    "name", [name if place < 3 else pytest.param(name, marks=pytest.mark.slow) for place, name in enumerate(LONGEST)]
)
def test_everybody_is_answered_at_the_end_and_the_history_holds(name: str) -> None:
    script = read_script(HERE / name / "examples.yaml")
    example = next(one for one in script.examples if one.name == LONGEST[name])
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock(start_of(example))
        rt = open_runtime(settings_for(Path(folder), environ={}), clock)
        try:
            assert Player(rt, clock, script).play(example) == ()
            assert listen(rt) > 20
            assert audit.verify(rt).ok
        finally:
            rt.close()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.soak if place % 3 or name == "corner-cases" else pytest.mark.slow)
        for place, name in enumerate(LONGEST)
    ],
)
def test_everybody_is_answered_after_every_step(name: str) -> None:
    script = read_script(HERE / name / "examples.yaml")
    for example in script.examples:
        if example.facts is not None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            clock = HandClock(start_of(example))
            rt = open_runtime(settings_for(Path(folder), environ={}), clock)

            def after(step: Step, result: Any, rt: Runtime = rt) -> None:
                del step, result
                listen(rt)

            try:
                assert Player(rt, clock, script, after).play(example) == ()
            finally:
                rt.close()
