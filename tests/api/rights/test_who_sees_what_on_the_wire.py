"""The claims about who sees what, once more: at every stop of a review's way, of everything that the routes give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import routes
from api.kit.route import Route
from engine.clock import instant_text
from engine.definition.model import STAGES
from engine.operations.names import SYSTEM
from engine.operations.tokens import NewToken, new_token
from engine.review import access
from tests.api.calling import Caller, door_of
from tests.api.rights.asking import Wish, knock
from tests.api.rights.looking import text_of, without_choices
from tests.promises.journey import journey
from tests.promises.looking import COLLEAGUES, LIKE_ITS_NEIGHBOUR, PASSED, VIEWERS, Seen, shown
from tests.promises.organisation import MARKED_NAMES, PLANTED, World, copy_world
from tests.promises.test_who_sees_what import (
    planted,
    test_a_rating_not_yet_released_reaches_nobody_but_its_author,
    test_an_auditor_reads_everything_but_who_was_asked,
    test_for_strangers_the_review_does_not_exist,
    test_the_result_reaches_the_subject_from_the_feedback_on_and_colleagues_never,
    test_what_was_answered_is_seen_by_its_author_and_later_by_those_who_may,
)

__all__ = [
    "planted",
    "test_a_rating_not_yet_released_reaches_nobody_but_its_author",
    "test_an_auditor_reads_everything_but_who_was_asked",
    "test_for_strangers_the_review_does_not_exist",
    "test_the_result_reaches_the_subject_from_the_feedback_on_and_colleagues_never",
    "test_what_was_answered_is_seen_by_its_author_and_later_by_those_who_may",
]

ABOUT = tuple(route for route in routes() if route.method == "GET" and "review" in route.parts)
LISTS = ("/reviews", "/me/tasks")


def told(world: World, caller: Caller, review: str) -> dict[str, str]:
    """By route what the caller is given about the review; nothing where it is not there for her."""
    begun, now = "2025-07-01T00:00:00.000000Z", instant_text(world.clock.now())
    query: dict[str, dict[str, str]] = {
        "review_at": {"instant": now}, "review_between": {"start": begun, "end": now},
        "page_timeline": {"at": now, "start": begun, "end": now},
    }  # fmt: skip
    found = {}
    for route in ABOUT:
        for number, parts in enumerate(parts_of(world, route, review)):
            reply = knock(caller, route, Wish(parts, query.get(route.name, {})))
            if reply.status_code == 200 and not (route.name == "draft" and '{"draft":null' in reply.text):
                found[f"{route.name} {number}"] = without_choices(text_of(reply))
    for path in LISTS:
        rows = [row for row in caller.told(path, limit=200)["items"] if row["review"] == review]
        if rows:
            found[path] = repr(rows)
    return found


def parts_of(world: World, route: Route, review: str) -> Iterator[dict[str, str]]:
    """The address; of what is asked the open rows, and where answers are shown also those of the raters."""
    parts: dict[str, Any] = {"review": review}
    if "name" in route.parts:
        parts["name"] = "withdraw"
    if "task" not in route.parts:
        yield parts
        return
    for task in world.review("a1").tasks:
        if task.status == "open" or (task.name in ("peers", "self") and route.name in ("task", "page_task")):
            yield {**parts, "task": task.id}


@pytest.fixture(
    scope="module",
    params=[pytest.param("most stops", marks=pytest.mark.slow), pytest.param("every stop", marks=pytest.mark.soak)],
)
def seen(request: pytest.FixtureRequest, planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    world, found = copy_world(planted, tmp_path_factory.mktemp("wire")), Seen()
    world.rated = PLANTED
    app = door_of(world.rt)
    callers = {
        kind: Caller(app, new_token(world.rt, SYSTEM, NewToken(ref, 366)).text)
        for kind, ref in VIEWERS.items()
        if ref is not None
    }
    passed = PASSED if request.param == "every stop" else PASSED | LIKE_ITS_NEIGHBOUR
    for stop, ref in journey(world):
        if ref == "a1" and stop not in passed:
            look_around(world, stop, callers, found)
    yield found
    world.close()


def look_around(world: World, stop: str, callers: dict[str, Caller], seen: Seen) -> None:
    review = world.review("a1")
    with world.rt.database.read() as tx:
        definition = world.rt.definition(tx, review.definition)
    seen.states[stop], seen.stages[stop] = review.state, access.stage_now(definition, review)
    done = [task for task in review.tasks if task.answer_seq is not None]
    seen.over[stop] = frozenset(task.name for task in done if task.visit < review.visit)
    refs = {world.person(one): one for one in (*MARKED_NAMES, "p1")}
    seen.ids = {ref: person for person, ref in refs.items()}
    seen.answered[stop] = frozenset(refs.get(task.answered_by or "", "") for task in done)
    seen.totals[stop] = review.result.total if review.result is not None else None
    seen.texts[stop, "system"] = shown(world, None, "a1", asks=False)
    for kind, caller in callers.items():
        seen.texts[stop, kind] = told(world, caller, review.id)


def test_no_colleague_who_answered_is_named_but_to_those_who_may_know_whom_they_chose(seen: Seen) -> None:
    named = {
        kind
        for (stop, kind) in seen.texts
        for name, text in MARKED_NAMES.items()
        if seen.holds(stop, kind, text) and name in seen.answered[stop] and COLLEAGUES.get(name) != kind
    }
    assert named == {"manager", "hr"}
    for (stop, kind), texts in seen.texts.items():
        if kind in ("manager", "hr"):
            answers = [text for place, text in texts.items() if place.startswith("review_answers")]
            assert not any(name in text for text in answers for name in MARKED_NAMES.values()), stop


def test_ids_reach_nobody_and_refs_of_who_was_asked_only_those_who_ask(seen: Seen) -> None:
    """On the wire people are known by their refs."""
    others = [(stop, kind, ref) for stop, kind in seen.texts for ref in COLLEAGUES if COLLEAGUES[ref] != kind]
    assert [one for one in others if one[1] != "system" and seen.holds(one[0], one[1], seen.ids[one[2]])] == []
    named = {
        kind
        for stop, kind, ref in others
        for place, text in seen.texts[stop, kind].items()
        if place.startswith("review_answers") and f'"{ref}"' in text
    }
    assert named == {"manager", "hr"}


def test_every_stage_was_passed(seen: Seen) -> None:
    assert {STAGES[stage] for stage in seen.stages.values()} == set(STAGES)
