"""The card while it is being read: which names are known at this step, and how a text becomes an expression there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from rules.expressions.compiled import Expression, ExpressionFaults, compile_expression
from rules.expressions.scope import Scope
from rules.expressions.types import Kind, Type
from rules.faults import Fault
from rules.numbers import EXACT, Rounding, read_rounding
from rules.scorecard.fields import Faults, number, span_of
from rules.scorecard.model import Input, MissingPolicy, Path, RowList
from rules.scorecard.settled_checks import asks_presence, names_in, settled_faults
from rules.scorecard.shapes import Limits, Term

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = re.compile(r"[^\W\d][\w.]*")
ZERO_DIVISOR, ZERO_UNDECIDED = "EX039", "SC139"
_PLAIN: Mapping[Kind | None, type] = {Kind.NUMBER: Decimal, Kind.DATE: date}


@dataclass
class Draft:
    """What the steps so far have made. `known` grows step by step, `later` shrinks; `rules` are those already run;
    `read` are the names that expressions look up, `fields_read` all that stand in them, fields of rows too."""

    faults: Faults
    inputs: dict[str, Input] = field(default_factory=dict)
    lists: dict[str, RowList] = field(default_factory=dict)
    known: dict[str, Type] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    past: dict[str, Type] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    fields_read: set[str] = field(default_factory=set)
    missing: MissingPolicy = field(default_factory=lambda: MissingPolicy("block"))
    rounds: dict[str, Rounding] = field(default_factory=lambda: {"metric": EXACT, "total": EXACT})

    def scope(self, local: Mapping[str, Type] | None = None) -> Scope:
        """The names readable now, with the local ones of a node; a local name that is a figure too has two meanings."""
        own = dict(local or {})
        taken = {name: "figure" for name in own if name in self.known}
        later = {name: step for name, step in self.later.items() if name not in own and name not in self.known}
        return Scope({**self.known, **own}, later, tuple(self.rules), self.past, taken)

    def learn(self, name: str, its_type: Type) -> None:
        self.known[name] = its_type
        self.later.pop(name, None)

    def compile(
        self, text: str, path: Path, scope: Scope, expects: Kind | None = None, *,
        zero: bool = False, mild: bool = False, lacks: bool = False, if_missing: str | None = None,
    ) -> Expression | None:
        """Compile, noting faults under the path. zero: something says what a divisor of 0 gives; mild: one that may be
        0 is a warning; lacks: what is divided by 0 is missing, else the node's `if_zero` is asked; if_missing: what a
        condition is where it lacks something (`holds`, `fails`)."""
        try:
            made = compile_expression(text, scope, zero_allowed=zero, zero_missing=lacks, expects=expects)
        except ExpressionFaults as wrong:
            zeros = [one for one in wrong.faults if one.code == ZERO_DIVISOR]
            self._meant(text, wrong.faults)
            self._note(path, text, [one for one in wrong.faults if one not in zeros], None)
            if len(zeros) < len([one for one in wrong.faults if one.level == "error"]) or not mild:
                self._note(path, text, zeros, "warning" if mild else None)
                return None
            mended = self.compile(text, path, scope, expects, zero=True, lacks=lacks, if_missing=if_missing)
            if mended is not None:
                told = [replace(one, code=ZERO_UNDECIDED) for one in zeros] if expects is Kind.YES_NO else zeros
                self._note(path, text, told, "warning")
            return mended
        self._note(path, text, [one for one in made.warnings if not asks_presence(one, made, scope, if_missing)], None)
        settled = settled_faults(made, text, path, scope)
        self.faults.found.extend(one for one in settled if not asks_presence(one, made, scope, if_missing))
        self.read.update(made.reads | made.past_reads)
        self.fields_read.update(names_in(made.tree))
        return made

    def _meant(self, text: str, faults: Iterable[Fault]) -> None:
        """What a text at fault names, or seems to mean, is not told of as read by nothing as well."""
        words = {*_WORDS.findall(text), *(one.values.get("nearest", "") for one in faults)}
        self.read.update(words)
        self.fields_read.update(words | {part for word in words for part in word.split(".")})

    def _note(self, path: Path, text: str, faults: Any, level: str | None) -> None:
        for one in faults:
            values = {"text": text, **one.values}
            self.faults.found.append(Fault(one.code, (*path, *one.path), values, one.column, level or one.level))

    def term(
        self, value: object, path: Path, scope: Scope, expects: Kind | None = Kind.NUMBER, *,
        zero: bool = False, mild: bool = False, lacks: bool = True,
    ) -> Term | None:
        """A number, yes/no, date or expression; None, with a fault, for what is none of these."""
        constant = constant_of(value)
        if constant is not None:
            if expects in _PLAIN and not isinstance(constant, _PLAIN[expects]):
                self.faults.add("SC001", path, wants="number" if expects is Kind.NUMBER else "date", value=value)
                return None
            return Term(str(value), constant=constant)
        if not isinstance(value, str) or not value.strip():
            self.faults.add("SC001", path, wants="expression", value=value)
            return None
        made = self.compile(value, path, scope, expects, zero=zero, mild=mild, lacks=lacks)
        return None if made is None else Term(value, expression=made)

    def condition(
        self, value: object, path: Path, scope: Scope, *, said: bool = False, lacks: bool = True,
        if_missing: str | None = None,
    ) -> Expression | None:
        """A question in an `if` or `that`; a plain true or false stands for itself.

        A divisor that may be 0 leaves it undecided, which is a warning unless it is said what then (`said`).
        """
        text = ("true" if value else "false") if isinstance(value, bool) else value
        if not isinstance(text, str):
            self.faults.add("SC001", path, wants="condition", value=value)
            return None
        return self.compile(text, path, scope, Kind.YES_NO, zero=said, mild=True, lacks=lacks, if_missing=if_missing)

    def rounding(self, value: object, path: Path) -> Rounding:
        try:
            return read_rounding(value) if isinstance(value, str) else self._no_rounding(value, path)
        except ValueError:
            return self._no_rounding(value, path)

    def _no_rounding(self, value: object, path: Path) -> Rounding:
        self.faults.add("SC013", path, value=value)
        return EXACT

    def limits(self, value: object, path: Path, scope: Scope) -> Limits | None:
        """`a..b`, either end an expression or open; plain numbers the wrong way round are a fault."""
        if not isinstance(value, str) or ".." not in value:
            self.faults.add("SC007", path, value=value)
            return None
        low_text, _, high_text = value.partition("..")
        low = self._end(low_text, path, scope)
        high = self._end(high_text, path, scope)
        span = span_of(value)
        if span is not None and span.low is not None and span.high is not None and span.low > span.high:
            self.faults.add("SC008", path, low=span.low, high=span.high)
        if low is None and high is None:
            if not low_text.strip() and not high_text.strip():
                self.faults.add("SC007", path, value=value)
            return None
        return Limits(value, low, high)

    def _end(self, text: str, path: Path, scope: Scope) -> Term | None:
        bare = text.strip()
        if not bare:
            return None
        return self.term(number(bare) if number(bare) is not None else bare, path, scope)


def constant_of(value: object) -> Decimal | bool | date | None:
    """The constant that a value of the document is by itself; None for an expression or anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return date_of(value)
    return number(value)


def date_of(text: str) -> date | None:
    if not _DATE.fullmatch(text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
