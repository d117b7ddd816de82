"""Scores an example of the scorecard alone and compares value by value; cards of a cohort are judged together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.definition.reader import read_scorecard
from engine.errors import InputError
from engine.operations.expecting import Failure
from engine.operations.script import Example, Script, Wanted, plain_text, scorecard_of, workflow_folder
from rules.cohort.judging import judge_cohort
from rules.cohort.model import CohortResult
from rules.cohort.reading import read_members
from rules.cohort.telling import unit_step
from rules.scorecard.course import plain
from rules.scorecard.evaluate import Result, result_document, score
from rules.scorecard.model import Card

NOTHING = "-"


def score_example(script: Script, example: Example) -> tuple[Failure, ...]:
    """What did not hold. InputError when card or facts cannot be read."""
    card, problems = read_scorecard(workflow_folder(script.folder) / scorecard_of(script.folder))
    if card is None:
        first = problems[0]
        raise InputError("OP030", place=f"{first.file}:{first.line}:{first.column}", problem=first.code)
    document = _document(card, example)
    return tuple(failure for wanted in example.wanted for failure in _compared(document, wanted))


def _document(card: Card, example: Example) -> dict[str, Any]:
    """What came out, in the keys of `expect`: of one card, or of each card of a cohort and its quota."""
    members, faults = read_members(card, example.facts or {})
    if members is None:
        place = ".".join(str(key) for key in faults[0].path)
        raise InputError("OP031", place=example.place, key=place)
    if not members.together:
        return _printed(score(card, members.facts[0]))
    cohort = judge_cohort(card, members.facts, members.cohort)
    cards = zip(members.ids, cohort.results, strict=True)
    return {"cards": {name: _printed(result) for name, result in cards}, "quota": _quota(cohort)}


def _quota(cohort: CohortResult) -> dict[str, Any]:
    """The rules of every unit by their place, units in the order of their first card."""
    rules = [
        {"unit": unit["unit"], **{key: value for key, value in rule.items() if key != "shares"}, **_shares(rule)}
        for unit in map(unit_step, cohort.units) for rule in unit["rules"]
    ]
    return {str(place): rule for place, rule in enumerate(rules)}


def _shares(rule: Mapping[str, Any]) -> dict[str, Any]:
    shares = rule.get("shares", ())
    return {"targets": [one["target"] for one in shares], "after": [one["after"] for one in shares]} if shares else {}


def _printed(result: Result) -> dict[str, Any]:
    document = result_document(result)
    document["figures"] = {name: plain(value) for name, value in result.figures.items()}
    document["reasons"] = [one["code"] for one in document["reasons"]]
    document["proposals"] = [
        " ".join(plain_text(one[part]) for part in ("metric", "what", "old", "new")) for one in document["proposals"]
    ]
    return document


def _compared(document: Any, wanted: Wanted) -> Iterator[Failure]:
    found = document
    path = wanted.path
    for place, key in enumerate(path):
        if not isinstance(found, Mapping) or key not in found:
            known = ", ".join(map(str, found)) if isinstance(found, Mapping) else NOTHING
            yield Failure(wanted.place, "OP037", {"key": ".".join(path[: place + 1]), "known": known})
            return
        found = found[key]
    if isinstance(found, Mapping) and "score" in found:
        found = found["score"]
    if not _same(wanted.value, found):
        values = {"key": ".".join(path), "wanted": _told(wanted.value), "got": _told(found)}
        yield Failure(wanted.place, "OP036", values)


def _same(wanted: Any, got: Any) -> bool:
    """A number without quotes is compared by value, a quoted one as text: it says the declared digits too."""
    if isinstance(wanted, list | tuple):
        return isinstance(got, Sequence) and [_told(one) for one in wanted] == [_told(one) for one in got]
    if isinstance(wanted, Decimal) and isinstance(got, str | int) and not isinstance(got, bool):
        number = _number(str(got))
        return number is not None and number == Fraction(wanted)
    return _told(wanted) == _told(got)


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _told(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(_told(one) for one in value) or NOTHING
    return plain_text(value)
