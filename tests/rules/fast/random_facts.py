"""Random valid facts for any card: missing and not rated, one figure or many, answers of roles, rows, agreements,
earlier periods, grades set by people; and often the very numbers at which the card's tables turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

from rules.expressions.tree import Literal
from rules.expressions.types import Kind, Type
from rules.numbers import number_text
from rules.scorecard.evaluate import score
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.figures import Figure, Given
from rules.scorecard.model import Card, Input, RowList

LACKING = 0.06


def facts_for(card: Card, random: Random) -> Facts:
    """Facts that can be read; the same `random` gives the same facts. Agreements that the card refuses are drawn anew
    most of the time, so that not all ends there."""
    found = _drawn(card, random)
    for _ in range(random.choice([0, 6, 6, 6])):
        if score(card, found).status != "refused":
            break
        found = _drawn(card, random)
    return found


def _drawn(card: Card, random: Random) -> Facts:
    document = document_for(card, random)
    facts, faults = read_facts(card, document)
    if facts is None:
        raise AssertionError((document, [(one.code, one.path, dict(one.values)) for one in faults]))
    return with_cohort(card, facts, random)


def with_cohort(card: Card, facts: Facts, random: Random) -> Facts:
    """What others add to the facts of one card: figures of its cohort, what the quota made of the grade, its share of a
    pool, a metric that was retired."""
    maker = _Maker(card, random, 0)
    figures = {name: Given(single=Figure(maker.fitting(one)))
               for name, one in card.inputs.items() if one.of is not None and random.random() < 0.8}
    shares = {node.name: Decimal(random.randint(0, 100_000)).scaleb(-2)
              for node in card.consequences if node.split is not None and random.random() < 0.8}
    words = () if card.grades is None else (*card.grades.ladder, *card.grades.outside)
    wanted = random.choice(words) if words and random.random() < (0.5 if card.quota is not None else 0.05) else None
    retired = {random.choice(card.metrics).key: "agreed"} if len(card.metrics) > 1 and random.random() < 0.05 else {}
    return replace(facts, cohort=figures, shares=shares, quota_grade=wanted, retired=retired)


def document_for(card: Card, random: Random) -> dict[str, Any]:
    """The same as plain data, as a file of facts holds it."""
    lacking = random.choice([0, 0, LACKING, 0.3])
    maker = _Maker(card, random, lacking)
    document: dict[str, Any] = {
        key: {name: maker.value(one) for name, one in known.items()}
        for key, known in (("subject", card.subject), ("cycle", card.cycle)) if known
    }
    document["inputs"] = {name: maker.given(one) for name, one in card.inputs.items() if one.of is None}
    document["lists"] = {name: maker.rows(one) for name, one in card.lists.items()}
    document["agreed"] = maker.agreed()
    document["previous"] = [maker.period() for _ in range(random.choice([0, 1, 3, 4]))]
    if card.grades is not None and random.random() < 0.15:
        document["adjusted"] = random.choice([*card.grades.ladder, *card.grades.outside])
    return document


class _Maker:
    def __init__(self, card: Card, random: Random, lacking: float) -> None:
        self.card, self.random, self.lacking = card, random, lacking
        self.numbers, self.dates = _turns(card)

    def value(self, one: Input) -> Any:
        """One observation, or none."""
        if self.random.random() < self.lacking:
            return self.random.choice([None, "NR"])
        return self.fitting(one)

    def fitting(self, one: Input) -> Any:
        if one.type == "yes_no":
            return self.random.random() < 0.5
        if one.type == "choice":
            return self.random.choice(one.options)
        if one.type == "text":
            return self.random.choice(["a", "b", "c"])
        if one.type == "date":
            return self._date()
        return self._number(one.low, one.high, one.digits)

    def _date(self) -> str:
        near = self.random.choice(self.dates) if self.dates else date(2025, 6, 30)
        return (near + timedelta(days=self.random.choice([0, 0, 1, -1, self.random.randint(-400, 400)]))).isoformat()

    def _number(self, low: Decimal | None, high: Decimal | None, digits: int) -> Decimal:
        """Inside the range, at its digits: a place where something turns, its neighbours, an end, or anywhere."""
        unit = 10**digits
        least = None if low is None else -(-Fraction(low) * unit // 1)
        most = None if high is None else Fraction(high) * unit // 1
        start = int(least if least is not None else -10 * unit if most is None or most > -10 * unit else most - unit)
        end = int(most if most is not None else max(start, 0) + 1000 * unit)
        way = self.random.random()
        if way < 0.35 and self.numbers:
            turn = Fraction(self.random.choice(self.numbers)) * unit
            found = int(turn) + self.random.choice([0, 0, 1, -1])
        elif way < 0.45:
            found = self.random.choice([start, end, 0])
        else:
            far = self.random.choice([end, min(end, start + 120 * unit), min(end, start + 5 * unit)])
            found = self.random.randint(start, max(start, far))
        return Decimal(min(max(found, start), end)).scaleb(-digits)

    def given(self, one: Input) -> Any:
        """What is given for one input: absent, a figure, several, or answers by role."""
        if self.random.random() < self.lacking:
            return self.random.choice([None, "NR"])
        if one.asked:
            return self._asked(one)
        if one.fold is None:
            value = self.value(one)
            if value is None or self.random.random() < 0.8:
                return value
            return {"value": value, "samples": self.random.choice([1, 5, 40])}
        if one.fold in ("mean", "sum", "min", "max", "last") and not one.answers and self.random.random() < 0.1:
            return self._once_folded(one)
        return [self.value(one) for _ in range(self.random.choice([0, 1, 2, 3, 3]))]

    def _once_folded(self, one: Input) -> Any:
        value = self.fitting(one)
        return value if not isinstance(value, bool) or one.type == "yes_no" else None

    def _asked(self, one: Input) -> Any:
        roles = {}
        same = self.fitting(one)
        numeric = one.numeric
        for role in one.asked:
            people = []
            for _ in range(self.random.choice([0, 1, 2, 3, 5] if self.lacking else [1, 2, 3])):
                answer = self.value(one) if numeric or self.random.random() < 0.1 else same
                if one.fold is not None and self.random.random() < 0.3:
                    answer = [self.value(one) for _ in range(self.random.randint(1, 3))]
                people.append(answer)
            if people or self.random.random() < 0.5:
                roles[role] = people
        return roles

    def rows(self, rows: RowList) -> list[Any]:
        least = int(rows.count.low or 0)
        most = int(rows.count.high if rows.count.high is not None else least + 4)
        count = self.random.choice([least, min(most, least + 1), min(most, least + 3), min(most, least + 6)])
        made = [{name: self._field(one) for name, one in rows.fields.items()} for _ in range(count)]
        weight = rows.fields.get("weight")
        if weight is not None and made and self.random.random() < 0.8:  # most cards want them to make a hundred
            low = int(weight.low or 0) or 1
            parts = [low] * count
            while sum(parts) < 100:
                parts[self.random.randrange(count)] += min(5, 100 - sum(parts))
            for row, part in zip(made, parts, strict=True):
                row["weight"] = part if weight.span.holds(Decimal(part)) else row["weight"]
        return made

    def _field(self, one: Input) -> Any:
        if one.asked or one.fold is not None:
            return self.given(one)
        return self.value(one)

    def agreed(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        wild = self.random.random() < 0.1
        for one in self.card.agreeable():
            if one.kind == "input" or self.random.random() < 0.5:
                continue
            places = self.random.choice([one.digits, one.digits, one.digits + 4]) if wild else one.digits
            found[one.key] = self._number(
                one.low if not wild else None, one.high if not wild else None, self.random.choice([0, places])
            )
            if one.default is not None and self.random.random() < 0.4:
                found[one.key] = one.default
        return self._summed(found)

    def _summed(self, found: dict[str, Any]) -> dict[str, Any]:
        """Now and then the weights that may be agreed are made to fit their sum again."""
        total = self.card.total
        if total is None or total.weights_sum is None or self.random.random() < 0.2:
            return found
        return {key: value for key, value in found.items() if not key.endswith(".weight")}

    def period(self) -> dict[str, Any]:
        found = {}
        for name, its_type in self.card.guards.past.items():
            if self.random.random() > self.lacking + 0.1:
                found[name] = self._past(name, its_type)
        return found

    def _past(self, name: str, its_type: Type) -> Any:
        if its_type.kind is Kind.NUMBER:
            if self.random.random() < 0.05:
                return number_text(Fraction(self.random.randint(1, 900), 7))
            digits = 2 if its_type.digits is None else its_type.digits
            return self._number(its_type.low if its_type.low is not None else Decimal(0), its_type.high, digits)
        if its_type.kind is Kind.YES_NO:
            return self.random.random() < 0.5
        if its_type.kind is Kind.DATE:
            return self._date()
        if its_type.kind is Kind.CHOICE and its_type.options:
            outside = self.card.grades.outside if name == "grade" and self.card.grades else ()
            return self.random.choice([*its_type.options, *outside, "unheard of"])
        return "a"


@lru_cache(maxsize=256)
def _turns_of(card: _ById) -> tuple[tuple[Decimal, ...], tuple[date, ...]]:
    numbers: set[Decimal] = set()
    dates: set[date] = set()
    for value in _constants(card.card):
        if isinstance(value, date):
            dates.add(value)
        elif not isinstance(value, bool) and isinstance(value, Decimal):
            numbers.add(value)
    return tuple(sorted(numbers)), tuple(sorted(dates))


class _ById:
    """A card as a key of the cache: cards themselves cannot be hashed."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def __hash__(self) -> int:
        return id(self.card)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.card is self.card


def _turns(card: Card) -> tuple[tuple[Decimal, ...], tuple[date, ...]]:
    """The numbers and dates at which something turns in a card."""
    return _turns_of(_ById(card))


def _constants(part: Any) -> Iterator[Any]:
    """Every number and date written in the card, those inside expressions too."""
    if isinstance(part, Literal):
        yield part.value
    elif isinstance(part, Decimal | date):
        yield part
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _constants(one)
    elif isinstance(part, tuple | list):
        for one in part:
            yield from _constants(one)
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            if one.name not in ("guards", "by_key", "prepared", "_plan", "type", "cohort", "quota"):
                yield from _constants(getattr(part, one.name))
