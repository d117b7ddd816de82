"""Step 3: many observations and answers become one figure, over time, within a role, across roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from rules.expressions.types import MISSING
from rules.numbers import divide, multiply, round_number
from rules.scorecard.course import Course, plain, rounding_step
from rules.scorecard.figures import Figure, Given
from rules.scorecard.model import Input
from rules.totals import total

Step = dict[str, Any]


class Unrated(Enum):
    """The type of `UNRATED`: no value because it was not rated (NR), which no policy makes up for."""

    UNRATED = "NR"


UNRATED = Unrated.UNRATED
_WORDS = (str, bool)


def fold_inputs(course: Course) -> None:
    """Every input of the card becomes a figure, or is missing with the reason."""
    names, texts, trace = course.names, course.texts, course.trace
    known, of_cohort = course.facts.inputs, course.facts.cohort
    for one, head in course.prepared.inputs:
        name, step = one.name, head.copy()
        given = known.get(name) if one.of is None else of_cohort.get(name)
        value = fold_input(one, given, step)
        if value is UNRATED:
            value = MISSING
            course.unrated.add(name)
        elif value is MISSING:
            value = _made_up(course, one, step)
        step["unit"], step["type"] = one.unit, one.type
        alone = None if given is None or given.roles else given.single
        text = plain(value) if alone is None or value is not alone.value else step["figures"][0].get("value")
        step["value"], names[name], texts[name] = text, value, (value, text)
        trace.append(step)
    for name, rows in course.card.lists.items():
        listed = course.facts.lists.get(name, ())
        course.names[name] = tuple(fold_row(rows.fields, row) for row in listed)
        shown = [{key: plain(value) for key, value in row.items()} for row in course.names[name]]
        least = rows.count.low
        titles = {key: dict(one.title) for key, one in rows.fields.items() if one.title}
        course.trace.append({"step": "inputs", "name": name, "path": list(rows.path), "title": dict(rows.title),
                             "list": shown, "fields": titles})
        if least is not None and len(listed) < least:
            course.block("SR007", rows.path, name=name, rows=str(len(listed)), least=str(least))


def fold_row(fields: Mapping[str, Input], row: Mapping[str, Given]) -> dict[str, Any]:
    """One row of a list, each field folded like an input of its own."""
    return {
        name: MISSING if (value := fold_input(one, row.get(name), {})) is UNRATED else value
        for name, one in fields.items()
    }


def unrated_fields(fields: Mapping[str, Input], row: Mapping[str, Given]) -> frozenset[str]:
    """The fields of a row that were not rated (NR): the row is left out whatever the policy."""
    return frozenset(name for name, one in fields.items() if fold_input(one, row.get(name), {}) is UNRATED)


def _made_up(course: Course, one: Input, step: Step) -> Any:
    """`missing: previous` or `{use: 3}` of an input."""
    if one.missing is None:
        return MISSING
    value: Any = one.missing.score
    if one.missing.policy == "previous":
        value = course.facts.previous[0].get(one.name, MISSING) if course.facts.previous else MISSING
    if value is not MISSING:
        step["made_up"] = {"policy": one.missing.policy, "value": plain(value)}
    return value


def fold_input(one: Input, given: Given | None, step: Step) -> Any:
    """The figure, MISSING or UNRATED; how it came about is added to the step."""
    if given is not None:
        if given.roles:
            return _roles(one, given.roles, step)
        if given.single is not None:
            return _single(one, given.single, step)
        if given.figures:
            return _many(one, given.figures, step)
    step["why"] = "absent"
    return MISSING


def _told(figure: Figure) -> Step:
    told = {} if figure.value is MISSING else {"value": plain(figure.value)}
    if figure.samples is not None:
        told["samples"] = figure.samples
    if figure.source is not None:
        told["source"] = figure.source
    if figure.observation is not None:
        told["observation"] = figure.observation
    if figure.taken_at is not None:
        told["taken_at"] = figure.taken_at
    if figure.not_rated:
        told["not_rated"] = True
    return told


def _single(one: Input, figure: Figure, step: Step) -> Any:
    step["figures"] = [_told(figure)]
    if figure.not_rated:
        step["why"] = "not_rated"
        return UNRATED
    if figure.samples is not None and isinstance(one.least, int) and figure.samples < one.least:
        step |= {"why": "least", "least": one.least, "samples": figure.samples}
        return MISSING
    return worth(one, figure.value) if one.answers else figure.value


def _many(one: Input, figures: Sequence[Figure], step: Step) -> Any:
    there = [figure for figure in figures if not figure.not_rated]
    step["figures"] = [_told(figure) for figure in figures]
    step["fold"] = one.fold
    if not there:
        step["why"] = "not_rated"
        return UNRATED
    if isinstance(one.least, int):
        samples = sum(1 if figure.samples is None else figure.samples for figure in there)
        if samples < one.least:
            step |= {"why": "least", "least": one.least, "samples": samples}
            return MISSING
    if one.fold is None:
        return worth(one, there[-1].value)
    exact = folded([worth(one, figure.value) if one.answers else figure.value for figure in there], one.fold)
    if one.fold == "mean":
        step |= {"exact": plain(exact), "round": rounding_step(one.round)}
        exact = round_number(exact, one.round)
    return exact


def worth(one: Input, value: Any) -> Any:
    """What an answer is worth before averaging: by `answers`, else itself."""
    if not one.answers or not isinstance(value, _WORDS):
        return value
    key = value if isinstance(value, str) else "yes" if value else "no"
    return one.answers.get(key, MISSING)


def folded(values: Sequence[Any], fold: str) -> Any:
    """One of many, exactly: sum mean last min max count; values are never empty."""
    if fold == "count":
        return Decimal(len(values))
    if fold == "last" or len(values) == 1:
        return values[-1]
    if fold in ("min", "max"):
        return min(values) if fold == "min" else max(values)
    return total(values) if fold == "sum" else divide(total(values), len(values))


def _roles(one: Input, roles: Mapping[str, tuple[tuple[Figure, ...], ...]], step: Step) -> Any:
    """Each person over time, then the mean within the role, then the shares of the roles that are there."""
    told: list[Step] = []
    means: dict[str, Any] = {}
    for role, share in one.asked.items():
        given = roles.get(role, ())
        counted = [value for answers in given if (value := _person(one, answers)) is not MISSING]
        least = one.least_of(role)
        entry: Step = {"role": role, "share": plain(share), "answers": len(counted), "mean": None}
        if counted and len(counted) >= least:
            first, alone = counted[0], len(counted) == 1
            mean = means[role] = first if alone else _within(counted)
            text = entry["mean"] = plain(mean)
            if not isinstance(first, _WORDS):
                entry["sum"] = text if alone else plain(total(counted))
                if alone and one.fold == "mean":
                    entry |= _one_person(one, given)
        elif len(counted) < least:
            entry["least"] = least
        entry["counts"] = role in means
        told.append(entry)
    step["roles"], step["missing_role"] = told, one.missing_role
    if not means:
        people = [answers for role in one.asked for answers in roles.get(role, ()) if answers]
        unrated = any(all(answer.not_rated for answer in answers) for answers in people)
        step["why"] = "not_rated" if unrated else "answers"
        return UNRATED if unrated else MISSING
    differ = any(mean is MISSING for mean in means.values())
    if differ or (one.missing_role == "block" and len(means) < len(one.asked)):
        step["why"] = "differ" if differ else "role"
        return MISSING
    return _across(one, means, step)


def _one_person(one: Input, people: Sequence[tuple[Figure, ...]]) -> Step:
    """The answers over time where one person alone is the role: a mean of many never shows a single answer."""
    values = [answer.value for answers in people for answer in answers if not answer.not_rated]
    return {"values": [plain(worth(one, value)) for value in values]} if len(values) > 1 else {}


def _across(one: Input, means: dict[str, Any], step: Step) -> Any:
    first = next(iter(means.values()))
    if isinstance(first, _WORDS):
        if all(value == first for value in means.values()):
            return first
        step["why"] = "differ"
        return MISSING
    shares = total([one.asked[role] for role in means])
    exact = divide(total([multiply(one.asked[role], mean) for role, mean in means.items()]), shares)
    step |= {"shares": plain(shares), "exact": plain(exact), "round": rounding_step(one.round)}
    return round_number(exact, one.round)


def _person(one: Input, answers: Sequence[Figure]) -> Any:
    if len(answers) == 1 and one.fold != "count" and not one.answers:  # as nearly always
        return MISSING if answers[0].not_rated else answers[0].value
    values = [worth(one, answer.value) for answer in answers if not answer.not_rated]
    if not values:
        return MISSING
    return folded(values, one.fold) if one.fold == "count" or (one.fold and len(values) > 1) else values[-1]


def _within(values: Sequence[Any]) -> Any:
    """The mean of a role's people; answers without a worth count only when all are the same."""
    if isinstance(values[0], _WORDS):
        return values[0] if all(value == values[0] for value in values) else MISSING
    return folded(values, "mean")
