"""`check` of a workflow with 200 states and 1,000 transitions, in process, against composing the same YAML's nodes."""

from __future__ import annotations

import yaml

from engine.definition.reader import CALENDAR, WORKFLOW, read_texts
from tests.benchmarks.timing import Row, alone, paired

STATES = 200
EACH = 5
"""Transitions that leave a state."""
CARD = """scorecard: wide
version: 1
language: 1
title: {en: Wide}
missing: block
round: {metric: 2 half_up, total: 2 half_up}
inputs: {sales: {type: number, digits: 0, range: 0..200}}
metrics: {sales: {weight: 100}}
total: {combine: weighted_mean, weights_sum: 100}
grades: {bands: [{from: 90, gives: A}, {from: 60, gives: B}, {else: C}]}
"""
HEAD = """workflow: wide
version: 1
language: 1
title: {en: Wide}
subject: employee
period: quarter
scorecard: scorecard.yaml
calendar: {timezone: Asia/Shanghai, holidays: CN}
roles:
  manager: {who: manager of subject, else: hr}
  peers:   {who: team of subject, count: 3..6, not: [manager], anonymous_below: 3}
  hr:      {who: group hr}
initial: collect
states:
  collect:
    stage: collect_data
    collects: [sales]
    next: s1
    deadline: {in: 20 working days, waive: all, to: s1}
"""
TAIL = """  closed: {final: true}
  stopped: {final: true}
anywhere:
  stop:   {by: hr, to: stopped, comment: required}
  reopen: {by: hr, from: [closed], within: 20 working days, times: 1, to: s1, comment: required}
"""


def wide(states: int = STATES) -> dict[str, str]:
    """A sound workflow in which every state has a vote, guarded ways, a way back and a deadline."""
    return {
        WORKFLOW: HEAD + "".join(_state(place, states) for place in range(1, states)) + TAIL,
        "scorecard.yaml": CARD, CALENDAR: '{"closed": [], "opened": []}',
    }  # fmt: skip


def transitions(states: int = STATES) -> int:
    checked = read_texts(wide(states))
    assert checked.definition is not None, checked.problems
    plans = checked.definition.states.values()
    ways = [one.next for one in plans] + [step.way for one in plans for step in one.deadline]
    ways += [outcome.way for one in plans for task in one.tasks.values() for outcome in task.outcomes.values()]
    return sum(len(way or ()) for way in ways)


def _state(place: int, states: int) -> str:
    on, over = (f"s{one}" if one < states else "closed" for one in (place + 1, place + 2))
    back = f"s{place - 1}" if place > 1 else "collect"
    return f"""  s{place}:
    stage: evaluate
    tasks:
      write: {{by: manager, due: 5 working days}}
      vote:  {{by: peers, each: true, need: 3, due: 5 working days, late: waive}}
      decide:
        by: hr
        waits_for: [write, vote]
        shows: [result, write]
        due: 5 working days
        outcomes:
          on:   {{to: [{{if: grade >= B, to: {on}}}, {{else: {over}}}]}}
          over: {{to: {over}}}
          back: {{to: {back}, times: 2, comment: required}}
          redo: {{again: [write], times: 3, comment: required}}
    deadline: [{{in: 15 working days, escalate: manager}}, {{in: 20 working days, to: {on}}}]
"""


def measure(quick: bool) -> Row:
    texts = wide()
    text = texts[WORKFLOW]
    read_texts(texts)  # the schema's validator and the card are kept from the first reading on
    ours, floor = paired(
        lambda: read_texts(texts), lambda: yaml.compose(text, Loader=yaml.CSafeLoader), 1 if quick else 7
    )
    return Row("check of 200 states", ours, floor, at_most=6, note=f"{transitions()} transitions")


if __name__ == "__main__":
    alone(measure)
