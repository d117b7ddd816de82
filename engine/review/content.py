"""Whether what was handed in fits: form, chosen people, ratings, targets, grade; every fault with its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from engine.definition.forms import check_form
from engine.definition.model import TaskPlan
from engine.review import facts, figures, roles
from engine.review.case import Reason
from engine.review.commands import Answer
from engine.review.draft import Draft
from engine.review.refusal import Code, reason
from rules.numbers import decimal_text, parse_decimal, places
from rules.scorecard.facts import RETIRE
from rules.scorecard.model import NUMBER_TYPES, Input
from rules.scorecard.retiring import retirable

NOT_RATED = "NR"
YES_NO = {"true": True, "false": False, "yes": True, "no": False}


def faults_in(draft: Draft, plan: TaskPlan, command: Answer, *, trusted: bool = False) -> list[Reason]:
    """All that is wrong with the content of an answer; empty when it is well formed. trusted: leave the form aside."""
    return [
        *(() if trusted else _form(draft, plan, command)),
        *_chosen(draft, plan, command),
        *_ratings(draft, plan, command),
        *_targets(draft, plan, command),
        *_grade(draft, plan, command),
    ]


def _form(draft: Draft, plan: TaskPlan, command: Answer) -> Iterator[Reason]:
    if plan.form is None:
        if command.form:
            yield reason(Code.NO_FORM, task=plan.name)
        return
    for fault in check_form(draft.definition.forms[plan.form], dict(command.form)):
        yield reason(Code.FORM_FAULT, task=plan.name, place=".".join(str(step) for step in fault.path))
        yield Reason(fault.code, fault.values)


def _chosen(draft: Draft, plan: TaskPlan, command: Answer) -> Iterator[Reason]:
    for key, people in chosen_in(draft, plan, command).items():
        field = key.removeprefix(f"{plan.name}.")
        for role in draft.definition.roles.values():
            if (role.who.kind, role.who.task, role.who.field_name) != ("chosen", plan.name, field):
                continue
            least, most = role.count or (1, len(people))
            barred = {draft.before.subject}
            for other in role.excludes:
                barred.update(roles.resolve(draft.definition, draft.before, draft.case.relations, other))
            if not least <= len(set(people)) <= most:
                yield reason(Code.CHOSEN_COUNT, field=field, given=len(set(people)), least=least, most=most)
            if barred & set(people):
                yield reason(Code.CHOSEN_EXCLUDED, field=field, role=role.name, barred=", ".join(role.excludes))


def chosen_in(draft: Draft, plan: TaskPlan, command: Answer) -> dict[str, tuple[str, ...]]:
    """People named in fields that a role is `chosen in`, by `task.field`; a field that was left out is not there."""
    fields = {
        role.who.field_name for role in draft.definition.roles.values()
        if role.who.kind == "chosen" and role.who.task == plan.name
    }
    found = {}
    for field in sorted(field for field in fields if field is not None):
        people = command.form.get(field)
        if isinstance(people, str):
            people = [people]
        if isinstance(people, list | tuple) and people:
            found[f"{plan.name}.{field}"] = tuple(dict.fromkeys(str(person) for person in people))
    return found


def _ratings(draft: Draft, plan: TaskPlan, command: Answer) -> Iterator[Reason]:
    for name in command.ratings:
        if name not in plan.asks:
            yield reason(Code.RATING_NOT_ASKED, task=plan.name, input=name, asked=", ".join(plan.asks))
    for name in plan.asks:
        declared = draft.definition.card.inputs[name]
        value = command.ratings.get(name)
        if value is None or value == "":
            yield reason(Code.RATING_MISSING, input=name, range=range_text(declared))
        elif not _rated(declared, value):
            yield reason(Code.RATING_OUT_OF_RANGE, input=name, value=value, range=range_text(declared))


def range_text(declared: Input) -> str:
    """What may be answered, as text: `1..5`, the options, `yes, no`."""
    if declared.options:
        return ", ".join(declared.options)
    return "yes, no" if declared.type == "yes_no" else declared.span.text()


def _rated(declared: Input, value: Any) -> bool:
    if value == NOT_RATED:
        return True  # `not_rated: allowed` is the language's default, and it has no other word
    if declared.type == "yes_no":
        return isinstance(value, bool) or str(value) in YES_NO
    if declared.type not in NUMBER_TYPES:
        return str(value) in declared.options
    number = number_of(value)
    return number is not None and declared.span.holds(number) and (places(number) or 0) <= declared.digits


def number_of(value: Any) -> Decimal | None:
    """A plain decimal from its text or an exact number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        return parse_decimal(str(value))
    except ValueError:
        return None


def plain_rating(declared: Input, value: Any) -> Any:
    """The rating as a payload keeps it: canonical text, an option, true or false."""
    if declared.type == "yes_no" and value != NOT_RATED:
        return value if isinstance(value, bool) else YES_NO[str(value)]
    number = number_of(value) if declared.type in NUMBER_TYPES else None
    return str(value) if number is None else decimal_text(number, declared.digits)


def plain_form(value: Any) -> Any:
    """Form values as a payload keeps them: a decimal becomes a whole number where it is one, else its text."""
    if isinstance(value, Mapping):
        return {str(key): plain_form(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain_form(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else decimal_text(value)
    return value


def _targets(draft: Draft, plan: TaskPlan, command: Answer) -> Iterator[Reason]:
    if plan.sets is None:
        if command.targets:
            yield reason(Code.TARGETS_NOT_ASKED, task=plan.name)
        return
    if plan.sets == "targets" and "targets" in draft.fixed:
        yield reason(Code.TARGETS_FIXED, task=plan.name)
        return
    known = {one.key: one for one in draft.definition.card.agreeable()}
    sound = True
    retiring = [f"{name}.{RETIRE}" for name in retirable(draft.definition.card)] if plan.sets == "next_targets" else []
    for key, value in command.targets.items():
        one = known.get(key)
        if key in retiring:
            if figures.yes_or_no(str(value)) is None:
                sound = False
                yield reason(Code.TARGET_OUT_OF_RANGE, target=key, value=value, low="no", high="yes", digits=0)
            continue
        if one is None:
            sound = False
            yield reason(Code.NO_SUCH_TARGET, target=key, known=", ".join((*known, *retiring)))
            continue
        if figures.within(one, str(value)) is not None:
            sound = False
            low, high = ("" if end is None else str(end) for end in (one.low, one.high))
            yield reason(Code.TARGET_OUT_OF_RANGE, target=key, value=value, low=low, high=high, digits=one.digits)
    if sound:
        yield from _whole(draft, plan, command.targets)


def _whole(draft: Draft, plan: TaskPlan, targets: Mapping[str, str]) -> Iterator[Reason]:
    """What the rules have against the targets taken together: sums of weights, requirements."""
    before = next_start(draft) if plan.sets == "next_targets" else {
        key: value for key, (value, origin) in figures.targets_of(draft).items() if origin != "file"
    }
    card = draft.definition.card
    together = {**before, **{
        key: str(value) if figures.retired_by(card, key) is None else figures.yes_or_no(str(value)) or ""
        for key, value in targets.items()
    }}
    for one in facts.refusals_of(draft, together):
        yield reason(Code.TARGETS_UNSOUND, task=plan.name)
        yield Reason(one["code"], one["values"])


def next_start(draft: Draft) -> dict[str, str]:
    """Where the next period's targets start from: what is in force now, without figures that belong to this period."""
    inputs = {one.key for one in draft.definition.card.agreeable() if one.kind == "input"}
    in_force = {
        key: value
        for key, (value, origin) in figures.targets_of(draft).items()
        if key not in inputs and origin != "file"
    }
    return {**in_force, **draft.next_agreed}


def grades_between(ladder: tuple[str, ...], at_most: str | None, at_least: str | None) -> tuple[str, ...]:
    """The grades that the rules of the card leave open, best first."""
    first = ladder.index(at_most) if at_most in ladder else 0
    last = ladder.index(at_least) if at_least in ladder else len(ladder) - 1
    return ladder[first : last + 1]


def _grade(draft: Draft, plan: TaskPlan, command: Answer) -> Iterator[Reason]:
    if command.grade is None:
        return
    if plan.adjusts != "grade":
        yield reason(Code.GRADE_NOT_ASKED, task=plan.name)
        return
    grades = draft.definition.card.grades
    ladder = grades.ladder if grades is not None else ()
    if command.grade not in ladder:
        yield reason(Code.NO_SUCH_GRADE, grade=command.grade, ladder=", ".join(ladder))
        return
    result = draft.result
    if result is None or result.grade is None:
        yield reason(Code.RESULT_BLOCKED, lacking=", ".join(facts.blocked_by(draft)))
        return
    allowed = grades_between(ladder, *result.bounds)
    if command.grade not in allowed:
        yield reason(Code.GRADE_OUT_OF_BOUNDS, grade=command.grade, allowed=", ".join(allowed))
    if command.grade != result.grade and not (command.comment or "").strip():
        yield reason(Code.COMMENT_REQUIRED)
