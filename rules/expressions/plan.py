"""What checking a part of an expression yields: its resolved tree, its type, and the closure that evaluates it."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rules.expressions.tree import Node
from rules.expressions.types import Figures, Missing, Row, Type, Value


class ZeroDivisor(ArithmeticError):
    """A divisor was 0 in this evaluation; the caller maps it through the node's `if_zero`. `column` is the operator's."""

    def __init__(self, column: int) -> None:
        super().__init__(f"division by zero at column {column}")
        self.column = column


class Moment:
    """What an evaluation knows besides the names: earlier periods, rules that acted, the rows being asked."""

    __slots__ = ("held", "past", "rows")

    def __init__(self, past: Sequence[Figures], held: Container[str], rows: tuple[Row, ...] = ()) -> None:
        self.past = past
        self.held = held
        self.rows = rows


Run: TypeAlias = Callable[[Figures, Moment], "Value | Missing"]


@dataclass(frozen=True, slots=True)
class Plan:
    """`series` marks the value as one per past period, with `type` the type of each; None for a single value."""

    node: Node
    type: Type
    run: Run
    series: int | None = None
