"""One byte form: the published vectors of RFC 8785, the refusals, and the law that reading gives the data back."""

from __future__ import annotations

import json
from collections import OrderedDict
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.canonical import DEPTH_MAX, INTEGER_MAX, canonical_bytes, plain_of

VECTORS = Path(__file__).parent / "vectors" / "jcs"
WITHOUT_FLOATS = ("arrays", "french", "structures", "unicode", "weird")

leaves = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.text()
plains = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def _whole(text: str) -> int:
    """`56.0` stands in one input; it is the integer 56."""
    return int(text.removesuffix(".0"))


@pytest.mark.parametrize("name", WITHOUT_FLOATS)
def test_the_published_vectors_come_out_byte_for_byte(name: str) -> None:
    plain = json.loads((VECTORS / "input" / f"{name}.json").read_bytes(), parse_float=_whole)
    assert canonical_bytes(plain) == (VECTORS / "output" / f"{name}.json").read_bytes()


def test_the_vector_with_floats_is_refused_and_passes_without_them() -> None:
    plain = json.loads((VECTORS / "input" / "values.json").read_bytes())
    with pytest.raises(ValueError, match="float"):
        canonical_bytes(plain)
    expected = json.loads((VECTORS / "output" / "values.json").read_bytes())
    assert json.loads(canonical_bytes(plain | {"numbers": []})) == expected | {"numbers": []}


def test_keys_are_ordered_by_utf_16_units_and_not_by_code_points() -> None:
    assert canonical_bytes({"\ufb33": 1, "\U0001f602": 2}) == '{"\U0001f602":2,"\ufb33":1}'.encode()
    assert sorted(["\ufb33", "\U0001f602"]) == ["\ufb33", "\U0001f602"]


@pytest.mark.parametrize(
    "plain",
    [1.0, Decimal("1"), {1: "a"}, {None: "a"}, {"a": {2}}, b"bytes", INTEGER_MAX + 1, -INTEGER_MAX - 1, "\ud800",
     {"\udfff": 1, "\U0001f602": 1}, 10**5000],
    ids=lambda plain: type(plain).__name__,
)
def test_what_has_no_exact_form_is_refused(plain: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_bytes(plain)


def test_nesting_ends_at_a_depth_and_not_in_a_traceback() -> None:
    deep: list[Any] = []
    for _ in range(DEPTH_MAX - 1):
        deep = [deep]
    assert canonical_bytes(deep) == b"[" * DEPTH_MAX + b"]" * DEPTH_MAX
    with pytest.raises(ValueError, match="nested"):
        canonical_bytes([deep])
    itself: list[Any] = []
    itself.append(itself)
    with pytest.raises(ValueError, match="nested"):
        canonical_bytes(itself)


def test_tuples_and_mappings_are_written_like_lists_and_objects() -> None:
    assert canonical_bytes({"b": (1, True), "a": OrderedDict(c=None)}) == b'{"a":{"c":null},"b":[1,true]}'


@given(plains)
def test_reading_canonical_bytes_gives_the_data_and_writing_it_the_bytes(plain: Any) -> None:
    data = canonical_bytes(plain)
    assert plain_of(data) == plain
    assert canonical_bytes(plain_of(data)) == data


@pytest.mark.parametrize(
    "data",
    [b'{"b":1,"a":2}', b'{"a":1,"a":1}',
     b'{ "a":1}', b"1.0", b"01", b"\xff", b"", b"[" * 100_000, b"NaN", b'"\\u0041"'],
)
def test_bytes_that_are_not_canonical_are_refused_when_read(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        plain_of(data)


odd = leaves | st.floats() | st.integers(-(2**60), 2**60) | st.binary(max_size=3)
keys = st.text() | st.integers()
anything = st.recursive(
    odd, lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(keys, inner), max_leaves=9
)


@given(anything)
def test_the_quick_way_writes_and_refuses_what_the_exact_way_does(plain: Any) -> None:
    def said(of: Any) -> bytes | str:
        try:
            return canonical_bytes(of)
        except ValueError as error:
            return str(error)

    # A mapping that is no dict is always written the exact way, with all that is in it.
    assert said({"in": plain}) == said(MappingProxyType({"in": plain}))
