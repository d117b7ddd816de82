"""Who may be looked up by whom, and whose figures: everybody, a unit, or oneself and those below."""

from __future__ import annotations

import pytest

from engine.errors import InputError, NotFound
from engine.operations.asking import asked
from engine.operations.directory import observations_page, people_page, person_view
from engine.operations.figures import ImportFigures, import_figures
from engine.operations.people import ImportPeople, import_people
from engine.operations.seeing import Named
from engine.sources.csv_file import Upload
from tests.engine.operations.conftest import FIGURE_HEAD, PEOPLE

SCOPED = """\
ref,kind,name,unit,groups,hr_of,subject.level
hr3,employee,Hu San,hr,hr,east,
a1,employee,An Yi,east,account-managers,,senior
"""
FIGURES = FIGURE_HEAD + "".join(
    f"{ref}-{month},{ref},,sales,2025-{month},{int(month)}00.00,,2025-{month}-28\n"
    for ref in ("a1", "a2")
    for month in ("07", "08", "09")
)


def grown(world):
    """With HR of one unit alone, an attribute, and some figures."""
    assert not import_people(world.rt, world.actor("hr1"), ImportPeople(Upload("more.csv", SCOPED.encode()))).refused
    figures = import_figures(world.rt, world.actor("hr1"), ImportFigures(Upload("f.csv", FIGURES.encode())))
    assert figures.added == 6, figures.problems
    return world


@pytest.fixture
def known(opened):
    return grown(opened)


def refs(world, who, **asked):
    return [one.person.ref for one in people_page(world.rt, world.actor(who), limit=200, **asked).items]


EVERYBODY = sorted([*(line.partition(",")[0] for line in PEOPLE.splitlines()[1:]), "hr3"])


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("hr1", EVERYBODY), ("au1", EVERYBODY), (None, EVERYBODY), ("dir1", [one for one in EVERYBODY if one != "hr3"]),
        ("a1", ["a1", "a2", "a3", "a4", "a5", "c1", "m1"]), ("p1", ["p1", "p2", "p3"]),
        ("m1", ["a1", "a2", "a3", "a4", "a5", "c1", "c2", "m1"]),
        ("hr3", ["a1", "a2", "a3", "a4", "a5", "c1", "c2", "hr1", "hr2", "hr3", "m1"]),
    ],
)  # fmt: skip
def test_one_finds_those_whom_one_may_know(known, who, expected):
    assert refs(known, who) == sorted(expected)
    for ref in EVERYBODY:
        if ref in expected:
            assert person_view(known.rt, known.actor(who), ref).person.ref == ref
        else:
            with pytest.raises(NotFound) as caught:
                person_view(known.rt, known.actor(who), ref)
            assert caught.value.code == "OP001"


def test_somebody_nobody_knows_and_somebody_hidden_are_told_alike(known):
    said = []
    for ref in ("nobody", "p1"):
        with pytest.raises(NotFound) as caught:
            person_view(known.rt, known.actor("a1"), ref)
        said.append((caught.value.code, set(caught.value.values)))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("who", "ref", "reads"),
    [
        ("hr1", "a1", True), ("au1", "a1", True), ("a1", "a1", True), ("hr3", "a1", True), ("a2", "a1", False),
        ("m1", "a1", False), ("hr3", "hr1", False), ("hr3", "c1", True), ("dir1", "a1", False),
    ],
)  # fmt: skip
def test_attributes_are_for_hr_auditors_and_oneself(known, who, ref, reads):
    found = person_view(known.rt, known.actor(who), ref)
    assert (found.attributes is not None) == reads
    if ref == "a1":
        assert (found.units, found.manager) == (("east",), Named("m1", "Min Gao", "高敏"))
        assert found.attributes is None or found.attributes["level"] == "senior"


def test_a_part_of_a_name_finds_in_whatever_case_and_signs_mean_themselves(known):
    assert refs(known, "hr1", search="AN ") == ["a1", "a2", "a3", "a4", "a5", "p1", "p2", "p3"]
    assert refs(known, "hr1", search="安二") == ["a2"]
    assert refs(known, "hr1", search="P2") == ["p2"]
    assert refs(known, "hr1", unit="law") == ["p1", "p2", "p3"]
    assert refs(known, "a1", unit="law") == []
    for sign in ("%", "_", "\\", "a%1"):
        assert refs(known, "hr1", search=sign) == [], sign


def test_pages_put_together_are_the_whole_list(known):
    for who in ("hr1", "a1"):
        found, cursor = [], None
        while True:
            page = people_page(known.rt, known.actor(who), limit=3, cursor=cursor)
            found += [one.person.ref for one in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert found == refs(known, who)
    for bad in ("people.x", "reviews." + "0" * 32, "people." + "0" * 32, ""):
        with pytest.raises(InputError):
            people_page(known.rt, known.actor("hr1"), cursor=bad)
    with pytest.raises(InputError):
        people_page(known.rt, known.actor("hr1"), limit=0)


@pytest.mark.parametrize(
    ("who", "whose"),
    [
        ("hr1", {"a1", "a2"}), ("au1", {"a1", "a2"}), (None, {"a1", "a2"}), ("m1", {"a1", "a2"}),
        ("dir1", {"a1", "a2"}), ("hr3", {"a1", "a2"}), ("a1", {"a1"}), ("a3", set()), ("p1", set()),
    ],
)  # fmt: skip
def test_figures_are_read_by_whoever_reads_those_of_the_review(known, who, whose):
    page = observations_page(known.rt, known.actor(who))
    assert {one.subject.ref for one in page.items} == whose
    assert len(page.items) == 3 * len(whose)


def test_figures_come_newest_first_by_pages_and_of_whom_or_when_one_asks(known):
    actor, found, cursor = known.actor("hr1"), [], None
    while True:
        page = observations_page(known.rt, actor, limit=4, cursor=cursor)
        found += [one.observation for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len({one.id for one in found}) == 6
    assert [one.taken_at for one in found] == sorted((one.taken_at for one in found), reverse=True)
    mine = observations_page(known.rt, actor, subject="a1", period="2025-08").items
    assert [(one.subject.ref, one.observation.value) for one in mine] == [("a1", "800.00")]
    assert observations_page(known.rt, known.actor("a3"), subject="a1").items == ()
    with pytest.raises(NotFound):
        observations_page(known.rt, known.actor("a1"), subject="p1")
    with pytest.raises(InputError):
        observations_page(known.rt, actor, cursor="people." + "0" * 32)


def test_both_databases_find_the_same(opened_on_both):
    """The control of the tests above, which ask SQLite alone."""
    world = grown(opened_on_both)
    assert [refs(world, who) for who in ("a1", "hr3", "p1")] == [
        ["a1", "a2", "a3", "a4", "a5", "c1", "m1"],
        ["a1", "a2", "a3", "a4", "a5", "c1", "c2", "hr1", "hr2", "hr3", "m1"], ["p1", "p2", "p3"],
    ]  # fmt: skip
    assert refs(world, "hr1", search="安四") == refs(world, "hr1", search="an SI") == ["a4"]
    assert refs(world, "hr1", search="_") == []
    first = observations_page(world.rt, world.actor("hr3"), limit=4)
    rest = observations_page(world.rt, world.actor("hr3"), limit=4, cursor=first.next)
    records = [one.observation.record for one in (*first.items, *rest.items)]
    assert sorted(records[:2]) == ["a1-09", "a2-09"]
    assert len(set(records)) == 6
    assert rest.next is None
    assert asked(world.rt, world.actor("m1"), world.review("a1"), "propose").people.keys() >= {"a1", "dir1", "m1"}


def test_letters_beyond_ascii_are_found_as_typed_and_where_the_database_knows_them_in_whatever_case(opened_on_both):
    wish = Upload("more.csv", (PEOPLE.splitlines()[0] + "\nz9,employee,Änne Østby,,,,,,,,,\n").encode())
    assert not import_people(opened_on_both.rt, opened_on_both.actor("hr1"), ImportPeople(wish)).refused
    in_whatever_case = ("änne", "ÄNNE ø") if opened_on_both.rt.database.dialect == "sqlite" else ()
    for search in ("Änne", "Øst", *in_whatever_case):
        assert refs(opened_on_both, "hr1", search=search) == ["z9"], search
    assert refs(opened_on_both, "hr1", search="anne") == []
