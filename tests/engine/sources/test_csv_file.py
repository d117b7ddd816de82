"""Files from outside are read whole or told row by row; nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.sources import csv_file
from engine.sources.csv_file import read_bytes, read_table


def read(text, required=("a", "b"), optional=("c",)):
    return read_bytes("file.csv", text.encode(), required, optional)


def codes(table):
    return [(one.row, one.code) for one in table.problems]


def test_a_row_knows_the_line_it_begins_on():
    table = read('a,b\n1,2\n\n"x\ny",3\n4,5\n')
    assert [(row.number, row.get("a")) for row in table.rows] == [(2, "1"), (4, "x\ny"), (6, "4")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(0, "IM005")]),
        ("a,b,d\n", [(1, "IM006")]),
        ("a,b,a\n", [(1, "IM007")]),
        ("a\n", [(1, "IM008")]),
        ("a,b\n1\n2,3\n", [(2, "IM009")]),
        ("a,b\n1,2,3\n", [(2, "IM009")]),
        ("a,b\n1,\0\n", [(2, "IM010")]),
        ('a,b\n1,"2\n', [(2, "IM004")]),
    ],
)
def test_faults_are_told_by_row(text, found):
    assert codes(read(text))[: len(found)] == found


def test_bytes_that_are_no_text_are_told_with_their_line():
    table = read_bytes("f.csv", b"a,b\n1,2\n" + b"\xff\xfe,3\n", ("a", "b"))
    assert codes(table) == [(3, "IM002")]
    assert table.rows == ()


def test_a_mark_at_the_start_is_no_part_of_the_first_column():
    assert read("\ufeffa,b\n1,2\n").rows[0].get("a") == "1"


def test_a_prefix_lets_columns_of_any_name_in():
    table = read_bytes("f.csv", b"a,subject.level\n1,9\n", ("a",), ("subject.",))
    assert table.rows[0].get("subject.level") == "9"


def test_a_missing_or_huge_file_is_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError):
        read_table(tmp_path / "none.csv", ("a",))
    file = tmp_path / "big.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    assert read_table(file, ("a",)).rows
    monkeypatch.setattr(csv_file, "BYTES_MAX", 3)
    with pytest.raises(InputError):
        read_table(file, ("a",))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything(content):
    table = read_bytes("f.csv", content, ("a", "b"), ("c",))
    assert table.rows == () or table.columns
