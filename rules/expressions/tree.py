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
    """A function on single values or on past periods: round abs min max mean sum any all count held previous past."""

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


def children(node: Node) -> tuple[Node, ...]:
    """The parts directly below a node, in the order of the text."""
    match node:
        case Not(operand=one) | Negate(operand=one):
            return (one,)
        case And(operands=several) | Or(operands=several) | Call(args=several):
            return several
        case Compare(left=left, right=right) | Arith(left=left, right=right):
            return (left, right)
        case In():
            return (node.item, *node.options)
        case If():
            return (node.then, node.condition, node.otherwise)
        case Quantified(where=where) if where is not None:
            return (where,)
        case _:
            return ()


def size(node: Node) -> tuple[int, int]:
    """How many nodes a tree has, and how many stand above one another at most; needs no recursion."""
    count, height = 0, 0
    waiting = [(node, 1)]
    while waiting:
        top, level = waiting.pop()
        count += 1
        height = max(height, level)
        waiting.extend((child, level + 1) for child in children(top))
    return count, height
