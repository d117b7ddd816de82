"""What comes into one program: its slots, made when they are first read, and words as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rules.fast.emit import below_name
from rules.fast.naming import Listed
from rules.fast.program import Ref, Slot
from rules.fast.rowsin import slot_value
from rules.fast.slots import Variant, end_at, input_digits, input_slot, typed_slot
from rules.fast.values import Unspoken, Val
from rules.scorecard.model import Card, Input


class Slots:
    """The slots of one program, made when they are first read."""

    def __init__(self, card: Card, variant: Variant) -> None:
        self.card, self.variant = card, variant
        self.found: dict[tuple[str | int, ...], Slot] = {}

    def of(self, *source: str | int) -> Val:
        slot = self.found.get(source)
        if slot is None:
            slot = self.found[source] = self._new(source, f"v{len(self.found)}")
        top = Ref(slot.name)
        return slot_value(slot, top, Ref(below_name(slot.name)))

    def _new(self, source: tuple[str | int, ...], name: str) -> Slot:
        card, wide, kind = self.card, self.variant.wide, source[0]
        if kind in ("input", "subject", "cycle"):
            known: Mapping[str, Input] = {"input": card.inputs, "subject": card.subject, "cycle": card.cycle}[str(kind)]
            return input_slot(known[str(source[1])], source, name, wide)
        if kind == "past":
            return self._past(source, name)
        if kind == "share":
            return Slot(source, "number", name, None)
        if kind in ("mask", "adjusted", "quota"):
            return Slot(source, "word" if kind != "mask" else "mask", name)
        raise Unspoken(str(kind))

    def _past(self, source: tuple[str | int, ...], name: str) -> Slot:
        its_type = self.card.guards.past.get(str(source[2]))
        if its_type is None:
            raise Unspoken("past")
        one = self.card.inputs.get(str(source[2]))
        digits = its_type.digits if one is None else input_digits(one)
        made = typed_slot(its_type, digits, source, name, self.variant.wide)
        # Nobody checks what an earlier period holds against a range.
        return Slot(source, made.kind, name, made.digits)

    def agreed(self, key: str, what: str, digits: int, low: Decimal | None, high: Decimal | None) -> Val:
        """What a metric's weight, target or standard was agreed to be; missing where it was not."""
        source = ("agreed", key, what)
        checked = not self.variant.wide and not self.variant.free
        if source not in self.found:
            name = f"v{len(self.found)}"
            self.found[source] = Slot(
                source, "number", name, digits if checked else None,
                end_at(low, digits, True) if checked else None, end_at(high, digits, False) if checked else None,
            )
        slot = self.found[source]
        return slot_value(slot, Ref(slot.name), Ref(below_name(slot.name)))

    def listed(self, name: str) -> Listed:
        source = ("list", name)
        if source not in self.found:
            slot = f"v{len(self.found)}"
            fields = tuple(
                input_slot(one, ("field", name, field), "v0", self.variant.wide)
                for field, one in self.card.lists[name].fields.items()
            )
            self.found[source] = Slot(source, "list", slot, fields=fields)
        slot_ = self.found[source]
        return Listed(Ref(slot_.name), slot_.fields)


class Words:
    """Words as numbers: the grades best first, then those beside the ladder, then all others as they come."""

    def __init__(self, card: Card) -> None:
        grades = card.grades
        first = () if grades is None else (*grades.ladder, *grades.outside)
        self.codes = {word: place for place, word in enumerate(first)}
        for one in (*card.inputs.values(), *card.subject.values(), *card.cycle.values()):
            for option in one.options:
                self.code(option)
        for rows in card.lists.values():
            for one in rows.fields.values():
                for option in one.options:
                    self.code(option)

    def code(self, word: str) -> int:
        return self.codes.setdefault(word, len(self.codes))
