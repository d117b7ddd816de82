"""From what somebody handed in to the command that `decide` judges: the same for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from engine.errors import InputError, NotFound
from engine.operations.forms import values_in
from engine.operations.naming import refused_anyway
from engine.operations.seeing import viewer_of
from engine.review.case import Actor, Refused
from engine.review.commands import Answer
from engine.runtime import Runtime
from engine.store import people, reviews
from rules.numbers import decimal_text

KEYS: Final = ("outcome", "form", "ratings", "targets", "grade", "comment")
_OBJECTS: Final = ("form", "ratings", "targets")
_ADJUSTED_MOST: Final = 100


def answer_of(rt: Runtime, actor: Actor, review_id: str, task: str, body: Mapping[str, Any]) -> Answer | Refused:
    """The answer in a body `{outcome, form, ratings, targets, grade, comment}` of plain data, numbers int or Decimal.

    What is left out or null is not given; without an outcome the task is simply done. Refs become ids where the form
    means a person. NotFound for a form in a review that the actor may not see; InputError for another key, for a value
    that is no object or no text where one belongs, and for a person nobody knows: of the last nobody hears who could
    not give the answer anyway, and Refused is what she hears.
    """
    for key, value in body.items():
        if key not in KEYS:
            raise InputError("OP233", key=str(key)[:80], known=", ".join(KEYS))
        if value is not None and not isinstance(value, Mapping if key in _OBJECTS else str):
            raise InputError("OP234" if key in _OBJECTS else "OP235", key=key)
    wish = Answer(
        review=review_id,
        task=task,
        outcome=body.get("outcome") or "done",
        ratings={str(name): as_typed(one) for name, one in (body.get("ratings") or {}).items()},
        targets={
            str(name): str(as_typed(one)) for name, one in (body.get("targets") or {}).items() if one is not None
        },
        grade=body.get("grade") or None,
        comment=body.get("comment"),
    )
    try:
        return replace(wish, form=_form(rt, actor, review_id, task, body.get("form") or {}))
    except InputError as error:
        return refused_anyway(rt, actor, wish, error)


def as_typed(value: Any) -> Any:
    """A number as the decimal text that somebody would type; everything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > _ADJUSTED_MOST:
        return str(value)[:_ADJUSTED_MOST]
    return decimal_text(number)


def _form(rt: Runtime, actor: Actor, review_id: str, task: str, values: Mapping[str, Any]) -> dict[str, Any]:
    if not values:
        return {}
    with rt.database.read() as tx:
        review = reviews.load(tx, review_id)
        definition = rt.definition(tx, review.definition)
        # Before anything is looked up: what is wrong with a form is not for those who may not see the review.
        around = people.relations(tx, [review.subject], rt.clock.now(), rt.groups(definition))
        viewer_of(definition, review, around, actor)
        try:
            return values_in(tx, definition, review, task, values)
        except NotFound as error:
            raise InputError(error.code, **error.values) from None
