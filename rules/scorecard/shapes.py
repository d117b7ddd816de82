"""The shapes that turn one value into a number or a word, and the terms and limits they are written with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.expressions.compiled import Expression


@dataclass(frozen=True, slots=True)
class Term:
    """What may stand where a number is wanted: text as written, and either a constant or an expression."""

    text: str
    constant: Decimal | bool | str | date | None = None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """better: `higher` | `lower`; by: `inverse` | `mirror` for lower; full: what reaching the target is worth."""

    better: str
    by: str | None
    full: Decimal


@dataclass(frozen=True, slots=True)
class Steps:
    """counting: `exact` | `full` | `begun`; above and below are points for every so much beyond `at`."""

    start: Term
    at: Term
    every: Term
    above: Term | None
    below: Term | None
    counting: str


@dataclass(frozen=True, slots=True)
class Line:
    points: tuple[tuple[Term, Term], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """bound: where it begins (`from`, `above`) or ends (`up_to`, `below`); index: its row in the file."""

    index: int
    bound: Term
    to: Term | None
    gives: Term


@dataclass(frozen=True, slots=True)
class Bands:
    side: str
    rows: tuple[Band, ...]
    otherwise: Term | None


@dataclass(frozen=True, slots=True)
class Lookup:
    options: Mapping[str, Term]
    otherwise: Term | None


@dataclass(frozen=True, slots=True)
class Grid:
    """cells: option of the first value -> option of the second -> what it gives."""

    cells: Mapping[str, Mapping[str, Term]]


@dataclass(frozen=True, slots=True)
class Choice:
    index: int
    condition: Expression
    if_missing: str | None
    gives: Term


@dataclass(frozen=True, slots=True)
class Choose:
    rows: tuple[Choice, ...]
    otherwise: Term | None


Shape = Ratio | Steps | Line | Bands | Lookup | Grid | Choose


@dataclass(frozen=True, slots=True)
class Split:
    """A pool shared over a cohort to the last of these digits. pool: an input `of: cohort`; by: each card's weight."""

    pool: str
    by: Term
    digits: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Clamp; an end that is None is open."""

    text: str
    low: Term | None
    high: Term | None
