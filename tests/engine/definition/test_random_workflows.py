"""Random workflows against random commands: what is called sound stands the laws, what is alarmed of happens."""

from __future__ import annotations

import pytest

from engine.definition import table
from engine.definition.model import Branch
from engine.definition.problem import Problem
from engine.definition.reader import read_texts
from tests.random_workflows.drawing import Drawn, draw
from tests.random_workflows.exploring import unproven
from tests.random_workflows.playing import LawBroken, run
from tests.random_workflows.trying import alarms_of, runs_of
from tests.random_workflows.witnesses import WITNESSES, shown


def test_random_commands_break_no_law_in_sound_workflows() -> None:
    seen = runs_of(range(8), 2)
    assert seen["sound"] >= 7  # control: nearly all that is drawn is sound


@pytest.mark.slow
def test_many_random_commands_break_no_law_in_sound_workflows() -> None:
    seen = runs_of(range(100, 200), 4)
    assert seen["sound"] >= 85
    assert seen["runs"] >= 340
    # Control: the sequences come through every kind of command.
    assert all(seen[one] for one in ("answered", "waived", "reassigned", "expired", "intervened", "figures_taken"))
    assert all(seen[one] for one in ("held", "resumed", "extended", "skipped", "retracted", "delegated"))


def test_every_alarm_has_a_run_that_shows_it() -> None:
    assert len(alarms_of(range(8))[0]) >= 4


@pytest.mark.slow
def test_every_alarm_of_many_damaged_workflows_has_a_run_that_shows_it() -> None:
    codes, kinds = alarms_of(range(300, 430))
    assert len(kinds) >= 20
    assert len(codes) >= 15


# Controls


CONTROLS = {
    "WF034": {"need": "2", "role": "peer"}, "WF050": {"state": "s0"}, "WF051": {"state": "s0"},
    "WF052": {"state": "s0"}, "WF053": {"circle": "s0 → closed → s0"}, "WF054": {"task": "decide", "outcome": "redo"},
    "WF055": {"circle": "t0 → decide → t0"}, "WF056": {"task": "t0", "other": "decide"},
    "WF057": {"task": "t0", "other": "decide"}, "WF058": {"state": "s0"}, "WF059": {"state": "s0"},
    "WF061": {"word": "reopen", "needs": "times", "state": "closed"}, "WF062": {}, "WF063": {"witness": "clean = yes"},
    "WF065": {}, "WF066": {}, "WF068": {"lacking": "sales", "state": "s1"}, "WF074": {"task": "decide"},
    "WF100": {"task": "decide"}, "WF105": {"task": "decide", "state": "s0"},
    "WF101": {"task": "decide", "other": "t0"}, "WF113": {"task": "decide", "other": "t0"},
}
"""Each alarm about a workflow of which it is not true."""

PATHS = {
    "WF063": ("states", "s1", "deadline", 0, "to"), "WF065": ("states", "s1", "deadline", 0, "to", 0, "if"),
    "WF066": ("states", "s1", "deadline", 0, "to", 1),
}


def a_sound_one() -> Drawn:
    drawn = draw(0)
    home = {
        "stage": "collect_data", "collects": ["sales", "flaws", "clean", "level"], "next": "s1",
        "tasks": {
            "rate": {"by": "peer", "each": True, "need": 2, "asks": ["care"], "due": "5 days", "late": "waive"},
            "t0": {"by": "boss"},
            "decide": {
                "by": "hr", "waits_for": ["t0", "rate"],
                "outcomes": {"on": {"to": "s1"}, "redo": {"again": ["t0"], "times": 2}},
            },
        },
        "deadline": {"in": "10 days", "to": "s1"},
    }
    last = {
        "stage": "evaluate", "tasks": {"t": {"by": "boss"}}, "next": "closed",
        "deadline": {"in": "5 days", "to": [{"if": "clean", "to": "closed"}, {"else": "closed"}]},
    }
    reopen = {"by": "hr", "from": ["closed"], "within": "10 days", "times": 1, "to": "s1"}
    roles = {name: one for name, one in drawn.data["roles"].items() if name in ("boss", "peer")}
    data = {
        **{key: one for key, one in drawn.data.items() if key != "forms"}, "initial": "s0",
        "roles": {**roles, "hr": {"who": "group hr"}}, "states": {"s0": home, "s1": last, "closed": {"final": True}},
        "anywhere": {"reopen": reopen},
    }
    return Drawn(data, drawn.card, ["s0", "s1"])


def test_the_sound_one_of_the_controls_is_sound() -> None:
    checked = read_texts(a_sound_one().texts())
    assert [one.code for one in checked.problems if one.level == "error"] == []


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(WITNESSES))
def test_no_run_shows_an_alarm_that_is_not_true(code: str) -> None:
    path = PATHS.get(code, ("states", "s0", "tasks", "decide"))
    problem = Problem("workflow.yaml", 1, 1, "error", code, CONTROLS[code], path)
    assert not shown(problem, unproven(a_sound_one().texts()))


def some_runs(drawn: Drawn) -> None:
    for number in range(8):
        run(unproven(drawn.texts()), number)


def test_a_review_that_stands_still_is_noticed() -> None:
    """A deadline that only tells somebody: by time alone the review never ends."""
    drawn = a_sound_one()
    drawn.data["states"]["s1"]["deadline"] = {"in": "5 days", "escalate": "boss"}
    with pytest.raises(LawBroken, match="no review is stuck"):
        some_runs(drawn)


def test_a_review_that_circles_is_noticed() -> None:
    drawn = a_sound_one()
    drawn.data["states"]["s1"]["deadline"] = {"in": "5 days", "to": "s0"}
    with pytest.raises(LawBroken, match="no review goes on for ever"):
        some_runs(drawn)


def test_a_step_that_the_table_lacks_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = unproven(a_sound_one().texts())
    steps = {key: (Branch(None, "closed"),) if key[0] == "s0" else way for key, way in table.steps(definition).items()}
    monkeypatch.setitem(table._kept, definition.fingerprint, steps)
    with pytest.raises(LawBroken, match="every step taken is in the table"):
        run(definition, 1)


def test_two_deciders_at_once_are_noticed() -> None:
    drawn = a_sound_one()
    drawn.data["states"]["s0"]["tasks"]["rival"] = {"by": "boss", "outcomes": {"away": {"to": "closed"}}}
    drawn.data["states"]["s0"]["tasks"]["decide"].pop("waits_for")
    with pytest.raises(LawBroken, match="one deciding task"):
        run(unproven(drawn.texts()), 1)


def test_the_same_seed_draws_the_same_workflow() -> None:
    assert draw(7).texts() == draw(7).texts()
    assert draw(7).texts() != draw(8).texts()
