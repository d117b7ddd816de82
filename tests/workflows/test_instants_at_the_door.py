"""Some of the instants worked out by hand, as the working rows keep them and as whoever asks the API reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine.clock import parse_instant
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from tests.api.calling import caller, door_of
from tests.engine.review.test_deadlines_by_hand import ROWS, expected, when
from tests.promises.organisation import World, open_world

CARD = """scorecard: a-card
version: 1
language: 1
missing: exclude
round: {metric: 2 half_up, total: 2 half_up}
inputs: {a: {type: percent, digits: 0, range: 0..100}}
metrics: {a: {weight: 100}}
total: {combine: weighted_mean, weights_sum: 100}
"""
PEOPLE = (
    "ref,kind,name,manager,groups,timezone\nm1,employee,M,,,\ns1,employee,S,m1,,{zone}\nh1,employee,H,,hr,\n"
    "h2,employee,I,,hr,\n"
)
CHOSEN = (
    "china: over Golden Week to the make-up Saturday",
    "zones: in New York the long Sunday",
    "britain: over Christmas 2026 with its substitute day",
    "firm: closed between the years",
    "zones: on Lord Howe the longer Sunday",
    "zones: just after midnight in Shanghai",
    "zones: the same instant in Kathmandu",
    "leap: twelve months from the 29th",
    "china: five working days before the end of a quarter",
)
BY_NAME = {row.id: row.values[0] for row in ROWS}
MARKED = [pytest.param(name, marks=pytest.mark.slow if place else ()) for place, name in enumerate(CHOSEN)]


def opened(folder: Path, row: Mapping[str, Any]) -> World:
    """An organisation of four in which the row's review has just been opened."""
    ask = {"by": "boss", **row["task"]}
    far = {"in": "400 days", "to": "come"}
    begin = {"stage": "evaluate", "tasks": {"ask": ask}, "next": "come", "deadline": far}
    come = {"collects": "a", "next": "over", "deadline": {"in": "9 days", "to": "over"}}
    workflow = {
        "workflow": "a-row", "version": 1, "language": 1, "subject": "employee", "period": "quarter",
        "scorecard": "scorecard.yaml", "calendar": row["calendar"],
        "roles": {"boss": {"who": "manager of subject"}, "hr": {"who": "group hr"}}, "initial": "begin",
        "states": {"begin": begin, "come": come, "over": {"final": True}},
    }
    home = folder / "a-row"
    home.mkdir()
    (home / "workflow.yaml").write_text(json.dumps(workflow, indent=1), "utf-8")
    (home / "scorecard.yaml").write_text(CARD, "utf-8")
    (folder / "people.csv").write_text(PEOPLE.format(zone=row["zone"]), "utf-8")
    world = open_world(folder, at=when(row["opened"]).isoformat())
    assert not import_people(world.rt, SYSTEM, ImportPeople(folder / "people.csv")).refused
    proposed = propose(world.rt, world.actor("h1"), Propose(home))
    assert proposed.stored is not None, proposed.problems
    approve(world.rt, world.actor("h2"), Approve("a-row"))
    period = row.get("period", "2025-Q3")
    assert open_cycle(world.rt, world.actor("h1"), OpenCycle("a-row", period, Population(refs=("s1",)))).reviews
    return world


@pytest.mark.parametrize("name", MARKED)
def test_rows_and_api_say_the_instant_that_was_worked_out(name: str, tmp_path: Path) -> None:
    row = BY_NAME[name]
    (key,) = [one for one in ("due", "opens") if one in row]
    world = opened(tmp_path, row)
    with world.rt.database.read() as tx:
        review, stored = tx.execute(text(f"select review, {key}_at from task")).one()
    shown = caller(door_of(world.rt), world.rt, "m1").told(f"/reviews/{review}")
    (told,) = shown["tasks"]
    world.close()
    assert parse_instant(str(stored)) == expected(row)[key]
    assert parse_instant(told[f"{key}_at"]) == expected(row)[key]
