"""Folds that are carried along while a program goes over the rows of a list."""

from __future__ import annotations

from decimal import Decimal

from rules.expressions.intervals import Span
from rules.fast.algebra import NOTHING, plus
from rules.fast.program import Expr, Lit, Op, Ref
from rules.fast.spoken import Speaking, lesser
from rules.fast.values import Unspoken, Val, added, missing


class Running:
    """A fold that is carried along while going over rows."""

    def __init__(self, speaker: Speaking, fold: str) -> None:
        self.speaker, self.builder, self.fold = speaker, speaker.builder, fold
        self.whole, self.count = missing(), Ref("")

    def begin(self, kind: str, below: int | None, span: Span) -> None:
        """below: the denominator of all values, None where it is not known before."""
        builder = self.builder
        self.count = builder.variable(Lit(0))
        if self.fold == "count":
            return
        zero = self.fold in ("sum", "mean")
        top = builder.variable(Lit(0) if zero else NOTHING)
        under: Expr = builder.variable(Lit(1)) if below is None else Lit(below)
        low, high = span
        if zero:
            low, high = Decimal(0) if low is not None and low >= 0 else None, None
        self.whole = Val(kind, top, under, maybe=not zero, low=low, high=high)

    def more(self, value: Val) -> None:
        builder = self.builder
        builder.set(self.count, plus(self.count, Lit(1)))
        if self.fold == "count":
            return
        if self.fold in ("sum", "mean"):
            self._keep(added(self.whole, value))
            return
        op = "<" if self.fold == "min" else ">"
        self._keep(builder.choose(
            self.whole.gone, lambda: value, lambda: lesser(self.speaker, self.whole.sure, value, op)
        ))

    def _keep(self, value: Val) -> None:
        value = self.builder.held(value)
        below = self.whole.below
        if isinstance(below, Ref):
            self.builder.set(below, value.below)
        elif value.below != below:
            raise Unspoken("denominators")
        if isinstance(self.whole.top, Ref):
            self.builder.set(self.whole.top, value.top)

    def end(self) -> Val:
        if self.fold == "count":
            return Val("number", self.count, low=Decimal(0))
        if self.fold != "mean":
            return self.whole
        sized = Val("number", self.count, low=Decimal(0), apart=True)
        return self.builder.choose(
            Op("==", (self.count, Lit(0))), missing, lambda: self.builder.quotient(self.whole, sized)
        )
