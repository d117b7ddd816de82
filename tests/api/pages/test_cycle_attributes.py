"""The page that opens a cycle asks for what rules read of it, and only where some workflow does."""

from __future__ import annotations

from collections.abc import Callable

from engine.definition.library import folder_of
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.store import cycles
from tests.api.pages.reading import Person, read
from tests.promises.organisation import World

Sit = Callable[..., Person]


def test_hr_is_asked_for_the_goal_where_a_workflow_reads_one(sit: Sit, world: World) -> None:
    hr = sit("hr1")
    assert not hr.get("/cycles/new").has("input", name="attributes")
    made = propose(world.rt, world.actor("hr1"), Propose(folder_of("customer-indicators")))
    assert made.stored is not None
    approve(world.rt, world.actor("hr2"), Approve(made.stored.name))
    page = hr.get("/cycles/new")
    assert "goal=growth|retention; phase=start_up|mature" in page.first(id="f-attributes-note").text
    typed = {"workflow": "customer-indicators", "period": "2025-H2", "for": "a1"}
    refused = hr.hand_in(page, {**typed, "attributes": "goal=growth"})
    assert refused.status_code == 422
    told = read(refused.get_data(as_text=True))
    assert "phase: start_up, mature" in told.text
    assert told.first("input", name="attributes")["value"] == "goal=growth"
    done = hr.hand_in(told, {**typed, "attributes": "goal=growth；phase＝mature"})
    assert done.status_code == 303
    with world.rt.database.read() as tx:
        kept = next(one for one in cycles.list_all(tx) if one.workflow == "customer-indicators")
    assert kept.attributes == {"goal": "growth", "phase": "mature"}
