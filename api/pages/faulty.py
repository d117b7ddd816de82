"""Where on a form a fault belongs, and how it is said to the one who fills it in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.pages.schema import Schema, flattened, kind_of
from api.refusals import Fault
from engine.definition.forms import FormFault
from engine.words.book import has, say

Faults = dict[str, list[str]]
"""Dotted names of fields (`form.actions.0.what`) with what is wrong there; what belongs to no field is under ``."""

_PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "rating_missing": ("ratings", "input"), "rating_out_of_range": ("ratings", "input"),
    "rating_not_asked": ("ratings", "input"), "no_such_target": ("targets", "target"),
    "target_out_of_range": ("targets", "target"), "chosen_count": ("form", "field"),
    "chosen_excluded": ("form", "field"), "form_fault": ("form", "place"),
}  # fmt: skip
_FIELDS: Final[Mapping[str, str]] = {
    "comment_required": "comment", "reason_required": "reason", "grade_not_asked": "grade", "no_such_grade": "grade",
    "grade_out_of_bounds": "grade", "no_such_outcome": "outcome", "outcome_used_up": "outcome",
    "person_excluded": "to", "already_holds": "to", "day_passed": "until", "day_too_far": "until", "not_later": "until",
    "targets_unsound": "targets",
}  # fmt: skip


def of_schema(lang: str, found: Iterable[FormFault], schema: Schema) -> Faults:
    """What a schema says of a body, in the words of a form. schema: with its references written out."""
    faults: Faults = {}
    for one in found:
        name = ".".join(str(step) for step in one.path)
        text = _said(lang, one, schema_at(schema, one.path))
        if text not in faults.setdefault(name, []):
            faults[name].append(text)
    return faults


def _said(lang: str, one: FormFault, schema: Schema) -> str:
    kind = kind_of(schema)
    if one.code != "FM001" and kind in ("number", "whole") and schema.get("x-step"):
        step = str(schema["x-step"])
        digits = len(step.partition(".")[2])
        low, high = schema.get("x-minimum"), schema.get("x-maximum")
        return say(lang, "pages.fault.number", low=low or "–∞", high=high or "∞", digits=digits)
    if kind in ("choice", "scale", "yes_no", "person", "many") and one.code in ("FM001", "FM004", "FM010"):
        return say(lang, "pages.fault.choose")
    if kind == "day" and one.code == "FM007":
        return say(lang, "pages.fault.day")
    code = f"pages.fault.{one.code}"
    return say(lang, code if has(code) else one.code, **{"field": "", "value": "", "bound": "", **one.values})


def schema_at(schema: Schema, path: Iterable[str | int]) -> Schema:
    """The part of a schema that a place in its body belongs to; empty where it says nothing of it."""
    for step in path:
        here = flattened(schema)
        found = here.get("items", {}) if isinstance(step, int) else here.get("properties", {}).get(step, {})
        schema = found if isinstance(found, Mapping) else {}
    return flattened(schema)


def of_refusal(fault: Fault, known: Iterable[str], said: str) -> Faults:
    """What a refused command says, at the fields that it speaks of as far as the form has them. said: the sentence for
    a fault that has no reasons."""
    faults: Faults = {}
    names = set(known)
    reasons: list[dict[str, Any]] = fault.more.get("reasons") or [{"code": fault.code, "text": said, "values": {}}]
    for one in reasons:
        if str(one["code"]).startswith("FM"):
            continue  # the form's own check says it better, at its field
        name = place_of(one["code"], one["values"])
        faults.setdefault(name if name in names else "", []).append(one["text"])
    return faults


def said_of(lang: str, fault: Fault) -> str:
    """The sentence of a fault, in the words of a form: what somebody else changed meanwhile is no mistake of hers."""
    if fault.status == 412:
        return say(lang, "pages.task.stale")
    return say(lang, fault.code, **fault.values) if has(fault.code) else fault.code


def place_of(code: str, values: Mapping[str, str]) -> str:
    if code in _PLACES:
        part, key = _PLACES[code]
        return f"{part}.{values.get(key, '')}"
    return _FIELDS.get(code, "")
