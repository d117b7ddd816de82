"""Instants worked out by hand, with the reasoning beside each row, against what the engine makes of the same words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.calendar import parse_period
from engine.definition.holidays import working_days
from engine.definition.model import CalendarPlan
from engine.definition.source import read_yaml
from engine.ids import derived_id
from engine.review.case import Actor, Case, Period
from engine.review.commands import Command, Extend, Hold, Intervene, Resume
from engine.review.decide.open_review import open_review
from engine.review.events import Event
from engine.review.evolve import evolve
from tests.engine.review.world import World, small_workflow

FOLDER = Path(__file__).parent / "instants"
LISTS = ("opened_at", "reminders", "deadlines")
FAR = [{"in": "400 days", "to": "over"}]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | bool) or value is None else int(value)


def _rows() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        document, problems = read_yaml(file.read_text("utf-8"), file.name)
        assert document is not None, problems
        data = _plain(document.data)
        shared = {name: value for name, value in data.items() if name != "rows"}
        found += [pytest.param({**shared, **row}, id=f"{file.stem}: {row['row']}") for row in data["rows"]]
    return found


ROWS = _rows()


@dataclass
class Placed(World):
    """A world whose subject lives in a zone of her own."""

    zone: str = "Asia/Shanghai"

    def open(self) -> Placed:
        event = open_review(
            self.definition, review_id=derived_id("review", "1"), cycle="cycle", subject=self.subject,
            period=self.period, relations=self.relations, days=self.definition.days, zone=self.zone,
            actor=Actor("hr1"), at=self.now,
        )
        self.review, self.events = evolve(None, event, "head1"), [event]
        return self

    def case(self, scored: bool = True) -> Case:
        return replace(super().case(scored), zone=self.zone)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def placed(row: Mapping[str, Any]) -> Placed:
    states = row.get("states") or {
        "begin": {
            "stage": "evaluate", "tasks": {"ask": {"by": "boss", **row["task"]}}, "next": "over",
            "deadline": row.get("deadline", FAR),
        },
        "over": {"final": True},
    }
    text = "".join(f"  {name}: {json.dumps(state)}\n" for name, state in states.items())
    plan = CalendarPlan(**{name: tuple(one) if isinstance(one, list) else one for name, one in row["calendar"].items()})
    definition = replace(small_workflow(text), calendar=plan, days=working_days(plan))
    period = Period(*parse_period(row.get("period", "2025-Q3")))
    return Placed(definition, when(row["opened"]), period=period, zone=row["zone"]).open()


def asked_of_hr(step: Mapping[str, Any]) -> Command:
    day = date.fromisoformat(step["until"]) if "until" in step else None
    if "extend" in step:
        assert day is not None
        return Extend("r", "more time", day, None if step["extend"] == "deadline" else step["extend"])
    return Hold("r", "on leave", day) if "hold" in step else Resume("r", "back")


def made_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine says about everything that the row expects."""
    world = placed(row)
    for step in row.get("do", ()):
        world.until(when(step["at"]))
        if "answer" in step:
            world.answer(step["as"], step["answer"], step.get("outcome", "done"))
        else:
            world.must("hr1", asked_of_hr(step))
    if "until" in row:
        world.until(when(row["until"]))
    name = row.get("of", "ask")
    last = max((task.visit for task in world.rows(name)), default=0)
    asked = [task for task in world.rows(name) if task.status != "superseded" and task.visit == last]
    said: dict[str, Any] = {
        "due": asked[0].due_at if asked else None,
        "opens": asked[0].opens_at if asked else None,
        "opened_at": [task.opened_at for task in asked if task.opened_at is not None],
        "reminders": sorted(instant for _, instant in world.review.reminders),
        "deadlines": [step.at for step in world.review.deadlines],
        "state": world.review.state, "visit": world.review.visit,
    }
    return {key: value for key, value in said.items() if key in row}


def expected(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: row[name] for name in ("state", "visit") if name in row}
    found.update({name: when(row[name]) for name in ("due", "opens") if name in row})
    found.update({name: [when(one) for one in row[name]] for name in LISTS if name in row})
    return found


@pytest.mark.parametrize("row", [
    pytest.param(*row.values, id=row.id, marks=pytest.mark.slow if place % 3 else ()) for place, row in enumerate(ROWS)
])
def test_the_engine_says_what_was_worked_out_by_hand(row: dict[str, Any]) -> None:
    wanted = expected(row)
    assert wanted
    assert made_of(row) == wanted


def otherwise(**changed: Any) -> int:
    """How many rows come out differently when something in them is changed."""
    rows = [{**row.values[0], **changed} for row in ROWS]
    return sum(made_of(row) != expected(row) for row in rows)


@pytest.mark.slow
def test_the_rows_would_tell_a_wrong_calendar_and_a_wrong_zone() -> None:
    assert otherwise() == 0
    assert otherwise(calendar={"timezone": "Asia/Shanghai"}) >= 35  # nobody's holidays
    assert otherwise(zone="Europe/Paris") >= len(ROWS) - 15


def test_there_are_rows_enough() -> None:
    assert len(ROWS) >= 100
    assert len({row.id for row in ROWS}) == len(ROWS)


WINDOW = "anywhere:\n  reopen: {{by: hr, from: [over], within: {span}, times: 1, to: begin}}\n"


@pytest.mark.parametrize(("calendar", "zone", "ended", "span", "last"), [
    # Fri 26 Sep: Sun 28, Mon 29, Tue 30
    ({"timezone": "Asia/Shanghai", "holidays": "CN"}, "Asia/Shanghai", "2025-09-26T10:00+08:00", "3 working days",
     "2025-09-30T16:00Z"),
    # Thu 24 Dec 2026: Tue 29 is the first
    ({"timezone": "Europe/London", "holidays": "GB-ENG"}, "Europe/London", "2026-12-24T10:00Z", "1 working day",
     "2026-12-30T00:00Z"),
    # a month from 31 January of a leap year
    ({"timezone": "Asia/Shanghai"}, "Asia/Kathmandu", "2024-01-31T10:00+05:45", "1 month", "2024-02-29T18:15Z"),
    # the long Sunday
    ({"timezone": "Asia/Shanghai"}, "America/New_York", "2025-10-31T10:00-04:00", "2 days", "2025-11-03T05:00Z"),
])
def test_a_window_closes_with_the_day_that_was_worked_out(
    calendar: dict[str, str], zone: str, ended: str, span: str, last: str
) -> None:
    """From the end of the review on: a moment before the last instant it may be reopened, at it no more."""
    begin = "{tasks: {ask: {by: boss}}, next: over, deadline: {in: 400 days, to: over}}"
    states = f"  begin: {begin}\n  over: {{final: true}}\n"
    plan = CalendarPlan(**calendar)
    definition = replace(
        small_workflow(states, extra=WINDOW.format(span=span)), calendar=plan, days=working_days(plan),
    )
    world = Placed(definition, when(ended), zone=zone).open()
    world.answer("boss", "ask")
    late = world.twin()
    world.until(when(last) - timedelta(seconds=1))
    assert isinstance(world.ask("hr1", Intervene("r", "reopen", "why")), Event)
    late.until(when(last))
    assert late.refused("hr1", Intervene("r", "reopen", "why")) == "window_over"
