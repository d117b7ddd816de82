"""Between JSON and plain data: exact numbers in, and nothing that a database, a hash or a reader would choke on."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire import BadJson, JsonSchema, json_bytes, read_json


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "http.bad_json"), (b"", "http.bad_json"), (b"{} {}", "http.bad_json"), (b"\xff", "http.not_utf8"),
        (b'{"a": 1, "a": 2}', "http.key_twice"), (b'{"x": {"a": 1, "a": 1}}', "http.key_twice"),
        (b"NaN", "http.no_number"), (b"[Infinity]", "http.no_number"), (b"[-Infinity]", "http.no_number"),
        (b"1" * 5000, "http.too_many_digits"), (b"[0." + b"1" * 5000 + b"]", "http.too_many_digits"),
        (b"[1e999999999]", "http.too_many_digits"), (b"[1e-999999999]", "http.too_many_digits"),
        (b"[1e99]", "http.too_many_digits"), (b"[" * 100_000, "http.too_deep"), (b'{"a":' * 100_000, "http.too_deep"),
        (b"[" * 41 + b"]" * 41, "http.too_deep"), (b'"\\u0000"', "http.unkeepable"), (b'"\\ud800"', "http.unkeepable"),
        (b'{"\\u0000": 1}', "http.unkeepable"), (b'{"a": [{"b": "\\udfff"}]}', "http.unkeepable"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_its_reason(body: bytes, code: str) -> None:
    with pytest.raises(BadJson) as found:
        read_json(body)
    assert found.value.code == code


def test_what_lies_just_inside_the_limits_is_taken() -> None:
    assert read_json(b"[" * 40 + b"]" * 40) is not None
    assert read_json(b"9" * 40) == int("9" * 40)
    assert read_json('"\\ud83d\\ude00 中文"'.encode()) == "😀 中文"


def test_numbers_are_read_from_their_text() -> None:
    assert read_json(b'{"a": 0.1, "b": 1.10, "c": 3}') == {"a": Decimal("0.1"), "b": Decimal("1.10"), "c": 3}
    assert str(read_json(b"1.10")) == "1.10"
    assert float("0.1") + float("0.2") != 0.3  # the control: what a binary float would have done


def test_decimals_leave_as_text() -> None:
    assert json_bytes({"total": Decimal("90.10"), "name": "陈"}) == '{"total":"90.10","name":"陈"}'.encode()


def test_only_the_decimals_of_a_schema_leave_as_numbers() -> None:
    told = json_bytes({"schema": JsonSchema({"maximum": Decimal("0.10")}), "draft": "\ue0005\ue000", "x": "5"})
    assert told == '{"schema":{"maximum":0.10},"draft":"\ue0005\ue000","x":"5"}'.encode()


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc中"), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_data_survives_the_way_there_and_back(value: object) -> None:
    assert read_json(json_bytes(value)) == value
    assert json.loads(json_bytes(value)) == value
