"""What a name in an expression may hold: the kinds, their bounds, and the one value that is no value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final, TypeAlias

from rules.numbers import Number, number_text


class Kind(Enum):
    """The kinds of values. Ratings, counts, percents and money are numbers; a grade is a choice."""

    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    TEXT = "text"
    LIST = "list"


class Missing(Enum):
    """The type of `MISSING`. It has no truth: asking for it is a fault of the caller, not a silent no."""

    MISSING = "missing"

    def __bool__(self) -> bool:
        raise TypeError("a missing value is neither yes nor no")

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING

Value: TypeAlias = Decimal | Fraction | int | bool | str | date | Sequence[Mapping[str, "Value | Missing"]]
"""Numbers exact, choices and texts as str, yes/no as bool, a list as a sequence of rows. Never a float."""

Row: TypeAlias = Mapping[str, Value | Missing]
Figures: TypeAlias = Mapping[str, Value | Missing]
"""Names to values; a dotted name is one key ("sales.score"). A name that is absent is missing."""


@dataclass(frozen=True, slots=True)
class Type:
    """The type of one name or expression.

    `low` and `high` are included bounds, None where there is none; for a LIST they bound the number of rows.
    `digits` is how many places a value can have, None where unknown (after a division). `unit` is "%" for percents.
    `options` of a choice are best first where `ladder` is true, and then ordered; `outside` are further options that
    stand off the ladder: equal or not, never better or worse. `row` are the fields of a LIST's rows. `kinds` are those
    of a field that differs from row to row, so that nothing can be made of it; its `kind` is then TEXT.
    """

    kind: Kind
    low: Number | None = None
    high: Number | None = None
    digits: int | None = None
    unit: str = ""
    options: tuple[str, ...] = ()
    ladder: bool = False
    outside: tuple[str, ...] = ()
    missing: bool = False
    row: Mapping[str, "Type"] | None = None
    kinds: tuple[str, ...] = ()


YES_NO: Final = Type(Kind.YES_NO)


def range_text(one: Type) -> str:
    """What a value can be, as a person reads it: `0.00..100.00` with the declared digits, or the options."""
    if one.kind is Kind.CHOICE:
        return ", ".join((*one.options, *one.outside))
    return f"{_end_text(one.low, one.digits)}..{_end_text(one.high, one.digits)}"


def _end_text(end: Number | None, digits: int | None) -> str:
    text = "" if end is None else number_text(end)
    if not text or not digits or "/" in text:
        return text
    whole, _, behind = text.partition(".")
    return f"{whole}.{behind.ljust(digits, '0')}"
