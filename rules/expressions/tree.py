"""The tree of an expression: what was written, with the column of each part."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a date or yes/no; `unit` is "%" where the number was written with it ("80 %" is 80)."""

    value: Decimal | date | bool
    unit: str
    column: int


@dataclass(frozen=True, slots=True)
class Name:
    """A figure, bare (`sales`) or dotted (`sales.score`)."""

    path: tuple[str, ...]
    column: int

    @property
    def text(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Option:
    """A word of a closed list: an option beside a choice, a rule in held(), a mode in round()."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Node"
    column: int


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple["Node", ...]
    column: int


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple["Node", ...]
    column: int


@dataclass(frozen=True, slots=True)
class Compare:
    """`op` is one of == != < <= > >=; the column is the operator's."""

    op: str
    left: "Node"
    right: "Node"
    column: int


@dataclass(frozen=True, slots=True)
class In:
    """`item in (a; b)`; `not in` is a Not around it."""

    item: "Node"
    options: tuple["Node", ...]
    column: int


@dataclass(frozen=True, slots=True)
class Arith:
    """`op` is one of + - * /; the column is the operator's."""

    op: str
    left: "Node"
    right: "Node"
    column: int


@dataclass(frozen=True, slots=True)
class Negate:
    operand: "Node"
    column: int


@dataclass(frozen=True, slots=True)
class If:
    """`then if condition else otherwise`."""

    then: "Node"
    condition: "Node"
    otherwise: "Node"
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A listed function on single values or on a series: round abs min max mean sum held previous past any all count."""

    name: str
    args: tuple["Node", ...]
    column: int


@dataclass(frozen=True, slots=True)
class Quantified:
    """A fold over the rows of a list: `any(goals where kind == scf)`, `sum(goals.weight where kind == scf)`.

    `fold` is any, all or count (then `field` is None and `where` is the question), or sum, mean, min or max
    (then `where` is the filter).
    """

    fold: str
    list: tuple[str, ...]
    field: str | None
    where: "Node | None"
    column: int


Node: TypeAlias = (
    Literal | Name | Option | Not | And | Or | Compare | In | Arith | Negate | If | Call | Quantified
)
