"""The part of a metric that is settled before any figure: weight, target, standards, labels and what may be agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from rules.expressions.types import YES_NO, Kind, Type
from rules.scorecard.draft import Draft, constant_of
from rules.scorecard.fields import Fields, nearest, read_span, well_named
from rules.scorecard.model import Path, Span
from rules.scorecard.ranges import hull, term_type
from rules.scorecard.read_inputs import METRIC_RESERVED, STANDARD_RESERVED, read_named
from rules.scorecard.shapes import Term

NODE_KEYS = (
    "title", "labels", "weight", "target", "standards", "agree", "value", "ratio", "steps", "line", "bands", "lookup",
    "grid", "choose", "parts", "over", "each", "once_per", "keep", "combine", "weights_sum", "round_each", "part_rules",
    "rules", "limits", "round", "missing", "if_zero",
)


@dataclass
class Static:
    """A node of the file with its settled part read; `fields` holds the keys still to be read."""

    name: str
    key: str
    path: Path
    fields: Fields
    labels: tuple[str, ...] = ()
    weight: Decimal | None = None
    target: Term | None = None
    standards: dict[str, Term] = field(default_factory=dict)
    agree: dict[str, Span] = field(default_factory=dict)
    parts: list[Static] = field(default_factory=list)

    def all(self) -> Iterator[Static]:
        yield self
        for part in self.parts:
            yield from part.all()

    def types(self, profile_targets: list[Decimal], profile_weights: list[Decimal]) -> dict[str, Type]:
        """The local names `target`, `weight` and the standards, each with every value that agreement can give it."""
        found: dict[str, Type] = {}
        if self.target is not None or "target" in self.agree or profile_targets:
            found["target"] = self._type("target", self.target, profile_targets)
        elif "target" in self.fields:  # it is at fault, and nothing more is to be said of it
            found["target"] = Type(Kind.NUMBER, low=Decimal(1), missing=True)
        if self.weight is not None or "weight" in self.agree or profile_weights:
            weight = None if self.weight is None else Term(str(self.weight), constant=self.weight)
            found["weight"] = self._type("weight", weight, profile_weights)
        for name, term in self.standards.items():
            found[name] = self._type(name, term, [])
        return found

    def _type(self, name: str, term: Term | None, others: list[Decimal]) -> Type:
        base = term_type(term) if term is not None else Type(Kind.NUMBER, missing=True)
        if base.kind is not Kind.NUMBER:
            return base
        spans = [self.agree[name]] if name in self.agree else []
        lows = [one.low for one in spans] + list(others) + ([base.low] if term is not None else [])
        highs = [one.high for one in spans] + list(others) + ([base.high] if term is not None else [])
        low = None if any(one is None for one in lows) or not lows else min(one for one in lows if one is not None)
        high = None if any(one is None for one in highs) or not highs else max(one for one in highs if one is not None)
        return Type(Kind.NUMBER, low=low, high=high, missing=base.missing and not others)


def read_statics(draft: Draft, document: Any, path: Path, above: str = "") -> list[Static]:
    """The metrics, or the parts of one, with their settled parts; nested parts included."""
    found = []
    for name, one in read_named(draft, document, path, METRIC_RESERVED).items():
        fields = Fields(draft.faults, {} if one is None else one, (*path, name), NODE_KEYS)
        static = Static(name, f"{above}{name}", (*path, name), fields)
        static.labels = fields.texts("labels")
        for label in static.labels:
            if not well_named(label):
                draft.faults.add("SC031", fields.at("labels"), name=label)
        static.weight = _weight(draft, fields)
        scope = draft.scope()
        if "target" in fields:
            static.target = draft.term(fields.raw("target"), fields.at("target"), scope, None)
        static.standards = _standards(draft, fields)
        static.agree = _agree(draft, static)
        if "parts" in fields:
            static.parts = read_statics(draft, fields.raw("parts"), fields.at("parts"), f"{static.key}.")
        found.append(static)
    return found


def _weight(draft: Draft, fields: Fields) -> Decimal | None:
    weight = fields.number("weight")
    if weight is not None and weight < 0:
        draft.faults.add("SC009", fields.at("weight"), value=weight, low=0, high="")
        return None
    return weight


def _standards(draft: Draft, fields: Fields) -> dict[str, Term]:
    found = {}
    for name, value in read_named(
        draft, fields.raw("standards"), fields.at("standards"), STANDARD_RESERVED
    ).items():
        constant = constant_of(value)
        if isinstance(constant, bool) or not isinstance(constant, Decimal | date):
            draft.faults.add("SC001", (*fields.at("standards"), name), wants="number or date", value=value)
        else:
            found[name] = Term(str(value), constant=constant)
        if name in draft.inputs or name in draft.lists:
            draft.faults.add("SC042", (*fields.at("standards"), name), name=name)
    return found


def _agree(draft: Draft, static: Static) -> dict[str, Span]:
    """What of the metric a task may set; the value in the file must lie inside the range."""
    found = {}
    known = ("target", "weight", *static.standards)
    for what, value in static.fields.mapping("agree").items():
        place = (*static.fields.at("agree"), what)
        if what not in known:
            draft.faults.add("SC043", place, name=what, nearest=nearest(what, known), allowed=", ".join(known))
            continue
        span = read_span(draft.faults, value, place)
        if span is None:
            continue
        found[what] = span
        default = static.weight if what == "weight" else _constant(static, what)
        if default is not None and not span.holds(default):
            draft.faults.add("SC044", place, name=what, default=default, range=span.text())
    return found


def _constant(static: Static, what: str) -> Decimal | None:
    term = static.target if what == "target" else static.standards.get(what)
    return term.constant if term is not None and isinstance(term.constant, Decimal) else None


def row_type(statics: list[Static], types: dict[str, dict[str, Type]], scores: dict[str, Type] | None) -> Type:
    """`metrics` or `m.parts` as a list: rows of weight, target, standards, labels as yes/no, and scores if made."""
    labels = {label for one in statics for label in one.labels}
    row: dict[str, Type] = dict.fromkeys(labels, YES_NO)
    names = {name for one in statics for name in types[one.key]}
    for name in names:
        each = [types[one.key].get(name) for one in statics]
        found = [one for one in each if one is not None] + [YES_NO] * (name in labels)
        row[name] = _row_field(found, any(one is None for one in each))
    if scores is not None:
        for name in ("score", "value"):
            made = [scores[f"{one.key}.{name}"] for one in statics if f"{one.key}.{name}" in scores]
            if made:
                row[name] = _row_field(made, len(made) < len(statics))
    count = Decimal(len(statics))
    return Type(Kind.LIST, low=count, high=count, row=row)


def _row_field(types: list[Type], lacking: bool) -> Type:
    """What the field can be in any row; of several kinds it can be neither compared nor folded."""
    kinds = tuple(sorted({one.kind.value for one in types}))
    if len(kinds) > 1:
        return Type(Kind.TEXT, missing=True, kinds=kinds)
    whole = hull(types)
    return Type(
        whole.kind, low=whole.low, high=whole.high, digits=whole.digits, options=whole.options,
        missing=whole.missing or lacking,
    )
