"""What tables have in common: where they stand, what their rows give, and which options a value can have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Any

from rules.expressions.scope import Scope
from rules.expressions.types import Kind, Type
from rules.numbers import subtract
from rules.scorecard.draft import Draft, constant_of
from rules.scorecard.fields import nearest, shown
from rules.scorecard.model import Path
from rules.scorecard.ranges import hull, term_type
from rules.scorecard.shapes import Term


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shape stands. gives: `number` (texts are expressions), `word` (texts are words) or `any` (a text is an
    expression where an entry beside it gives a number, else a word); value: the types of the node's value or values."""

    draft: Draft
    path: Path
    scope: Scope
    gives: str
    values: tuple[Type, ...]
    zero: bool
    mild: bool

    def term(self, value: object, *key: str | int, expects: Kind | None = Kind.NUMBER) -> Term | None:
        return self.draft.term(
            value, (*self.path, *key), self.scope, expects, zero=self.zero, mild=self.mild, lacks=False
        )

    def fault(self, code: str, *key: str | int, **values: object) -> None:
        self.draft.faults.add(code, (*self.path, *key), level="error", **values)


def read_gives(place: Place, entries: list[tuple[tuple[str | int, ...], object]]) -> tuple[list[Term | None], Type]:
    """What the entries of a table give, and the type of all of them; one table gives one kind."""
    style = place.gives
    if style == "any":
        style = "number" if any(isinstance(one, Decimal) for _, one in entries) else "word"
    found: list[Term | None] = []
    for key, value in entries:
        constant = constant_of(value)
        if style == "word" and place.gives == "word":
            found.append(_word(place, key, value))
        elif constant is not None:
            found.append(Term(shown(value), constant=constant))
        elif style == "number":
            found.append(place.term(value, *key))
        else:
            found.append(_word(place, key, value))
    types = [term_type(one) for one in found if one is not None]
    if len({one.kind for one in types}) > 1:
        place.fault("SC020", kinds=", ".join(sorted({one.kind.value for one in types})))
    return found, hull(types)


def _word(place: Place, key: tuple[str | int, ...], value: object) -> Term | None:
    if isinstance(value, str) and value.strip():
        return Term(value, constant=value)
    if isinstance(value, Decimal | bool):
        return Term(shown(value), constant=shown(value))
    place.fault("SC001", *key, wants="word", value=value)
    return None


def read_rows(place: Place, document: Any) -> tuple[list[tuple[int, Mapping[Any, Any]]], tuple[int, object] | None]:
    """The rows of a table and its `else` as (index, what it gives); the else stands last and stands alone."""
    rows: list[tuple[int, Mapping[Any, Any]]] = []
    otherwise: tuple[int, object] | None = None
    if not isinstance(document, list | tuple) or not document:
        place.fault("SC001", wants="list", value=document)
        return [], None
    for index, row in enumerate(document):
        if not isinstance(row, Mapping):
            place.fault("SC001", index, wants="mapping", value=row)
        elif "else" in row:
            if len(row) > 1 or index < len(document) - 1:
                place.fault("SC021", index)
            otherwise = (index, row["else"])
        else:
            rows.append((index, row))
    return rows, otherwise


def option_text(key: object) -> str:
    """A key of a table as the option it stands for: yes and true are one, so are no and false; 1.0 is 1."""
    text = key if isinstance(key, str) else shown(key)
    return {"true": "yes", "false": "no"}.get(text, text)


def options_of(one: Type) -> tuple[str, ...] | None:
    """The options that a value can have, as texts; None where there is no closed list."""
    if one.kind is Kind.YES_NO:
        return ("yes", "no")
    if one.kind is Kind.CHOICE:
        return (*one.options, *one.outside)
    return _whole_numbers(one) if one.digits == 0 else None


def _whole_numbers(one: Type) -> tuple[str, ...] | None:
    """Those of a short range."""
    if one.kind is not Kind.NUMBER or one.low is None or one.high is None or subtract(one.high, one.low) > 100:
        return None
    return tuple(str(number) for number in range(ceil(one.low), floor(one.high) + 1))


def covers(one: Type, given: Collection[str]) -> bool:
    """Whether all whole numbers of a short range are given, so that only what lies between two of them is not."""
    wanted = _whole_numbers(one)
    return wanted is not None and set(wanted) <= set(given)


def check_options(place: Place, given: tuple[str, ...], wanted: tuple[str, ...], has_else: bool, *key: str) -> None:
    for option in given:
        if option not in wanted:
            near, allowed = nearest(option, wanted), ", ".join(wanted)
            place.fault("SC024", *key, option, option=option, nearest=near, allowed=allowed)
    lacking = [option for option in wanted if option not in given]
    if lacking and not has_else:
        place.fault("SC023", *key, option=", ".join(lacking[:5]))
