"""Reading attributes, inputs and lists: what is known in one review, of which type, and how many become one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rules.numbers import EXACT
from rules.scorecard.draft import Draft, date_of
from rules.scorecard.fields import Fields, digits_of, nearest, number, shown, well_named
from rules.scorecard.model import NUMBER_TYPES, Input, MissingPolicy, Path, RowList, Span

_TAKEN = re.compile(r"[\w-]+\.\w+(\.\w+)*")
TYPES = ("number", "count", "percent", "money", "date", "yes_no", "choice", "rating", "text")
PERIODS = ("week", "month", "quarter", "case")
FOLDS = ("sum", "mean", "last", "min", "max", "count")
ASKABLE = ("rating", "choice", "yes_no")
INPUT_KEYS = (
    "type", "digits", "range", "unit", "options", "every", "fold", "least", "asked", "answers", "round",
    "missing_role", "not_rated", "agreed", "of", "taken_from", "missing", "title",
)
ATTRIBUTE_KEYS = ("type", "digits", "range", "unit", "options", "title")
RESERVED = frozenset((
    "value", "target", "weight", "score", "total", "grade", "subject", "cycle", "metrics", "parts", "previous", "past",
    "held", "round", "any", "all", "count", "sum", "mean", "min", "max", "abs", "where", "in", "and", "or", "not", "if",
    "else", "true", "false", "yes", "no", "missing",
))
METRIC_RESERVED = frozenset(("subject", "cycle", "metrics", "each"))
STANDARD_RESERVED = frozenset((
    "value", "target", "weight", "score", "total", "grade", "subject", "cycle", "metrics", "parts", "if", "else",
))


def read_named(draft: Draft, document: Any, path: Path, reserved: frozenset[str] = RESERVED) -> dict[str, Any]:
    """A mapping of names to things; names that are reserved or cannot stand in an expression are faults."""
    if document is None:
        return {}
    if not isinstance(document, Mapping):
        draft.faults.add("SC001", path, wants="mapping", value=document)
        return {}
    found = {}
    for key, value in document.items():
        name = key if isinstance(key, str) else shown(key)
        if not well_named(name):
            draft.faults.add("SC031", (*path, name), name=name)
        elif name in reserved:
            draft.faults.add("SC032", (*path, name), name=name)
        else:
            found[name] = value
    return found


def read_attributes(draft: Draft, document: Any, path: Path) -> dict[str, Input]:
    return {
        name: made
        for name, one in read_named(draft, document, path).items()
        if (made := read_input(draft, name, one, (*path, name), ATTRIBUTE_KEYS)) is not None
    }


def read_inputs(draft: Draft, document: Any, path: Path) -> dict[str, Input]:
    return {
        name: made
        for name, one in read_named(draft, document, path).items()
        if (made := read_input(draft, name, one, (*path, name), INPUT_KEYS)) is not None
    }


def read_lists(draft: Draft, document: Any, path: Path) -> dict[str, RowList]:
    found = {}
    for name, one in read_named(draft, document, path).items():
        here = (*path, name)
        fields = Fields(draft.faults, one, here, ("count", "agreed", "inputs", "title"))
        if not fields.readable:
            continue
        count = fields.span("count") if fields.need("count") else None
        if count is not None and (count.low is None or count.low < 0 or count.high is None or count.high > 100_000):
            draft.faults.add("SC033", fields.at("count"), value=fields.raw("count"))
            count = None
        agreed = _row_fields(draft, fields.raw("agreed"), (*here, "agreed"))
        inputs = _row_fields(draft, fields.raw("inputs"), (*here, "inputs"))
        for field in set(agreed) & set(inputs):
            draft.faults.add("SC034", (*here, "inputs", field), name=field)
        found[name] = RowList(name, here, count or Span(Decimal(0), Decimal(100)), agreed, inputs, fields.title())
    return found


def _row_fields(draft: Draft, document: Any, path: Path) -> dict[str, Input]:
    if document is not None and not isinstance(document, Mapping):
        draft.faults.add("SC001", path, wants="mapping", value=document)
        return {}
    found = {}
    for key, one in (document or {}).items():
        name = key if isinstance(key, str) else shown(key)
        if not well_named(name):
            draft.faults.add("SC031", (*path, name), name=name)
        elif name in RESERVED - {"title", "weight"} or name == "score":
            draft.faults.add("SC032", (*path, name), name=name)
        else:
            made = read_input(draft, name, one, (*path, name), INPUT_KEYS)
            if made is not None:
                found[name] = made
    return found


def read_input(draft: Draft, name: str, document: Any, path: Path, allowed: tuple[str, ...]) -> Input | None:
    """One declaration; None when even its type is unknown."""
    fields = Fields(draft.faults, document, path, allowed)
    if not fields.readable:
        return None
    its_type = fields.one_of("type", TYPES) if fields.need("type") else None
    if its_type is None:
        return None
    options = fields.texts("options")
    if its_type == "choice" and not options:
        draft.faults.add("SC003", path, key="options")
    if its_type != "choice" and "options" in fields:
        draft.faults.add("SC014", fields.at("options"), key="options", other=f"type: {its_type}")
    span, digits = _numbers(draft, fields, its_type)
    every, fold = fields.one_of("every", PERIODS), fields.one_of("fold", FOLDS)
    if every is not None and fold is None and "fold" not in fields:
        fields.need("fold")
    if fold in ("sum", "mean", "min", "max") and its_type not in NUMBER_TYPES and not fields.mapping("answers"):
        draft.faults.add("SC035", fields.at("fold"), fold=fold, type=its_type)
    asked = _asked(draft, fields, its_type)
    of, taken_from = _elsewhere(draft, fields)
    return Input(
        name=name, type=its_type, path=path, digits=digits, span=span, unit=fields.text("unit"), options=options,
        every=every, fold=fold, least=_least(draft, fields, asked), asked=asked,
        answers=_answers(draft, fields, its_type, options),
        round=draft.rounding(fields.raw("round"), fields.at("round")) if "round" in fields else EXACT,
        missing_role=fields.one_of("missing_role", ("exclude", "block"), "exclude") or "exclude",
        not_rated=fields.one_of("not_rated", ("allowed",)) is not None, agreed=fields.yes_no("agreed"),
        of=of, taken_from=taken_from, missing=_missing(draft, fields, its_type),
        title=fields.title(),
    )


def _elsewhere(draft: Draft, fields: Fields) -> tuple[str | None, str | None]:
    """`of: cohort`, and `taken_from: WORKFLOW.total`; neither is asked of anybody nor agreed."""
    of, taken_from = fields.one_of("of", ("cohort",)), fields.text("taken_from")
    if taken_from is not None and not _TAKEN.fullmatch(taken_from):
        fields.wants("taken_from", "result")
        taken_from = None
    others = ("asked", "agreed", "taken_from", "every") if of is not None else ("asked", "agreed")
    for key in others if of is not None or taken_from is not None else ():
        if key in fields:
            draft.faults.add("SC014", fields.at(key), key=key, other="of" if of is not None else "taken_from")
    return of, taken_from


def _numbers(draft: Draft, fields: Fields, its_type: str) -> tuple[Span, int]:
    """Range and digits: both for numbers only; counts and ratings have no digits."""
    if its_type not in NUMBER_TYPES:
        for key in ("range", "digits"):
            if key in fields:
                draft.faults.add("SC014", fields.at(key), key=key, other=f"type: {its_type}")
        return Span(), 0
    span = fields.span("range") if fields.need("range") else None
    if its_type in ("count", "rating"):
        digits = fields.whole("digits", 0, 18) or 0
        if digits and its_type == "count":
            draft.faults.add("SC014", fields.at("digits"), key="digits", other="type: count")
    else:
        digits = fields.whole("digits", 0, 18) or 0
    if span is not None:
        if span.low is None or span.high is None:
            draft.faults.add("SC036", fields.at("range"), value=fields.raw("range"))
        for end in (span.low, span.high):
            if end is not None and digits_of(end) > digits and end != end.quantize(Decimal(1).scaleb(-digits)):
                draft.faults.add("SC037", fields.at("range"), value=end, digits=digits)
    return span or Span(), digits


def _asked(draft: Draft, fields: Fields, its_type: str) -> dict[str, Decimal]:
    """Roles with their shares, in the order of the file; one role alone has the share 1."""
    value = fields.raw("asked")
    if value is None:
        for key in ("answers", "missing_role", "not_rated"):
            if key in fields:
                draft.faults.add("SC038", fields.at(key), key=key)
        if its_type == "rating":
            draft.faults.add("SC039", fields.path, level="warning")
        return {}
    if its_type not in ASKABLE:
        draft.faults.add("SC040", fields.at("asked"), type=its_type, allowed=", ".join(ASKABLE))
    if isinstance(value, str):
        return {value: Decimal(1)}
    shares: dict[str, Decimal] = {}
    for role, share in fields.mapping("asked").items():
        read = number(share) if not isinstance(share, str) else None
        if read is None or read <= 0:
            draft.faults.add("SC001", (*fields.at("asked"), role), wants="share", value=share)
        else:
            shares[role] = read
    if len(shares) > 1 and "round" not in fields:
        draft.faults.add("SC041", fields.path, level="warning", key="round")
    return shares


def _least(draft: Draft, fields: Fields, asked: Mapping[str, Decimal]) -> int | dict[str, int] | None:
    value = fields.raw("least")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        return fields.whole("least", 1)
    found = {}
    inner = Fields(draft.faults, value, fields.at("least"), tuple(asked))
    for role in asked:
        least = inner.whole(role, 1)
        if least is not None:
            found[role] = least
    return found


def _answers(draft: Draft, fields: Fields, its_type: str, options: tuple[str, ...]) -> dict[str, Decimal]:
    worths: dict[str, Decimal] = {}
    given = {{"true": "yes", "false": "no"}.get(key, key): one for key, one in fields.mapping("answers").items()}
    known = ("yes", "no") if its_type == "yes_no" else options
    for option, worth in given.items():
        read = number(worth) if not isinstance(worth, str) else None
        place = (*fields.at("answers"), option)
        if known and option not in known:
            draft.faults.add("SC024", place, option=option, nearest=nearest(option, known), allowed=", ".join(known))
        elif read is None:
            draft.faults.add("SC001", place, wants="number", value=worth)
        else:
            worths[option] = read
    lacking = [option for option in known if option not in given]
    if given and lacking:
        draft.faults.add("SC023", fields.at("answers"), option=", ".join(lacking))
    return worths


def _missing(draft: Draft, fields: Fields, its_type: str) -> MissingPolicy | None:
    value: Any = fields.raw("missing")
    if value is None:
        return None
    if value == "previous":
        return MissingPolicy("previous")
    if isinstance(value, Mapping) and set(value) == {"use"}:
        return _used(draft, fields, its_type, value["use"])
    draft.faults.add("SC005", fields.at("missing"), value=value, nearest="", allowed="previous, {use: …}")
    return None


def _used(draft: Draft, fields: Fields, its_type: str, used: Any) -> MissingPolicy | None:
    """`{use: …}`: what takes the place of a missing figure is of the figure's own kind."""
    plain: Any = date_of(used) if its_type == "date" and isinstance(used, str) else used
    as_number = its_type in NUMBER_TYPES or "answers" in fields
    wanted = "number" if as_number else its_type if its_type in ("date", "yes_no") else "word"
    kinds: dict[str, type] = {"number": Decimal, "date": date, "yes_no": bool, "word": str}
    fits: bool = isinstance(plain, kinds[wanted])
    options = fields.texts("options") if fits and its_type == "choice" and not as_number else ()
    place = (*fields.at("missing"), "use")
    if not fits:
        draft.faults.add("SC001", place, wants=wanted, value=used)
    elif options and plain not in options:
        near = nearest(str(plain), options)
        draft.faults.add("SC024", place, option=plain, nearest=near, allowed=", ".join(options))
    else:
        return MissingPolicy("use", plain)
    return None
