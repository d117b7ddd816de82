"""A cycle whose rules read its goal opens only when the goal is told; others open as they always did."""

from __future__ import annotations

import pytest

from engine.definition.library import folder_of
from engine.errors import InputError
from engine.operations.cycle_attributes import told_attributes
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose


@pytest.fixture
def firm(world):
    """The small organisation with the workflow whose profiles ask for the goal and phase of the firm."""
    proposed = propose(world.rt, world.actor("hr1"), Propose(folder_of("customer-indicators")))
    assert proposed.stored is not None, proposed.problems
    approve(world.rt, world.actor("hr2"), Approve(proposed.stored.name))
    return world


def opening(firm, **attributes):
    request = OpenCycle("customer-indicators", "2025-H2", Population(refs=("a1",)), attributes)
    return open_cycle(firm.rt, firm.actor("hr1"), request)


@pytest.mark.parametrize(
    ("attributes", "code", "values"),
    [
        ({}, "OP238", {"name": "goal", "allowed": "growth, retention"}),
        ({"goal": "growth"}, "OP238", {"name": "phase", "allowed": "start_up, mature"}),
        ({"goal": "growth", "phase": ""}, "OP238", {"name": "phase", "allowed": "start_up, mature"}),
        ({"goal": "grow", "phase": "mature"}, "OP239",
         {"name": "goal", "value": "grow", "allowed": "growth, retention"}),
        ({"goal": True, "phase": "mature"}, "OP239", {"name": "goal", "value": "True", "allowed": "growth, retention"}),
    ],
)
def test_what_rules_read_of_a_cycle_has_to_be_told_and_right(firm, attributes, code, values):
    with pytest.raises(InputError) as refused:
        opening(firm, **attributes)
    assert (refused.value.code, dict(refused.value.values)) == (code, values)


def test_a_cycle_keeps_what_it_was_opened_with(firm):
    opened = opening(firm, goal="growth", phase="mature", slogan="customers first")
    assert opened.cycle.attributes == {"goal": "growth", "phase": "mature", "slogan": "customers first"}


def test_it_is_said_beforehand_what_has_to_be_told(firm):
    with firm.rt.database.read() as tx:
        from engine.store import definitions

        asked, none = (
            firm.rt.definition(tx, definitions.approved(tx, name).fingerprint).card
            for name in ("customer-indicators", firm.publish())
        )
    assert told_attributes(asked) == "goal=growth|retention; phase=start_up|mature"
    assert told_attributes(none) == ""
