"""Reading what is settled before figures: profiles choose metrics and weights, requirements hold between them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rules.scorecard.draft import Draft
from rules.scorecard.fields import Fields, nearest, number, shown
from rules.scorecard.model import Path, Profile, Requirement
from rules.scorecard.statics import Static


def profile_numbers(fields: Fields) -> tuple[dict[str, list[Decimal]], dict[str, list[Decimal]]]:
    """All weights and all targets that profiles give, by metric; unreadable ones are left out here."""
    weights: dict[str, list[Decimal]] = {}
    targets: dict[str, list[Decimal]] = {}
    raw = fields.raw("profiles")
    for one in raw if isinstance(raw, list | tuple) else []:
        for key, found in (("weights", weights), ("targets", targets)):
            inner = one.get(key) if isinstance(one, Mapping) else None
            for name, value in inner.items() if isinstance(inner, Mapping) else []:
                read = number(value)
                if read is not None:
                    found.setdefault(str(name), []).append(read)
    return weights, targets


def read_profiles(draft: Draft, fields: Fields, statics: list[Static]) -> tuple[Profile, ...]:
    found = []
    known = [one.key for top in statics for one in top.all()]
    for index, one in enumerate(fields.items("profiles")):
        path = (*fields.at("profiles"), index)
        inner = Fields(draft.faults, one, path, ("profile", "if", "weights", "targets"))
        if not inner.readable or not inner.need("profile"):
            continue
        condition = draft.condition(inner.raw("if"), inner.at("if"), draft.scope()) if "if" in inner else None
        if "if" in inner and condition is None:
            continue
        found.append(
            Profile(
                shown(inner.raw("profile")), path, condition,
                _numbers(draft, inner, "weights", known), _numbers(draft, inner, "targets", known),
            )
        )
    return tuple(found)


def _numbers(draft: Draft, fields: Fields, key: str, known: list[str]) -> dict[str, Decimal]:
    found = {}
    for name, value in fields.mapping(key).items():
        place = (*fields.at(key), name)
        read = number(value) if not isinstance(value, str) else None
        if name not in known:
            draft.faults.add("SC029", place, name=name, nearest=nearest(name, known))
        elif read is None or (key == "weights" and read < 0):
            draft.faults.add("SC001", place, wants="number", value=value)
        else:
            found[name] = read
    return found


def read_require(draft: Draft, fields: Fields) -> tuple[Requirement, ...]:
    found = []
    for index, one in enumerate(fields.items("require")):
        path: Path = (*fields.at("require"), index)
        inner = Fields(draft.faults, one, path, ("that", "say"))
        if not inner.readable or not inner.need("that"):
            continue
        that = draft.condition(inner.raw("that"), inner.at("that"), draft.scope())
        say: Any = inner.title("say")
        if that is not None:
            found.append(Requirement(path, that, say))
    return tuple(found)
