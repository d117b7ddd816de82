"""Exact arithmetic on figures: decimals while they last, one rational after a division, rounded where it is said."""

import re
from dataclasses import dataclass
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_05UP,
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
)
from fractions import Fraction
from math import gcd
from typing import Final, TypeAlias

Number: TypeAlias = Decimal | Fraction | int
"""A number of the house. Results of this room are Decimal wherever a finite decimal says it all."""

DIGITS_MAX: Final = 18
"""Most places that a rounding or a declared scale may have."""

TEXT_MAX: Final = 80
"""Longest text that is read as one number."""

MODES: Final = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
"""The ways to round. half_up, half_down, up and down look at the size alone: they are the same for -x as for x."""

# Wide enough for everything that the limits on expressions allow; what would not fit raises instead of being rounded.
EXACTLY: Final = Context(prec=100_000, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[Inexact, InvalidOperation])
# A quotient is tried as a decimal of at most so many digits; what does not end there becomes a rational.
_QUOTIENT: Final = Context(prec=40, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation])
_CUT_DIGITS: Final = 60
_CUT_WHOLE: Final = _CUT_DIGITS - DIGITS_MAX - 2  # with fewer digits before its point it is cut behind what is rounded
_CUT: Final = Context(prec=_CUT_DIGITS, rounding=ROUND_05UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation])
# quantize is handed its mode; here only what cannot be represented at all may raise.
_ROUND: Final = Context(prec=100_000, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation])
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_DIGITS: Final = re.compile(r"0|[1-9][0-9]?", re.ASCII)
_WRITTEN: Final = 10**4000  # integers below it are written by Python itself
_UNITS: Final = tuple(Decimal(1).scaleb(-digits) for digits in range(DIGITS_MAX + 1))

_exact_add = EXACTLY.add
_exact_subtract = EXACTLY.subtract
_exact_multiply = EXACTLY.multiply
_try_divide = _QUOTIENT.divide
_cut_divide = _CUT.divide


@dataclass(frozen=True, slots=True)
class Rounding:
    """A declared rounding point; both None means exact: the value stays what it is."""

    digits: int | None
    mode: str | None


EXACT: Final = Rounding(None, None)


def read_rounding(text: str) -> Rounding:
    """Read "2 half_up" or "exact"; ValueError for anything else."""
    if text == "exact":
        return EXACT
    digits, _, mode = text.partition(" ")
    if not _DIGITS.fullmatch(digits) or mode not in MODES:
        raise ValueError(f"not a rounding: {text!r}")
    if int(digits) > DIGITS_MAX:
        raise ValueError(f"more than {DIGITS_MAX} digits: {text!r}")
    return Rounding(int(digits), mode)


def add(left: Number, right: Number) -> Decimal | Fraction:
    try:
        return _exact_add(left, right)  # type: ignore[arg-type]
    except TypeError:
        return _simplest(Fraction(left) + Fraction(right))


def subtract(left: Number, right: Number) -> Decimal | Fraction:
    try:
        return _exact_subtract(left, right)  # type: ignore[arg-type]
    except TypeError:
        return _simplest(Fraction(left) - Fraction(right))


def multiply(left: Number, right: Number) -> Decimal | Fraction:
    try:
        return _exact_multiply(left, right)  # type: ignore[arg-type]
    except TypeError:
        above, below = left.as_integer_ratio()
        above_right, below_right = right.as_integer_ratio()
        return _ratio(above * above_right, below * below_right)


def divide(left: Number, right: Number) -> Decimal | Fraction:
    """The exact quotient: a Decimal when it ends, else a Fraction. ZeroDivisionError when `right` is 0."""
    if not right:
        raise ZeroDivisionError("divisor is 0")
    try:
        quotient = _try_divide(left, right)  # type: ignore[arg-type]
        if _exact_multiply(quotient, right) == left:  # type: ignore[arg-type]
            return quotient
    except TypeError:
        pass
    above, below = left.as_integer_ratio()
    above_right, below_right = right.as_integer_ratio()
    return _ratio(above * below_right, below * above_right)


def round_quotient(left: Number, right: Number, rounding: Rounding) -> Decimal | Fraction:
    """`round_number(divide(left, right), rounding)` in one step, without the rational in between."""
    digits, mode = rounding.digits, rounding.mode
    if digits is not None and mode is not None and right:
        try:
            # ROUND_05UP never ends a cut quotient in 0 or 5, so the second rounding sees every half as it is.
            quotient = _cut_divide(left, right)  # type: ignore[arg-type]
        except TypeError:
            return round_number(divide(left, right), rounding)
        if quotient.adjusted() < _CUT_WHOLE:
            rounded = quotient.quantize(_UNITS[digits], MODES[mode], _ROUND)
            return rounded if rounded else rounded.copy_abs()
    return round_number(divide(left, right), rounding)


def negate(value: Number) -> Decimal | Fraction:
    return _exact_subtract(0, value) if not isinstance(value, Fraction) else -value


def absolute(value: Number) -> Decimal | Fraction:
    if isinstance(value, Fraction):
        return abs(value)
    return Decimal(value).copy_abs()


def round_number(value: Number, rounding: Rounding) -> Decimal | Fraction:
    """Round once, correctly for rationals too; never gives -0. An exact rounding returns the value itself."""
    digits, mode = rounding.digits, rounding.mode
    if digits is None or mode is None:
        return value if not isinstance(value, int) else Decimal(value)
    if type(value) is Decimal:  # as nearly always; asking whether it is a Fraction takes longer than rounding it
        exact = value
    elif type(value) is Fraction:
        # As in `round_quotient`: cut so that the rounding after it sees every half as it is.
        exact = _cut_divide(*value.as_integer_ratio())
        if exact.adjusted() >= _CUT_WHOLE:
            return _round_rational(value, digits, mode)
    else:
        exact = Decimal(value)  # type: ignore[arg-type]
    rounded = exact.quantize(_UNITS[digits], MODES[mode], _ROUND)
    return rounded if rounded else rounded.copy_abs()


def parse_decimal(text: str) -> Decimal:
    """Read plain decimal text ("-12.50"); ValueError for plus, exponent, leading zeros, -0, blanks, other digits."""
    if len(text) > TEXT_MAX or not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a plain decimal: {text[:TEXT_MAX]!r}")
    value = Decimal(text)
    if not value and text[0] == "-":
        raise ValueError(f"not a plain decimal: {text!r}")
    return value


def decimal_text(value: Number, digits: int | None = None) -> str:
    """Canonical text with exactly `digits` places (None: as many as the value needs, no trailing zeros).

    ValueError where the value has more places than asked for: text never rounds.
    """
    exact = value if type(value) is Decimal else _ended(value)
    if exact is None:
        raise ValueError(f"{value} has no end as a decimal")
    text = str(exact)
    if digits and text[-digits - 1 : -digits] == "." and "E" not in text and (text[0] != "-" or exact):
        return text  # it stands at these places already
    if digits is None:
        text = f"{exact:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        try:
            text = f"{exact.quantize(_unit(digits), context=EXACTLY):f}"
        except Inexact:
            raise ValueError(f"{value} has more than {digits} places") from None
    return text.removeprefix("-") if not exact else text


def number_text(value: Number) -> str:
    """The value without loss: a decimal where it ends ("82.125"), else a quotient ("11/3")."""
    if type(value) is Decimal:
        text = str(value)
        if text.isdigit():
            return text
        if "E" not in text:  # as nearly always; the rest goes the long way
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return text if text != "-0" else "0"
    exact = _ended(value)
    if exact is not None:
        return decimal_text(exact)
    above, below = value.as_integer_ratio()
    if below < _WRITTEN and -_WRITTEN < above < _WRITTEN:
        return f"{above}/{below}"
    # Through Decimal, because Python writes no integer of more than 4300 digits by itself.
    return f"{Decimal(above):f}/{Decimal(below):f}"


def places(value: Number) -> int | None:
    """How many places the value needs, None where it has no end as a decimal."""
    text = number_text(value)
    return None if "/" in text else len(text.partition(".")[2])


def on_grid(value: Number, digits: int) -> bool:
    """Whether the value has at most so many places."""
    above, below = value.as_integer_ratio()
    scaled: int = above * 10**digits
    return scaled % below == 0


def step_above(value: Number, digits: int) -> Decimal:
    """The least value of so many places that is greater."""
    above, below = value.as_integer_ratio()
    return EXACTLY.scaleb(Decimal(above * 10**digits // below + 1), -digits)


def step_below(value: Number, digits: int) -> Decimal:
    """The greatest value of so many places that is less."""
    above, below = value.as_integer_ratio()
    return EXACTLY.scaleb(Decimal(-(-above * 10**digits // below) - 1), -digits)


def _unit(digits: int) -> Decimal:
    return _UNITS[digits] if 0 <= digits <= DIGITS_MAX else Decimal(1).scaleb(-digits)


def _ended(value: Number) -> Decimal | None:
    return _decimal_of(*value.as_integer_ratio()) if type(value) is Fraction else Decimal(value)  # type: ignore[arg-type]


def _ratio(above: int, below: int) -> Decimal | Fraction:
    """above / below as a Decimal where it ends, else as a fraction."""
    common = gcd(above, below) if below > 0 else -gcd(above, below)
    ended = _decimal_of(above // common, below // common)
    return Fraction(above, below) if ended is None else ended


def _simplest(value: Fraction) -> Decimal | Fraction:
    """A Decimal where the denominator holds only twos and fives, else the fraction."""
    ended = _decimal_of(value.numerator, value.denominator)
    return value if ended is None else ended


def _decimal_of(above: int, below: int) -> Decimal | None:
    """A ratio in lowest terms as a Decimal, None where it has no end."""
    twos = (below & -below).bit_length() - 1
    rest, fives = below >> twos, 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return None
    shift = max(twos, fives)
    return EXACTLY.scaleb(Decimal(above * 10**shift // below), -shift)


def _round_rational(value: Fraction, digits: int, mode: str) -> Decimal:
    above, below = value.numerator * 10**digits, value.denominator
    whole, rest = divmod(above, below)
    if rest:
        whole += _step_up(mode, whole, 2 * rest - below, above >= 0)
    return EXACTLY.scaleb(Decimal(whole), -digits)


def _step_up(mode: str, whole: int, beyond_half: int, positive: bool) -> bool:
    """Whether a value above `whole` goes up; `beyond_half` has the sign of its distance to the middle."""
    if mode == "floor":
        return False
    if mode == "ceiling":
        return True
    if mode in ("up", "down"):
        return positive == (mode == "up")
    if beyond_half:
        return beyond_half > 0
    if mode == "half_even":
        return bool(whole & 1)
    return positive == (mode == "half_up")
