"""Faults that only the whole card shows: sums of weights, profiles with gaps, inputs that nothing reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from rules.expressions.types import MISSING
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Faults, Fields, number, shown
from rules.scorecard.model import Input, Path, Profile
from rules.scorecard.statics import Static

_CELLS_MAX = 20_000


def check_weights(faults: Faults, statics: list[Static], fields: Fields, profiles: Sequence[Profile]) -> None:
    """Declared sums must hold for the weights of the file and of every profile; one open weight can never move."""
    total = fields.raw("total")
    if isinstance(total, Mapping):
        wanted = number(total.get("weights_sum"))
        if profiles:
            for profile in profiles:
                weights = {one.key: profile.weights.get(one.key, one.weight) for one in statics}
                _sum(faults, list(weights.values()), wanted, (*profile.path, "weights"))
        else:
            _sum(faults, [one.weight for one in statics], wanted, ("total", "weights_sum"), ("metrics",))
        _one_open(faults, statics, wanted)
    for top in statics:
        for group in top.all():
            if group.parts:
                wanted = number(group.fields.raw("weights_sum"))
                places = (group.fields.at("weights_sum"), group.fields.at("parts"))
                _sum(faults, [one.weight for one in group.parts], wanted, *places)
                _one_open(faults, group.parts, wanted)


def _sum(faults: Faults, weights: list[Decimal | None], wanted: Decimal | None, path: Path, *more: Path) -> None:
    """The same fault where the sum is declared and where the weights stand: either may be the wrong one."""
    known = [weight for weight in weights if weight is not None]
    if wanted is not None and known and sum(known) != wanted:
        for place in (path, *more):
            faults.add("SC065", place, sum=sum(known, Decimal(0)), wanted=wanted)


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
    """An input that nothing reads is collected for nothing."""
    for one in draft.inputs.values():
        if one.name not in draft.read and one.type != "text":
            draft.faults.add("SC070", one.path, level="warning", name=one.name)
