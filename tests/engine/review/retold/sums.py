"""Works out what a line says in plain arithmetic and conditions, with the names that the text has told so far."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.engine.review.retold.grammar import DATE, words

KEYWORDS = (
    "and", "or", "not", "in", "if", "else", "where", "yes", "no", "min", "max", "mean", "sum", "any", "all", "count",
    "round", "abs", "past", "held",
)  # fmt: skip
MODES = ("half_up", "half_even", "half_down", "up", "down", "floor", "ceiling")
SIGNS = re.compile(r"==|!=|<=|>=|[<>+\-*/()×;]|x(?= )")


class Unresolved(Exception):
    """The text has not told a name that the line uses."""


@dataclass(frozen=True)
class Rows:
    """A list as it was told; one field of it where `field` is named."""

    rows: Sequence[Mapping[str, Any]]
    field: str | None = None


def rounded(number: Fraction, unit: Fraction, mode: str) -> Fraction:
    units = number / unit
    low, rest = math.floor(units), units - math.floor(units)
    size, part = math.floor(abs(units)), abs(units) - math.floor(abs(units))
    sign = -1 if units < 0 else 1
    up = {
        "half_up": part >= Fraction(1, 2), "half_down": part > Fraction(1, 2), "up": part > 0, "down": False,
        "half_even": part > Fraction(1, 2) or (part == Fraction(1, 2) and size % 2 == 1),
    }
    if mode in ("floor", "ceiling"):
        return (low + (1 if mode == "ceiling" and rest else 0)) * unit
    return sign * (size + (1 if up[mode] else 0)) * unit


@dataclass
class Sum:
    """One text of arithmetic; names: what is known, by the names that the text uses."""

    lang: str
    names: Mapping[str, Any]
    ladder: Sequence[str] = ()
    tokens: list[Any] = field(default_factory=list)
    each: bool = False  # whether a comparison of several periods is asked one by one

    def of(self, text: str) -> Any:
        self.tokens = self._cut(text)
        value = self._either()
        if self.tokens:
            raise Unresolved(f"{text!r}: {self.tokens[:3]}")
        return value

    def _cut(self, text: str) -> list[Any]:
        found: list[Any] = []
        fields = {key: key for one in self.names.values() if isinstance(one, Rows) for row in one.rows for key in row}
        named = {**fields, **self.names}
        known = sorted(named, key=len, reverse=True)
        keywords = {words(self.lang)[f"word.{one}"]: one for one in KEYWORDS}
        keywords |= {words(self.lang)[f"mode.{one}"]: f"mode {one}" for one in ("half_up", "half_even", "half_down")}
        keywords |= {one: f"mode {one}" for one in MODES}
        for past in re.findall(rf"{words(self.lang)['word.past']}\(([^;()]+); (\d+)\)", text):
            text = text.replace(f"{words(self.lang)['word.past']}({past[0]}; {past[1]})", f"«{past[0]}|{past[1]}»")
        while text := text.lstrip():
            series = re.match(r"«(.+?)\|(\d+)»", text)
            number = re.match(rf"{DATE}|\d+(?:\.\d+)?", text)
            name = next((one for one in known if _starts(text, one)), None)
            word = next((one for one in sorted(keywords, key=len, reverse=True) if _starts(text, one)), None)
            sign = SIGNS.match(text)
            if series:
                found.append(self._series(series[1], int(series[2])))
                text = text[series.end():]
            elif name is not None and (word is None or len(name) >= len(word)):
                found.append(("value", named[name]))
                text = text[len(name):]
            elif number:
                plain = number[0]
                found.append(("value", date.fromisoformat(plain) if "-" in plain else Fraction(plain)))
                text = text[number.end():].removeprefix(" %")
            elif word is not None:
                found.append(keywords[word])
                text = text[len(word):]
            elif sign:
                found.append({"x": "*", "×": "*"}.get(sign[0], sign[0]))
                text = text[sign.end():]
            else:
                option = re.match(r'"([^"]+)"|[^\s()<>=;]+', text)
                found.append(("value", (option[1] or option[0]) if option else text))
                text = text[option.end():] if option else ""
        return found

    def _series(self, name: str, count: int) -> tuple[str, Any]:
        before = words(self.lang)["previous"]
        keys = [f"{before}({name})", *(f"{before}({name}; {ago})" for ago in range(2, count + 1))]
        if any(key not in self.names for key in keys):
            raise Unresolved(f"{name} of earlier periods")
        return ("value", [self.names[key] for key in keys])

    def _next(self, *wanted: str) -> Any:
        if self.tokens and self.tokens[0] in wanted:
            return self.tokens.pop(0)
        return None

    def _either(self) -> Any:
        value = self._or()
        if self._next("if"):
            asked = self._or()
            self._next("else")
            other = self._either()
            return value if asked else other
        return value

    def _or(self) -> Any:
        value = self._and()
        while self._next("or"):
            other = self._and()
            value = value or other
        return value

    def _and(self) -> Any:
        value = self._not()
        while self._next("and"):
            other = self._not()
            value = value and other
        return value

    def _not(self) -> Any:
        return not self._not() if self._next("not") else self._compare()

    def _compare(self) -> Any:
        left = self._sum()
        if self._next("in"):
            self._next("(")
            options = [self._sum()]
            while self._next(";"):
                options.append(self._sum())
            self._next(")")
            found = [one in options for one in left] if isinstance(left, list) else [left in options]
            return found if self.each and isinstance(left, list) else all(found)
        op = self._next("==", "!=", "<", "<=", ">", ">=")
        if op is None:
            return left
        right = self._sum()
        many = left if isinstance(left, list) else [left]
        found = [self._test(op, one, right) for one in many]
        return found if self.each and isinstance(left, list) else all(found)

    def _test(self, op: str, left: Any, right: Any) -> bool:
        if op in ("==", "!=") and None not in (left, right):
            if isinstance(left, str) != isinstance(right, str):
                raise Unresolved(f"{left!r} beside {right!r}")
            return bool(left == right) == (op == "==")
        if isinstance(left, str):
            if left not in self.ladder or right not in self.ladder:
                return False
            left, right = -self.ladder.index(left), -self.ladder.index(right)
        if left is None or right is None or type(left) is not type(right):
            raise Unresolved("missing")
        return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op])

    def _sum(self) -> Any:
        value = self._product()
        while op := self._next("+", "-"):
            other = self._product()
            if isinstance(value, date):
                value = Fraction((value - other).days)
            else:
                value = _number(value) + _number(other) * (1 if op == "+" else -1)
        return value

    def _product(self) -> Any:
        value = self._sign()
        while op := self._next("*", "/"):
            other = _number(self._sign())
            if op == "/" and not other:
                raise Unresolved("a divisor of 0")
            value = _number(value) * other if op == "*" else _number(value) / other
        return value

    def _sign(self) -> Any:
        return -_number(self._sign()) if self._next("-") else self._atom()

    def _atom(self) -> Any:
        if not self.tokens:
            raise Unresolved("the line ends")
        token = self.tokens.pop(0)
        if token == "(":
            value = self._either()
            self._next(")")
            return value
        if token in ("yes", "no"):
            return token == "yes"
        if isinstance(token, tuple):
            return token[1]
        if self._next("("):
            return self._call(token)
        raise Unresolved(str(token))

    def _call(self, name: str) -> Any:
        if self.tokens and isinstance(self.tokens[0], tuple) and isinstance(self.tokens[0][1], Rows):
            return self._fold(name, self.tokens.pop(0)[1])
        self.each = name in ("any", "all", "count")
        args = [self._mode() or self._either()]
        self.each = False
        while self._next(";"):
            args.append(self._mode() or self._either())
        self._next(")")
        values = args[0] if isinstance(args[0], list) else args
        if name not in _CALLS or not values or None in values or isinstance(values[0], str):
            raise Unresolved(name)
        return _CALLS[name](values)

    def _mode(self) -> str | None:
        if self.tokens and isinstance(self.tokens[0], str) and self.tokens[0].startswith("mode "):
            return str(self.tokens.pop(0)).removeprefix("mode ")
        return None

    def _fold(self, name: str, rows: Rows) -> Any:
        depth, end = 1, 0
        while depth:
            depth += {"(": 1, ")": -1}.get(self.tokens[end] if isinstance(self.tokens[end], str) else "", 0)
            end += 1
        asking, rest = self.tokens[:end - 1], self.tokens[end:]
        kept: list[Any] = []
        for row in rows.rows:
            self.tokens = [self._in_row(token, row) for token in asking]
            kept.append((row, self._or() if self._next("where") else True))
        self.tokens = rest
        if name in ("any", "all", "count"):
            answers = [bool(asked) for _, asked in kept]
            return {"any": any(answers), "all": all(answers), "count": Fraction(sum(answers))}[name]
        return _CALLS[name]([row.get(rows.field) for row, asked in kept if asked])

    def _in_row(self, token: Any, row: Mapping[str, Any]) -> Any:
        named = isinstance(token, tuple) and isinstance(token[1], str) and token[1] in row
        return ("value", row[token[1]]) if named else token


def _starts(text: str, name: str) -> bool:
    if not text.startswith(name):
        return False
    after = text[len(name):len(name) + 1]
    return not (name[-1:].isascii() and name[-1:].isalnum() and after.isascii() and (after.isalnum() or after == "_"))


def _number(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise Unresolved(f"{value!r} is no number")


_CALLS: dict[str, Callable[[list[Any]], Any]] = {
    "min": lambda many: min(many), "max": lambda many: max(many), "abs": lambda many: abs(_number(many[0])),
    "sum": lambda many: sum(map(_number, many), Fraction(0)),
    "mean": lambda many: sum(map(_number, many), Fraction(0)) / len(many),
    "round": lambda many: rounded(_number(many[0]), Fraction(1, 10 ** int(many[1])), many[2]),
    "any": any, "all": all, "count": lambda many: Fraction(sum(map(bool, many))),
}
