"""Where time alone leads, no figure need have come: a way that would then stand still is an error, and none besides."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definition.reader import read_texts
from tests.random_workflows.cards import CARDS, card
from tests.random_workflows.drawing import FORMS, Drawn
from tests.random_workflows.exploring import drained, entered, unproven

PARTS = [{"if": "grade == A", "to": "closed"}, {"if": "grade != A", "to": "closed"}]
RULED = [{"if": "rule.reason == facts", "to": "closed"}, {"if": "rule.reason == weights", "to": "closed"}]
COUNTED = [{"if": "flaws > 2", "to": "closed"}, {"if": "flaws <= 2", "to": "closed"}]
SUBSTITUTED = next(number for number in range(CARDS) if "range: 0..9, missing" in card(number).text)


def workflow(home: dict[str, Any], **more: Any) -> Drawn:
    """Figures come in, the boss rules, and what is given stands behind it."""
    rate = {"by": "peer", "each": True, "need": 2, "asks": ["care"], "due": "5 days", "late": "waive"}
    first: dict[str, Any] = {
        "stage": "collect_data", "collects": ["sales", "flaws", "clean", "level"], "tasks": {"rate": rate},
        "next": "s1", "deadline": {"in": "10 days", "to": "s1"},
    }
    data = {
        "workflow": "w", "version": 1, "language": 1, "title": "W", "subject": "employee", "period": "quarter",
        "chain": False, "scorecard": "scorecard.yaml", "calendar": {"timezone": "Asia/Shanghai"},
        "roles": {
            "boss": {"who": "manager of subject"}, "peer": {"who": "team of subject", "count": "2..4", "not": ["boss"]},
        },
        "forms": {"ruling": "forms/ruling.json"}, "initial": "s0",
        "states": {"s0": first, "s1": home, **more, "closed": {"final": True}},
    }
    return Drawn(data, card(SUBSTITUTED), ["s0", "s1"])


def asked(outcomes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {"by": "boss", "form": "ruling"}
    return {"stage": "evaluate", "tasks": {"rule": {**rule, "outcomes": outcomes} if outcomes else rule}, **more}


def errors(drawn: Drawn) -> list[tuple[str, str]]:
    problems = read_texts(drawn.texts()).problems
    return [(one.code, one.values.get("witness", "")) for one in problems if one.level == "error"]


def stands_still(drawn: Drawn) -> bool:
    return drained(entered(unproven(drawn.texts()), "s1")).review.ended_at is None


LATE = {"in": "5 days"}
FORK = {"stage": "evaluate", "next": PARTS}
ALARMS = {
    "a deadline on a grade": (workflow(asked(next="closed", deadline={**LATE, "to": PARTS})), "WF063"),
    "a deadline on an answer": (workflow(asked(next="closed", deadline={**LATE, "to": RULED})), "WF063"),
    "a fork behind a deadline": (workflow(asked(next="closed", deadline={**LATE, "to": "f"}), f=FORK), "WF063"),
    "a fork behind a fork": (
        workflow(asked(next="closed", deadline={**LATE, "to": "e"}), e={"stage": "evaluate", "next": "f"}, f=FORK),
        "WF063",
    ),
    "a fork on an answer": (
        workflow(asked(next="f", deadline={**LATE, "to": "f"}), f={"stage": "evaluate", "next": RULED}), "WF063"
    ),
}  # fmt: skip
SOUND = {
    "with an else": workflow(asked(next="closed", deadline={**LATE, "to": [PARTS[0], {"else": "closed"}]})),
    "with an else behind all": workflow(asked(next="closed", deadline={**LATE, "to": [*PARTS, {"else": "closed"}]})),
    "on a figure that has a substitute": workflow(asked(next="closed", deadline={**LATE, "to": COUNTED})),
    "a fork that only an answer reaches": workflow(
        asked({"on": {"to": "f"}}, deadline={**LATE, "to": "closed"}), f={"stage": "evaluate", "next": RULED}
    ),
    "the way of an answer": workflow(asked({"on": {"to": PARTS}}, deadline={**LATE, "to": "closed"})),
}


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_a_way_that_would_stand_still_is_an_error(name: str) -> None:
    drawn, code = ALARMS[name]
    assert [one for one, _ in errors(drawn)] == [code]
    assert "?" in errors(drawn)[0][1]
    assert stands_still(drawn)


@pytest.mark.parametrize("name", sorted(SOUND))
def test_a_way_that_goes_on_is_none(name: str) -> None:
    assert errors(SOUND[name]) == []
    assert not stands_still(SOUND[name])


@pytest.mark.parametrize(("way", "leaving", "code"), [
    ([PARTS[0], {"else": "closed"}], [], "WF052"), ("closed", ["fix result"], "WF052"), ("closed", [], None),
    (COUNTED, [], None),
])  # fmt: skip
def test_tasks_that_pass_by_themselves_end_a_state_only_if_nothing_lacks_then(
    way: Any, leaving: list[str], code: str | None
) -> None:
    late = {"by": "boss", "due": "5 days", "late": "waive"}
    drawn = workflow({"stage": "evaluate", "tasks": {"t": late}, "next": way, "leaving": leaving})
    del drawn.data["forms"]
    if not leaving:
        del drawn.data["states"]["s1"]["leaving"]
    assert [one for one, _ in errors(drawn)] == ([code] if code else [])
    assert stands_still(drawn) is (code is not None)


def test_the_forms_of_these_workflows_are_the_random_ones() -> None:
    assert set(FORMS["ruling"]["properties"]["reason"]["enum"]) == {"facts", "weights"}
