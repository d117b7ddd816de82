"""What is right is not alarmed, and an error is only told of what is wrong in every run; each has a control."""

from __future__ import annotations

import pytest

from engine.definition.reader import CALENDAR, read_texts
from engine.operations.code_examples import replaced
from tests.engine.definition.shipped import NO_DAYS

Edit = list[str]

HR = "  hr: {who: group hr}\n"
IMPROVE = "improve: {by: subject"
ENDED = "    next: closed\n    deadline: {in: 30 working days, to: closed}"
MANY = [IMPROVE, "improve: {by: heads, each: true, need: 2"]
LIST = ["scorecard.yaml", "metrics:", "lists:\n  checks: {count: 0..500, inputs: {serious: {type: yes_no}}}\nmetrics:"]
TALKED = ["[{if: grade == C, to: plan}, {else: closed}]", "[{if: any(checks where serious), to: plan}, {else: closed}]"]
CHECKED = [
    ["collects: [sales]", "collects: [sales, checks]"],
    ["    next: settle\n    deadline: {in: 20 working days,", "    deadline: {in: 20 working days,"],
]
PLACE = ["forms/note.json", '"day": {', '"people": {"type": "array", "items": {"type": "string"}},\n    "day": {']
HEARING = [
    ["{else: closed}]", "{else: tell}]"],
    ["  closed: {final: true}", """  tell:
    stage: give_feedback
    tasks:
      sign:
        by: subject
        due: 5 working days
        outcomes: {yes: {to: closed, effects: [acknowledge result]}, no: {to: appeal, times: 1, comment: required}}
    deadline: {in: 10 working days, to: closed}
  appeal:
    stage: give_feedback
    tasks: {hear: {by: panel, due: 5 working days, outcomes: {stands: {to: closed}, again: {to: settle, times: 1}}}}
    deadline: {in: 20 working days, to: closed}
  closed: {final: true}"""],
]
BRANCHES = """  one: {tasks: {write: {by: hr, due: 5 days}}, next: last, deadline: {in: 5 days, to: last}}
  two: {tasks: {write: {by: hr, due: 5 days}}, next: last, deadline: {in: 5 days, to: last}}
  last:
    tasks: {tell: {by: hr, due: 5 working days, outcomes: {told: {to: closed, times: 1}}}}
    deadline: {in: 9 working days, to: closed}
  sort:
"""
HAPPY = [
    ["scorecard.yaml", "metrics:",
     "  happy: {type: rating, range: 1..5, asked: subject, missing: {use: 3}}\nmetrics:"],
    ["      talk: {by", "      ask: {by: subject, asks: [happy], due: 5 working days, late: waive}\n      talk: {by"],
    ["next: closed", "next: [{if: happy >= 3, to: closed}, {else: closed}]"],
]
PROPOSED = [
    ["initial: collect\nstates:\n", """initial: start
states:
  start:
    tasks: {propose: {by: manager, sets: targets, due: 5 working days}}
    next: look
    deadline: {in: 10 working days, to: look}
  look:
    tasks:
      look: {by: head, due: 5 working days, outcomes: {fine: {to: collect, effects: [acknowledge targets]}}}
    deadline: {in: 10 working days, to: collect}
"""],
]


def role(text: str) -> Edit:
    return [HR, f"{HR}  {text}\n"]


def told(*edits: Edit, folder: str = "quarter") -> set[tuple[str, str]]:
    texts = {**replaced(folder, {"wrong": list(edits)}, "wrong"), CALENDAR: NO_DAYS}
    return {(one.level, one.code) for one in read_texts(texts).problems}


RIGHT: dict[str, list[Edit]] = {
    "a list without a least number of rows is never all there, so no `next`": [LIST, TALKED, *CHECKED],
    "people are chosen in a task whose name stands in another state too": [
        role("panel: {who: chosen in write.people, count: 2..3}"), PLACE, [IMPROVE, "write: {by: panel, each: true"],
    ],
    "the managers of several people are several": [
        role("heads: {who: manager of peers}"), MANY,
    ],
    "a group stands in for one person": [
        role("heads: {who: manager of subject, else: group heads}"), MANY,
    ],
    "who gave the grade is left out under another name": [
        *HEARING, role("boss: {who: manager of subject}\n  panel: {who: group panel, not: [boss]}"),
    ],
    "the last period is asked first, with an else": [
        ["initial: collect\nstates:\n", "initial: sort_first\nstates:\n  sort_first:\n"
         "    next: [{if: previous(grade) == C, to: plan}, {else: collect}]\n"],
        [ENDED, ENDED.replace("closed", "settle")],
        ["[{if: grade == C, to: plan}, {else: closed}]", "closed"],
    ],
    "tasks may be called `title` and `say`": [[IMPROVE, "say: {by: subject"], ["rate: {by", "title: {by"]],
    "of two branches a review takes one, so what follows comes once": [
        ["  sort:\n", BRANCHES],
        ["[{if: grade == C, to: plan}, {else: closed}]", "[{if: grade == C, to: one}, {else: two}]"],
        ["anywhere:\n  reopen: {by: hr, from: [closed], within: 20 working days, times: 1, to: settle}\n",
         "anywhere:\n  plan: {by: hr, to: plan, from: [closed], within: 20 working days, times: 1}\n"],
    ],
    "somebody else looks at what was proposed in another state": [
        *PROPOSED, role("head: {who: manager of manager, else: hr}"),
    ],
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_alarmed(name: str) -> None:
    assert told(*RIGHT[name]) == set()


TOGETHER: dict[str, list[Edit]] = {
    "what has no say in the grade may be asked after the cohort was judged": HAPPY,
    "a role that only allows more than the quota does": [
        role("ceo: {who: group ceo}"), ["scorecard.yaml", "approved_by: hr", "approved_by: ceo"],
    ],
}


@pytest.mark.parametrize("name", TOGETHER)
def test_what_is_right_is_not_alarmed_where_reviews_are_graded_together(name: str) -> None:
    assert told(*TOGETHER[name], folder="together") == set()


def test_what_has_a_say_in_the_grade_is_not_asked_after_the_cohort_was_judged() -> None:
    counts = ["scorecard.yaml", "metrics: {", "metrics: {happy: {weight: 0, line: [[1, 0], [5, 100]]}, "]
    assert ("error", "WF142") in told(*HAPPY, counts, folder="together")


WRONG: dict[str, tuple[tuple[str, str], list[Edit]]] = {
    "a list of one row at least can be all there": (
        ("warning", "WF058"), [[one.replace("0..500", "1..500") for one in LIST], TALKED, *CHECKED],
    ),
    "no task of that name has a form": (
        ("error", "WF024"),
        [role("panel: {who: chosen in improve.people, count: 2..3}"), [IMPROVE, "improve: {by: panel, each: true"]],
    ),
    "one manager is one": (
        ("error", "WF034"),
        [role("heads: {who: manager of manager}"), MANY],
    ),
    "who gave the grade is not left out": (
        ("error", "WF112"),
        [*HEARING, role("boss: {who: manager of manager}\n  panel: {who: group panel, not: [boss]}")],
    ),
    "she may be among the managers of several": (
        ("error", "WF112"), [*HEARING, role("panel: {who: manager of peers}")],
    ),
    "she stands in for who hears the appeal": (
        ("warning", "WF115"), [*HEARING, role("panel: {who: manager of manager, else: manager}")],
    ),
    "the proposal is looked at by the same people in another state": (
        ("error", "WF110"), [*PROPOSED, role("head: {who: manager of subject}")],
    ),
    "nothing holds in the first period": (
        ("error", "WF063"), [["[{if: grade == C, to: plan}, {else: closed}]",
                              "[{if: previous(grade) == C, to: plan}, {if: previous(grade) != C, to: closed}]"]],
    ),
    "one branch more than needed does no harm": (
        ("warning", "WF065"),
        [["confirm: {to: sort}",
          "confirm: {to: [{if: grade == C, to: plan}, {if: grade >= B, to: sort}, {else: closed}]}"]],
    ),
    "a state that is done waits for its deadline": (
        ("warning", "WF058"),
        [[ENDED, ENDED.removeprefix("    next: closed\n")]],
    ),
    "a state that is done waits for nothing": (
        ("error", "WF058"), [[ENDED, "    stage: evaluate"]],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_and_as_grave_as_it_is(name: str) -> None:
    wanted, edits = WRONG[name]
    assert wanted in told(*edits)
