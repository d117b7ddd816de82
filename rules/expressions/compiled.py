"""The door of this room: text and scope in, a typed expression with exact closures out, or all its faults."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from rules.expressions.checker import Checker
from rules.expressions.figures import rounded_plan
from rules.expressions.parser import parse
from rules.expressions.plan import Moment, Plan, Run
from rules.expressions.render import text_of
from rules.expressions.scope import Scope
from rules.expressions.tree import Node
from rules.expressions.types import Figures, Kind, Missing, Type, Value
from rules.faults import Fault
from rules.numbers import Rounding


class ExpressionFaults(Exception):
    """A text that is no sound expression in its scope; `faults` are all that were found, in the order of the text."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.code} at {fault.column}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression.

    `tree` is the resolved tree: a bare word beside a choice is an Option in it. `type` bounds the value.
    `reads` are the names that `value` looks up (lists by the list's name), `past_reads` those looked up in past
    periods, `held` the rules asked for. `warnings` are faults that do not stop it. `zero_missing`: a division by 0 is
    missing, like a figure that lacks.
    """

    text: str
    tree: Node
    type: Type
    reads: frozenset[str]
    held: frozenset[str]
    past_reads: frozenset[str]
    warnings: tuple[Fault, ...]
    _plan: Plan = field(repr=False, compare=False)
    zero_missing: bool = False

    def value(
        self, names: Figures, past: Sequence[Figures] = (), held: Container[str] = ()
    ) -> "Value | Missing":
        """Evaluate exactly; `past` are the figures of earlier periods, newest first, `held` the rules that acted.

        A name absent from `names` is missing; the result is MISSING where it stays undecided.
        Raises `ZeroDivisor` where a divisor is 0 (the node's `if_zero` says what then), unless `zero_missing`.
        """
        return self._plan.run(names, Moment(past, held))

    @property
    def run(self) -> Run:
        """What `value` calls, for those who ask many expressions in one `Moment`."""
        return self._plan.run

    def rounded(self, rounding: Rounding) -> "Expression":
        """The same expression with its number rounded once at the end; quicker than rounding its value afterwards."""
        plan = rounded_plan(self._plan, rounding)
        return replace(self, type=plan.type, _plan=plan)


def compile_expression(
    text: str, scope: Scope, *, zero_allowed: bool = False, zero_missing: bool = False, expects: Kind | None = None
) -> Expression:
    """Parse, type and compile; raises `ExpressionFaults` with all faults and nothing else, whatever the text.

    `zero_allowed`: the node says `if_zero`, so a divisor that may be 0 is no fault and the result may be missing.
    `zero_missing`: should a divisor be 0 all the same, the division is missing and nothing is raised.
    `expects`: the kind that the place needs (a condition needs YES_NO); another one is a fault.
    """
    parsed = parse(text)
    if isinstance(parsed, tuple):
        raise ExpressionFaults(parsed)
    return _compiled(text, parsed, Checker(scope, zero_allowed, zero_missing), expects)


def compile_tree(tree: Node, scope: Scope, *, zero_allowed: bool = True) -> Expression:
    """Compile a tree that was resolved before (for the proofs and the batch), under another scope if need be."""
    return _compiled(text_of(tree), tree, Checker(scope, zero_allowed), None)


def _compiled(text: str, tree: Node, checker: Checker, expects: Kind | None) -> Expression:
    plan = checker.whole(tree, expects)
    found = tuple(sorted(checker.faults, key=lambda fault: fault.column or 0))
    if plan is None:
        raise ExpressionFaults(found)
    reads, held, past_reads = frozenset(checker.reads), frozenset(checker.held), frozenset(checker.past_reads)
    return Expression(text, plan.node, plan.type, reads, held, past_reads, found, plan, checker.zero_missing)
