"""Laws of the numbers, held against fractions, and the pitfalls that a grade must not fall into."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.numbers import (
    EXACT,
    MODES,
    Number,
    Rounding,
    absolute,
    add,
    decimal_text,
    divide,
    multiply,
    negate,
    number_text,
    on_grid,
    parse_decimal,
    places,
    read_rounding,
    round_number,
    round_quotient,
    step_above,
    step_below,
    subtract,
)

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)
numbers = st.one_of(decimals, st.fractions(max_denominator=10**6), st.integers(-(10**40), 10**40))


def same(value: Number, expected: Fraction) -> bool:
    return Fraction(value) == expected


@given(numbers, numbers)
def test_the_four_operations_are_those_of_the_fractions(left: Number, right: Number) -> None:
    one, other = Fraction(left), Fraction(right)
    assert same(add(left, right), one + other)
    assert same(subtract(left, right), one - other)
    assert same(multiply(left, right), one * other)
    if right:
        assert same(divide(left, right), one / other)
    assert same(negate(left), -one)
    assert same(absolute(left), abs(one))


@given(numbers, numbers)
def test_decimals_and_rationals_compare_exactly(left: Number, right: Number) -> None:
    assert (left < right) == (Fraction(left) < Fraction(right))
    assert (left == right) == (Fraction(left) == Fraction(right))


def test_the_default_context_would_have_rounded_where_these_do_not() -> None:
    wide, small = Decimal(10**30), Decimal("1e-35")
    assert wide + small == wide  # the control: Python's own operator loses it
    assert add(wide, small) > wide


def test_operations_do_not_depend_on_the_context_of_the_thread() -> None:
    with localcontext() as context:
        context.prec = 2
        assert add(Decimal("123.45"), Decimal("0.01")) == Decimal("123.46")
        assert round_number(Decimal("123.455"), Rounding(2, "half_up")) == Decimal("123.46")
        assert round_number(Fraction(370367, 3000), Rounding(2, "half_up")) == Decimal("123.46")
        assert decimal_text(Decimal("123.450"), 4) == "123.4500"
        assert divide(Decimal("370.35"), Decimal(3)) == Decimal("123.45")


def test_a_division_that_ends_is_a_decimal_and_one_that_does_not_a_rational() -> None:
    assert isinstance(divide(Decimal(1), Decimal(8)), Decimal)
    assert isinstance(divide(Decimal(1), Decimal(3)), Fraction)
    assert isinstance(multiply(divide(Decimal(1), Decimal(3)), Decimal(3)), Decimal)


def test_division_by_zero_is_an_error_of_its_own() -> None:
    for zero in (0, Decimal("0.00"), Fraction(0)):
        with pytest.raises(ZeroDivisionError):
            divide(Decimal(1), zero)


@pytest.mark.parametrize(
    ("value", "rounding", "expected"),
    [
        ("82.125", "2 half_up", "82.13"), ("82.125", "2 half_even", "82.12"), ("82.125", "2 half_down", "82.12"),
        ("-82.125", "2 half_up", "-82.13"), ("-82.125", "2 half_down", "-82.12"), ("-82.121", "2 up", "-82.13"),
        ("-82.129", "2 down", "-82.12"), ("-82.121", "2 floor", "-82.13"), ("-82.129", "2 ceiling", "-82.12"),
        ("2.5", "0 half_even", "2"), ("3.5", "0 half_even", "4"), ("2.5", "0 half_up", "3"), ("7", "2 half_up", "7.00"),
        ("3.50", "0 half_down", "3"), ("3.51", "0 half_down", "4"),
    ],
)  # fmt: skip
def test_each_mode_rounds_as_its_name_says(value: str, rounding: str, expected: str) -> None:
    for number in (Decimal(value), Fraction(value)):
        assert str(round_number(number, read_rounding(rounding))) == expected


def test_just_under_a_half_is_not_a_half() -> None:
    value = subtract(Decimal("3.345"), Decimal("1e-35"))
    assert round_number(value, read_rounding("2 half_up")) == Decimal("3.34")
    assert round_number(Fraction(value), read_rounding("2 half_up")) == Decimal("3.34")


def test_weights_of_thirty_five_and_so_on_make_ninety() -> None:
    total: Number = Decimal(0)
    for weight, score in ((".35", 85), (".30", 97), (".20", 98), (".15", 77)):
        total = add(total, multiply(Decimal("0" + weight), score))
    assert total == 90
    assert sum(float(weight) * score for weight, score in ((".35", 85), (".30", 97), (".20", 98), (".15", 77))) != 90


def test_five_point_nine_of_ten_is_fifty_nine_per_cent() -> None:
    assert multiply(divide(Decimal("5.9"), 10), 100) == 59


def nearest_by_hand(value: Fraction, digits: int, mode: str) -> Fraction:
    """The slow way: of the two neighbours on the grid, the one that the mode's definition picks."""
    unit = Fraction(1, 10**digits)
    below = value // unit * unit
    if below == value:
        return value
    above = below + unit
    nearer_zero, farther = (below, above) if value > 0 else (above, below)
    if mode in ("floor", "ceiling", "up", "down"):
        return {"floor": below, "ceiling": above, "up": farther, "down": nearer_zero}[mode]
    if value - below != above - value:
        return below if value - below < above - value else above
    even = below if (below / unit).numerator % 2 == 0 else above
    return {"half_up": farther, "half_down": nearer_zero, "half_even": even}[mode]


halves = st.integers(-(10**6), 10**6).map(lambda n: Fraction(n, 2000))


@given(st.one_of(numbers, halves), st.integers(0, 6), st.sampled_from(sorted(MODES)))
def test_rounding_is_the_definition_of_its_mode(value: Number, digits: int, mode: str) -> None:
    rounded = round_number(value, Rounding(digits, mode))
    assert Fraction(rounded) == nearest_by_hand(Fraction(value), digits, mode)
    assert decimal_text(rounded, digits) == format(rounded, "f")
    assert round_number(rounded, Rounding(digits, mode)) == rounded


big = st.integers(-(10**90), 10**90).map(lambda n: Decimal(n).scaleb(-5))


@given(st.one_of(numbers, big), st.one_of(numbers, big), st.integers(0, 18), st.sampled_from(sorted(MODES)))
def test_dividing_and_rounding_at_once_is_dividing_then_rounding(
    left: Number, right: Number, digits: int, mode: str
) -> None:
    if right:
        rounding = Rounding(digits, mode)
        assert str(round_quotient(left, right, rounding)) == str(round_number(divide(left, right), rounding))
        assert round_quotient(left, right, EXACT) == divide(left, right)


@given(halves, st.integers(0, 3), st.sampled_from(sorted(MODES)), st.integers(1, 10**30))
def test_halves_are_seen_as_halves_when_dividing_and_rounding_at_once(
    value: Fraction, digits: int, mode: str, off: int
) -> None:
    rounding, above, below = Rounding(digits, mode), Decimal(value.numerator * off), Decimal(value.denominator * off)
    for shifted in (above, above + 1, above - 1):
        expected = nearest_by_hand(Fraction(shifted) / Fraction(below), digits, mode)
        assert Fraction(round_quotient(shifted, below, rounding)) == expected


@given(numbers)
def test_exact_returns_the_value_itself(value: Number) -> None:
    assert round_number(value, EXACT) == value


def test_rounding_never_gives_a_negative_zero() -> None:
    for value in (Decimal("-0.001"), Fraction(-1, 3000), Decimal("-0")):
        assert str(round_number(value, read_rounding("2 half_up"))) == "0.00"


@pytest.mark.parametrize(
    "text", ["", "2", "half_up", "2 half-up", "2  half_up", "-1 up", "19 up", "02 up", "²  up", "EXACT"]
)
def test_what_is_no_rounding_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"rounding|digits"):
        read_rounding(text)


@pytest.mark.parametrize("text", ["0", "12", "-12.50", "0.05", "100.00", "9" * 60])
def test_plain_decimals_are_read_and_written_back_alike(text: str) -> None:
    value = parse_decimal(text)
    assert decimal_text(value, len(text.partition(".")[2])) == text


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "+1", "-0", "-0.00", "01", "1.", ".5", "1e5", "1E5", "1_000", "1,000", "NaN",
     "Infinity", "１２", "٣",
     "--1", "0x1", "1\n", "9" * 81],
)  # fmt: skip
def test_other_ways_to_write_a_number_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal"):
        parse_decimal(text)


@given(decimals)
def test_text_of_a_decimal_reads_back_as_the_same(value: Decimal) -> None:
    assert parse_decimal(decimal_text(value)) == value
    assert parse_decimal(decimal_text(value, 6)) == value


def test_text_has_exactly_the_places_asked_for_and_never_rounds() -> None:
    assert decimal_text(Decimal("1E+3"), 2) == "1000.00"
    assert decimal_text(Fraction(1, 8), 4) == "0.1250"
    assert decimal_text(Decimal("-0.00"), 2) == "0.00"
    for value, digits in ((Decimal("0.125"), 2), (Fraction(1, 3), 30)):
        with pytest.raises(ValueError, match=r"places|end"):
            decimal_text(value, digits)


def test_a_rational_without_end_is_shown_as_a_quotient() -> None:
    shown = [number_text(value) for value in (Fraction(11, 3), Fraction(1, 8), Decimal("82.1250"), Decimal("1E2"), -7)]
    assert shown == ["11/3", "0.125", "82.125", "100", "-7"]
    assert number_text(Fraction(1, 3**10_000)).startswith("1/")


def test_places_counts_what_a_value_needs() -> None:
    assert [places(value) for value in (Decimal("1.500"), Decimal("1E2"), Fraction(1, 3), Fraction(1, 16))] == [
        1,
        0,
        None,
        4,
    ]


@given(numbers, st.integers(0, 4))
def test_steps_go_to_the_neighbour_on_the_grid(value: Number, digits: int) -> None:
    unit = Fraction(1, 10**digits)
    above, below = step_above(value, digits), step_below(value, digits)
    assert on_grid(above, digits)
    assert on_grid(below, digits)
    assert Fraction(below) < Fraction(value) < Fraction(above)
    assert Fraction(above) - Fraction(value) <= unit
    assert Fraction(value) - Fraction(below) <= unit
