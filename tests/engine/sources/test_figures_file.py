"""A figure is taken as written or told; the odd one out is flagged by the middle of the others."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.review.rows import fields_of
from engine.sources.csv_file import read_bytes
from engine.sources.figures_file import OPTIONAL, REQUIRED, Declared, FigureEntry, median, outliers, read_figures
from rules.scorecard.model import Input, RowList, Span

HEAD = "record,subject,account,input,period,value,samples,taken_at\n"
RATE = Input("rate", "percent", (), digits=2, span=Span(Decimal(0), Decimal(100)))
SALES = Input("sales", "money", (), digits=2, span=Span(Decimal(0), None), every="month", fold="sum")
GOAL = Input("goal", "choice", (), options=("met", "missed"))
DONE = Input("done", "yes_no", ())
DAY = Input("day", "date", ())
INPUTS = {one.name: (one,) for one in (RATE, SALES, GOAL, DONE, DAY)}
CHECKS = RowList("checks", (), Span(Decimal(0), Decimal(500)), inputs={
    "call": Input("call", "text", ()),
    "points": Input("points", "number", (), span=Span(Decimal(0), Decimal(100))),
    "serious": Input("serious", "yes_no", ()),
})
LISTS = {"checks": (CHECKS,)}
NOON = datetime(2025, 9, 30, 4, tzinfo=UTC)


def read(*lines):
    table = read_bytes("f.csv", (HEAD + "\n".join(lines) + "\n").encode(), REQUIRED, OPTIONAL)
    return read_figures(table, Declared(INPUTS, LISTS), "Asia/Shanghai")


def entry(value, row=2):
    return FigureEntry(row, f"r{row}", "a1", "", "rate", "2025-Q3", value, NOON, None)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("r,a1,,rate,2025-Q3,90,,2025-09-30", "90.00"),
        ("r,a1,,rate,2025-Q3,90.5,,2025-09-30", "90.50"),
        ("r,,c1,sales,2025-07,118200,,2025-07-31", "118200.00"),
        ("r,a1,,goal,2025-Q3,met,,2025-09-30", "met"),
        ("r,a1,,done,2025-Q3,true,,2025-09-30", "true"),
        ("r,a1,,day,2025-Q3,2025-08-01,,2025-09-30", "2025-08-01"),
        ("r,a1,,rate,2025-Q3,,,2025-09-30", None),
    ],
)
def test_values_become_canonical_text(line, value):
    (found,), problems = read(line)
    assert problems == ()
    assert found.value == value


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("r,a1,,rate,2025-Q3,90.005,,2025-09-30", "IM045"),
        ("r,a1,,rate,2025-Q3,100.01,,2025-09-30", "IM046"),
        ("r,a1,,rate,2025-Q3,-1,,2025-09-30", "IM046"),
        ('r,a1,,rate,2025-Q3,"90,5",,2025-09-30', "IM044"),
        ("r,a1,,rate,2025-Q3,+9,,2025-09-30", "IM044"),
        ("r,a1,,rate,2025-Q3,NaN,,2025-09-30", "IM044"),
        ("r,a1,,goal,2025-Q3,Met,,2025-09-30", "IM047"),
        ("r,a1,,done,2025-Q3,yes,,2025-09-30", "IM047"),
        ("r,a1,,day,2025-Q3,2025-02-30,,2025-09-30", "IM025"),
        ("r,,c1,sales,2025-Q3,1,,2025-07-31", "IM043"),
        ("r,,c1,sales,2025-13,1,,2025-07-31", "IM043"),
    ],
)
def test_what_does_not_fit_is_neither_rounded_nor_clamped(line, code):
    entries, problems = read(line)
    assert entries == ()
    assert [one.code for one in problems] == [code]


@pytest.mark.parametrize(
    ("taken", "instant"),
    [
        ("2025-09-30", NOON),
        ("2025-09-30T12:00:00", NOON),
        ("2025-09-30T12:00:00+08:00", NOON),
        ("2025-09-30T04:00:00Z", NOON),
    ],
)
def test_a_time_without_a_zone_is_local_and_a_day_its_midday(taken, instant):
    (found,), _ = read(f"r,a1,,rate,2025-Q3,90,,{taken}")
    assert found.taken_at == instant


@given(st.lists(st.decimals(-10**6, 10**6, places=2), min_size=1, max_size=40))
def test_the_median_halves_the_values(values):
    middle = median(values)
    assert sum(one < middle for one in values) * 2 <= len(values)
    assert sum(one > middle for one in values) * 2 <= len(values)


@given(st.lists(st.decimals(0, 100, places=2), min_size=5, max_size=30), st.randoms())
def test_flags_do_not_depend_on_the_order_of_the_rows(values, random):
    entries = [entry(str(value), row) for row, value in enumerate(values, start=2)]
    shuffled = list(entries)
    random.shuffle(shuffled)
    names = frozenset({"rate"})
    assert outliers(entries, names) == outliers(shuffled, names)


def test_equal_values_and_small_groups_have_no_odd_one():
    names = frozenset({"rate"})
    assert outliers([entry(text, row) for row, text in enumerate("11119", start=2)], names) == ()
    assert outliers([entry(text, row) for row, text in enumerate(("1", "2", "3", "99"), start=2)], names) == ()
    control = [entry(text, row) for row, text in enumerate(("10", "11", "12", "13", "99"), start=2)]
    assert [one.row for one in outliers(control, names)] == [6]


ROWS_HEAD = "record,subject,input,period,value,samples,taken_at,checks.call,checks.points,checks.serious\n"


def read_rows(line, head=ROWS_HEAD):
    table = read_bytes("f.csv", (head + line + "\n").encode(), REQUIRED, OPTIONAL)
    return read_figures(table, Declared(INPUTS, LISTS), "Asia/Shanghai")


def test_a_row_of_a_list_is_one_entry_with_all_its_fields():
    (found,), problems = read_rows("q1,a1,checks,2025-07,,,2025-07-04,K-1,85,false")
    assert problems == ()
    assert fields_of(found.value) == {"call": "K-1", "points": "85", "serious": "false"}
    assert outliers([found] * 9, frozenset({"checks"})) == ()


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("q1,a1,checks,2025-07,,,2025-07-04,,85,", {"points": "85"}),
        ("q1,a1,checks,2025-W28,,,2025-07-04,K-1,,true", {"call": "K-1", "serious": "true"}),
        ("q1,a1,checks,2025-07,,,2025-07-04,,,", None),
    ],
)
def test_an_empty_cell_is_a_field_that_is_not_there_and_only_empty_cells_a_gap(line, fields):
    (found,), problems = read_rows(line)
    assert problems == ()
    assert (found.value if fields is None else fields_of(found.value)) == fields


@pytest.mark.parametrize(
    ("line", "code", "value"),
    [
        ("q1,a1,checks,2025-07,,,2025-07-04,K-1,101,false", "IM046", "checks.points 101"),
        ("q1,a1,checks,2025-07,,,2025-07-04,K-1,85.5,false", "IM045", "checks.points 85.5"),
        ("q1,a1,checks,2025-07,,,2025-07-04,K-1,many,false", "IM044", "checks.points many"),
        ("q1,a1,checks,2025-07,,,2025-07-04,K-1,85,no", "IM047", "checks.serious no"),
        ("q1,a1,checks,July,,,2025-07-04,K-1,85,true", "IM043", None),
        ("q1,a1,checks,2025-07,85,,2025-07-04,K-1,85,true", "IM065", None),
        ("q1,a1,checks,2025-07,,3,2025-07-04,K-1,85,true", "IM065", None),
        ("q1,a1,rate,2025-Q3,85,,2025-07-04,K-1,,", "IM064", None),
        ("q1,a1,checkz,2025-07,,,2025-07-04,,,", "IM042", None),
    ],
)  # fmt: skip
def test_a_fault_of_a_row_says_in_which_column(line, code, value):
    found, problems = read_rows(line)
    assert found == ()
    assert [one.code for one in problems] == [code]
    assert value is None or problems[0].values["value"] == value


def test_a_dotted_column_that_no_list_has_is_unknown():
    _, problems = read_rows(
        "q1,a1,checks,2025-07,,,2025-07-04,85", "record,subject,input,period,value,samples,taken_at,checks.point\n"
    )
    assert [(one.row, one.code, dict(one.values)) for one in problems] == [
        (1, "IM006", {"column": "checks.point", "near": "checks.points"})
    ]
