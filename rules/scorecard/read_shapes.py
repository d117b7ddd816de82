"""Reading a node's shape: the one table or formula that turns its value into a number or a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.expressions.types import Kind, Type
from rules.numbers import number_text
from rules.scorecard.fields import Fields
from rules.scorecard.ranges import hull, term_type
from rules.scorecard.shapes import Band, Bands, Choice, Choose, Grid, Line, Lookup, Ratio, Shape, Steps, Term
from rules.scorecard.tables import Place, check_options, covers, option_text, options_of, read_gives, read_rows

SHAPES = ("ratio", "steps", "line", "bands", "lookup", "grid", "choose")
SIDES = ("from", "above", "up_to", "below")
WORDS_YES_NO = ("yes", "no", "true", "false")


def read_shape(name: str, document: Any, place: Place) -> tuple[Shape | None, Type]:
    """The shape and the type of what it gives; faults in it give (None, a type that knows no bounds)."""
    readers: dict[str, Callable[[Any, Place], tuple[Shape | None, Type]]] = {
        "ratio": _ratio, "steps": _steps, "line": _line, "bands": _bands, "lookup": _lookup, "grid": _grid,
        "choose": _choose,
    }
    shape, its_type = readers[name](document, place)
    lacks = any(one.missing for one in place.values) and name != "choose"
    return shape, replace(its_type, missing=its_type.missing or lacks)


def _ratio(document: Any, place: Place) -> tuple[Shape | None, Type]:
    fields = Fields(place.draft.faults, document, place.path, ("better", "by", "full"))
    fields.need("better")
    better = fields.one_of("better", ("higher", "lower"), "higher") or "higher"
    by = fields.one_of("by", ("inverse", "mirror"))
    if better == "lower" and by is None and "by" not in fields:
        fields.need("by")
    if better == "higher" and by is not None:
        place.fault("SC014", "by", key="by", other="better: higher")
    full = fields.number("full") if "full" in fields else Decimal(100)
    target = place.scope.names.get("target")
    if target is None:
        place.draft.faults.add("SC015", place.path)
        return None, Type(Kind.NUMBER)
    value = place.values[0]
    if value.kind is not Kind.NUMBER or target.kind is not Kind.NUMBER:
        _unfit(place, "ratio", value.kind)
    divisor, name = (value, "value") if by == "inverse" else (target, "target")
    if not place.zero and may_be_zero(divisor):
        level = "warning" if place.mild else "error"
        place.draft.faults.add("SC017", place.path, level=level, name=name, range=_reach(divisor))
    return Ratio(better, by, full or Decimal(100)), _ratio_type(by, full or Decimal(100), value, target)


def _ratio_type(by: str | None, full: Decimal, value: Type, target: Type) -> Type:
    if value.low is None or value.low < 0 or target.low is None or target.low <= 0 or full <= 0:
        return Type(Kind.NUMBER)
    if by == "mirror":
        return Type(Kind.NUMBER, high=2 * full)
    return Type(Kind.NUMBER, low=Decimal(0))


def _reach(one: Type) -> str:
    low, high = ("" if end is None else number_text(end) for end in (one.low, one.high))
    return f"{low}..{high}"


def may_be_zero(one: Type) -> bool:
    return not ((one.low is not None and one.low > 0) or (one.high is not None and one.high < 0))


def _steps(document: Any, place: Place) -> tuple[Shape | None, Type]:
    allowed = ("start", "at", "every", "above", "below", "counting")
    fields = Fields(place.draft.faults, document, place.path, allowed)
    needed = [fields.need(key) for key in ("start", "at", "every", "counting")]
    counting = fields.one_of("counting", ("exact", "full", "begun"))
    found = {
        key: place.term(fields.raw(key), key, expects=_bound_kind(place) if key == "at" else Kind.NUMBER)
        for key in allowed[:5]
        if key in fields
    }
    _numeric(place, "steps")
    if "above" not in fields and "below" not in fields:
        place.fault("SC003", key="above")
        return None, Type(Kind.NUMBER)
    every = found.get("every")
    if every is not None:
        its = term_type(every)
        if its.low is None or its.low <= 0:
            place.fault("SC018", "every", value=every.text)
    start, at = found.get("start"), found.get("at")
    if not all(needed) or counting is None or start is None or at is None or every is None:
        return None, Type(Kind.NUMBER)
    begin = term_type(start)
    above, below = found.get("above"), found.get("below")
    ends = [term_type(one) for one in (above, below) if one is not None]
    up = any(one.high is None or one.high > 0 for one in ends)
    down = any(one.low is None or one.low < 0 for one in ends)
    its_type = Type(Kind.NUMBER, low=None if down else begin.low, high=None if up else begin.high)
    return Steps(start, at, every, above, below, counting), its_type


def _unfit(place: Place, shape: str, kind: Kind) -> None:
    """The shape cannot work on values of this kind; others can."""
    instead = {Kind.DATE: "line, steps, bands", Kind.NUMBER: "line, bands"}.get(kind, "lookup, choose")
    place.fault("SC016", shape=shape, kind=kind.value, instead=instead)


def _numeric(place: Place, shape: str) -> None:
    kind = place.values[0].kind
    if kind not in (Kind.NUMBER, Kind.DATE):
        _unfit(place, shape, kind)


def _bound_kind(place: Place) -> Kind:
    """What the value is compared with: a date with dates, all else with numbers."""
    return Kind.DATE if place.values[0].kind is Kind.DATE else Kind.NUMBER


def _line(document: Any, place: Place) -> tuple[Shape | None, Type]:
    if not isinstance(document, list | tuple) or len(document) < 2:
        place.fault("SC019", value=document)
        return None, Type(Kind.NUMBER)
    _numeric(place, "line")
    points: list[tuple[Term, Term]] = []
    wants = _bound_kind(place)
    for index, point in enumerate(document):
        if not isinstance(point, list | tuple) or len(point) != 2:
            place.fault("SC019", index, value=point)
            continue
        x, y = place.term(point[0], index, 0, expects=wants), place.term(point[1], index, 1)
        if x is not None and y is not None:
            points.append((x, y))
    if len(points) < len(document):
        return None, Type(Kind.NUMBER)
    whole = hull([term_type(y) for _, y in points])
    return Line(tuple(points)), replace(whole, digits=None)


def _bands(document: Any, place: Place) -> tuple[Shape | None, Type]:
    rows, otherwise = read_rows(place, document)
    _numeric(place, "bands")
    sides = [side for _, row in rows for side in SIDES if side in row]
    side = sides[0] if sides else "from"
    for index, row in rows:
        Fields(place.draft.faults, row, (*place.path, index), (*SIDES, "to", "gives"))
        if side not in row or sum(key in row for key in SIDES) != 1:
            place.fault("SC022", index, side=side)
        if "gives" not in row:
            place.fault("SC003", index, key="gives")
    if not rows or any(side not in row or "gives" not in row for _, row in rows):
        return None, Type(Kind.NUMBER)
    entries: list[tuple[tuple[str | int, ...], object]] = [((index, "gives"), row["gives"]) for index, row in rows]
    if otherwise is not None:
        entries.append(((otherwise[0], "else"), otherwise[1]))
    gives, its_type = read_gives(place, entries)
    wants = _bound_kind(place)
    bounds = [place.term(row[side], index, side, expects=wants) for index, row in rows]
    tos = [place.term(row["to"], index, "to", expects=wants) if "to" in row else None for index, row in rows]
    if any(one is None for one in (*gives, *bounds)):
        return None, its_type
    bands = tuple(
        Band(index, bound, to, given)
        for (index, _), bound, to, given in zip(rows, bounds, tos, gives, strict=False)
        if bound is not None and given is not None
    )
    return Bands(side, bands, gives[-1] if otherwise is not None else None), its_type


def _lookup(document: Any, place: Place) -> tuple[Shape | None, Type]:
    if not isinstance(document, Mapping) or not document:
        place.fault("SC001", wants="mapping", value=document)
        return None, Type(Kind.NUMBER)
    texts = {option_text(key): value for key, value in document.items()}
    gives, its_type = read_gives(place, [((str(key),), value) for key, value in texts.items()])
    value = place.values[0]
    wanted = options_of(value)
    if wanted is None:
        if value.kind is not Kind.NUMBER and value.kind is not Kind.TEXT:
            _unfit(place, "lookup", value.kind)
        between = "else" not in texts and covers(value, texts)
        its_type = replace(its_type, missing=its_type.missing or between)
        if between:  # a mean, which may lie between two of them
            place.draft.faults.add("SC133", place.path, level="warning", name=place.path[-2])
        elif "else" not in texts:
            place.fault("SC023", option="else")
    else:
        check_options(place, tuple(key for key in texts if key != "else"), wanted, "else" in texts)
    if any(one is None for one in gives):
        return None, its_type
    table = {key: given for key, given in zip(texts, gives, strict=True) if given is not None}
    otherwise = table.pop("else", None)
    return Lookup(table, otherwise), its_type


def _grid(document: Any, place: Place) -> tuple[Shape | None, Type]:
    if len(place.values) != 2:
        place.draft.faults.add("SC025", place.path)
        return None, Type(Kind.NUMBER)
    if not isinstance(document, Mapping) or not all(isinstance(row, Mapping) and row for row in document.values()):
        place.fault("SC001", wants="mapping", value=document)
        return None, Type(Kind.NUMBER)
    rows = {option_text(key): {option_text(k): v for k, v in row.items()} for key, row in document.items()}
    entries = [((a, b), value) for a, row in rows.items() for b, value in row.items()]
    gives, its_type = read_gives(place, list(entries))
    outer, inner = (options_of(one) for one in place.values)
    if outer is not None:
        check_options(place, tuple(rows), outer, False)
    for key, row in rows.items():
        if inner is not None:
            check_options(place, tuple(row), inner, False, key)
    if any(one is None for one in gives):
        return None, its_type
    cells: dict[str, dict[str, Term]] = {}
    for ((a, b), _), given in zip(entries, gives, strict=True):
        if given is not None:
            cells.setdefault(str(a), {})[str(b)] = given
    return Grid(cells), its_type


def _choose(document: Any, place: Place) -> tuple[Shape | None, Type]:
    rows, otherwise = read_rows(place, document)
    faults = place.draft.faults
    entries: list[tuple[tuple[str | int, ...], object]] = []
    made: list[tuple[int, Any, str | None]] = []
    for index, row in rows:
        fields = Fields(faults, row, (*place.path, index), ("if", "if_missing", "gives"))
        if not fields.need("if") or not fields.need("gives"):
            continue
        if_missing = fields.one_of("if_missing", ("holds", "fails"))
        condition = place.draft.condition(
            fields.raw("if"), fields.at("if"), place.scope, said=place.zero or if_missing is not None,
            lacks=not place.zero or if_missing is not None,  # else the node's `if_zero` stands in place of the shape
            if_missing=if_missing,
        )
        made.append((index, condition, if_missing))
        entries.append(((index, "gives"), fields.raw("gives")))
    if otherwise is None:
        place.fault("SC026")
    else:
        entries.append(((otherwise[0], "else"), otherwise[1]))
    gives, its_type = read_gives(place, entries)
    if len(made) < len(rows) or otherwise is None or any(one is None for one in gives):
        return None, its_type
    undecided = any(condition.type.missing and if_missing is None for _, condition, if_missing in made if condition)
    choices = tuple(
        Choice(index, condition, if_missing, given)
        for (index, condition, if_missing), given in zip(made, gives, strict=False)
        if condition is not None and given is not None
    )
    if len(choices) < len(made):
        return None, its_type
    return Choose(choices, gives[-1]), replace(its_type, missing=its_type.missing or undecided)
