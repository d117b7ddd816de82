"""Workflows that are legal and odd: they are read, and they do what their words say."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from engine.definition.reader import read_texts
from engine.operations.examples import run_examples
from engine.words.book import say

HEAD = """workflow: odd
version: 1
language: 1
subject: employee
period: quarter
scorecard: scorecard.yaml
calendar: {timezone: Asia/Shanghai}
roles:
  hr:      {who: group hr}
  manager: {who: manager of subject}
  both:    {who: group hr, count: 2}
  ghosts:  {who: group none}
"""
CARD = """scorecard: a-card
version: 1
language: 1
missing: exclude
round: {metric: 2 half_up, total: 2 half_up}
inputs: {a: {type: percent, digits: 0, range: 0..100}}
metrics: {a: {weight: 100}}
total: {combine: weighted_mean, weights_sum: 100}
grades: {bands: [{from: 50, gives: A}, {else: B}]}
"""
PEOPLE = "ref,kind,name,manager,groups\nm1,employee,M,,\ns1,employee,S,m1,\nh1,employee,H,,hr\nh2,employee,I,,hr\n"
FIGURES = "record,subject,account,input,period,value,samples,taken_at\n1,s1,,a,2025-Q3,60,,2025-07-01\n"
END = "  k: {collects: a, next: done, deadline: {in: 5 days, to: done}}\n  done: {final: true}\n"


@dataclass(frozen=True)
class Odd:
    """states: of the workflow; do: steps after the opening of s1's review on 1 July 2025, 9:00; expect: of the end."""

    states: str
    do: tuple[str, ...]
    expect: str
    subject: str = "s1"


def forks(count: int) -> str:
    named = [f"f{number}" for number in range(count)] + ["done"]
    return "".join(
        f"  {one}: {{next: [{{if: grade == A, to: {two}}}, {{else: {two}}}]}}\n" for one, two in pairwise(named)
    )


def chain(count: int) -> str:
    named = [f"s{number}" for number in range(count)] + ["done"]
    task = "t: {{by: hr, due: 1 day, outcomes: {{on: {{to: {1}}}, back: {{to: {0}, times: 2}}}}}}"
    lines = []
    for place, (one, two) in enumerate(pairwise(named)):
        collects = "collects: a, " if place == 0 else ""
        tasks = task.format(named[max(place - 1, 0)], two)
        lines.append(f"  {one}: {{{collects}tasks: {{{tasks}}}, deadline: {{in: 5 days, to: {two}}}}}\n")
    return "".join(lines)


LOOK = (
    "  c: {collects: a, tasks: {look: {by: manager, every: 2 working days, count: 3, due: 1 working day, "
    "outcomes: {fine: {}, bad: {to: done}}}}, next: d, deadline: {in: 60 days, to: done}}\n"
    "  d: {tasks: {x: {by: manager}}, next: done, deadline: {in: 9 days, to: done}}\n  done: {final: true}\n"
)
LADDER = (
    "  c: {tasks: {m: {by: manager, comment: required, due: 1 day, remind: [1 day before, 2 days after], "
    "outcomes: {ok: {to: k}}}}, deadline: [{in: 1 day, escalate: manager of manager}, {in: 2 days, escalate: ghosts}, "
    "{at: 2025-07-05, to: k, waive: all, effects: [mark unsigned]}]}\n"
)
CASES = {
    "a hundred forks are passed at once": Odd(
        "  c: {collects: a, next: f0, deadline: {in: 5 days, to: f0}}\n" + forks(100) + "  done: {final: true}\n",
        ("{figures: figures_a.csv, by: h1}",), "state: done, grade: A, history: [opened, figures_taken]",
    ),
    "two hundred states": Odd(
        chain(200) + "  done: {final: true}\n",
        ("{as: h1, review: s1, answer: t, outcome: on}", "{as: h2, review: s1, answer: t, outcome: back}"),
        "state: s0, visit: 3",
    ),
    # 2 and 3 July; 4 and 7; 8 and 9: it opens when the second of them is over
    "a task that recurs and decides is open once at a time": Odd(
        LOOK,
        ("{figures: figures_a.csv, by: h1}",
         "{at: 2025-07-04T09:00:00, as: m1, review: s1, answer: look, outcome: fine}",
         "{at: 2025-07-07T23:59:00, as: m1, review: s1, answer: look, outcome: fine, refused: task_not_open}",
         "{at: 2025-07-08T09:00:00, as: m1, review: s1, answer: look, outcome: fine}",
         "{at: 2025-07-10T09:00:00, as: m1, review: s1, answer: look, outcome: fine}"), "state: d",
    ),
    # the reminder before the due day lies before the opening; a date that has passed moves at once
    "a ladder of deadlines": Odd(
        LADDER + END.replace("in: 5 days", "at: 2024-01-01"),
        ("{as: m1, review: s1, answer: m, outcome: ok, refused: comment_required}", "{at: 2025-07-06T00:01:00}"),
        "state: done, history: [opened, escalated, reminded, escalated, expired, expired], "
        "acknowledged: [result unsigned]",
    ),
    "what waits for a task of nobody opens at once": Odd(
        "  c: {tasks: {g: {by: ghosts, each: true, need: all, due: 1 day, late: waive}, "
        "m: {by: manager, waits_for: g}}, next: k, deadline: {in: 9 days, to: k}}\n" + END,
        ("{as: m1, review: s1, answer: m}",), "state: k",
    ),
    "a deadline counts from the first task that can be worked on": Odd(
        "  c: {tasks: {m: {by: manager, opens: 2025-07-10, due: 1 day}}, next: k, "
        "deadline: {in: 2 days, to: k}}\n" + END,
        ("{at: 2025-07-12T23:59:00}",), "state: c, open: [m]",
    ),
    "where a tie says nothing the first outcome of the file holds": Odd(
        "  c: {tasks: {v: {by: both, each: true, need: majority, outcomes: {no: {to: k}, yes: {to: done}}}}, "
        "deadline: {in: 9 days, to: done}}\n" + END,
        ("{as: h1, review: s1, answer: v, outcome: yes}", "{as: h2, review: s1, answer: v, outcome: no}"), "state: k",
    ),
    "one name in two states is counted in each": Odd(
        "  c: {tasks: {m: {by: manager, outcomes: {go: {to: k, times: 2}, end: {to: done}}}}, "
        "deadline: {in: 9 days, to: done}}\n"
        "  k: {collects: a, tasks: {m: {by: manager, outcomes: {go: {to: c, times: 1}, end: {to: done}}}}, "
        "deadline: {in: 9 days, to: done}}\n  done: {final: true}\n",
        ("{as: m1, review: s1, answer: m, outcome: go}",) * 3
        + ("{as: m1, review: s1, answer: m, outcome: go, refused: outcome_used_up}",), "state: k",
    ),
    "HR under review decides nothing about herself": Odd(
        "  c: {tasks: {m: {by: hr, due: 1 day, outcomes: {ok: {to: k}}}}, deadline: {in: 9 days, to: k}}\n" + END,
        ("{as: h1, review: h1, answer: m, outcome: ok, refused: nobody_on_themselves}",
         "{as: h2, review: h1, answer: m, outcome: ok}"), "state: k", "h1",
    ),
    "a review may begin at its end": Odd(
        "  done: {final: true, effects: [carry_over, notify hr]}\n"
        "  k: {collects: a, next: done, deadline: {in: 5 days, to: done}}\n"
        "anywhere: {go: {by: hr, from: done, within: 5 days, times: 1, to: k}}\n",
        ("{as: h1, review: s1, intervene: go}",), "state: k",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_odd_workflow_does_what_it_says(name: str, tmp_path: Path) -> None:
    odd = CASES[name]
    first = odd.states.split(":", 1)[0].strip()
    text = f"{HEAD}initial: {first}\nstates:\n{odd.states}"
    wrong = [one.code for one in read_texts({"workflow.yaml": text, "scorecard.yaml": CARD}).problems
             if one.level == "error"]
    assert wrong == []
    steps = (f"{{open: 2025-Q3, by: h1, for: [{odd.subject}]}}", *odd.do)
    example = (
        "examples: odd\nlanguage: 1\nlist:\n  - example: odd\n"
        "    given: {now: 2025-07-01T09:00:00, people: people.csv, publish: {by: h1, approve: h2}}\n    do:\n"
        + "".join(f"      - {step}\n" for step in steps)
        + f"    expect:\n      - {{review: {odd.subject}, {odd.expect}}}\n"
    )
    files = {"workflow.yaml": text, "scorecard.yaml": CARD, "people.csv": PEOPLE, "figures_a.csv": FIGURES}
    for file, content in {**files, "examples.yaml": example}.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    (result,) = run_examples(tmp_path)
    assert result.passed, "\n".join(f"{one.place} {say('en', one.code, **one.values)}" for one in result.failures)
