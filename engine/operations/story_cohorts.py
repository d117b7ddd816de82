"""Steps of a story about a whole cohort: its figures given, its grades settled at one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import InputError
from engine.operations.calibrate import Calibrated, Settle, calibrate
from engine.operations.cohort_figures import FiguresGiven, GiveFigures, give_figures
from engine.operations.once import Replayed
from engine.operations.script import Step, plain_text
from engine.review.case import Actor, Refused
from engine.runtime import Runtime

_KEYS = {"outcome", "grade", "comment"}


def settle(rt: Runtime, actor: Actor, step: Step) -> Calibrated | Replayed | Refused:
    """`answers: {am01: confirm, am02: {outcome: confirm, grade: B, comment: …}}` to the cohort of `unit`."""
    given = step.values.get("answers") or {}
    if not isinstance(given, Mapping):
        raise InputError("OP031", place=step.place, key="answers")
    answers = [_answer(step, plain_text(ref), one) for ref, one in given.items()]
    approve = step.values.get("approve") is True
    return calibrate(rt, actor, step.text("calibrate") or "", step.text("unit"), answers, approve=approve)


def give(rt: Runtime, actor: Actor, step: Step) -> FiguresGiven | Replayed:
    """`figures: {pool: 5000}` for all of the cycle, `{pool: {east: 3000}}` for a unit."""
    figures = {
        str(name): {str(unit): plain_text(one) for unit, one in value.items()}
        if isinstance(value, Mapping) else plain_text(value)
        for name, value in (step.values.get("figures") or {}).items()
    }
    return give_figures(rt, actor, GiveFigures(step.text("cohort") or "", figures))


def _answer(step: Step, ref: str, value: Any) -> Settle:
    if not isinstance(value, Mapping):
        return Settle(ref, plain_text(value))
    unknown = next((key for key in value if key not in _KEYS), None)
    if unknown is not None:
        raise InputError("OP031", place=step.place, key=str(unknown))
    texts = {key: plain_text(one) for key, one in value.items() if one is not None}
    return Settle(ref, texts.get("outcome", "done"), texts.get("grade"), texts.get("comment"))
