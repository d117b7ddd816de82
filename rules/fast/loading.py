"""Facts of one review as the slots of a program: folded, scaled, checked against what the program relies on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import Any, Final

from rules.expressions.types import MISSING
from rules.fast.observed import figure_of
from rules.fast.program import Program, Slot
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card

_WIDE: Final = Context(prec=100_000, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[Inexact, InvalidOperation])
exact_scaleb = _WIDE.scaleb

Read = Callable[[Any], Any]


class Unfit(Exception):
    """A fact that this program cannot hold: more digits than declared, outside a range, or of another kind."""


class Loader:
    """Reads facts for one program. words: the codes of the card; an unknown word gets one for this call."""

    def __init__(self, card: Card, program: Program) -> None:
        self.card, self.slots = card, program.slots
        self.words = {word: code for code, word in enumerate(program.words)}
        self.bits = {name: 1 << place for place, name in enumerate(card.inputs)}
        fields = dict.fromkeys(name for rows in card.lists.values() for name in rows.fields)
        self.field_bits = {name: 1 << (len(self.bits) + place) for place, name in enumerate(fields)}
        self.known = {slot.source for slot in program.slots}

    def load(
        self, facts: Facts, settled: Mapping[str, Decimal] | None
    ) -> tuple[tuple[Any, ...], dict[str, int], int]:
        """The slots, the words of this call that the card does not know, and the mask of inputs that were not rated."""
        inputs, unrated = self._inputs(facts)
        words: dict[str, int] = {}
        found: list[Any] = []
        for slot in self.slots:
            value = self._value(slot, facts, inputs, unrated, settled)
            if slot.kind == "list":
                found.append([self._row(slot, row, words) for row in facts.lists.get(str(slot.source[1]), ())])
            else:
                found.extend(self._scaled(slot, value, words))
        return tuple(found), words, unrated

    def _inputs(self, facts: Facts) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        unrated = 0
        for name, one in self.card.inputs.items():
            given = (facts.inputs if one.of is None else facts.cohort).get(name)
            found[name], not_rated = figure_of(one, given)
            if not_rated:
                unrated |= self.bits[name]
        return found, unrated

    def _value(
        self, slot: Slot, facts: Facts, inputs: Mapping[str, Any], unrated: int, settled: Mapping[str, Decimal] | None
    ) -> Any:
        source = slot.source
        match source[0]:
            case "input":
                return inputs[str(source[1])]
            case "subject":
                return facts.subject.get(str(source[1]), MISSING)
            case "cycle":
                return facts.cycle.get(str(source[1]), MISSING)
            case "agreed":
                key, what = str(source[1]), str(source[2])
                if settled is not None and f"{key}.{what}" in settled:
                    return settled[f"{key}.{what}"]
                figure = facts.agreed.get(key, {}).get(what)
                if figure is not None and what not in self.card.nodes()[key].agree:
                    return MISSING
                return MISSING if figure is None else figure.value
            case "past":
                back = int(source[1])
                return facts.previous[back].get(str(source[2]), MISSING) if len(facts.previous) > back else MISSING
            case "mask":
                return unrated
            case "adjusted":
                return MISSING if facts.adjusted is None else facts.adjusted
            case "quota":
                return MISSING if facts.quota_grade is None else facts.quota_grade
            case "share":
                return facts.shares.get(str(source[1]), MISSING)
        return MISSING

    def _row(self, slot: Slot, row: Mapping[str, Any], words: dict[str, int]) -> tuple[Any, ...]:
        fields = self.card.lists[str(slot.source[1])].fields
        found: list[Any] = []
        mask = 0
        for field in slot.fields:
            name = str(field.source[2])
            value, not_rated = figure_of(fields[name], row.get(name))
            if not_rated:
                mask |= self.field_bits[name]
            found.extend(self._scaled(field, value, words))
        return (*found, mask)

    def _scaled(self, slot: Slot, value: Any, words: dict[str, int]) -> Sequence[Any]:
        if slot.kind == "mask":
            return (value,)
        if value is MISSING:
            return (None,) if slot.kind != "number" or slot.digits is not None else (None, 1)
        if slot.kind == "number":
            return scaled(slot, value)
        if slot.kind == "truth" and isinstance(value, bool):
            return (value,)
        if slot.kind == "day" and isinstance(value, date):
            return (value.toordinal(),)
        if slot.kind == "word" and isinstance(value, str):
            code = self.words.get(value)
            return (code if code is not None else words.setdefault(value, len(self.words) + len(words)),)
        raise Unfit(slot.source)


def scaled(slot: Slot, value: Any) -> Sequence[int]:
    """A number as the slot wants it."""
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        raise Unfit(slot.source)
    if slot.digits is None:
        return value.as_integer_ratio()
    if isinstance(value, Decimal):
        shifted = exact_scaleb(value, slot.digits)
        top = int(shifted)
        if top != shifted:
            raise Unfit(slot.source)
    elif isinstance(value, int):
        top = value * 10**slot.digits
    else:
        raise Unfit(slot.source)
    if (slot.low is not None and top < slot.low) or (slot.high is not None and top > slot.high):
        raise Unfit(slot.source)
    return (top,)
