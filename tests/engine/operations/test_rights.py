"""HR of certain units reads and steps in there and nowhere else; what concerns everybody is for HR of everybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definition.library import folder_of
from engine.errors import NotAllowed, NotFound
from engine.operations.audit import verify
from engine.operations.cycles import OpenCycle, Population, close_cycle, open_cycle, progress
from engine.operations.definitions import Propose, propose
from engine.operations.figures import ImportFigures, import_figures
from engine.operations.handle import Receipt
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from engine.operations.views import review_view
from engine.operations.work import cycle_table
from engine.review import roles
from engine.review.case import Refused
from engine.review.commands import Intervene, Remark
from engine.store import people
from tests.engine.operations.conftest import World

HEAD = "ref,kind,name,unit,manager,groups,owner,hr_of\n"
MORE = HEAD + """\
m2,employee,Mu Bai,west,dir1,,,
a6,employee,An Liu,west,m2,account-managers,,
he,employee,He Dong,people,,hr,,east
hw,employee,He Xi,people,,hr,,west;law
"""
NAME = "account-manager-quarterly"


def bring(world: World, text: str, who: str | None = None):
    return import_people(world.rt, world.actor(who), ImportPeople(world.file("more.csv", text)))


@pytest.fixture
def units(world: World) -> World:
    """East (a1 to a5) and west (a6), each with HR of its own beside those of everybody; the third quarter opened."""
    report = bring(world, MORE)
    assert not report.refused, report.problems
    world.publish()
    world.open()
    return world


def reads(world: World, who: str, ref: str) -> bool:
    try:
        review_view(world.rt, world.actor(who), world.review(ref))
    except NotFound:
        return False
    return True


def test_hr_of_a_unit_reads_its_reviews_alone_and_hr_of_everybody_all(units: World) -> None:
    assert {who: [ref for ref in ("a1", "a6") if reads(units, who, ref)] for who in ("hr1", "he", "hw")} == {
        "hr1": ["a1", "a6"], "he": ["a1"], "hw": ["a6"],
    }
    table = cycle_table(units.rt, units.actor("hw"), "2025-Q3")
    assert [row.subject.ref for row in table.rows] == ["a6"]
    assert progress(units.rt, units.actor("he"), "2025-Q3").states == {"set_targets": 5}
    assert progress(units.rt, units.actor("hr1"), "2025-Q3").states == {"set_targets": 6}


def test_hr_of_a_unit_steps_in_there_and_elsewhere_there_is_no_review_for_her(units: World) -> None:
    refused = units.do("he", Intervene(units.review("a6"), "withdraw", "left the firm"))
    assert isinstance(refused, Refused)
    assert [one.code for one in refused.reasons] == ["not_visible"]
    assert isinstance(units.do("he", Remark(units.review("a6"), "x")), Refused)
    assert isinstance(units.do("hw", Intervene(units.review("a6"), "withdraw", "left the firm")), Receipt)


def test_hr_follows_the_subject_to_another_unit(units: World) -> None:
    assert [reads(units, who, "a1") for who in ("he", "hw")] == [True, False]
    units.at("2025-07-03T09:00:00+08:00")
    bring(units, HEAD + "a1,employee,An Yi,west,m2,account-managers,,\n")
    assert [reads(units, who, "a1") for who in ("he", "hw")] == [False, True]
    assert isinstance(units.do("he", Intervene(units.review("a1"), "withdraw", "left the firm")), Refused)
    assert isinstance(units.do("hw", Intervene(units.review("a1"), "withdraw", "left the firm")), Receipt)


def test_what_concerns_everybody_needs_hr_of_everybody(units: World, tmp_path: Path) -> None:
    actor = units.actor("he")
    figures = tmp_path / "figures_x.csv"
    figures.write_text("record,subject,account,input,period,value,samples,taken_at\n", encoding="utf-8")
    acts = [
        lambda: bring(units, MORE, "he"),
        lambda: propose(units.rt, actor, Propose(folder_of("account-manager"))),
        lambda: open_cycle(units.rt, actor, OpenCycle(NAME, "2025-Q4", Population(unit="east"))),
        lambda: close_cycle(units.rt, actor, "2025-Q3"),
        lambda: import_figures(units.rt, actor, ImportFigures(figures)),
        lambda: verify(units.rt, actor),
    ]
    codes = []
    for act in acts:
        with pytest.raises(NotAllowed) as raised:
            act()
        codes.append(raised.value.code)
        assert raised.value.values["units"] == "east"
    assert codes == ["OP200"] * 5 + ["OP201"]
    assert bring(units, MORE, "hr1").unchanged == 4  # the control: hr of everybody may


def test_an_account_without_a_unit_belongs_where_its_owner_does(units: World) -> None:
    bring(units, HEAD + "c9,account,Ninth Account,,,,a6,\n")
    with units.rt.database.read() as tx:
        account = people.by_ref(tx, ["c9"])["c9"].id
        around = people.relations(tx, [account], units.clock.now())
        assert roles.units_of(around, account) == ("west",)
        everybody = people.relations(tx, None, units.clock.now())
        assert roles.units_of(everybody, account) == ("west",)
        assert around.scopes == everybody.scopes


def test_units_to_be_hr_of_are_known_and_their_hr_is_in_a_group(world: World) -> None:
    wrong = HEAD + "h1,employee,One,people,,hr,,eats\nh2,employee,Two,people,,,,east\n"
    report = bring(world, wrong)
    assert [(one.row, one.code) for one in report.problems] == [(2, "IM033"), (3, "IM032")]
    assert report.refused
    right = wrong.replace("eats", "east").replace("Two,people,,,,", "Two,people,,hr,,")
    assert not bring(world, right).refused


def test_units_are_taken_and_given_as_a_dated_difference(units: World) -> None:
    report = bring(units, "ref,kind,name,groups,hr_of\nhe,employee,He Dong,hr,west\n")
    assert [(one.what, one.before, one.after) for one in report.changes] == [("hr_of", "east", "west")]
    assert [reads(units, "he", ref) for ref in ("a1", "a6")] == [False, True]
    left = bring(units, "ref,kind,name\nhe,employee,He Dong\n")
    assert left.changes == ()  # a column that is not there is left alone
    bring(units, "ref,kind,name,groups,hr_of\nhe,employee,He Dong,hr,\n")
    assert [reads(units, "he", ref) for ref in ("a1", "a6")] == [True, True]
    assert units.actor(None) == SYSTEM
