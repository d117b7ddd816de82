"""Computed figures in the order of their dependency, and what earlier periods can be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.expressions.parser import parse
from rules.expressions.tree import Call, Name
from rules.expressions.types import YES_NO, Kind, Type
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Fields
from rules.scorecard.model import Node
from rules.scorecard.ranges import input_type
from rules.scorecard.read_inputs import read_named
from rules.scorecard.read_nodes import LEAF_KEYS, Leaf, read_leaf

_PAST = ("previous", "past")


def read_computed(draft: Draft, fields: Fields) -> tuple[Node, ...]:
    """Every computed figure, in the order in which they can be computed; a circle is a fault that names its members."""
    documents = read_named(draft, fields.raw("computed"), fields.at("computed"))
    for name in documents:
        if name in draft.inputs or name in draft.lists:
            draft.faults.add("SC034", (*fields.at("computed"), name), name=name)
    needs = {name: _names_in(one) & set(documents) for name, one in documents.items()}
    order, circle = _ordered(needs)
    for name in circle:
        draft.faults.add("SC061", (*fields.at("computed"), name), names=" → ".join([*circle, circle[0]]))
    made = []
    for name in order:
        inner = Fields(draft.faults, documents[name], (*fields.at("computed"), name), LEAF_KEYS)
        if inner.raw("missing") in ("block", "exclude"):
            draft.faults.add("SC062", inner.at("missing"), value=inner.raw("missing"))
        draft.later = {one: step for one, step in draft.later.items() if one not in documents}
        node, its_type, _ = read_leaf(Leaf(draft, inner, name, name, "any", mild=True))
        draft.learn(name, its_type)
        if node is not None:
            made.append(node)
    for name in circle:
        draft.learn(name, Type(Kind.NUMBER, missing=True))
    return tuple(made)


def _ordered(needs: Mapping[str, set[str]]) -> tuple[list[str], list[str]]:
    """Names so that each comes after what it needs, else in the order of the file; the rest is a circle."""
    order: list[str] = []
    waiting = list(needs)
    while waiting:
        ready = next((name for name in waiting if needs[name] <= set(order)), None)
        if ready is None:
            return order, _circle(needs, waiting)
        order.append(ready)
        waiting.remove(ready)
    return order, []


def _circle(needs: Mapping[str, set[str]], waiting: list[str]) -> list[str]:
    way = [waiting[0]]
    while True:
        following = next(name for name in sorted(needs[way[-1]]) if name in waiting)
        if following in way:
            return way[way.index(following):]
        way.append(following)


def _names_in(document: Any) -> set[str]:
    """The figures that a node's expressions read in this period; options that only look like names count, too."""
    found: set[str] = set()
    for text in _texts(document):
        tree = parse(text)
        if not isinstance(tree, tuple):
            found.update(_read_now(tree))
    return found


def _texts(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        if ".." in document:
            yield from (end for end in document.split("..") if end.strip())
        else:
            yield document
    elif isinstance(document, Mapping):
        for key, value in document.items():
            if key not in ("title", "round", "say", "rule", "counting", "missing", "better", "by"):
                yield from _texts(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from _texts(value)


def _read_now(tree: Any) -> Iterator[str]:
    if isinstance(tree, Call) and tree.name in _PAST:
        return
    if isinstance(tree, Name):
        yield tree.text
        return
    if isinstance(tree, tuple):
        for one in tree:
            yield from _read_now(one)
        return
    for slot in getattr(tree, "__slots__", ()):
        value = getattr(tree, slot)
        if not isinstance(value, str | int | Decimal):
            yield from _read_now(value)


def provisional_types(draft: Draft, fields: Fields, grades: tuple[str, ...]) -> None:
    """What `previous()` and `past()` can read: kinds are known before this period's figures are, bounds are not."""
    for one in draft.inputs.values():
        draft.past[one.name] = replace(input_type(one), missing=True)
    for key in ("computed", "consequences"):
        for name, document in fields.mapping(key).items():
            draft.past[name] = _provisional(document)
    for name, document in _nodes(fields.mapping("metrics"), ""):
        draft.past[f"{name}.score"] = Type(Kind.NUMBER, missing=True)
        if isinstance(document, Mapping) and "target" in document:
            draft.past[f"{name}.target"] = Type(Kind.NUMBER, missing=True)
    if "total" in fields:
        draft.past["total"] = Type(Kind.NUMBER, digits=draft.rounds["total"].digits, missing=True)
    if grades:
        draft.past["grade"] = Type(Kind.CHOICE, options=grades, ladder=True, missing=True)


def _nodes(documents: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, document in documents.items():
        yield f"{above}{name}", document
        if isinstance(document, Mapping) and isinstance(document.get("parts"), Mapping):
            yield from _nodes({str(k): v for k, v in document["parts"].items()}, f"{above}{name}.")


def _provisional(document: Any) -> Type:
    """The kind that a computed figure or consequence has by its looks."""
    if not isinstance(document, Mapping):
        return Type(Kind.NUMBER, missing=True)
    given = [one for shape in ("choose", "bands", "lookup") for one in _given(document.get(shape))]
    if given and all(isinstance(one, bool) for one in given):
        return replace(YES_NO, missing=True)
    if given and all(isinstance(one, str) for one in given):
        return Type(Kind.CHOICE, options=tuple(dict.fromkeys(str(one) for one in given)), missing=True)
    tree = parse(str(document.get("value", ""))) if not given else ()
    if type(tree).__name__ in ("Compare", "In", "And", "Or", "Not"):
        return replace(YES_NO, missing=True)
    return Type(Kind.NUMBER, missing=True)


def _given(table: Any) -> list[Any]:
    if isinstance(table, Mapping):
        return list(table.values())
    rows = [row for row in table if isinstance(row, Mapping)] if isinstance(table, list | tuple) else []
    return [row.get("gives", row.get("else")) for row in rows]
