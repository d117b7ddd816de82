"""Whatever changes something: the same key gives the same receipt and changes nothing more; another wish is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from engine.definition.library import folder_of
from engine.errors import InputError, KeyReused, NotAllowed, NotFound
from engine.operations.cycles import OpenCycle, Population, close_cycle, open_cycle
from engine.operations.definitions import Approve, Propose, approve, check, check_texts, propose
from engine.operations.figures import CorrectRecords, ImportFigures, correct_records, import_figures
from engine.operations.names import SYSTEM
from engine.operations.once import Once, Replayed
from engine.operations.people import ImportPeople, import_people
from engine.review.case import Refused
from engine.review.commands import Intervene
from engine.sources.csv_file import Upload
from tests.engine.operations.conftest import FIGURE_HEAD, PEOPLE

NEW_PERSON = PEOPLE.splitlines()[0] + "\nz9,employee,Zed Nine,,east,sales,m1,account-managers,Asia/Shanghai,,,\n"
FIGURE = FIGURE_HEAD + "F1,a1,,sales,2025-07,900000.00,,2025-07-31\n"
TABLES = ("event", "payload", "person", "assignment", "observation", "definition", "cycle", "review", "request")
OTHER = "e" * 64


def rows(world) -> dict[str, int]:
    with world.rt.database.read() as tx:
        return {name: tx.connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in TABLES}


def people(world, once):
    request = ImportPeople(Upload("more.csv", NEW_PERSON.encode()))
    return import_people(world.rt, world.actor("hr1"), request, once)


def figures(world, once):
    request = ImportFigures(Upload("figures_crm.csv", FIGURE.encode()))
    return import_figures(world.rt, world.actor("hr1"), request, once)


def proposal(world, once):
    texts = check(folder_of("account-manager")).definition.sources
    texts = {**texts, "workflow.yaml": texts["workflow.yaml"].replace("account-manager-quarterly", "another-one")}
    return propose(world.rt, world.actor("hr1"), Propose(texts), once)


def approval(world, once):
    proposal(world, Once("proposal", OTHER))
    return approve(world.rt, world.actor("hr2"), Approve("another-one"), once)


def opening(world, once):
    request = OpenCycle("account-manager-quarterly", "2025-Q4", Population(("a1", "a2")))
    return open_cycle(world.rt, world.actor("hr1"), request, once)


def closing(world, once):
    for ref in ("a1", "a2", "a3", "a4", "a5"):
        world.do("hr1", Intervene(world.review(ref), "withdraw", "x"), key=ref)
    return close_cycle(world.rt, world.actor("hr1"), "2025-Q3", once)


CHANGES: list[Callable[..., Any]] = [people, figures, proposal, approval, opening, closing]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_the_same_key_gives_the_same_receipt_and_changes_nothing_more(opened, change):
    once = Once("k1", "d" * 64)
    start = rows(opened)
    done = change(opened, once)
    between = rows(opened)
    again = change(opened, once)
    assert isinstance(again, Replayed)
    assert again.receipt == done.receipt()
    assert rows(opened) == between
    assert between["request"] > start["request"]
    assert between["event"] > start["event"]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_whoever_has_lost_the_right_meanwhile_still_gets_her_receipt(opened, change):
    once = Once("k1", "d" * 64)
    done = change(opened, once)
    head, *lines = PEOPLE.splitlines()
    left = [line.replace(",hr,", ",,") for line in lines if line.startswith("hr")]
    wish = ImportPeople(Upload("left.csv", "\n".join((head, *left, "")).encode()))
    assert import_people(opened.rt, SYSTEM, wish).changed == len(left)
    again = change(opened, once)
    assert isinstance(again, Replayed)
    assert again.receipt == done.receipt()
    with pytest.raises((NotAllowed, NotFound)):
        change(opened, Once("k2", "d" * 64))


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_the_same_key_with_another_wish_is_refused(opened, change):
    change(opened, Once("k1", "d" * 64))
    before = rows(opened)
    with pytest.raises(KeyReused):
        change(opened, Once("k1", OTHER))
    assert rows(opened) == before


@pytest.mark.parametrize("change", [people, figures, proposal, opening], ids=lambda one: one.__name__)
def test_a_key_used_for_one_thing_does_for_no_other(opened, change):
    change(opened, Once("k1", "d" * 64))
    with pytest.raises(KeyReused):
        correct_records(
            opened.rt, opened.actor("hr1"), CorrectRecords(opened.review("a1"), (), "x"), Once("k1", OTHER)
        )


def test_receipts_hold_no_names_and_nobodys_words(opened):
    secret = "somebody-said-this"
    figures(opened, Once("k1", "d" * 64))
    changed = FIGURE.replace("900000", "800000").encode()
    request = ImportFigures(Upload("crm.csv", changed), source="crm", replace=secret)
    assert not import_figures(opened.rt, opened.actor("hr1"), request, Once("k2", "d" * 64)).refused
    people(opened, Once("k3", "d" * 64))
    with opened.rt.database.read() as tx:
        kept = tx.connection.exec_driver_sql("SELECT receipt FROM request").scalars().all()
    assert len(kept) == 3
    for word in (secret, "Zed", "z9", "a1"):
        assert all(word not in one for one in kept), word


def test_what_was_refused_or_only_tried_keeps_no_key(opened):
    actor, once = opened.actor("hr1"), Once("k1", "d" * 64)
    bad = NEW_PERSON.replace(",m1,", ",nobody,")
    before = rows(opened)
    assert import_people(opened.rt, actor, ImportPeople(Upload("p.csv", bad.encode())), once).refused
    assert propose(opened.rt, actor, Propose({"workflow.yaml": "a: [1"}), once).stored is None
    assert import_people(opened.rt, actor, ImportPeople(Upload("p.csv", NEW_PERSON.encode()), dry_run=True), once)
    assert import_figures(
        opened.rt, actor, ImportFigures(Upload("f.csv", FIGURE.encode()), dry_run=True), once
    ).added == 1
    assert rows(opened) == before
    assert people(opened, once).added == 1


def test_a_correction_keeps_its_key_and_its_revision(opened):
    world = opened
    actor, review = world.actor("hr1"), world.review("a1")
    request = CorrectRecords(review, ("F1",), "late")
    with pytest.raises(NotFound) as caught:
        correct_records(world.rt, actor, request, Once("k1", OTHER))
    assert caught.value.code == "OP007"
    figures(world, None)
    refused = correct_records(world.rt, actor, request, Once("k1", OTHER), expected=999)
    assert isinstance(refused, Refused)
    assert refused.code == "inputs_not_fixed"


@pytest.mark.parametrize(("who", "code"), [("a2", "not_visible"), ("a1", "not_yours"), ("au1", "read_only")])
def test_who_may_not_correct_is_not_told_which_records_there_are(opened, who, code):
    figures(opened, None)
    said = [
        correct_records(opened.rt, opened.actor(who), CorrectRecords(opened.review("a1"), (record,), "x"))
        for record in ("F1", "F99")
    ]
    assert all(isinstance(one, Refused) and one.code == code for one in said), said


def test_the_same_import_twice_at_once_is_done_once(opened_on_both):
    world = opened_on_both
    said: list[Any] = []

    def ask() -> None:
        try:
            said.append(people(world, Once("k1", "d" * 64)))
        except Exception as error:
            said.append(error)

    both = [threading.Thread(target=ask) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    kinds = sorted(type(one).__name__ for one in said)
    assert kinds == ["PeopleReport", "Replayed", "Replayed", "Replayed"], said


def test_more_reviews_than_are_opened_at_once_are_told_and_none_is_opened(opened):
    before = rows(opened)
    request = OpenCycle("account-manager-quarterly", "2025-Q4", Population(("a1", "a2")))
    with pytest.raises(InputError) as caught:
        open_cycle(opened.rt, opened.actor("hr1"), request, most=1)
    assert caught.value.code == "OP224"
    assert rows(opened) == before
    assert len(open_cycle(opened.rt, opened.actor("hr1"), request, most=2).reviews) == 2


def test_an_upload_has_a_name_that_can_be_said():
    for name in ("", "x" * 201, "a\nb.csv", "a\0.csv"):
        with pytest.raises(InputError) as caught:
            Upload(name, b"")
        assert caught.value.code == "OP222"


@pytest.mark.parametrize(("more", "code"), [({"source": "a\0b"}, "OP223"), ({"replace": "  "}, "reason_required")])
def test_figures_come_from_somewhere_and_replace_others_for_a_reason(opened, more, code):
    request = ImportFigures(Upload("f.csv", FIGURE.encode()), **more)
    with pytest.raises(InputError) as caught:
        import_figures(opened.rt, opened.actor("hr1"), request)
    assert caught.value.code == code


def test_texts_and_their_folder_are_one_definition_whatever_days_are_handed_in(world):
    folder = folder_of("account-manager")
    read = check(folder).definition
    own = {name: text for name, text in read.sources.items() if name != "calendar.json"}
    assert check_texts(own).definition.fingerprint == read.fingerprint
    forged = {**own, "calendar.json": '{"closed":["2025-07-02"],"opened":[]}'}
    assert check_texts(forged).definition.fingerprint == read.fingerprint
    assert check_texts({}).problems[0].code == "WF001"


def test_texts_are_read_for_those_only_who_may_propose(world):
    with pytest.raises(NotAllowed):
        propose(world.rt, world.actor("m1"), Propose({"workflow.yaml": "a: [1"}))
