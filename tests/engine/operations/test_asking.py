"""What a task asks: its ways to end, why not, who may be named, and the schema of its answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.definition.reader import read_definition
from engine.definition.validators import of_schemas, validator_of
from engine.errors import NotFound
from engine.operations.answer_schema import Present, number_schema, schema_of
from engine.operations.asking import asked
from engine.operations.choices import Choices
from engine.operations.people import ImportPeople, import_people
from engine.operations.seeing import Named
from engine.review.commands import Answer
from engine.sources.csv_file import Upload
from engine.store import reviews
from rules.scorecard.model import Input, Span
from tests.engine.operations.conftest import PEOPLE

WORKFLOWS = Path(__file__).parents[2] / "workflows"
FOLDERS = sorted(file.parent for file in WORKFLOWS.glob("*/workflow.yaml"))


def ask(world, who, task, ref="a1"):
    return asked(world.rt, world.actor(who), world.review(ref), task)


def accepts(schema, value):
    return validator_of(schema).is_valid(value)


def proposed(world, ref="a1", **targets):
    aims = {"sales_plan": "1000000.00", **targets}
    assert world.do("m1", Answer(world.review(ref), "propose", targets=aims))


def test_the_holder_is_told_how_the_task_may_end_and_what_stands_in_both_languages(opened):
    proposed(opened)
    found = ask(opened, "a1", "agree")
    assert found.possible
    assert found.task.mine
    assert (found.by, found.due_at) == ("subject", found.task.due_at)
    assert [(one.name, one.comment_required, one.possible) for one in found.outcomes] == [
        ("accept", False, True), ("object", True, True),
    ]  # fmt: skip
    outcome = found.schema["properties"]["outcome"]
    assert outcome["enum"] == ["accept", "object"]
    assert outcome["x-enum-titles"]["object"] == {"en": "Object", "zh": "提出异议"}
    assert (found.schema["title"], found.schema["x-title-zh"]) == ("Agree to the targets", "确认目标")
    assert accepts(found.schema, {"outcome": "accept"})
    assert not accepts(found.schema, {"outcome": "object"})
    assert not accepts(found.schema, {"outcome": "object", "comment": " \n"})
    assert accepts(found.schema, {"outcome": "object", "comment": "too much"})
    assert not accepts(found.schema, {"comment": "too much"})


def test_who_is_not_asked_is_told_why_not(opened):
    found = ask(opened, "hr1", "propose")
    assert not found.possible
    assert {one.reasons[0].code for one in found.outcomes} == {"not_your_task"}
    waiting = ask(opened, "a1", "agree")
    assert [one.reasons[0].code for one in waiting.outcomes] == ["task_not_open", "task_not_open"]


@pytest.mark.parametrize(
    ("who", "task", "code"),
    [
        ("a2", "propose", "no_such_review"), ("a2", "no such", "no_such_review"), ("m1", "no such", "no_such_task"),
        ("m1", "settle", "no_such_task"),
    ],
)  # fmt: skip
def test_what_is_not_there_for_the_asker_is_not_found(opened, who, task, code):
    with pytest.raises(NotFound) as caught:
        ask(opened, who, task)
    assert caught.value.code == code


def test_targets_come_with_what_stands_now_and_take_text_and_number(opened):
    proposed(opened, **{"sales.target": "99"})
    assert opened.do("a1", Answer(opened.review("a1"), "agree", "object", comment="no"))
    found = ask(opened, "m1", "propose")
    targets = found.schema["properties"]["targets"]["properties"]
    assert targets["sales_plan"]["default"] == "1000000.00"
    assert targets["sales.target"]["default"] == "99.00"
    assert targets["satisfaction.weight"]["default"] == "20.00"
    assert targets["sales_plan"]["x-unit"] == "CNY"
    assert (targets["sales.target"]["x-minimum"], targets["sales.target"]["x-maximum"]) == ("80", "120")
    for value in ("90", 90, Decimal("90.25")):
        assert accepts(found.schema, {"targets": {"sales.target": value}}), value
    for value in (79, "90.125", Decimal("90.125"), "1e2", True, None, "+90"):
        assert not accepts(found.schema, {"targets": {"sales.target": value}}), value


def test_people_are_refs_with_those_who_may_be_chosen(opened):
    found = ask(opened, "m1", "propose")
    field = found.schema["properties"]["form"]["properties"]["colleagues"]
    assert field["items"]["x-choices"] == ["a2", "a3", "a4", "a5", "dir1"], "neither a1 nor m1"
    assert (field["minItems"], field["maxItems"], field["uniqueItems"]) == (3, 6, True)
    assert found.people["a2"] == Named("a2", "An Er", "安二")
    assert "p1" not in found.people, "m1 may not look up the law department"
    assert "p1" in ask(opened, "hr1", "propose").people


def test_of_a_large_organisation_those_around_the_subject_are_offered(opened):
    head = PEOPLE.splitlines()[0]
    more = "".join(f"n{one:03},employee,New {one},,crowd,,,,,,,\n" for one in range(210))
    left = "a9,employee,An Left,,east,sales,m1,,Asia/Shanghai,2015-01-01,2025-06-30,\n"
    upload = Upload("more.csv", f"{head}\n{more}{left}".encode())
    assert not import_people(opened.rt, opened.actor("hr1"), ImportPeople(upload)).refused
    field, narrow = (
        ask(opened, who, "propose").schema["properties"]["form"]["properties"]["colleagues"]["items"]
        for who in ("hr1", "m1")
    )
    assert field["x-choices"] == ["a2", "a3", "a4", "a5", "dir1"], "whoever has left is not offered"
    assert field["x-more"] is True
    assert "x-more" not in narrow


def test_a_colleague_sees_her_own_task_and_no_other(opened):
    proposed(opened)
    assert opened.do("a1", Answer(opened.review("a1"), "agree", "accept"))
    opened.at("2025-09-03T10:00:00+08:00")
    with opened.rt.database.read() as tx:
        waiting = [task.name for task in reviews.load(tx, opened.review("a1")).tasks]
    assert "peers" in waiting
    with pytest.raises(NotFound):
        ask(opened, "a2", "monthly")
    assert ask(opened, "m1", "monthly").task.name == "monthly"


@pytest.mark.parametrize(
    ("low", "high", "digits", "good", "bad"),
    [
        ("1", "5", 0, ["1", "5", 3, Decimal("3.0")], ["0", "6", 6, "3.0", "", "x", Decimal("1.5")]),
        ("0", "1000", 0, ["0", "1000", 7], [1001, "07", "-1", "1.0", "-0"]),
        ("0", "100", 2, ["0", "99.99", "99.9", 99, Decimal("1.25")], ["1.234", "-1", Decimal("1.234"), 101, ".5"]),
        ("-5.5", "5.5", 1, ["-5.5", "0", Decimal("-0.5"), -5], ["-0", "-0.0", Decimal("5.6"), "1.25", "--1"]),
        ("-1000", None, 0, ["-12", 10**12, "5"], [-1001, "-012", "-0"]),
    ],
)  # fmt: skip
def test_a_number_is_decimal_text_or_a_number_within_what_is_declared(low, high, digits, good, bad):
    bounds = [None if end is None else Decimal(end) for end in (low, high)]
    schema = number_schema(*bounds, digits)
    assert not list(of_schemas().iter_errors(schema))
    assert [value for value in good if not accepts(schema, value)] == []
    assert [value for value in bad if accepts(schema, value)] == []


def asking_for(definition, one):
    """A task of the shipped workflow that asks for this instead of teamwork."""
    card = replace(definition.card, inputs={**definition.card.inputs, "teamwork": one})
    plan = definition.states["collect_data"].tasks["monthly"]
    schema = schema_of(replace(definition, card=card), plan, Present(("done",)))
    assert not list(of_schemas().iter_errors(schema))
    return schema


@pytest.mark.parametrize(
    ("one", "good", "bad"),
    [
        (Input("t", "yes_no", ()), [True, "yes", "false", "NR"], [1, "maybe", None, ""]),
        (Input("t", "choice", (), options=("good", "bad")), ["good", "NR"], ["so", True, "", None]),
        (Input("t", "rating", (), span=Span(Decimal(1), Decimal(5))), ["3", 3, "NR"], ["6", 0, "", None, "nr"]),
    ],
)
def test_ratings_follow_their_declaration_and_may_be_left_unrated(opened, one, good, bad):
    schema = asking_for(ask(opened, "m1", "propose").definition, one)
    assert [value for value in good if not accepts(schema, {"ratings": {"teamwork": value}})] == []
    assert [value for value in bad if accepts(schema, {"ratings": {"teamwork": value}})] == []
    assert not accepts(schema, {"ratings": {}})
    assert not accepts(schema, {})


def test_a_short_scale_is_offered_as_its_steps(opened):
    definition = ask(opened, "m1", "propose").definition
    rating = schema_of(definition, definition.states["collect_data"].tasks["monthly"], Present(("done",)))
    said = rating["properties"]["ratings"]["properties"]["teamwork"]
    assert said["x-scale"] == ["1", "2", "3", "4", "5", "NR"]
    assert said["x-enum-titles"]["NR"] == {"en": "not rated", "zh": "未评"}


def test_references_inside_a_form_lead_to_where_it_stands_now(opened):
    definition = ask(opened, "m1", "propose").definition
    form = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "form", "type": "object",
        "$defs": {"who": {"type": "string", "x-ref": "person"}}, "required": ["owner"],
        "properties": {"owner": {"$ref": "#/$defs/who"}, "rate": {"type": "number", "minimum": Decimal("0.5")}},
    }  # fmt: skip
    plan = replace(definition.states["evaluate"].tasks["review"], form="own")
    known = Choices({"1" * 32: Named("a1", "An", "")})
    schema = schema_of(replace(definition, forms={"own": form}), plan, Present(("done",), choices=known))
    assert accepts(schema, {"form": {"owner": "a1", "rate": Decimal("0.5")}})
    assert not accepts(schema, {"form": {"owner": 1}})
    assert not accepts(schema, {"form": {"owner": "a1", "rate": Decimal("0.4")}})
    assert not accepts(schema, {})
    assert schema["properties"]["form"]["$defs"]["who"]["x-choices"] == ["a1"]
    assert "$id" in form, "the definition's own form is left as it was"


def test_another_grade_wants_words_and_the_same_none(opened):
    definition = ask(opened, "m1", "propose").definition
    plan = definition.states["calibrate"].tasks["settle"]
    present = Present(("confirm", "send_back"), grade="B", grades=("A", "B", "C"))
    schema = schema_of(definition, plan, present)
    assert accepts(schema, {"outcome": "confirm", "grade": "B"})
    assert not accepts(schema, {"outcome": "confirm", "grade": "A"})
    assert accepts(schema, {"outcome": "confirm", "grade": "A", "comment": "better"})
    assert not accepts(schema, {"outcome": "confirm", "grade": "S", "comment": "better"})
    assert "grade" not in schema_of(definition, plan, Present(("confirm",)))["properties"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.name)
def test_every_task_of_every_workflow_has_a_sound_form(folder):
    definition = read_definition(folder).definition
    plans = [plan for state in definition.states.values() for plan in state.tasks.values()]
    assert plans
    for plan in plans:
        schema = schema_of(definition, plan, Present(definition.outcomes_of(plan), grades=("A",)))
        assert not list(of_schemas().iter_errors(schema)), plan.name
        validator_of(schema).is_valid({})
