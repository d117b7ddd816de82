"""What a check says can never happen never does: sound cards raise no alarm, and random facts contradict none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.definition.library import WORKFLOWS
from engine.definition.reader import read_scorecard
from engine.definition.source import read_yaml
from rules.faults import Fault
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from tests.rules.scorecard.test_any_facts import facts_for

HERE = Path(__file__).parent
OTHERS = sorted([*(HERE / "cards").glob("*.yaml"), *(HERE.parent / "unseen" / "cards").glob("*.yaml")])
SHIPPED = sorted([*WORKFLOWS.glob("*/scorecard.yaml"), *WORKFLOWS.glob("published/*/scorecard.yaml")])
TOLD = {
    "33-customer-account": {"EX039"},  # a customer who bought nothing has no cost per purchase: the figure is missing
    "bank-cm": {"SC113", "SC114"},  # the text gives items for 85 points, and grades from 90
    "call-centre-qa": {"SC039", "SC070"},  # a rating that arrives, and one question that counts for nothing
    "csat-nps": {"SC133"},  # a mean of ratings may lie between two rows of the table
    "hospital-parts": {"SC117"},  # a value in the middle is meant to be best
    "labels-count": {"SC070"}, "okr": {"EX051"}, "quota-and-split": {"SC143"},
}
"""Warnings on cards of others, each of them true."""

ALARMS = ("SC113", "SC114", "SC115", "SC121", "SC122", "EX051", "EX052")
SHAPES = ("steps", "line", "bands", "lookup", "choose")
RAISING = sorted(file for file in (HERE / "broken").glob("*.yaml") if file.stem[:5] in ALARMS)
"""Cards that raise an alarm as they stand."""

NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w.])")


def codes(file: Path) -> set[str]:
    card, problems = read_scorecard(file)
    assert card is not None, [(one.line, one.code) for one in problems]
    return {one.code for one in problems if one.level != "later"}


@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
def test_cards_of_others_have_no_error_and_only_true_warnings(file: Path) -> None:
    assert codes(file) == TOLD.get(file.stem, set())


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_shipped_cards_have_no_problem_at_all(file: Path) -> None:
    assert codes(file) == set()


def variant(text: str, random: Random) -> str:
    """The card with a few of its numbers changed, below its heading."""
    places = [one for one in NUMBER.finditer(text) if text.count("\n", 0, one.start()) > 6]
    for one in sorted(random.sample(places, min(4, len(places))), key=lambda one: -one.start()):
        new = random.choice([str(random.randint(0, 150)), f"{random.randint(0, 99)}.{random.randint(1, 9)}"])
        text = text[: one.start()] + new + text[one.end() :]
    return text


def steps_of(trace: Any) -> Iterator[Mapping[str, Any]]:
    """Every step of a trace that says where it stands, those inside others too."""
    if isinstance(trace, Mapping):
        if "path" in trace:
            yield trace
        for one in trace.values():
            yield from steps_of(one)
    elif isinstance(trace, list | tuple):
        for one in trace:
            yield from steps_of(one)


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def contradicted(alarm: Fault, document: Any, result: Result) -> bool:
    """Whether something happened in this scoring that the alarm says can never happen."""
    return any(_against(alarm, document, step) for step in steps_of(result.trace))


def _against(alarm: Fault, document: Any, step: Mapping[str, Any]) -> bool:
    path = tuple(step["path"])
    rest = alarm.path[len(path) :]
    if alarm.path[: len(path)] != path or not rest:
        return False
    formula, limits = step.get("formula") or {}, step.get("limits") or {}
    whole = alarm.values.get("found") == alarm.values.get("text")
    if rest[0] in SHAPES and len(rest) > 1 and alarm.code in ("SC113", "SC121", "EX051"):
        return (alarm.code != "EX051" or whole) and _hit(formula, rest, at(document, alarm.path[: len(path) + 2]))
    if rest == ("limits",):
        low, _, _ = at(document, alarm.path).partition("..")
        end = "low" if low.strip() == alarm.values["limit"] else "high"
        hit, before = limits.get("hit"), limits.get("before")
        if alarm.code == "SC114":
            return bool(hit == end)
        return hit is None and before not in (None, limits.get("low"), limits.get("high"))
    if alarm.code == "SC122":
        return len(rest) == 1 and bool(step.get("acted")) and step.get("before") != step.get("after")
    if whole and rest in (("if",), ("value",)) and not step.get("lacking"):
        happened = step.get("acted") if rest == ("if",) else step.get("score")
        return happened is (alarm.code == "EX051")
    return False


def _hit(formula: Mapping[str, Any], rest: tuple[Any, ...], row: Any) -> bool:
    hit, place = formula.get("hit"), rest[1]
    if formula.get("shape") != rest[0]:
        return False
    if rest[0] == "steps":
        return formula.get("side") == place and formula.get("counted") != "0"
    if rest[0] == "line":
        return place in (hit or ())
    return bool(hit == "else") if isinstance(row, Mapping) and "else" in row else bool(hit == place)


def read(text: str) -> tuple[Any, Card | None, list[Fault]]:
    document, _ = read_yaml(text, "card.yaml")
    if document is None:
        return None, None, []
    card, faults = read_card(document.data)
    return document.data, card, [one for one in faults if one.code in ALARMS]


def tried(data: st.DataObject) -> None:
    """A card with other numbers, and what random facts say about its alarms."""
    file = data.draw(st.sampled_from([*OTHERS, *RAISING]))
    text = variant(file.read_text(encoding="utf-8"), Random(data.draw(st.integers(0, 10**9))))
    document, card, alarms = read(text)
    if card is None or not alarms:
        return
    for _ in range(4):
        facts, _ = read_facts(card, data.draw(facts_for(card)))
        if facts is not None:
            result = score(card, facts)
            assert [one for one in alarms if contradicted(one, document, result)] == []


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_alarm_is_contradicted_by_random_facts(data: st.DataObject) -> None:
    tried(data)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_alarm_is_contradicted_by_many_random_facts(data: st.DataObject) -> None:
    tried(data)


def test_random_cards_do_raise_alarms() -> None:
    """Of a test without alarms nothing would follow."""
    found = set()
    for seed, file in enumerate([*OTHERS[::4], *RAISING]):
        found |= {one.code for one in read(variant(file.read_text(encoding="utf-8"), Random(seed)))[2]}
    assert len(found) >= 5, found


CARD = """scorecard: test
version: 1
language: 1
missing: block
round: {metric: exact, total: exact}
inputs: {a: {type: count, range: 0..100}, b: {type: count, range: 0..9}}
metrics:
  a: {bands: [{from: 50, gives: 100}, {else: 0}], rules: [{rule: more, if: b > 3, add: 1}], limits: 0..101}
  b: {line: [[0, 0], [5, 50], [9, 90]]}
total: {combine: mean}
"""


@pytest.mark.parametrize(
    ("code", "path", "values"),
    [
        ("SC113", ("metrics", "a", "bands", 0), {}), ("SC113", ("metrics", "b", "line", 2), {}),
        ("SC114", ("metrics", "a", "limits"), {"limit": "101"}), ("SC122", ("metrics", "a", "rules", 0, "add"), {}),
        ("EX051", ("metrics", "a", "rules", 0, "if"), {"found": "b > 3", "text": "b > 3"}),
    ],
)
def test_a_false_alarm_would_be_found(code: str, path: tuple[Any, ...], values: dict[str, str]) -> None:
    """The control: alarms that nobody raised, each contradicted by these facts."""
    document, card, alarms = read(CARD)
    assert card is not None
    assert alarms == []
    facts, _ = read_facts(card, {"inputs": {"a": 70, "b": 8}})
    assert facts is not None
    hit = contradicted(Fault(code, path, values), document, score(card, facts))
    assert hit is (code != "SC114"), "the limit itself was met by nobody"


def test_a_false_alarm_of_a_limit_would_be_found() -> None:
    document, card, _ = read(CARD.replace("0..101", "0..100"))
    assert card is not None
    facts, _ = read_facts(card, {"inputs": {"a": 70, "b": 8}})
    assert facts is not None
    alarm = Fault("SC114", ("metrics", "a", "limits"), {"limit": "100"})
    assert contradicted(alarm, document, score(card, facts))
