"""From a body to a command: the same for every door, exact, and silent towards those who may not see the review."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import InputError, NotFound
from engine.operations.answers import answer_of, as_typed
from engine.operations.handle import Receipt, handle
from engine.operations.naming import reassigned
from engine.review.commands import Answer, Reassign

FORM = {"colleagues": ["a2", "a3", "a4"]}


def answer(world, body, *, who="m1", ref="a1", task="propose"):
    return answer_of(world.rt, world.actor(who), world.review(ref), task, body)


def test_a_body_becomes_an_answer_with_numbers_as_text_and_people_as_ids(opened):
    body = {
        "form": FORM, "ratings": {"teamwork": 4, "other": True, "not": "NR"},
        "targets": {"sales_plan": Decimal("1000000.50"), "sales.target": Decimal("9E+1"), "left": None}, "grade": None,
    }  # fmt: skip
    command = answer(opened, body)
    people = [opened.actor(ref).person for ref in FORM["colleagues"]]
    assert command == Answer(
        opened.review("a1"), "propose", "done", {"colleagues": people},
        {"teamwork": "4", "other": True, "not": "NR"}, {"sales_plan": "1000000.5", "sales.target": "90"},
    )  # fmt: skip


def test_the_answer_of_a_body_is_accepted(opened):
    body = {"form": FORM, "targets": {"sales_plan": 1000000, "sales.target": "95"}}
    assert isinstance(handle(opened.rt, opened.actor("m1"), answer(opened, body)), Receipt)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"more": 1}, "OP233"), ({"form": []}, "OP234"), ({"ratings": "x"}, "OP234"), ({"targets": 1}, "OP234"),
        ({"outcome": 1}, "OP235"), ({"grade": True}, "OP235"), ({"comment": ["x"]}, "OP235"),
        ({"form": {"colleagues": ["a2", "nobody"]}}, "OP001"),
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused_before_anything_is_asked(opened, body, code):
    with pytest.raises(InputError) as caught:
        answer(opened, body)
    assert caught.value.code == code


def test_what_is_wrong_with_a_form_is_not_told_to_strangers(opened):
    for form in (FORM, {"colleagues": ["nobody"]}, {"no such": 1}):
        with pytest.raises(NotFound) as caught:
            answer(opened, {"form": form}, who="a5")
        assert caught.value.code == "no_such_review"


def test_whether_anybody_is_called_so_is_not_told_to_whoever_could_not_give_the_answer_anyway(opened):
    """Else the subject, who may read the review, could try out refs."""
    for who, task, code in (("a1", "propose", "not_your_task"), ("hr1", "propose", "not_your_task")):
        said = [
            handle(opened.rt, opened.actor(who), made, dry=True) if isinstance(made, Answer) else made
            for form in (FORM, {"colleagues": ["a2", "nobody", "a4"]}, {"colleagues": ["nobody"]})
            for made in [answer(opened, {"form": form}, who=who, task=task)]
        ]
        assert said[0].code == code
        assert said == [said[0]] * 3
    for who in ("a1", "m1"):
        to = [
            handle(opened.rt, opened.actor(who), made, dry=True) if isinstance(made, Reassign) else made
            for ref in ("a2", "nobody")
            for made in [reassigned(opened.rt, opened.actor(who), opened.review("a1"), "propose", ref, "x")]
        ]
        assert to[0].code == "not_yours"
        assert to[0] == to[1]
    with pytest.raises(InputError, match="OP001"):
        reassigned(opened.rt, opened.actor("hr1"), opened.review("a1"), "propose", "nobody", "x")


def test_a_list_that_came_as_a_list_is_left_as_it_is(opened):
    assert answer(opened, {"form": {"colleagues": []}}).form == {"colleagues": []}
    typed = answer(opened, {"form": {"colleagues": "a2 | a3||"}})
    assert typed.form == {"colleagues": [opened.actor(ref).person for ref in ("a2", "a3")]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"), (Decimal("3.00"), "3"), (Decimal("1E+3"), "1000"), (Decimal("-0.50"), "-0.5"), (Decimal("-0"), "0"),
        ("3.00", "3.00"), (True, True), (None, None), (Decimal("NaN"), "NaN"), (Decimal("1E+999999"), "1E+999999"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_somebody_would_type_them(value, text):
    assert as_typed(value) == text
