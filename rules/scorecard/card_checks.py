"""Faults that only the whole card shows: sums of weights, profiles with gaps, inputs that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from rules.expressions.types import MISSING
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Faults, Fields, number, shown
from rules.scorecard.model import Input, Path, Profile, Span
from rules.scorecard.statics import Static
from rules.scorecard.title_checks import check_titles

_CELLS_MAX = 20_000
WEIGHTED = ("weighted_mean", "weighted_sum")


def check_weights(faults: Faults, statics: list[Static], fields: Fields, profiles: Sequence[Profile]) -> None:
    """Declared sums must hold for the weights of the file and of every profile; one open weight can never move."""
    total = fields.raw("total")
    if isinstance(total, Mapping):
        wanted = number(total.get("weights_sum"))
        if profiles:
            for profile in profiles:
                weights = {one.key: profile.weights.get(one.key, one.weight) for one in statics}
                _sum(faults, [], weights, wanted, (*profile.path, *(("weights",) if profile.weights else ())))
                if total.get("combine") in WEIGHTED and not any(weights.values()):
                    faults.add("SC125", profile.path)
        else:
            place = ("total",) if wanted is None else ("total", "weights_sum")
            _sum(faults, statics, {one.key: one.weight for one in statics}, wanted, place, ("metrics",))
            _any_sum(faults, statics, total, ("total",))
        _one_open(faults, statics, wanted)
    _profile_values(faults, statics, profiles)
    for top in statics:
        for group in top.all():
            if group.parts:
                wanted = number(group.fields.raw("weights_sum"))
                places = (group.fields.at("weights_sum"), group.fields.at("parts"))
                _sum(faults, group.parts, {one.name: one.weight for one in group.parts}, wanted, *places)
                _any_sum(faults, group.parts, group.fields.values, group.path)
                _one_open(faults, group.parts, wanted)


def _profile_values(faults: Faults, statics: list[Static], profiles: Sequence[Profile]) -> None:
    """What a profile gives lies inside the range that may be agreed, as what the file gives does."""
    by_key = {one.key: one for top in statics for one in top.all()}
    for profile in profiles:
        for key, what, numbers in (("weights", "weight", profile.weights), ("targets", "target", profile.targets)):
            for name, value in numbers.items():
                span = by_key[name].agree.get(what)
                if span is not None and not span.holds(value):
                    place = (*profile.path, key, name)
                    faults.add("SC044", place, name=f"{name}.{what}", default=value, range=span.text())


def _sum(
    faults: Faults, statics: list[Static], weights: Mapping[str, Decimal | None], wanted: Decimal | None, path: Path,
    *more: Path,
) -> None:
    """The same fault where the sum is declared and where the weights stand: either may be the wrong one.

    Where a weight of the statics is left to agreement altogether, some choice inside the ranges must give the sum.
    """
    if any(one.weight is None and "weight" in one.agree for one in statics):
        if wanted is not None:
            _reachable(faults, statics, wanted, path)
        return
    known = {name: weight for name, weight in weights.items() if weight is not None}
    total = sum(known.values(), Decimal(0))
    if wanted is not None and known and total != wanted:
        told = ", ".join(f"{name} {shown(weight)}" for name, weight in known.items())
        for place in (path, *more):
            faults.add("SC065", place, sum=total, wanted=wanted, weights=told)
    elif statics and wanted is None and known and not any(known.values()):
        faults.add("SC125", path, level="warning")


def _reachable(faults: Faults, statics: list[Static], wanted: Decimal, path: Path) -> None:
    """A weight without a default may be left open, and then its metric is not judged."""
    low = Decimal(0)
    high: Decimal | None = Decimal(0)
    for one in statics:
        span = one.agree.get("weight", Span(one.weight, one.weight or Decimal(0)))
        low += Decimal(0) if one.weight is None else span.low or Decimal(0)
        high = None if high is None or span.high is None else high + span.high
    if low > wanted or (high is not None and high < wanted):
        names = ", ".join(one.name for one in statics if "weight" in one.agree)
        reach = f"{shown(low)}..{'' if high is None else shown(high)}"
        faults.add("SC123", path, names=names, range=reach, wanted=wanted)


def _any_sum(faults: Faults, statics: list[Static], group: Mapping[str, Any], path: Path) -> None:
    """Where weights are open and no sum is said, nobody can tell a slip from a wish."""
    opened = [one.name for one in statics if "weight" in one.agree]
    if opened and group.get("combine") in WEIGHTED and "weights_sum" not in group:
        faults.add("SC131", path, level="warning", names=", ".join(opened))


def _one_open(faults: Faults, statics: list[Static], wanted: Decimal | None) -> None:
    opened = [one for one in statics if "weight" in one.agree]
    if wanted is not None and len(opened) == 1 and len(statics) > 1:
        faults.add("SC066", (*opened[0].fields.at("agree"), "weight"), name=opened[0].name, wanted=wanted)


def check_profiles(
    faults: Faults, profiles: Sequence[Profile], path: Path, subject: Mapping[str, Input], cycle: Mapping[str, Input]
) -> None:
    """Exactly one profile for every combination of declared options; a gap or an overlap is shown by a witness."""
    if not profiles or any(one.condition is None for one in profiles[:-1]):
        if profiles and len(profiles) > 1:
            faults.add("SC067", profiles[0].path, witness="-", profiles=", ".join(one.name for one in profiles))
        return
    if len(profiles) == 1 and profiles[0].condition is None:
        return
    read = sorted({name for one in profiles if one.condition is not None for name in one.condition.reads})
    cells = [_cells(name, subject, cycle, profiles) for name in read]
    size = 1
    for one in cells:
        size *= len(one)
    if size > _CELLS_MAX:
        faults.add("SC069", (*path, "profiles"), level="warning", cells=size)
        return
    for values in product(*cells):
        names: dict[str, Any] = dict(zip(read, values, strict=True))
        witness = ", ".join(f"{name} = {shown(value)}" for name, value in names.items())
        holding = [one for one in profiles if one.condition is None or one.condition.value(names) is True]
        conditional = [one for one in holding if one.condition is not None]
        if not holding:
            faults.add("SC068", (*path, "profiles"), witness=witness)
            return
        if len(conditional) > 1:
            both = ", ".join(one.name for one in conditional)
            faults.add("SC067", conditional[1].path, witness=witness, profiles=both)
            return


def _cells(
    name: str, subject: Mapping[str, Input], cycle: Mapping[str, Input], profiles: Sequence[Profile]
) -> Sequence[Any]:
    """Values that stand for all: every option, or each number compared with and its neighbours."""
    prefix, _, bare = name.partition(".")
    one = (subject if prefix == "subject" else cycle).get(bare)
    if one is None:
        return [MISSING]
    if one.type == "yes_no":
        return [True, False]
    if one.type == "choice":
        return list(one.options)
    unit = Decimal(1).scaleb(-one.digits)
    numbers = {number for profile in profiles if profile.condition for number in _constants(profile.condition.tree)}
    near = {value + step for value in numbers for step in (-unit, Decimal(0), unit)}
    ends = [end for end in (one.low, one.high) if end is not None]
    return sorted(value for value in near | set(ends) if one.span.holds(value))


def _constants(tree: object) -> list[Decimal]:
    if isinstance(tree, Decimal):
        return [tree]
    if isinstance(tree, tuple):
        return [number for one in tree for number in _constants(one)]
    return [
        number
        for slot in getattr(tree, "__slots__", ())
        if not isinstance(getattr(tree, slot), str | int)
        for number in _constants(getattr(tree, slot))
    ]


def check_unused(draft: Draft, fields: Fields) -> None:
    """What nothing reads is collected for nothing: inputs, lists and their fields, standards and labels of metrics."""
    check_titles(draft.faults, fields.values)
    for one in draft.inputs.values():
        if one.name not in draft.read and one.type != "text":
            draft.faults.add("SC070", one.path, level="warning", name=one.name)
    nodes = list(_nodes(fields.mapping("metrics"), fields.at("metrics"), ""))
    overs = {str(node["over"]): node for _, _, node in nodes if "over" in node}
    for rows in draft.lists.values():
        if rows.name not in draft.read and rows.name not in overs:
            draft.faults.add("SC070", rows.path, level="warning", name=rows.name)
            continue
        known = {"title", "weight", str(overs.get(rows.name, {}).get("once_per"))}
        for name, one in rows.fields.items():
            if name not in known | draft.fields_read and one.type != "text":
                draft.faults.add("SC070", one.path, level="warning", name=name)
    for path, key, node in nodes:
        if "target" in node and "ratio" not in node and "target" not in draft.fields_read and (
            f"{key}.target" not in draft.read
        ):
            draft.faults.add("SC070", (*path, "target"), level="warning", name=f"{key}.target")
        standards = node.get("standards")
        for name in standards if isinstance(standards, Mapping) else ():
            if str(name) not in draft.fields_read and f"{key}.{name}" not in draft.read:
                draft.faults.add("SC070", (*path, "standards", str(name)), level="warning", name=str(name))
        labels = node.get("labels")
        for index, name in enumerate(labels if isinstance(labels, list | tuple) else ()):
            if str(name) not in draft.fields_read:
                draft.faults.add("SC070", (*path, "labels", index), level="warning", name=str(name))


def _nodes(
    documents: Mapping[str, Any], path: Path, above: str
) -> Iterator[tuple[Path, str, Mapping[Any, Any]]]:
    """Every metric and part of the document with its path and dotted name."""
    for name, node in documents.items():
        if isinstance(node, Mapping):
            yield (*path, name), f"{above}{name}", node
            parts = node.get("parts")
            if isinstance(parts, Mapping):
                inner = {str(key): one for key, one in parts.items()}
                yield from _nodes(inner, (*path, name, "parts"), f"{above}{name}.")
