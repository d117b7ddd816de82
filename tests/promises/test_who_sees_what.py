"""Who sees what: planted words, names and ratings are looked for in everything the store's views show to anybody.

The searched text is the whole plain content of a view and each of its tellings, not some known keys of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.review import access
from engine.review.case import Refused
from engine.review.commands import Answer, Reassign, Remark, Waive
from tests.promises.journey import journey
from tests.promises.looking import (
    COLLEAGUES,
    LIKE_ITS_NEIGHBOUR,
    PASSED,
    PLANTS,
    VIEWERS,
    Planted,
    Seen,
    look_around,
    shown,
)
from tests.promises.organisation import (
    MARKED_NAMES,
    PLANTED,
    World,
    copy_world,
    found_organisation,
    marker,
    propose_targets,
    quarter,
    with_digits,
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    found_organisation(folder, with_digits(folder / "workflow"))
    return folder


@pytest.fixture(scope="module", params=[
    pytest.param("most stops", marks=pytest.mark.slow), pytest.param("every stop", marks=pytest.mark.soak)
])
def seen(request: pytest.FixtureRequest, planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    world, found = copy_world(planted, tmp_path_factory.mktemp("seen")), Seen()
    world.rated = PLANTED
    passed = PASSED if request.param == "every stop" else PASSED | LIKE_ITS_NEIGHBOUR
    for stop, ref in journey(world):
        if ref == "a1" and stop not in passed:
            look_around(world, stop, ref, found)
    yield found
    world.close()


def expected(seen: Seen, stop: str, kind: str, plant: Planted) -> bool:
    if kind == plant.author:
        return True
    if plant.task == "meet" and kind == "subject" and seen.states[stop] == "feedback":
        return True  # signing shows it
    if plant.task not in seen.over[stop]:
        return False
    return seen.reading(stop, kind)


def test_what_was_answered_is_seen_by_its_author_and_later_by_those_who_may(seen: Seen) -> None:
    wrong, given = [], set()
    for stop, kind in seen.texts:
        for plant in PLANTS:
            if seen.holds(stop, "system", plant.text):
                given.add(plant.text)
            known = plant.text in given or seen.holds(stop, plant.author, plant.text) if plant.author in VIEWERS else (
                plant.text in given
            )
            sees = seen.holds(stop, kind, plant.text)
            through_result = kind.startswith("panel") and plant.task in ("monthly", "self")
            if sees and (not known or not expected(seen, stop, kind, plant)) and not through_result:
                wrong.append(f"{stop}: {kind} sees {plant.text} of {plant.task}")
            if not sees and known and plant.text in given and expected(seen, stop, kind, plant):
                wrong.append(f"{stop}: {kind} does not see {plant.text} of {plant.task}")
    assert wrong == []
    assert given == {plant.text for plant in PLANTS}


def test_a_rating_not_yet_released_reaches_nobody_but_its_author(seen: Seen) -> None:
    before = [stop for stop, state in seen.states.items() if state == "collect_data"]
    assert before
    reached = {
        (plant.text, kind)
        for stop in before
        for kind in VIEWERS
        for plant in PLANTS
        if plant.task in ("monthly", "self", "peers") and seen.holds(stop, kind, plant.text)
    }
    assert reached == {(plant.text, plant.author) for plant in PLANTS if plant.task in ("monthly", "self", "peers")}


def test_the_result_reaches_the_subject_from_the_feedback_on_and_colleagues_never(seen: Seen) -> None:
    wrong = []
    for (stop, kind), texts in seen.texts.items():
        total = seen.totals[stop]
        sees = total is not None and any(total in text for text in texts.values())
        wanted = total is not None and seen.reading(stop, kind)
        if kind.startswith("panel"):
            if sees and seen.states[stop] != "appeal":
                wrong.append(f"{stop}: {kind} sees the total")
        elif sees != wanted:
            wrong.append(f"{stop}: {kind} sees the total: {sees}")
    assert wrong == []
    assert seen.holds("appeal open", "panel member who does not", str(seen.totals["appeal open"]))


def test_no_colleague_who_answered_is_named_to_anybody_else(seen: Seen) -> None:
    named = {
        (stop, kind, name)
        for (stop, kind) in seen.texts
        for name, text in MARKED_NAMES.items()
        if seen.holds(stop, kind, text) and name in seen.answered[stop] and COLLEAGUES.get(name) != kind
    }
    assert named == set()
    asked = {kind for stop, kind in seen.texts for text in MARKED_NAMES.values() if seen.holds(stop, kind, text)}
    assert asked - {"system"} == {"manager", "hr", *COLLEAGUES.values()}


def test_not_even_ids_tell_who_was_asked_but_to_those_who_ask(seen: Seen) -> None:
    reached = {
        kind
        for (stop, kind) in seen.texts
        for ref in COLLEAGUES
        if COLLEAGUES[ref] != kind and seen.holds(stop, kind, seen.ids[ref])
    }
    assert reached == {"manager", "hr"}


def test_for_strangers_the_review_does_not_exist(seen: Seen) -> None:
    nothing = {kind for kind in VIEWERS if not any(seen.texts[stop, kind] for stop in seen.states)}
    assert nothing == {"stranger", "manager of another team", "colleague not asked"}
    assert all(seen.texts[stop, kind] for stop in seen.states for kind in ("subject", "hr", "auditor"))


def test_an_auditor_reads_everything_but_who_was_asked(seen: Seen) -> None:
    last = "closed again"
    assert [plant.text for plant in PLANTS if not seen.holds(last, "auditor", plant.text)] == []
    for stop in seen.states:
        assert [name for name in MARKED_NAMES.values() if seen.holds(stop, "auditor", name)] == []


FEW = {"subject": "a7", "manager": "m1", "chain manager": "dir1", "hr": "hr1", "third colleague": "a4", "heir": "a5"}


def few_answers(world: World) -> None:
    """Of three who are asked about a7 two answer; the third's task goes to a5 first and is waived then."""
    propose_targets(world, "a7")
    world.answer("a7", "a7", "agree", "accept")
    world.at("2025-09-03T10:00:00+08:00")
    world.answer("a2", "a7", "peers", ratings={"teamwork": "2.13"}, comment=marker("a2"))
    (row,) = [task for task in world.rows("a7", "peers") if task.person == world.person("a4")]
    world.must("hr1", Reassign(world.id("a7"), row.id, world.person("a5"), marker("reassigned")))
    world.must("hr1", Remark(world.id("a7"), marker("remark")))
    world.answer("a3", "a7", "peers", ratings={"teamwork": "2.27"}, comment=marker("a3"))


def test_fewer_answers_than_the_minimum_are_shown_to_the_auditor_alone(planted: Path, tmp_path: Path) -> None:
    world = copy_world(planted, tmp_path)
    few_answers(world)
    for kind, ref in FEW.items():
        text = "".join(shown(world, ref, "a7").values())
        assert ("Larkspur" in text) == (kind in ("manager", "hr", "heir")), kind
        assert not any(MARKED_NAMES[one] in text for one in ("a2", "a3", "a4")), kind
        assert marker("reassigned") not in text, kind
    (row,) = world.rows("a7", "peers")
    world.must("hr1", Waive(world.id("a7"), row.id, "ill"))
    world.at("2025-10-09T09:00:00+08:00")
    world.answer("m1", "a7", "monthly", ratings={"teamwork": "3"})
    world.figures(quarter("a7", good=True))
    world.answer("m1", "a7", "review", form={"strengths": "x", "improve": "y"})
    world.answer("hr1", "a7", "settle", "confirm")
    assert world.review("a7").state == "feedback"
    hidden = ("2.13", "2.27", "4.4", "11/5", marker("a2"), marker("a3"), *MARKED_NAMES.values())
    for kind, ref in FEW.items():
        texts = shown(world, ref, "a7")
        leaked = [(place, one) for place, text in texts.items() for one in hidden if one in text]
        assert leaked == [] or kind == "heir" or leaked == [("view", "Larkspur")], kind
    audited = "".join(shown(world, "au1", "a7").values())
    assert "2.13" in audited
    assert marker("a3") in audited
    assert not any(name in audited for name in MARKED_NAMES.values())
    world.close()


def test_the_search_finds_what_lies_open(
    seen: Seen, monkeypatch: pytest.MonkeyPatch, planted: Path, tmp_path: Path
) -> None:
    """The control: were the access table to say yes to everything, the same looks would find what must not be seen."""
    world = copy_world(planted, tmp_path)
    few_answers(world)
    assert "2.13" not in "".join(shown(world, "m1", "a7").values())
    monkeypatch.setattr(access, "sees_answer", lambda *given: "full")
    found = "".join(shown(world, "m1", "a7").values())
    assert "2.13" in found
    assert "Quillfeather" in found
    assert marker("a2") in found
    assert not seen.holds("figures awaited", "manager", PLANTED["a2"])
    world.close()


def test_whoever_asks_something_of_a_review_she_may_not_see_is_told_nothing_of_it(world: World) -> None:
    """Also not by the reasons that speak against it: whose task it is, in which state, since when."""
    review = world.id("a1")
    for who in ("x1", "m2", "a5"):
        for task in ("propose", "agree", "nothing", world.rows("a1", "propose")[0].id):
            answer = Answer(review, task, "done", ratings={"nothing": "1"})
            for command in (answer, Waive(review, task, ""), Reassign(review, task, review, "x"), Remark(review, "")):
                said = world.do(who, command)
                assert isinstance(said, Refused)
                assert [one.code for one in said.reasons] == ["not_visible"], (who, command)
                assert said.at is None
