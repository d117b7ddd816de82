"""Reading single figures of facts: against type, range and digits of their declaration; refused, never rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rules.expressions.types import MISSING, Kind, Missing, Type, Value
from rules.scorecard.draft import date_of
from rules.scorecard.fields import Faults, Fields, digits_of, nearest, number, shown
from rules.scorecard.model import NUMBER_TYPES, Input, Path, Span

NOT_RATED = "NR"
_WANTS = {"number": "number", "percent": "number", "money": "number", "count": "whole", "rating": "whole"}
FIGURE_KEYS = ("value", "samples", "source", "observation", "taken_at", "role")


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with where it comes from. observation: its id; samples: size of the sample behind it."""

    value: Value | Missing
    source: str | None = None
    observation: str | None = None
    taken_at: str | None = None
    samples: int | None = None
    not_rated: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for one input. single: one figure, taken as already folded; figures: to be folded; roles:
    role -> people -> their answers in the order of time."""

    single: Figure | None = None
    figures: tuple[Figure, ...] = ()
    roles: Mapping[str, tuple[tuple[Figure, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactReading:
    """Notes what cannot be read; such a figure is left out, and the facts are refused as a whole."""

    faults: Faults

    def given(self, one: Input, value: Any, path: Path) -> Given:
        if isinstance(value, Mapping) and one.asked and not set(map(str, value)) & {"value"}:
            return Given(roles=self._roles(one, value, path))
        if isinstance(value, list | tuple):
            if len(one.asked) == 1:
                return Given(roles={next(iter(one.asked)): self._people(one, value, path)})
            if len(value) > 1 and one.fold is None:
                self.faults.add("FA002", path, name=one.name)
            figures = [self.figure(one, item, (*path, index)) for index, item in enumerate(value)]
            return Given(figures=tuple(figure for figure in figures if figure is not None))
        figure = self.figure(one, value, path, folded=one.fold is not None or bool(one.asked))
        if one.fold == "count" and figure is not None and not isinstance(figure.value, Decimal):
            return Given(figures=(figure,))  # a word is one observation, a number how many there were
        return Given(single=figure)

    def _roles(self, one: Input, value: Mapping[Any, Any], path: Path) -> dict[str, tuple[tuple[Figure, ...], ...]]:
        roles = {}
        for role, answers in value.items():
            place = (*path, str(role))
            if role not in one.asked:
                self.faults.add("FA003", place, role=role, nearest=nearest(str(role), one.asked), name=one.name)
            elif answers is not None:
                many = answers if isinstance(answers, list | tuple) else [answers]
                roles[str(role)] = self._people(one, many, place)
        return roles

    def _people(self, one: Input, answers: Any, path: Path) -> tuple[tuple[Figure, ...], ...]:
        people = []
        for index, answer in enumerate(answers):
            place = (*path, index)
            if isinstance(answer, list | tuple):
                if len(answer) > 1 and one.fold is None:
                    self.faults.add("FA002", place, name=one.name)
                over_time = [self.figure(one, item, (*place, at)) for at, item in enumerate(answer)]
            else:
                over_time = [self.figure(one, answer, place)]
            people.append(tuple(figure for figure in over_time if figure is not None))
        return tuple(people)

    def figure(self, one: Input, value: Any, path: Path, folded: bool = False) -> Figure | None:
        """One figure against its declaration; None when there is none or when it is at fault."""
        if isinstance(value, Mapping):
            told_of = {key: one for key, one in value.items() if one is not None}
            if isinstance(told_of.get("samples"), str):
                told_of["samples"] = number(told_of["samples"]) or told_of["samples"]
            inner = Fields(self.faults, told_of, path, FIGURE_KEYS)
            samples = inner.whole("samples", 0, 10**9)
            read = self._value(one, value.get("value"), (*path, "value"), folded)
            told = {key: shown(inner.raw(key)) for key in ("source", "observation", "taken_at") if key in inner}
            if value.get("value") is None:
                return None
            return None if read is None else Figure(read, samples=samples, not_rated=read is MISSING, **told)
        if value is None:
            return None
        read = self._value(one, value, path, folded)
        return None if read is None else Figure(read, not_rated=read is MISSING)

    def _value(self, one: Input, value: Any, path: Path, folded: bool) -> Value | Missing | None:
        """The value; MISSING stands for NR, None for nothing or a fault."""
        if value is None:
            return None
        if value == NOT_RATED and NOT_RATED not in one.options:
            return MISSING
        as_number = folded and (bool(one.answers) or one.fold == "count") and number(value) is not None
        if one.type in NUMBER_TYPES or as_number:
            return self._number(one, value, path, folded)
        read = self._word(one, value)
        if read is None:
            self._unlike(one, value, path)
        return read

    def _unlike(self, one: Input, value: Any, path: Path) -> None:
        """Notes that the value is none of the options, or not of the kind that the input declares."""
        if one.type == "choice":
            near, allowed = nearest(shown(value), one.options), ", ".join(one.options)
            self.faults.add("FA004", path, name=one.name, value=shown(value), nearest=near, allowed=allowed)
        else:
            wants = one.type if one.type in ("date", "yes_no", "text") else "number" if one.digits else _WANTS[one.type]
            self.faults.add("FA008", path, name=one.name, value=shown(value), wants=wants)

    def _word(self, one: Input, value: Any) -> Value | None:
        if one.type == "yes_no":
            return value if isinstance(value, bool) else {"yes": True, "no": False, "true": True, "false": False}.get(
                str(value)
            )
        if one.type == "date":
            return value if isinstance(value, date) else date_of(str(value))
        word = value if isinstance(value, str) else shown(value)
        if one.type == "choice":
            return word if word in one.options else None
        return word

    def _number(self, one: Input, value: Any, path: Path, folded: bool) -> Decimal | None:
        read = number(value)
        if read is None:
            if isinstance(value, Decimal) and value.is_finite():  # a number, only far beyond every range
                self.faults.add("FA007", path, name=one.name, value=shown(value), range=one.span.text())
            else:
                self._unlike(one, value, path)
            return None
        divided = folded and (one.fold == "mean" or bool(one.asked))  # other folds make no digits of their own
        digits = max(one.digits, 18 if one.round.digits is None else one.round.digits) if divided else one.digits
        if digits_of(read) > digits and read != read.quantize(Decimal(1).scaleb(-digits)):
            self.faults.add("FA005", path, name=one.name, value=value, digits=str(digits))
            return None
        if one.answers and folded:
            return read
        span = _folded_span(one) if folded else one.span
        if not span.holds(read):
            self.faults.add("FA007", path, name=one.name, value=value, range=span.text())
            return None
        return read

    def number(self, value: Any, path: Path) -> Figure | None:
        """An agreed number with its source; its range is judged when it is scored."""
        inner = value if isinstance(value, Mapping) else {"value": value}
        raw = inner.get("value")
        if raw is None:
            return None
        read = number(raw)
        if read is None:
            self.faults.add("SC001", path, wants="number", value=raw)
            return None
        source = inner.get("source")
        return Figure(read, source=source if isinstance(source, str) else "agreed")

    def typed(self, its_type: Type, value: Any, path: Path) -> Value | Missing:
        """A figure of an earlier period; rationals may be given as `11/3`."""
        if value is None or value == NOT_RATED:
            return MISSING
        if its_type.kind is Kind.NUMBER:
            read: Decimal | Fraction | None = number(value)
            if read is None and isinstance(value, str) and "/" in value:
                read = _fraction(value)
            if read is None:
                self.faults.add("SC001", path, wants="number", value=value)
            return MISSING if read is None else read
        if its_type.kind is Kind.YES_NO:
            known = {"true": True, "false": False, "yes": True, "no": False}
            return value if isinstance(value, bool) else known.get(str(value), MISSING)
        if its_type.kind is Kind.DATE:
            return (value if isinstance(value, date) else date_of(str(value))) or MISSING
        return value if isinstance(value, str) else shown(value)


def _folded_span(one: Input) -> Span:
    """What an already folded figure may be: a sum reaches beyond the range of one, a count is never negative."""
    if one.fold == "count":
        return Span(Decimal(0))
    if one.fold != "sum":
        return one.span
    low, high = one.low, one.high
    return Span(low if low is not None and low >= 0 else None, high if high is not None and high <= 0 else None)


def _fraction(text: str) -> Fraction | None:
    above, _, below = text.partition("/")
    parts = number(above), number(below)
    if parts[0] is None or parts[1] is None or not parts[1]:
        return None
    return Fraction(parts[0]) / Fraction(parts[1])
