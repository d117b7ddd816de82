"""Strict YAML: what is text stays text, what is a trick is a problem with its place, and nothing raises."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition.source import DEPTH_MAX, NODES_MAX, read_yaml
from engine.definition.unreadable import SIZE_MAX
from tests.engine.definition.shipped import data_of, texts


def codes(text: str | bytes) -> list[tuple[int, int, str]]:
    _, problems = read_yaml(text, "f.yaml")
    return [(one.line, one.column, one.code) for one in problems]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("True", "True"), ("y", "y"),
        ("true", True), ("false", False), ("null", None), ("~", None), ("", None),
        ("1", Decimal(1)), ("-1.50", Decimal("-1.50")), ("+3", Decimal(3)), ("0.1", Decimal("0.1")),
        ("007", "007"), ("0x1F", "0x1F"), ("0o17", "0o17"), ("1e3", "1e3"), ("1_000", "1_000"), ("12:30", "12:30"),
        (".inf", ".inf"), (".nan", ".nan"), (".5", ".5"), ("5.", "5."), ("2025-10-31", "2025-10-31"),
        ("0..100", "0..100"), ("20 %", "20 %"), ("'1'", "1"), ('"true"', "true"), ("=", "="),
    ],
)  # fmt: skip
def test_only_true_false_null_and_plain_numbers_are_not_text(written: str, read: object) -> None:
    value = data_of(f"key: {written}\n")
    assert value == {"key": read}
    assert type(value["key"]) is type(read)  # type: ignore[index]


def test_a_number_keeps_its_digits() -> None:
    assert str(data_of("a: 1.50\n")) == str({"a": Decimal("1.50")})


@pytest.mark.parametrize("key", ["on", "yes", "1", "2025-01-01", "0x1", "1.5"])
def test_keys_that_look_like_something_else_are_text_as_written(key: str) -> None:
    assert data_of(f"{key}: a\n") == {key: "a"}


HOSTILE = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", (3, 1, "YM004")),
    "duplicate key after unquoting": ("a: 1\n'a': 3\n", (2, 1, "YM004")),
    "anchor": ("a: &x 1\n", (1, 4, "YM005")),
    "alias": ("a: 1\nb: *a\n", (2, 4, "YM005")),
    "merge key": ("a:\n  <<: {b: 1}\n", (2, 3, "YM006")),
    "yes as a key": ("true: 1\n", (1, 1, "YM015")),
    "nothing as a key": ("~: 1\n", (1, 1, "YM015")),
    "list as a key": ("? [a, b]\n: 1\n", (1, 3, "YM015")),
    "tag": ("a: !!python/object/apply:os.system [ls]\n", (1, 4, "YM012")),
    "own tag": ("a: !x 1\n", (1, 4, "YM012")),
    "text forced by a tag": ("a: !!str 1\n", (1, 4, "YM012")),
    "second document": ("a: 1\n---\nb: 2\n", (2, 1, "YM010")),
    "directive": ("%YAML 1.2\n---\na: 1\n", (1, 1, "YM013")),
    "tab": ("a:\n\tb: 1\n", (2, 1, "YM016")),
    "tab in between": ("a:\n  - b\n  -\tc: 1\n    d: 1\n", None),
    "invalid UTF-8": (b"a: 1\nb: caf\xe9\n", (2, 7, "YM002")),
    "UTF-16": ("a: 1\n".encode("utf-16"), (1, 1, "YM002")),
    "NUL": ("a: 1\nb: \x00\n", (2, 4, "YM003")),
    "half a surrogate": ("a: \ud800\n", (1, 4, "YM003")),
    "writing direction switched": ("a: x\u202ey\n", (1, 4, "YM003")),
    "empty": ("", (1, 1, "YM011")),
    "only a comment": ("# nothing\n", (1, 1, "YM011")),
    "open bracket": ("a: [1, 2\nb: 3\n", (1, 4, "YM001")),
    "bracket too many": ("a: {b: 1}}\n", (1, 10, "YM001")),
    "open quote": ("a: 'x\n", (1, 4, "YM001")),
    "two colons": ("a: b: c\n", (1, 5, "YM001")),
    "indentation": ("a:\n  b: 1\n c: 2\n", (3, 2, "YM001")),
    "at sign": ("a: @b\n", (1, 4, "YM001")),
    "deep": ("[" * 100_000, (1, DEPTH_MAX + 1, "YM008")),
    "deep keys": ("{" * 100_000, (1, DEPTH_MAX + 1, "YM008")),
    "deep blocks": ("".join(" " * n + "a:\n" for n in range(300)), (DEPTH_MAX + 1, 1 + DEPTH_MAX, "YM008")),
    "wide": ("[" + "1," * (NODES_MAX + 1) + "]", (1, 2 * NODES_MAX, "YM009")),
    "large": ("#" * (SIZE_MAX + 1), (1, 1, "YM007")),
    "long text": ("a: " + "x" * 30_000, (1, 4, "YM014")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_is_a_problem_at_its_place(name: str) -> None:
    text, expected = HOSTILE[name]
    began = process_time()
    found = codes(text)
    assert process_time() - began < 10
    if expected is not None:
        assert expected in found
    assert all(len(place) == 3 for place in found)


def test_an_alias_bomb_is_met_before_it_unfolds() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    began = process_time()
    found = codes("\n".join(lines))
    assert process_time() - began < 10  # unfolded it would never end
    assert {code for _, _, code in found} == {"YM005"}


def test_reading_goes_on_after_a_lesser_problem() -> None:
    document, problems = read_yaml("a: 1\na: 2\nb: 3\nb: 4\n", "f.yaml")
    assert document is not None
    assert document.data == {"a": Decimal(1), "b": Decimal(3)}
    assert [one.code for one in problems] == ["YM004", "YM004"]


def test_values_that_are_not_known_are_not_handed_on() -> None:
    document, problems = read_yaml("a: &x 1\nb: *x\nc: &x 2\n", "f.yaml")
    assert document is None
    assert [one.line for one in problems] == [1]  # one place of an anchor is enough


def test_places_count_characters_not_bytes() -> None:
    document, _ = read_yaml("标题: {zh: 客户, en: x}\n", "f.yaml")
    assert document is not None
    assert document.mark(("标题", "en")) == (1, 18)
    assert document.key_mark(("标题", "en")) == (1, 14)


def test_a_place_inside_a_text_is_known_only_on_one_line() -> None:
    document, _ = read_yaml("a: total < 60\nb: 'total < 60'\nc: >\n  total\n  < 60\n", "f.yaml")
    assert document is not None
    assert document.inside(("a",), 7) == (1, 10)
    assert document.inside(("b",), 7) == (2, 11)
    assert document.inside(("c",), 7) == (3, 4)


def test_a_path_that_is_not_written_lies_at_the_nearest_key() -> None:
    document, _ = read_yaml("a:\n  b: {c: 1}\n  d: [x]\n  e: one\n", "f.yaml")
    assert document is not None
    assert document.mark(("a", "b", "missing", "deeper")) == (2, 3)
    assert document.mark(("a", "d", 0)) == (3, 7)
    assert document.mark(("a", "e", 0)) == (4, 6)  # one thing stands in place of a list


@given(st.text(alphabet=st.sampled_from(list("ab:-?[]{},&*!|>'\"%@`#\n\t \\~<0.1客")), max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_text_makes_the_loader_raise(text: str) -> None:
    document, problems = read_yaml(text, "f.yaml")
    lines = text.split("\n")
    for one in problems:
        assert 1 <= one.line <= len(lines) + 1
        assert one.column >= 1
    if document is not None:
        for mark in document.marks.values():
            assert 1 <= mark.key_line <= mark.line <= len(lines) + 1


@given(st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_the_loader_raise(content: bytes) -> None:
    read_yaml(content, "f.yaml")


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_cut_or_doubled_piece_of_the_shipped_workflow_never_raises(data: st.DataObject) -> None:
    text = texts()["workflow.yaml"]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    read_yaml(text[:start] + text[end:] + data.draw(st.sampled_from(["", text[start:end]])), "f.yaml")


def test_a_bracket_too_many_is_called_so() -> None:
    for text, said in (("a: {b: 1}}\n", "bracket"), ("a:\n  - [b]]\n", "bracket"), ("a:\n  b: 1\n c: 2\n", "key")):
        _, problems = read_yaml(text, "f.yaml")
        assert [one.values["said"] for one in problems] == [said], text
