"""The door of this room: a card in, a `FastCard` out, which scores facts as the reference does, without its trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from rules.expressions.types import MISSING, Missing, Value
from rules.fast.emit import Unprintable, function_of
from rules.fast.loading import Loader, Unfit, exact_scaleb
from rules.fast.making import program_of
from rules.fast.program import Out, Program, Slot
from rules.fast.slots import Variant
from rules.fast.texts import reader_of
from rules.fast.values import Unspoken
from rules.numbers import DIGITS_MAX, Number, divide
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card
from rules.scorecard.retiring import in_force

_PLACES = {10**places: places for places in range(DIGITS_MAX + 1)}
_NO_PROGRAM = (Unspoken, Unprintable, SyntaxError, RecursionError, MemoryError)
"""Why a card, or one variant of it, has no program: it says something unheard of, or is too deep for Python."""


class Outcome:
    """What a score is, without how it came about. Values are made when they are read.

    status, total, grade, first_grade, metrics (key to score, None where missing), consequences (name to value, MISSING
    where there is none) and reasons_codes (refusals first) are those of `Result`, to the last digit.
    """

    __slots__ = ("__dict__", "_found", "_unknown", "_variant", "reasons_codes", "status")

    def __init__(self, variant: _Compiled, found: Sequence[Any], unknown: Mapping[str, int]) -> None:
        self._variant, self._found, self._unknown = variant, found, unknown
        refusals, reasons = found[0], found[1]
        self.status = "refused" if refusals else "blocked" if reasons else "scored"
        self.reasons_codes = tuple(f"SR{code:03d}" for code in (*refusals, *reasons))

    @cached_property
    def total(self) -> Number | None:
        value = self._value("total")
        return value if self.status == "scored" else None

    @cached_property
    def grade(self) -> str | None:
        value = self._value("grade")
        return value if self.status == "scored" else None

    @cached_property
    def first_grade(self) -> str | None:
        value = self._value("first")
        return value if self.status == "scored" else None

    @cached_property
    def metrics(self) -> dict[str, Any]:
        return dict(self._all("metric"))

    @cached_property
    def consequences(self) -> dict[str, Value | Missing]:
        if not self._variant.reached(self._found):
            return {}
        return {name: MISSING if value is None else value for name, value in self._all("consequence")}

    def _value(self, kind: str) -> Any:
        return next((value for _, value in self._all(kind)), None)

    def _all(self, kind: str) -> list[tuple[str, Any]]:
        variant = self._variant
        return [(out.name, variant.made(out, self._found, self._unknown))
                for out in variant.program.outs if out.kind == kind]


@dataclass(frozen=True, slots=True)
class Reference:
    """What the reference gave, in the shape of an `Outcome`."""

    status: str
    total: Number | None
    grade: str | None
    first_grade: str | None
    metrics: Mapping[str, Any]
    consequences: Mapping[str, Value | Missing]
    reasons_codes: tuple[str, ...]

    @classmethod
    def of(cls, result: Result) -> Reference:
        return cls(
            result.status, result.total, result.grade, result.first_grade,
            {key: part.score for key, part in result.metrics.items()}, dict(result.consequences),
            tuple(reason.code for reason in result.reasons),
        )


class _Compiled:
    """One variant of a card: its program, the function, and what reads facts for it."""

    def __init__(self, card: Card, variant: Variant) -> None:
        self.card, self.variant = card, variant
        self.program: Program = program_of(card, variant)
        self.run, self.source = function_of(self.program)
        self.loader = Loader(card, self.program)
        self.words = self.program.words

    def reached(self, found: Sequence[Any]) -> bool:
        """Whether scoring came to the consequences: nothing lacks, and it was not refused before the figures."""
        return not found[1] and not set(found[0]) - {16}

    def made(self, out: Out, found: Sequence[Any], unknown: Mapping[str, int]) -> Any:
        place = out.place + 2
        top = found[place]
        if top is None:
            return None
        if out.value == "number":
            return number_of(top, out.below if out.below is not None else found[place + 1])
        if out.value == "word":
            if top < len(self.words):
                return self.words[top]
            return next(word for word, code in unknown.items() if code == top)
        return date.fromordinal(top) if out.value == "day" else top


def number_of(top: int, below: int) -> Number:
    """The quotient: a Decimal with the places of its denominator where that is 1, 10, 100 ..., else as it ends."""
    places = _PLACES.get(below)
    return divide(Decimal(top), Decimal(below)) if places is None else exact_scaleb(Decimal(top), -places)


@dataclass
class FastCard:
    """A card compiled. slow_parts: what could not be said as a program; then `score` asks the reference."""

    card: Card
    slow_parts: tuple[str, ...] = ()
    _variants: dict[Variant, _Compiled] = field(default_factory=dict, repr=False)
    _left: dict[tuple[str, ...], FastCard] = field(default_factory=dict, repr=False)

    @property
    def source(self) -> str:
        """The Python of the program for figures that are all there."""
        return self._compiled(Variant()).source

    @property
    def program(self) -> Program:
        return self._compiled(Variant()).program

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What `run` takes, in this order."""
        return self.program.slots

    @cached_property
    def run(self) -> Callable[[Sequence[Any]], tuple[Any, ...] | None]:
        """Folded figures as scaled ints in the order of `slots`, inside their declared ranges, to refusals, reasons and
        values in the order of `outs`; None where a figure is missing: `score` knows what then."""
        return self._compiled(Variant()).run

    @property
    def outs(self) -> tuple[Out, ...]:
        return self.program.outs

    @cached_property
    def run_text(self) -> Callable[[Sequence[str]], tuple[Any, ...] | None]:
        """The same from decimal texts; ValueError for no plain decimal, too many digits, outside the range."""
        return reader_of(self.card, self.program, self.run)

    def _compiled(self, variant: Variant) -> _Compiled:
        made = self._variants.get(variant)
        if made is None:
            try:
                made = self._variants[variant] = _Compiled(self.card, variant)
            except _NO_PROGRAM as reason:
                raise Unfit(str(reason) or type(reason).__name__) from reason
        return made

    def score(self, facts: Facts, settled: Mapping[str, Decimal] | None = None) -> Outcome | Reference:
        """What the reference gives, equal to the last digit.

        settled: weights, targets and standards (`{"sales.weight": Decimal(31)}`) in the place of what was agreed; then
        neither ranges nor sums nor `require` are judged. ValueError for a name that the card does not settle, or
        where the card has slow parts.
        """
        if facts.retired:
            left, facts = in_force(self.card, facts)
            return self._without(left, tuple(sorted(facts.retired))).score(replace(facts, retired={}), settled)
        if settled is not None:
            self._known(settled)
        elif self.slow_parts or _odd(self.card, facts):
            return Reference.of(score(self.card, facts))
        for wide in (False, True):
            try:
                return self._scored(facts, settled, wide)
            except Unfit:
                continue
            except ZeroDivisionError:
                break
        if settled is not None:
            raise ValueError("these facts cannot be scored with other weights")
        return Reference.of(score(self.card, facts))

    def _without(self, left: Card, names: tuple[str, ...]) -> FastCard:
        """The card as it is without its retired metrics."""
        made = self._left.get(names)
        if made is None:
            made = self._left[names] = fast_card(left)
        return made

    def _scored(self, facts: Facts, settled: Mapping[str, Decimal] | None, wide: bool) -> Outcome:
        free, people = settled is not None, facts.adjusted is not None
        quota = facts.quota_grade is not None
        full = self._compiled(Variant(True, wide, free, people, quota))
        slots, words, unrated = full.loader.load(facts, settled)
        found = None if unrated else full.run(slots)
        if found is not None:
            return Outcome(full, found, words)
        part = self._compiled(Variant(False, wide, free, people, quota))
        slots, words, _ = part.loader.load(facts, settled)
        found = part.run(slots)
        if found is None:
            raise Unfit("missing")
        return Outcome(part, found, words)

    def _known(self, settled: Mapping[str, Decimal]) -> None:
        if self.slow_parts:
            raise ValueError(f"not compiled: {', '.join(self.slow_parts)}")
        known = {f"{slot.source[1]}.{slot.source[2]}" for slot in self._compiled(Variant(free=True)).program.slots
                 if slot.source[0] == "agreed"}
        for name in settled:
            if name not in known:
                raise ValueError(f"{name} is not settled by this card")


def fast_card(card: Card) -> FastCard:
    """Compiles the card; what programs cannot say is left to the reference and named in `slow_parts`."""
    made = FastCard(card)
    try:
        for full in (True, False):
            made._compiled(Variant(full=full))
    except Unfit as reason:
        return FastCard(card, (str(reason),))
    return made


def _odd(card: Card, facts: Facts) -> bool:
    """Agreements that the card does not open, and metrics that were retired: the reference judges these."""
    if facts.retired:
        return True
    nodes = card.nodes()
    for key, figures in facts.agreed.items():
        node = nodes.get(key)
        if node is None or any(what not in node.agree for what in figures):
            return True
    return False
