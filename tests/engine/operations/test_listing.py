"""Pages hold what one may see, all of it, once, in one order; and cost what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.clock import parse_instant
from engine.errors import InputError, NotFound
from engine.operations.listing import (
    PAGE_MAX,
    Page,
    ReviewFilter,
    cycle_seen,
    cycles_page,
    reviews_page,
    work_page,
)
from engine.operations.seeing import mine, viewer_of
from engine.operations.work import my_work
from engine.review import access
from engine.review.commands import Intervene
from engine.store import people, reviews
from engine.store.database import Tx
from tests.engine.operations.conftest import World as Small
from tests.engine.operations.far_along import EVERYBODY, NAME, NOW, bring, play
from tests.promises.organisation import World, copy_world, open_world


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listing")
    play(folder)
    return folder


@pytest.fixture(scope="module")
def moved(played: Path) -> Iterator[World]:
    """To be looked at, not changed."""
    world = open_world(played, NOW, seed=9)
    yield world
    world.close()


@pytest.fixture
def moving(played: Path, tmp_path: Path) -> Iterator[World]:
    """A copy, to be changed."""
    world = copy_world(played, tmp_path, seed=10)
    world.clock.set(parse_instant(NOW))
    yield world
    world.close()


def walked(turn: Callable[[str | None], Page[Any]]) -> list[Any]:
    """All items, page after page."""
    found, cursor = [], None
    while True:
        page = turn(cursor)
        found.extend(page.items)
        if page.next is None:
            return found
        assert page.items
        cursor = page.next


def told(world: World | Small, who: str | None) -> dict[str, dict[str, Any]]:
    """Every review that somebody may see, found by loading all and asking the table of each."""
    actor, at, found = world.actor(who), world.clock.now(), {}
    with world.rt.database.read() as tx:
        around = people.relations(tx, None, at)
        for review in reviews.load_many(tx, [row.id for row in reviews.find(tx)]).values():
            definition = world.rt.definition(tx, review.definition)
            try:
                viewer = viewer_of(definition, review, around, actor)
            except NotFound:
                continue
            result = review.result if access.sees(definition, review, viewer, "result") else None
            open_ones = [task for task in review.tasks if task.status == "open" and task.visit == review.visit]
            own = {task.name for task in open_ones if mine(definition, review, around, task, viewer.person)}
            known = [task for task in open_ones if task.name in own or access.sees_task(viewer, task)]
            found[review.id] = {
                "state": review.state, "ended": review.ended_at is not None, "grade": result.grade if result else None,
                "mine": bool(own), "overdue": any(task.due_at is not None and task.due_at < at for task in known),
                "unit": around.units.get(review.subject, ("",))[-1], "subject": review.subject, "cycle": review.cycle,
            }  # fmt: skip
    return found


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_page_after_page_everybody_gets_what_she_may_see_once_and_in_order(moved: World, limit: int) -> None:
    counts = {}
    for who in EVERYBODY:
        rows = walked(lambda cursor, who=who: reviews_page(moved.rt, moved.actor(who), limit=limit, cursor=cursor))
        assert [one.row.review for one in rows] == list(dict.fromkeys(one.row.review for one in rows))
        assert {one.row.review for one in rows} == told(moved, who).keys(), who
        keys = [(one.period, one.row.subject.ref) for one in rows]
        assert keys == sorted(keys, key=lambda key: ([-ord(sign) for sign in key[0]], key[1]))
        counts[who] = len(rows)
    assert counts["hr1"] == counts["au1"] == counts[None] == 9
    assert (counts["he"], counts["m2"], counts["x1"]) == (8, 1, 0)


@pytest.mark.parametrize(
    "wanted",
    [
        {"state": "calibrate"}, {"ended": True}, {"ended": False}, {"mine": True}, {"mine": False}, {"grade": "A"},
        {"overdue": True}, {"overdue": False}, {"unit": "west"}, {"unit": "east"}, {"unit": "nowhere"},
        {"ended": False, "mine": True, "unit": "east"}, {"state": "collect_data", "overdue": False},
    ],
)  # fmt: skip
def test_a_filter_leaves_what_fits_of_what_she_may_see(moved: World, wanted: dict[str, Any]) -> None:
    hits = 0
    asked = ReviewFilter(**wanted)
    for who in EVERYBODY:
        rows = walked(lambda cursor, who=who: reviews_page(moved.rt, moved.actor(who), asked, 3, cursor))
        expected = {
            key for key, one in told(moved, who).items() if all(one[name] == value for name, value in wanted.items())
        }
        assert {one.row.review for one in rows} == expected, who
        hits += len(expected)
    assert hits or wanted in ({"unit": "nowhere"}, {"grade": "A"})


def test_a_grade_is_found_by_those_alone_to_whom_it_is_released(moved: World) -> None:
    """The subject must not learn her grade by asking whether her review is among those of it."""
    seen = {who: {one["grade"] for one in told(moved, who).values()} for who in ("hr1", "m1", "a1")}
    (grade,) = seen["hr1"] - {None}
    asked = ReviewFilter(grade=grade)
    found = {who: len(reviews_page(moved.rt, moved.actor(who), asked).items) for who in ("hr1", "m1", "au1", "a1")}
    assert found == {"hr1": 1, "m1": 1, "au1": 1, "a1": 0}


def test_reviews_of_a_subject_and_of_a_cycle(moved: World) -> None:
    def refs(who: str, **wanted: str) -> list[str]:
        page = reviews_page(moved.rt, moved.actor(who), ReviewFilter(**wanted))
        return [f"{one.row.subject.ref} {one.period}" for one in page.items]

    assert refs("hr1", subject="b1") == ["b1 2025-Q2"]
    assert refs("m1", subject="b1") == refs("m1", subject="nobody") == []
    assert refs("hr1", cycle="2025-Q2") == refs("m2", cycle=f"{NAME}/2025-Q2") == ["b1 2025-Q2"]
    for who, cycle in (("hr1", "2024-Q1"), ("m1", "2025-Q2"), ("x1", "2025-Q3")):
        with pytest.raises(NotFound) as raised:
            refs(who, cycle=cycle)
        assert raised.value.code == "OP003"


def test_what_waits_comes_first_due_first_and_the_same_by_page_as_at_once(moved: World) -> None:
    for who in EVERYBODY:
        whole = my_work(moved.rt, moved.actor(who))
        pages = walked(lambda cursor, who=who: work_page(moved.rt, moved.actor(who), 2, cursor))
        assert pages == list(whole), who
        assert {one.review for one in whole} == {key for key, one in told(moved, who).items() if one["mine"]}, who
        dues = [one.due_at for one in whole if one.due_at is not None]
        assert dues == sorted(dues)
    assert my_work(moved.rt, moved.actor("m1"))


def test_a_task_of_a_group_waits_for_each_of_its_members(moving: World) -> None:
    def waits(who: str) -> list[str]:
        return [one.task for one in my_work(moving.rt, moving.actor(who))]

    assert [len(waits(who)) for who in ("hr1", "hr2", "he", "au1", "x1")] == [2, 2, 1, 0, 0]
    assert set(waits("hr1")) == {"settle"}
    bring(moving, "ref,kind,name,unit\na1,employee,An a1,west\n")
    assert [len(waits(who)) for who in ("hr1", "hr2", "he")] == [2, 2, 0]


def test_cycles_are_for_those_who_have_a_review_in_them(moved: World) -> None:
    seen = {
        who: [one.period for one in walked(lambda cursor, who=who: cycles_page(moved.rt, moved.actor(who), 1, cursor))]
        for who in EVERYBODY
    }
    both, newer, older = ["2025-Q3", "2025-Q2"], ["2025-Q3"], ["2025-Q2"]
    assert [seen[who] for who in ("hr1", "au1", None)] == [both] * 3
    assert [seen[who] for who in ("he", "m1", "a1", "a2")] == [newer] * 4
    assert [seen[who] for who in ("dir1", "m2", "x1")] == [both, older, []]
    assert cycle_seen(moved.rt, moved.actor("m2"), "2025-Q2").period == "2025-Q2"
    with pytest.raises(NotFound):
        cycle_seen(moved.rt, moved.actor("m2"), "2025-Q3")


def test_the_next_page_goes_on_where_the_last_one_ended_whatever_happened_between(moving: World) -> None:
    first = reviews_page(moving.rt, moving.actor("hr1"), ReviewFilter(ended=False), 2)
    last = first.items[-1]
    moving.do("hr1", Intervene(last.row.review, "withdraw", "left the firm"))
    assert reviews_page(moving.rt, moving.actor("hr1"), ReviewFilter(ended=True, subject=last.row.subject.ref)).items
    rest = walked(lambda cursor: reviews_page(
        moving.rt, moving.actor("hr1"), ReviewFilter(ended=False), 2, cursor or first.next))
    ids = [one.row.review for one in (*first.items, *rest)]
    assert len(ids) == len(set(ids)) == 8


@pytest.mark.parametrize("cursor", ["", "x", "reviews.", "reviews.1", "work." + "0" * 32, "reviews." + "0" * 32,
                                    "reviews." + "g" * 32, "reviews." + "0" * 5000])
def test_a_cursor_of_another_list_or_of_nothing_is_an_input_error(moved: World, cursor: str) -> None:
    with pytest.raises(InputError) as raised:
        reviews_page(moved.rt, moved.actor("hr1"), cursor=cursor)
    assert raised.value.code == "OP202"


def test_a_cursor_is_good_for_the_one_it_was_given_to_and_for_its_list_alone(moved: World) -> None:
    """Else it would say whether there is a review of an id, and between which others it stands."""
    given = reviews_page(moved.rt, moved.actor("hr1"), limit=1).next
    assert given is not None
    assert reviews_page(moved.rt, moved.actor("hr1"), cursor=given).items
    kind, item, seal = given.split(".")
    for who, cursor in (("hr2", given), ("m1", given), ("hr1", f"{kind}.{item}.{'0' * 16}"), ("hr1", f"{kind}.{item}")):
        with pytest.raises(InputError, match="OP202"):
            reviews_page(moved.rt, moved.actor(who), cursor=cursor)
    with pytest.raises(InputError, match="OP202"):
        cycles_page(moved.rt, moved.actor("hr1"), cursor=f"cycles.{item}.{seal}")


def test_so_is_one_of_work_and_cycles_and_a_page_of_nothing(moved: World) -> None:
    for turn in (work_page, cycles_page):
        with pytest.raises(InputError):
            turn(moved.rt, moved.actor("hr1"), cursor="reviews." + "0" * 32)
        with pytest.raises(InputError):
            turn(moved.rt, moved.actor("hr1"), cursor=turn.__name__.split("_")[0] + "." + "0" * 32)
    for limit in (0, -1, PAGE_MAX + 1):
        with pytest.raises(InputError) as raised:
            reviews_page(moved.rt, moved.actor("hr1"), limit=limit)
        assert raised.value.code == "OP203"


def test_on_both_databases_the_pages_are_the_same(opened_on_both: Small) -> None:
    world = opened_on_both
    for who in ("hr1", "m1", "dir1", "a4"):
        actor = world.actor(who)
        rows = walked(lambda cursor, actor=actor: reviews_page(world.rt, actor, limit=2, cursor=cursor))
        assert {one.row.review for one in rows} == told(world, who).keys()
        work = walked(lambda cursor, actor=actor: work_page(world.rt, actor, 1, cursor))
        assert work == list(my_work(world.rt, actor))
        some = ReviewFilter("2025-Q3", "set_targets", "east", "a1", ended=False, mine=who == "m1", overdue=False)
        assert [one.row.subject.ref for one in reviews_page(world.rt, actor, some).items] == ["a1"] * (who != "a4")
        assert reviews_page(world.rt, actor, ReviewFilter(grade="A", overdue=True)).items == ()


def test_a_page_takes_few_statements_however_many_reviews_there_are(moved: World, monkeypatch: Any) -> None:
    taken = []
    loaded: list[int] = []
    execute, load_many = Tx.execute, reviews.load_many

    def counting(self: Tx, *given: Any) -> Any:
        taken.append(1)
        return execute(self, *given)

    def loading(tx: Tx, ids: Any) -> Any:
        found = list(ids)
        loaded.append(len(found))
        return load_many(tx, found)

    monkeypatch.setattr(Tx, "execute", counting)
    monkeypatch.setattr(reviews, "load_many", loading)
    for who, most, waits in (("hr1", 3, 2), ("m1", 3, 8), ("b1", 1, 0), ("x1", 0, 0)):
        actor = moved.actor(who)
        taken.clear(), loaded.clear()
        reviews_page(moved.rt, actor, limit=2)
        assert len(taken) <= 8, who
        assert sum(loaded) <= most, who
        loaded.clear()
        my_work(moved.rt, actor)
        assert sum(loaded) <= waits, who
