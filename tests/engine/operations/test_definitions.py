"""Publishing takes two people, and only what can be carried out whole."""

from __future__ import annotations

import shutil

import pytest

from engine.definition.library import folder_of
from engine.errors import InputError, NotAllowed, NotFound
from engine.history.event import read_open
from engine.operations.definitions import Approve, Propose, approve, check, definition_view, listing, propose
from engine.operations.names import SYSTEM
from engine.store import history

NAME = "account-manager-quarterly"


def copied(world, change):
    folder = world.folder / "mine"
    shutil.copytree(folder_of("account-manager"), folder)
    file = folder / "workflow.yaml"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def test_whoever_proposed_may_not_approve(world):
    propose(world.rt, world.actor("hr1"), Propose(folder_of("account-manager")))
    with pytest.raises(NotAllowed):
        approve(world.rt, world.actor("hr1"), Approve(NAME))
    approved = approve(world.rt, world.actor("hr2"), Approve(NAME))
    assert (approved.status, approved.name) == ("approved", NAME)


def test_both_steps_stand_in_the_definitions_own_stream(world):
    world.publish()
    with world.rt.database.read() as tx:
        records = history.read(tx, f"definition:{NAME}")
    opened = [read_open(record.data) for record in records]
    assert [one.action for one in opened] == ["definition_proposed", "definition_approved"]
    assert opened[0].actor != opened[1].actor


def test_the_stored_texts_read_back_as_the_same_definition(world):
    world.publish()
    (stored,) = listing(world.rt, SYSTEM)
    with world.rt.database.read() as tx:
        assert world.rt.definition(tx, stored.fingerprint).fingerprint == stored.fingerprint


@pytest.mark.parametrize("who", ["m1", "a1", "au1"])
def test_only_hr_publishes(world, who):
    with pytest.raises(NotAllowed):
        propose(world.rt, world.actor(who), Propose(folder_of("account-manager")))


def test_the_system_alone_publishes_nothing(world):
    with pytest.raises(NotAllowed):
        propose(world.rt, world.actor(None), Propose(folder_of("account-manager")))


def test_the_same_texts_are_not_proposed_twice(world):
    world.publish()
    with pytest.raises(InputError):
        propose(world.rt, world.actor("hr1"), Propose(folder_of("account-manager")))


def test_the_same_workflow_in_another_order_wants_a_version_of_its_own(world):
    """The fingerprint does not hold the order of states, and what lies forwards is decided by it."""

    def exchanged(text: str) -> str:
        (closed,) = (line for line in text.splitlines(True) if line.startswith("  closed:"))
        (withdrawn,) = (line for line in text.splitlines(True) if line.startswith("  withdrawn:"))
        return text.replace(closed + withdrawn, withdrawn + closed)

    world.publish()
    folder = copied(world, exchanged)
    assert check(folder).definition.fingerprint == listing(world.rt, SYSTEM)[0].fingerprint
    with pytest.raises(InputError) as told:
        propose(world.rt, world.actor("hr1"), Propose(folder))
    assert told.value.code == "OP025"
    file = folder / "workflow.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("version: 2", "version: 3", 1), encoding="utf-8")
    assert propose(world.rt, world.actor("hr1"), Propose(folder)).stored is not None


def test_a_faulty_workflow_is_told_and_not_stored(world):
    folder = copied(world, lambda text: text.replace("next: evaluate", "next: evalute"))
    proposed = propose(world.rt, world.actor("hr1"), Propose(folder))
    assert proposed.stored is None
    assert any(problem.level == "error" for problem in proposed.problems)
    assert listing(world.rt, SYSTEM) == ()


def test_nothing_waits_where_nothing_was_proposed(world):
    with pytest.raises(NotFound):
        approve(world.rt, world.actor("hr2"), Approve(NAME))


def test_hr_and_auditors_see_every_definition_and_others_those_of_reviews_they_see(opened):
    other = copied(opened, lambda text: text.replace("workflow: account-manager-quarterly", "workflow: another-one"))
    assert propose(opened.rt, opened.actor("hr1"), Propose(other)).stored is not None
    askers = ("hr1", "au1", "a1", "m1", "p1")
    names = {who: [one.name for one in listing(opened.rt, opened.actor(who))] for who in askers}
    assert names["hr1"] == names["au1"] == [NAME, "another-one"]
    assert names["a1"] == names["m1"] == [NAME]
    assert names["p1"] == []


def test_a_definition_is_found_by_its_fingerprint_or_its_name_and_hidden_where_it_is_not_hers(opened):
    (stored,) = listing(opened.rt, SYSTEM)
    for name in (stored.fingerprint, stored.fingerprint[:8], NAME):
        found = definition_view(opened.rt, opened.actor("a1"), name)
        assert found.stored == stored
        assert found.definition.fingerprint == stored.fingerprint
        assert (found.proposed_by.ref, found.approved_by.ref) == ("hr1", "hr2")
        assert found.problems == check(folder_of("account-manager")).problems
    said = []
    for who, name in (("p1", stored.fingerprint), ("p1", "f" * 64), ("hr1", "no such")):
        with pytest.raises(NotFound) as caught:
            definition_view(opened.rt, opened.actor(who), name)
        said.append(caught.value.code)
    assert set(said) == {"OP010"}
