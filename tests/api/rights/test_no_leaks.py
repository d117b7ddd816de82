"""Nobody comes across what is not hers to read, in any reply: JSON, pictures, pages, problem documents, headers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from engine.review import access
from engine.store import people
from tests.api.rights.looking import Place, shown
from tests.api.rights.plants import EAST, NAMES, PLANTS
from tests.api.rights.scene import BESIDE, IDENTITIES, Stage

VIEWERS = ("a7", "m2", "a2", "hr1")
"""Of the default run; under slow everybody looks, at one more review, and in both languages."""

EVERYBODY = tuple(sorted({*filter(None, IDENTITIES.values()), *BESIDE.values(), "a3", "a4", "a7"}))
OUTSIDE = ("m2", "x1", "hr3")


@dataclass(slots=True)
class Shown:
    """What was shown to whom, and what the searched things are called in this scene."""

    texts: dict[str, dict[Place, str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    total: str = ""

    def who_sees(self, text: str, refs: Iterable[str] | None = None, where: str | None = None) -> set[str]:
        """Those to whom the text is shown; where: in places of this situation alone."""
        return {
            ref
            for ref in refs or self.texts
            for place, told in self.texts[ref].items()
            if where in (None, place[1]) and text in told
        }


def look_around(stage: Stage, refs: Iterable[str], *langs: str) -> Shown:
    found = Shown()
    reviews = ("appeal", "few") if len(langs) == 1 else ("appeal", "few", "targets")
    with stage.live() as live:
        found.total = str(getattr(live.world.review("a1").result, "total", ""))
        found.ids = {ref: live.world.person(ref) for ref in ("a1", "a2", "a3", "a4")}
        for ref in refs:
            for lang in langs:
                told = shown(live, live.caller(ref), reviews, lang)
                before = found.texts.setdefault(ref, {})
                found.texts[ref] = {place: before.get(place, "") + text for place, text in told.items()}
    return found


@pytest.fixture(scope="module")
def some(stage: Stage) -> Shown:
    return look_around(stage, VIEWERS, "en")


@pytest.fixture(scope="module")
def all_of_them(stage: Stage) -> Shown:
    return look_around(stage, EVERYBODY, "en", "zh")


def leaks(found: Shown) -> dict[str, set[str]]:
    """Plant -> who sees it and may not; and who may and does not, told with a minus."""
    wrong: dict[str, set[str]] = {}
    for plant, readers in {**PLANTS, found.total: PLANTS["3.71"]}.items():
        sees, wanted = found.who_sees(plant), readers & found.texts.keys()
        if sees != wanted:
            wrong[plant] = (sees - wanted) | {f"-{ref}" for ref in wanted - sees}
    return wrong


def named(found: Shown) -> dict[str, set[str]]:
    """Rater's name or id -> who reads it in a1's review and may not."""
    wrong = {name: found.who_sees(name, where="appeal") - readers for name, readers in NAMES.items()}
    for ref in ("a2", "a3", "a4"):
        wrong[ref] = found.who_sees(found.ids[ref], where="appeal") - {"m3", "m1", "hr1", "hr2"}
    return {name: refs for name, refs in wrong.items() if refs}


@pytest.mark.slow
def test_each_planted_text_is_shown_to_those_who_may_read_it_and_to_nobody_else(some: Shown) -> None:
    assert leaks(some) == {}
    assert named(some) == {}


@pytest.mark.slow
def test_people_outside_come_across_no_name_and_no_id(some: Shown) -> None:
    hidden = (*EAST, *some.ids.values())
    assert [text for text in hidden if some.who_sees(text, ("m2",))] == []
    assert all(some.who_sees(text) for text in EAST)


def test_the_search_finds_what_lies_open(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were the access table to say yes, the same looks would find what must not be seen."""
    monkeypatch.setattr(access, "sees_answer", lambda *given: "full")
    monkeypatch.setattr(access, "names_holder", lambda *given: True)
    found = look_around(stage, ("p1",), "en")
    assert {"p1"} == set().union(*leaks(found).values()) == named(found)["Quillfeather"]


def test_neither_filters_nor_counts_tell_a_grade_that_is_not_hers_to_read(stage: Stage) -> None:
    with stage.live() as live:
        review, cycle = live.scene.ids["appeal"], live.scene.ids["third"]
        ladder = live.caller("hr1").told(f"/cycles/{cycle}/grades")["ladder"]
        found = {
            ref: [grade for grade in ladder if review in live.caller(ref).get("/reviews", grade=grade).text]
            for ref in ("a2", "a1", "p1", "hr1")
        }
        counted = {
            ref: sum(sum(unit["grades"].values()) for unit in live.caller(ref).told(f"/cycles/{cycle}/grades")["units"])
            for ref in ("a2", "a1")
        }
    (grade,) = found["hr1"]
    assert found == {"a2": [], "a1": [grade], "p1": [grade], "hr1": [grade]}
    assert counted == {"a2": 0, "a1": 1}


@pytest.mark.slow
def test_everybody_is_shown_what_she_may_read_and_nothing_else(all_of_them: Shown) -> None:
    assert leaks(all_of_them) == {}
    assert named(all_of_them) == {}
    hidden = (*EAST, *all_of_them.ids.values())
    assert [text for text in hidden if all_of_them.who_sees(text, OUTSIDE)] == []


def test_a_form_offers_nobody_whom_one_may_not_look_up(stage: Stage) -> None:
    """Choices were left out of the search above: they are those of the directory, whoever was asked before."""
    with stage.live() as live:
        for ref in ("a3", "m3", "hr1", "au1"):
            caller = live.caller(ref)
            task = caller.told(f"/reviews/{live.scene.ids['targets']}/tasks/{live.scene.ids['propose']}")
            offered = set(choices_in(task["schema"]))
            known = {one["ref"] for one in caller.told("/people", limit=200)["items"]}
            with live.world.rt.database.read() as tx:
                everybody = set(people.by_ref(tx))
            assert offered
            assert offered <= known | {"a3", "m3", "dir1"}, ref
            assert (offered < everybody) or ref in ("hr1", "au1")


def choices_in(schema: object) -> Iterable[str]:
    if isinstance(schema, dict):
        for name, one in schema.items():
            yield from one if name == "x-choices" else choices_in(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from choices_in(one)
