"""Forms from a schema and back: what is asked, how it is typed, where a fault is shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from api.pages.faulty import of_schema
from api.pages.filled import flat, lists_in, number_text, plain_of, renumbered
from api.pages.form import Field, Filled, all_faults, asked_for, fields_of
from api.pages.schema import kind_of, resolved
from engine.definition.forms import check_form

PLAN: dict[str, Any] = {
    "type": "object",
    "required": ["form"],
    "additionalProperties": False,
    "properties": {
        "form": {
            "type": "object",
            "required": ["actions"],
            "properties": {
                "actions": {
                    "title": "Actions", "x-title-zh": "行动项", "type": "array", "minItems": 1, "maxItems": 5,
                    "items": {
                        "title": "Action", "type": "object", "required": ["what", "hours"],
                        "properties": {
                            "what": {"type": "string", "minLength": 1, "maxLength": 500},
                            "owner": {"type": "string", "x-ref": "person", "x-choices": ["a1", "a2"]},
                            "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
                            "hours": {"type": "number", "minimum": 0, "maximum": 40, "x-minimum": "0",
                                      "x-maximum": "40", "x-step": "0.1"},
                            "again": {"type": "boolean"},
                        },
                    },
                },
                "people": {"type": "array", "minItems": 2, "maxItems": 4, "items": {"type": "string", "maxLength": 64}},
            },
        },
        "outcome": {"enum": ["accept", "object"], "x-enum-titles": {"accept": {"en": "Accept", "zh": "接受"}}},
    },
}  # fmt: skip


def named(fields: tuple[Field, ...]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for one in fields:
        found[one.name] = one
        found.update(named(one.fields))
    return found


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string", "maxLength": 80}, "text"), ({"type": "string", "maxLength": 2000}, "long"),
        ({"type": "integer"}, "whole"), ({"type": "number"}, "number"), ({"enum": ["x"]}, "choice"),
        ({"type": "boolean"}, "yes_no"), ({"type": "string", "x-ref": "person"}, "person"),
        ({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "day"),
        ({"type": "string", "format": "date"}, "day"), ({"type": "array", "items": {"type": "object"}}, "rows"),
        ({"type": "array", "items": {"type": "string"}}, "lines"),
        ({"type": "array", "items": {"enum": ["x", "y"]}}, "many"), ({"type": "object"}, "group"),
        ({"type": "array", "items": {"x-choices": [str(number) for number in range(40)]}}, "lines"),
        ({"anyOf": [{"type": "integer"}, {"enum": ["1", "2"]}], "x-scale": ["1", "2"]}, "scale"),
    ],
)  # fmt: skip
def test_a_schema_says_which_kind_of_field_it_asks_for(schema: dict[str, Any], kind: str) -> None:
    assert kind_of(schema) == kind


def test_every_property_has_its_field_with_its_title() -> None:
    fields = named(fields_of(PLAN, Filled("zh")))
    assert fields["form.actions"].title == "行动项"
    assert fields["form.actions.0.owner"].kind == "person"
    assert [one.title for one in fields["outcome"].choices] == ["接受", "object"]
    assert (fields["form.actions.0.what"].required, fields["form.actions.0.date"].required) == (True, False)
    assert len({one.id for one in fields.values()}) == len(fields)


def test_what_was_typed_becomes_what_the_schema_speaks_of() -> None:
    typed = {
        "form.actions.0.what": ["visit"], "form.actions.0.hours": ["１.5"], "form.actions.0.again": ["true"],
        "form.actions.0.owner": [" a1 "], "form.actions.1.what": [""], "form.people.0": ["b1"], "form.people.1": [""],
        "outcome": ["accept"], "comment": ["not asked for"],
    }  # fmt: skip
    assert plain_of(PLAN, typed) == {
        "form": {
            "actions": [{"what": "visit", "owner": "a1", "hours": Decimal("1.5"), "again": True}],
            "people": ["b1"],
        },
        "outcome": "accept",
    }


def test_an_empty_form_is_told_what_is_missing_at_its_fields() -> None:
    faults = of_schema("en", check_form(PLAN, plain_of(PLAN, {})), PLAN)
    fields = fields_of(PLAN, Filled("en", faults=faults))
    told = all_faults(fields)
    assert [id for id, _, _ in told] == ["f-form-actions"]
    assert "fill" in told[0][2]


def test_a_fault_stands_at_the_row_that_is_shown() -> None:
    """The second row is the third that was sent: the empty one between them is no row."""
    sent = {
        "form.actions.0.what": ["one"], "form.actions.0.hours": ["1"], "form.actions.1.what": [""],
        "form.actions.7.what": ["two"], "form.actions.7.hours": ["400"],
    }  # fmt: skip
    typed = renumbered(sent, lists_in(PLAN))
    faults = of_schema("en", check_form(PLAN, plain_of(PLAN, typed)), PLAN)
    assert list(faults) == ["form.actions.1.hours"]
    field = named(fields_of(PLAN, Filled("en", typed, faults)))["form.actions.1.hours"]
    assert (field.value, field.described_by) == ("400", "f-form-actions-1-hours-fault f-form-actions-1-hours-note")
    assert "from 0 to 40" in field.faults[0]


def test_a_row_can_be_added_and_taken_away() -> None:
    typed = {f"form.actions.{place}.what": [text] for place, text in enumerate(("one", "two", "three"))}
    more = fields_of(PLAN, Filled("en", typed, more={"form.actions": 1}, focus="form.actions"))
    rows = named(more)["form.actions"].fields
    assert [row.fields[0].value for row in rows] == ["one", "two", "three", ""]
    assert [row.fields[0].focus for row in rows] == [False, False, False, True]
    less = renumbered(typed, lists_in(PLAN), "form.actions.1")
    assert [texts for _, texts in sorted(less.items())] == [["one"], ["three"]]
    assert sorted(less) == ["form.actions.0.what", "form.actions.1.what"]


def test_no_more_rows_are_shown_than_the_schema_takes() -> None:
    typed = {f"form.actions.{place}.what": ["x"] for place in range(5)}
    fields = named(fields_of(PLAN, Filled("en", typed, more={"form.actions": 1})))
    assert len(fields["form.actions"].fields) == 5


def test_a_short_list_shows_all_its_lines_and_says_how_many_are_wanted() -> None:
    people = named(fields_of(PLAN, Filled("en")))["form.people"]
    assert (people.kind, len(people.fields)) == ("lines", 4)
    assert asked_for("en", people) == "Choose 2 to 4."


def test_a_draft_comes_back_into_its_fields() -> None:
    plain = {
        "outcome": "object", "comment": None,
        "form": {"actions": [{"what": "one", "hours": Decimal("1.50"), "again": False}], "people": ["b1", "b2"]},
    }  # fmt: skip
    typed = flat(plain)
    assert typed["form.actions.0.hours"] == ["1.50"]
    assert plain_of(PLAN, typed) == {
        "outcome": "object",
        "form": {"actions": [{"what": "one", "hours": Decimal("1.50"), "again": False}], "people": ["b1", "b2"]},
    }


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1,234,567.50", "1234567.50"), ("９０", "90"), (" 12 ", "12"), ("−3", "-3"), ("1,5", "1,5"), ("x", "x")],
)
def test_numbers_are_taken_as_people_write_them_and_never_guessed(typed: str, number: str) -> None:
    assert number_text(typed) == number


def test_what_is_no_number_stays_as_it_was_typed_for_the_schema_to_refuse() -> None:
    typed = {"form.actions.0.what": ["x"], "form.actions.0.hours": ["many"]}
    plain = plain_of(PLAN, typed)
    assert plain["form"]["actions"][0]["hours"] == "many"
    assert [one.code for one in check_form(PLAN, plain)] == ["FM003"]


def test_references_are_written_out_and_a_circle_comes_to_an_end() -> None:
    schema = {
        "type": "object",
        "$defs": {"day": {"type": "string", "format": "date"}, "tree": {"type": "object", "properties": {
            "down": {"$ref": "#/$defs/tree"}}}},
        "properties": {"when": {"$ref": "#/$defs/day", "title": "When"}, "tree": {"$ref": "#/$defs/tree"}},
    }  # fmt: skip
    found = resolved(schema)
    assert found["properties"]["when"] == {"type": "string", "format": "date", "title": "When"}
    assert len(fields_of(found, Filled("en"))) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_yes_or_no_that_may_be_left_open_offers_three_answers(lang: str) -> None:
    schema = {"type": "object", "properties": {"kept": {
        "anyOf": [{"type": "boolean"}, {"enum": ["true", "false", "NR"]}],
        "x-enum-titles": {"NR": {"en": "not rated", "zh": "不评价"}},
    }}}  # fmt: skip
    (field,) = fields_of(schema, Filled(lang))
    assert [one.value for one in field.choices] == ["true", "false", "NR"]
    assert plain_of(schema, {"kept": ["NR"]}) == {"kept": "NR"}
    assert plain_of(schema, {"kept": ["false"]}) == {"kept": False}
