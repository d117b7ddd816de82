"""Figures come in with row numbers: duplicates told, gaps counted, outliers flagged, changes only with a reason."""

from __future__ import annotations

import pytest

from engine.clock import parse_instant
from engine.errors import InputError, KeyReused, NotAllowed, NotFound, StaleRevision
from engine.operations.figures import CorrectRecords, ImportFigures, correct_records, import_figures
from engine.operations.handle import Receipt
from engine.operations.once import Once
from engine.operations.people import ImportPeople, import_people
from engine.operations.timeline import history
from engine.operations.worker import fire_due
from engine.review.case import Refused
from engine.review.commands import Answer
from engine.store import figures, people
from tests.engine.operations.conftest import FIGURE_HEAD, PEOPLE

SALES = "S1,,c1,sales,2025-07,1000.00,,2025-07-31\n"
COLLECTED = (
    "sales,2025-07,1000.00", "sales,2025-08,1000.00", "sales,2025-09,1000.00", "new_customers,2025-07,11",
    "new_customers,2025-08,11", "new_customers,2025-09,11", "complaint_rate,2025-Q3,3.00", "response_hours,2025-Q3,20",
    "violations,2025-Q3,0", "satisfaction,2025-Q3,91.00",
)  # fmt: skip


def bring(world, lines, *, who="hr1", name="figures_crm.csv", **more):
    file = world.file(name, FIGURE_HEAD + lines)
    return import_figures(world.rt, world.actor(who), ImportFigures(file, **more))


def observed(world, ref, period):
    with world.rt.database.read() as tx:
        return figures.by_subject(tx, people.by_ref(tx, [ref])[ref].id, [period])


def collecting(world, ref="a1"):
    """The review's targets agreed, its data being collected, and the quarter over."""
    assert isinstance(world.do("m1", Answer(world.review(ref), "propose", targets={"sales_plan": "3000.00"})), Receipt)
    assert isinstance(world.do(ref, Answer(world.review(ref), "agree", "accept")), Receipt)


def test_an_account_counts_for_whoever_owned_it_when_the_figure_was_taken(opened):
    opened.at("2025-08-10T09:00:00+08:00")
    import_people(
        opened.rt, opened.actor("hr1"), ImportPeople(opened.file("p.csv", PEOPLE.replace(",,,a1\n", ",,,a2\n", 1)))
    )
    later = SALES.replace("S1", "S2").replace("2025-07-31", "2025-08-20").replace("2025-07,", "2025-08,")
    report = bring(opened, SALES + later)
    assert report.added == 2, report.problems
    assert [one.record for one in observed(opened, "a1", "2025-07")] == ["S1"]
    assert [one.record for one in observed(opened, "a2", "2025-08")] == ["S2"]


def test_the_same_record_again_is_a_duplicate_and_left_out(opened):
    report = bring(opened, SALES + SALES)
    assert (report.added, report.duplicates) == (1, 1)
    again = bring(opened, SALES)
    assert (again.added, again.duplicates) == (0, 1)
    assert len(observed(opened, "a1", "2025-07")) == 1


def test_a_changed_record_needs_a_reason_to_be_replaced(opened):
    bring(opened, SALES)
    changed = SALES.replace("1000.00", "1200.00")
    refused = bring(opened, changed)
    assert [(one.row, one.code) for one in refused.problems] == [(2, "IM051")]
    assert len(observed(opened, "a1", "2025-07")) == 1
    replaced = bring(opened, changed, replace="the invoice was corrected")
    assert (replaced.added, replaced.replaced) == (0, 1)
    old, new = observed(opened, "a1", "2025-07")
    assert new.replaces == old.id
    assert (old.value, new.value) == ("1000.00", "1200.00")


def test_an_empty_value_is_a_gap_and_no_observation(opened):
    report = bring(opened, SALES.replace("1000.00", ""))
    assert (report.added, report.gaps) == (0, 1)
    assert [one.code for one in report.problems] == ["IM061"]
    assert not report.refused


def test_an_outlier_is_flagged_and_kept(opened):
    values = ("10", "11", "12", "11", "10", "95")
    lines = "".join(f"R{place},a{place % 5 + 1},,response_hours,2025-Q3,{value},,2025-09-30\n"
                    for place, value in enumerate(values))  # fmt: skip
    report = bring(opened, lines)
    assert report.flagged == 1
    assert [(one.row, one.code, one.values["median"]) for one in report.problems] == [(7, "IM060", "11")]
    assert report.added == 6
    control = bring(opened, lines.replace("95", "12").replace("R", "Q"))
    assert control.flagged == 0


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("X1,a1,c1,sales,2025-07,1.00,,2025-07-31", "IM040"),
        ("X1,,,sales,2025-07,1.00,,2025-07-31", "IM040"),
        ("X1,a1,,satisfaction,2025-Q3,90.00,many,2025-09-30", "IM041"),
        ("X1,a1,,salse,2025-07,1.00,,2025-07-31", "IM042"),
        ("X1,a1,,sales,2025-Q3,1.00,,2025-07-31", "IM043"),
        ("X1,a1,,sales,2025-07,1e3,,2025-07-31", "IM044"),
        ("X1,a1,,sales,2025-07,1.005,,2025-07-31", "IM045"),
        ("X1,a1,,satisfaction,2025-Q3,100.01,,2025-09-30", "IM046"),
        ("X1,nobody,,sales,2025-07,1.00,,2025-07-31", "IM048"),
        ("X1,,c9,sales,2025-07,1.00,,2025-07-31", "IM049"),
        ("X1,,c1,sales,2025-07,1.00,,1999-07-31", "IM050"),
        ("S1,,c1,sales,2025-07,9.00,,2025-07-31", "IM052"),
        ("X1,a1,,sales,2025-07,1.00,,soon", "IM025"),
        (",a1,,sales,2025-07,1.00,,2025-07-31", "IM020"),
    ],
)
def test_a_fault_names_its_row_and_nothing_is_stored(opened, line, code):
    report = bring(opened, SALES + line + "\n")
    assert (3, code) in [(one.row, one.code) for one in report.problems if one.level == "error"]
    assert report.refused
    assert observed(opened, "a1", "2025-07") == ()


def test_open_reviews_take_figures_with_the_import(opened):
    collecting(opened)
    report = bring(opened, SALES)
    assert [one.code for one in report.reviews] == [""]
    last = history(opened.rt, opened.actor("hr1"), opened.review("a1")).lines[-1]
    assert (last.action, last.cause, last.actor) == ("figures_taken", "batch", None)


def test_a_dry_run_stores_nothing_and_reaches_no_review(opened):
    collecting(opened)
    before = len(history(opened.rt, opened.actor("hr1"), opened.review("a1")).lines)
    report = bring(opened, SALES, dry_run=True)
    assert (report.added, report.dry_run, len(report.reviews)) == (1, True, 1)
    assert observed(opened, "a1", "2025-07") == ()
    assert len(history(opened.rt, opened.actor("hr1"), opened.review("a1")).lines) == before


def test_a_late_figure_waits_for_a_correction_that_shows_the_difference(opened):
    world = opened
    collecting(world)
    world.at("2025-10-08T09:00:00+08:00")
    lines = "".join(f"F{place},a1,,{line},40,2025-09-30\n" for place, line in enumerate(COLLECTED))
    assert not bring(world, lines).refused
    world.at("2025-10-30T09:00:00+08:00")
    fire_due(world.rt, world.clock.now())
    world.at("2025-10-30T10:00:00+08:00")
    changed = "F9,a1,,satisfaction,2025-Q3,50.00,40,2025-09-30\n"
    late = bring(world, changed, replace="wrong survey")
    assert (late.late, late.replaced, late.reviews) == (1, 1, ())
    request = CorrectRecords(world.review("a1"), ("F9",), "the survey of another person was delivered")
    assert isinstance(correct_records(world.rt, world.actor("a1"), request), Refused)
    once, expected = Once("k1", "d" * 64), len(history(world.rt, world.actor("hr1"), world.review("a1")).lines)
    with pytest.raises(StaleRevision):
        correct_records(world.rt, world.actor("hr1"), request, once, expected=expected - 1)
    receipt = correct_records(world.rt, world.actor("hr1"), request, once, expected=expected)
    assert isinstance(receipt, Receipt), receipt
    assert correct_records(world.rt, world.actor("hr1"), request, once, expected=expected) == receipt
    with pytest.raises(KeyReused):
        correct_records(world.rt, world.actor("hr1"), request, Once("k1", "e" * 64))
    line = history(world.rt, world.actor("hr1"), world.review("a1")).lines[-1]
    assert line.action == "figures_corrected"
    before, after = line.difference["total"]
    assert before != after
    with pytest.raises(NotFound):
        correct_records(world.rt, world.actor("hr1"), CorrectRecords(world.review("a1"), ("F99",), "x"))


def test_only_hr_brings_figures(opened):
    with pytest.raises(NotAllowed):
        bring(opened, SALES, who="m1")


def test_without_a_published_scorecard_figures_have_no_meaning(world):
    with pytest.raises(InputError):
        bring(world, SALES)


def test_an_import_under_a_clock_set_back_is_still_late(opened):
    """Control: with the earlier instant the figure would count as if it had been known before the fixing."""
    world = opened
    collecting(world)
    world.at("2025-11-05T09:00:00+08:00")
    fire_due(world.rt, world.clock.now())
    world.clock.instant = parse_instant("2025-07-02T09:00:00+08:00")
    report = bring(world, SALES)
    assert (report.added, report.late) == (1, 1)
    (stored,) = observed(world, "a1", "2025-07")
    assert stored.recorded_at >= parse_instant("2025-11-05T09:00:00+08:00")
