"""Conditions that are settled before any figure is known, and what a tree reads of the rows of lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from rules.expressions.cells import verdict
from rules.expressions.compiled import Expression
from rules.expressions.render import text_of
from rules.expressions.scope import Scope
from rules.expressions.tree import Name, Node, Quantified, children
from rules.expressions.types import Kind, Type, range_text
from rules.faults import Fault
from rules.scorecard.model import Path

_CELLS_MAX: Final = 2_000
_SHOWN: Final = 3
_CODES: Final = {False: "EX051", True: "EX052"}
_OPPOSITE: Final = {"holds": "EX051", "fails": "EX052"}
_WORDS: Final = re.compile(r"[^\W\d][\w.]*")


def settled_faults(made: Expression, text: str, path: Path, scope: Scope) -> Iterator[Fault]:
    """EX051 for a condition that never holds, EX052 for one that always does, also behind `where`; nothing where a
    part of it was found to be so."""
    if any(one.code in _CODES.values() for one in made.warnings):
        return
    if made.type.kind is Kind.YES_NO:
        yield from _fault(made.tree, scope.names, text, path, 1)
    for one in quantified(made.tree):
        row = scope.names.get(".".join(one.list))
        if one.where is not None and row is not None and row.row is not None:
            yield from _fault(one.where, {**scope.names, **row.row}, text, path, one.where.column)


def _fault(tree: Node, types: Mapping[str, Type], text: str, path: Path, column: int) -> Iterator[Fault]:
    answer = verdict(tree, types, _CELLS_MAX)
    if answer is None:
        return
    names = [name for name in dict.fromkeys(names_in(tree)) if name in types and types[name].kind is not Kind.LIST]
    reach = "; ".join(f"{name} {range_text(types[name])}" for name in names[:_SHOWN])
    found = text_of(tree)
    yield Fault(_CODES[answer], path, {"text": text, "found": found, "range": reach or found}, column, "warning")


def asks_presence(fault: Fault, made: Expression, scope: Scope, if_missing: str | None) -> bool:
    """Whether a condition found to be settled is not: where a figure of it lacks, `if_missing` says the opposite, so
    that it asks whether the figure is there."""
    if if_missing is None or fault.code != _OPPOSITE[if_missing]:
        return False
    words = set(_WORDS.findall(fault.values.get("found", "")))
    past = words & made.past_reads
    return bool(past) or any(scope.names[word].missing for word in words & scope.names.keys())


def quantified(tree: Node) -> Iterator[Quantified]:
    """Every question to a list inside a tree."""
    if isinstance(tree, Quantified):
        yield tree
    for one in children(tree):
        yield from quantified(one)


def names_in(tree: Node) -> Iterator[str]:
    """Every name inside a tree, fields of rows too."""
    if isinstance(tree, Name):
        yield tree.text
    elif isinstance(tree, Quantified) and tree.field is not None:
        yield tree.field
    for one in children(tree):
        yield from names_in(one)
