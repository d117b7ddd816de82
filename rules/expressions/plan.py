"""What checking a part of an expression yields: its resolved tree, its type, and the closure that evaluates it."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from rules.expressions.tree import Node
from rules.expressions.types import Figures, Missing, Row, Type, Value


class ZeroDivisor(ArithmeticError):
    """A divisor was 0 in this evaluation; the caller maps it through the node's `if_zero`. `column`: the operator's."""

    def __init__(self, column: int) -> None:
        super().__init__(f"division by zero at column {column}")
        self.column = column


class Moment:
    """What an evaluation knows besides the names: earlier periods, rules that acted, the rows being asked.

    zeros: the columns of divisions that gave nothing, because their divisor was 0.
    """

    __slots__ = ("held", "past", "rows", "zeros")

    def __init__(self, past: Sequence[Figures], held: Container[str], rows: tuple[Row, ...] = ()) -> None:
        self.past = past
        self.held = held
        self.rows = rows
        self.zeros: list[int] = []

    def within(self, row: Row) -> "Moment":
        """The same while one more row is being asked."""
        inner = Moment(self.past, self.held, (*self.rows, row))
        inner.zeros = self.zeros
        return inner


Run: TypeAlias = Callable[[Figures, Moment], Value | Missing]
Last: TypeAlias = Callable[[Any, Any], Any]
SeriesRun: TypeAlias = Callable[[Figures, Moment], tuple[Value, ...] | Missing]


@dataclass(frozen=True, slots=True)
class Plan:
    """One checked part with a single value. `constant` is that value where no name is read.

    `quotient` are dividend and divisor of a division, so that a product around it divides last and only once;
    `ending` builds the evaluation anew with another last step than dividing, such as dividing and rounding at once.
    """

    node: Node
    type: Type
    run: Run
    constant: Value | None = None
    quotient: tuple[Run, Run] | None = None
    ending: Callable[[Last], Run] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One checked part with a value for each of some past periods (newest first), or missing as a whole."""

    node: Node
    type: Type
    run: SeriesRun
