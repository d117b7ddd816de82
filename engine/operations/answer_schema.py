"""The form of an answer as JSON Schema: all that can be said of its body before anybody has written one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from engine.definition.forms import check_form
from engine.definition.model import Definition, TaskPlan
from engine.operations.choices import Choices
from engine.operations.titles import agreeable_title, titled
from engine.review.content import NOT_RATED, YES_NO
from engine.words.book import say
from rules.numbers import decimal_text
from rules.scorecard.facts import RETIRE
from rules.scorecard.model import NUMBER_TYPES, Agreeable, Input, Title
from rules.scorecard.retiring import retirable

COMMENT_MAX: Final = 4000
SCALE_MOST: Final = 101
"""A range of at most so many steps is shown as its steps."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
WORDS: Final = {"type": "string", "maxLength": COMMENT_MAX}

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Present:
    """What the asker may know of the review as it stands: targets (key -> value), the grade and those allowed
    (None: no grade can be set now), outcomes that are still offered, people who may be named, ids barred by field."""

    outcomes: tuple[str, ...]
    targets: Mapping[str, str] = field(default_factory=dict)
    grade: str | None = None
    grades: tuple[str, ...] = ()
    choices: Choices = field(default_factory=Choices)
    barred: Mapping[str, frozenset[str]] = field(default_factory=dict)


def schema_of(definition: Definition, plan: TaskPlan, present: Present) -> Schema:
    """The schema of `{outcome, form, ratings, targets, grade, comment}`. Numbers in it are int or Decimal.

    What it accepts and `decide` refuses is what no schema can say: sums of weights, numbers as text that are out of a
    long range, people who may not be named, and what follows from the review's way.
    """
    properties: Schema = {"outcome": _outcome(plan, present.outcomes)}
    required = ["outcome"] if plan.outcomes else []
    if plan.form is not None:
        form = definition.forms[plan.form]
        properties["form"] = form_schema(definition, plan, form, present)
        if check_form(form, {}):
            required.append("form")
    if plan.asks:
        properties["ratings"] = _ratings(definition, plan)
        required.append("ratings")
    if plan.sets is not None:
        properties["targets"] = _targets(definition, plan, present)
    if plan.adjusts == "grade" and present.grades:
        properties["grade"] = {"enum": list(present.grades), **_words("OP230")}
    properties["comment"] = {**WORDS, **_words("OP231")}
    if plan.comment_required:
        properties["comment"]["pattern"] = r"\S"
        required.append("comment")
    schema: Schema = {
        "$schema": DIALECT, **title_of(plan.title, plan.name), "type": "object", "additionalProperties": False,
        "required": required, "properties": properties,
    }  # fmt: skip
    conditions = [] if plan.comment_required else list(_conditions(plan, present))
    return schema | ({"allOf": conditions} if conditions else {})


def title_of(title: Title, key: str) -> Schema:
    return {"title": titled("en", title, key), "x-title-zh": titled("zh", title, key)}


def _words(code: str) -> Schema:
    return {"title": say("en", code), "x-title-zh": say("zh", code)}


def _both(code: str) -> dict[str, str]:
    return {lang: say(lang, code) for lang in ("en", "zh")}


def _outcome(plan: TaskPlan, offered: tuple[str, ...]) -> Schema:
    titles = {name: dict(plan.outcomes[name].title) if name in plan.outcomes else _both("OP232") for name in offered}
    schema: Schema = {"enum": list(offered), "x-enum-titles": titles, **_words("OP226")}
    return schema if plan.outcomes else {**schema, "default": "done"}


def _conditions(plan: TaskPlan, present: Present) -> Iterable[Schema]:
    """Which outcomes, and which change of the grade, want words."""
    then = {"required": ["comment"], "properties": {"comment": {"pattern": r"\S"}}}
    for name in present.outcomes:
        if name in plan.outcomes and plan.outcomes[name].comment_required:
            yield {"if": {"required": ["outcome"], "properties": {"outcome": {"const": name}}}, "then": then}
    if plan.adjusts == "grade" and present.grade in present.grades:
        other = {"not": {"const": present.grade}}
        yield {"if": {"required": ["grade"], "properties": {"grade": other}}, "then": then}


def _ratings(definition: Definition, plan: TaskPlan) -> Schema:
    asked = {name: _rating(definition.card.inputs[name], name) for name in plan.asks}
    return {
        "type": "object", "additionalProperties": False, "required": list(asked), "properties": asked,
        **_words("OP228"),
    }  # fmt: skip


def _rating(one: Input, name: str) -> Schema:
    said = title_of(one.title, name)
    not_rated = {NOT_RATED: _both("OP225")}
    if one.type == "yes_no":
        return {"anyOf": [{"type": "boolean"}, {"enum": [*YES_NO, NOT_RATED]}], "x-enum-titles": not_rated, **said}
    if one.type not in NUMBER_TYPES:
        return {"enum": list(dict.fromkeys((*one.options, NOT_RATED))), "x-enum-titles": not_rated, **said}
    schema = number_schema(one.low, one.high, one.digits)
    unit = {"x-unit": one.unit} if one.unit else {}
    if "x-scale" in schema:
        schema = {**schema, "x-scale": [*schema["x-scale"], NOT_RATED], "x-enum-titles": not_rated}
    return {**schema, "anyOf": [*schema["anyOf"], {"const": NOT_RATED}], **unit, **said}


def number_schema(low: Decimal | None, high: Decimal | None, digits: int) -> Schema:
    """A number as JSON number or as decimal text. Of a short range the texts are listed, of a long one it is for the
    reader of the number to say that a text lies outside."""
    number: Schema = {"type": "number" if digits else "integer"}
    step = Decimal(1).scaleb(-digits)
    if digits:
        number["multipleOf"] = step
    bounds: Schema = {"x-step": decimal_text(step)}
    for name, end in (("minimum", low), ("maximum", high)):
        if end is not None:
            number[name] = int(end) if end == end.to_integral_value() else end
            bounds[f"x-{name}"] = decimal_text(end)
    steps = _steps(low, high, step)
    if steps:
        return {"anyOf": [number, {"enum": [decimal_text(one) for one in steps]}], **bounds, **_scale(steps, digits)}
    return {"anyOf": [number, {"type": "string", "maxLength": 80, "pattern": _pattern(low, digits)}], **bounds}


def _steps(low: Decimal | None, high: Decimal | None, step: Decimal) -> list[Decimal]:
    if low is None or high is None or (high - low) / step >= SCALE_MOST or low % step:
        return []
    return [low + place * step for place in range(int((high - low) / step) + 1)]


def _scale(steps: list[Decimal], digits: int) -> Schema:
    """A handful of whole steps is offered as such."""
    return {"x-scale": [decimal_text(one) for one in steps]} if not digits and len(steps) <= 11 else {}


def _pattern(low: Decimal | None, digits: int) -> str:
    fraction = rf"(\.[0-9]{{1,{digits}}})?" if digits else ""
    sign = "" if low is not None and low >= 0 else r"(?!-0(\.0*)?$)-?"
    return rf"^{sign}(0|[1-9][0-9]*){fraction}$"


def _targets(definition: Definition, plan: TaskPlan, present: Present) -> Schema:
    card = definition.card
    open_to = {one.key: _target(definition, one, present) for one in card.agreeable()}
    if plan.sets == "next_targets":
        open_to |= {key: _retire(definition, key, present) for key in (f"{one}.{RETIRE}" for one in retirable(card))}
    return {"type": "object", "additionalProperties": False, **_words("OP229"), "properties": open_to}


def _retire(definition: Definition, key: str, present: Present) -> Schema:
    """Whether a metric is judged no more from the next period on."""
    title, title_zh = (agreeable_title(lang, definition, key) for lang in ("en", "zh"))
    said = "true" if present.targets.get(key) == "true" else "false"
    return {"anyOf": [{"type": "boolean"}, {"enum": list(YES_NO)}], "default": said, "title": title,
            "x-title-zh": title_zh}


def _target(definition: Definition, one: Agreeable, present: Present) -> Schema:
    schema = number_schema(one.low, one.high, one.digits)
    schema.pop("x-scale", None)
    value = present.targets.get(one.key)
    if value is None and one.default is not None:
        value = decimal_text(one.default, one.digits)
    declared = definition.card.inputs.get(one.key)
    unit = {"x-unit": declared.unit} if declared is not None and declared.unit else {}
    title, title_zh = (agreeable_title(lang, definition, one.key) for lang in ("en", "zh"))
    default = {} if value is None else {"default": value}
    return {**schema, **unit, **default, "title": title, "x-title-zh": title_zh}


def form_schema(definition: Definition, plan: TaskPlan, form: Mapping[str, Any], present: Present) -> Schema:
    """The form as a part of the answer: its references lead to where it stands now, people are refs with the choices
    there are, and where a role is chosen in a field the role's own limits stand there too."""
    schema: Schema = _moved(form, present)
    for name in ("$schema", "$id"):
        schema.pop(name, None)
    for role in definition.roles.values():
        if (role.who.kind, role.who.task) != ("chosen", plan.name):
            continue
        at = schema.get("properties", {}).get(role.who.field_name)
        if isinstance(at, dict) and at.get("type") == "array":
            least, most = role.count or (1, CHOSEN_MOST)
            at["minItems"] = max(least, at.get("minItems", 0))
            at["maxItems"] = min(most, at.get("maxItems", most))
            at["uniqueItems"] = True
            _choose(at.get("items"), _refs(present, role.who.field_name or ""))
    return schema


CHOSEN_MOST: Final = 200


def _moved(value: Any, present: Present) -> Any:
    if isinstance(value, list):
        return [_moved(one, present) for one in value]
    if not isinstance(value, Mapping):
        return value
    schema = {str(key): _moved(one, present) for key, one in value.items()}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        schema["$ref"] = "#/properties/form" + reference[1:]
    if schema.get("x-ref") == "person":
        _choose(schema, _refs(present, ""))
        if present.choices.more:
            schema["x-more"] = True
    return schema


def _choose(schema: Any, refs: list[str]) -> None:
    if isinstance(schema, dict) and schema.get("x-ref") == "person":
        schema["x-choices"] = refs


def _refs(present: Present, name: str) -> list[str]:
    barred = present.barred.get(name, frozenset())
    return [one.ref for key, one in present.choices.people.items() if key not in barred]
