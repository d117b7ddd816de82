"""A card as a program: a tree of few, small instructions on integers, which is printed as Python or walked otherwise.

An expression gives an int, a yes or no, or None where something is missing. It holds literals, slots and locals (`v0`,
`t5`), and operations of the closed lists below; no text of a card is in it. A step does something: keeps a value, takes
one of two ways, notes a reason, fails (a divisor is 0), goes over the rows of a list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

OPERATIONS: Final = (
    "+", "*", "//", "neg", "==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "none", "some", "false", "|", "&", "~",
)  # fmt: skip
"""`none`: is it missing; `some`: is it there; `false`: is it a no (and neither a yes nor missing)."""

CHOOSERS: Final = ("once_highest", "once_lowest")
"""What a `Call` may call: functions of `rules.fast.rows`."""


@dataclass(frozen=True, slots=True)
class Lit:
    """An int, a yes or no; None is a missing value."""

    value: int | bool | None


@dataclass(frozen=True, slots=True)
class Ref:
    """A slot (`v3`: what came in) or a local (`t7`); `r` and `f` are the reasons and the refusals so far."""

    name: str


@dataclass(frozen=True, slots=True)
class Op:
    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """`then` where the condition is yes, else `otherwise`; only the one taken is computed."""

    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """One of `CHOOSERS` on the rows gathered so far."""

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The value at a place that is always inside the table."""

    place: Expr
    values: tuple[int, ...]


Expr: TypeAlias = Lit | Ref | Op | Pick | Call | Table


@dataclass(frozen=True, slots=True)
class Let:
    targets: tuple[str, ...]
    value: Expr


@dataclass(frozen=True, slots=True)
class Branch:
    condition: Expr
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A reason why there is no result (`r`) or a refusal (`f`): the number of its SR code."""

    kind: str
    code: int


@dataclass(frozen=True, slots=True)
class Fail:
    """A divisor is 0: nothing more of the guard around it is done."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The body; where it fails, the handler."""

    body: tuple[Step, ...]
    handler: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """The body once for every row of a list; a row is a tuple, unpacked into the targets."""

    rows: Expr
    targets: tuple[str, ...]
    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Gather:
    """Begins a list of rows (without values), or adds a row to it."""

    name: str
    values: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Give:
    """The end: refusals, reasons, then the values."""

    values: tuple[Expr, ...]


Step: TypeAlias = Let | Branch | Note | Fail | Guard | Each | Gather | Give


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that comes in.

    source: `("input", name)`, `("subject", name)`, `("agreed", metric, what)`, `("past", periods back, name)`, ...;
    kind: `number`, `truth`, `word`, `day`, `list`, `mask`; digits: its number is scaled by so many; None: it comes as
    numerator and denominator; low, high: the ends of its range, scaled
    like it, on which the program relies; fields: those of a list's rows.
    """

    source: tuple[str | int, ...]
    kind: str
    name: str
    digits: int | None = 0
    low: int | None = None
    high: int | None = None
    fields: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Out:
    """One value that comes out. value: its kind; place: where it stands behind refusals and reasons; below: its
    denominator, None where that follows it."""

    kind: str
    name: str
    value: str
    place: int
    below: int | None = 1


@dataclass(frozen=True, slots=True)
class Program:
    """slots: in the order in which they come in; needed: those that must be there (or another variant is for it);
    outs: what `Give` gives after refusals and reasons; words: code to word."""

    slots: tuple[Slot, ...]
    needed: frozenset[str]
    body: tuple[Step, ...]
    outs: tuple[Out, ...]
    words: tuple[str, ...] = field(default=())
