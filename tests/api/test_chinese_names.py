"""A workflow in which every name is Chinese goes through the door: bodies, addresses, refusals, pictures and texts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from tests.api.calling import Caller, caller
from tests.promises.organisation import World

FOLDER = Path(__file__).parents[1] / "workflows" / "chinese-names"


@pytest.fixture
def opened(world: World) -> str:
    """a1's review of July by that workflow."""
    proposed = propose(world.rt, world.actor("hr1"), Propose(FOLDER))
    assert proposed.stored is not None, proposed.problems
    approve(world.rt, world.actor("hr2"), Approve(proposed.stored.fingerprint))
    wish = OpenCycle(proposed.stored.name, "2025-07", Population(refs=("a1",)))
    return dict(open_cycle(world.rt, world.actor("hr1"), wish).reviews)["a1"]


def row_of(asking: Caller, review: str, name: str) -> str:
    rows = asking.told(f"/reviews/{review}/tasks")["items"]
    return str(next(one["id"] for one in rows if one["task"]["key"] == name and one["mine"]))


def test_every_name_may_be_chinese_in_bodies_addresses_and_texts(app: Flask, world: World, opened: str) -> None:
    chinese = {"Accept-Language": "zh"}
    manager, subject, hr = (caller(app, world.rt, ref, **chinese) for ref in ("m1", "a1", "hr1"))
    assert manager.told(f"/reviews/{opened}")["state"]["key"] == "准备"
    named = {"form": {"人选": ["a2", "a3"]}}
    manager.step(opened, f"/tasks/{row_of(manager, opened, '提名')}/answer", named)
    own = row_of(subject, opened, "自评")
    assert "态度" in str(subject.told(f"/reviews/{opened}/tasks/{own}"))
    subject.step(opened, f"/tasks/{own}/answer", {"ratings": {"态度": "4"}})
    assert manager.told(f"/reviews/{opened}")["state"]["key"] == "收集"
    for path in ("commands", "history", "answers", "timeline"):
        assert manager.get(f"/reviews/{opened}/{path}").status_code == 200, path
    for path in ("diagram.svg", "diagram.mmd"):
        assert "收集" in manager.get(f"/reviews/{opened}/{path}").get_data(as_text=True)
    refused = manager.step(opened, f"/interventions/{quote('撤回')}", {"comment": "调离"}, status=403)
    assert "撤回" not in refused["code"]
    hr.step(opened, f"/interventions/{quote('没有')}", {"comment": "调离"}, status=404)
    hr.step(opened, "/interventions/撤回", {"comment": "调离"})
    assert manager.told(f"/reviews/{opened}")["state"]["key"] == "结束"
    assert [one["action"] for one in hr.told(f"/reviews/{opened}/history")["items"]][-1] == "intervened"
