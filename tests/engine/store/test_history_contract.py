"""What the store promises of histories and of what is written together, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.errors import HistoryBroken, StaleRevision
from engine.history.event import Entry, Part
from engine.store import history, people, reviews
from engine.store.database import Database, Tx
from engine.store.tables.history import event
from tests.engine.store.organisation import (
    NOW,
    answered,
    carry_out,
    entry,
    later,
    open_review,
    opening,
    person,
    whole_review,
)


def test_history_comes_back_with_its_payloads(firm: Database) -> None:
    last = whole_review(firm)
    with firm.read() as tx:
        records = history.read(tx, "review:r1")
        assert [record.open.seq for record in records] == [1, 2, 3, 4, 5]
        assert [record.open.actor for record in records] == [
            None,
            "pseudonym-ann",
            None,
            "pseudonym-mia",
            "pseudonym-mia",
        ]
        assert records[-1].leaf_hash == last.head
        assert [record.open.prev for record in records[1:]] == [record.leaf_hash for record in records[:-1]]
        assert records[2].parts[1].plain == {"actor": "bob"}
        assert history.payload_of(tx, "review:r1", 2) == records[1].payload
        places = [("review:r1", 1), ("review:r1", 5), ("review:none", 1)]
        spent = tx.statements
        opened = history.payloads_of(tx, places)
        assert tx.statements == spent + 1
        assert opened == {places[0]: records[0].payload, places[1]: records[4].payload, places[2]: {}}
        assert [record.open.seq for record in history.read(tx, "review:r1", 4)] == [4, 5]
        assert history.read(tx, "review:none") == ()
        assert history.streams(tx) == ("review:r1",)


def test_several_streams_grow_in_one_append_and_the_organisation_has_a_key_too(firm: Database) -> None:
    entries = [
        Entry("cycle:cycle-q3", "cycle_opened", NOW, "person", "hugh", parts=(Part(None, {"for": ["ann"]}),)),
        Entry("log", "people_imported", NOW, "system"),
        Entry("cycle:cycle-q3", "cycle_closed", later(1), "person", "zoe", on_behalf_of="hugh"),
    ]
    with firm.write() as tx:
        appended = history.append(tx, entries)
        assert tx.statements <= 4
    with firm.read() as tx:
        assert [(one.stream, one.seq) for one in appended] == [("cycle:cycle-q3", 1), ("log", 1), ("cycle:cycle-q3", 2)]
        first, second = history.read(tx, "cycle:cycle-q3")
        assert first.payload == {"for": ["ann"]}
        assert (second.payload, second.open.on_behalf_of) == ({}, "pseudonym-hugh")


def test_one_entry_costs_two_statements_when_the_review_was_loaded(firm: Database) -> None:
    with firm.write() as tx:
        one = open_review(tx)
    with firm.write() as tx:
        one = carry_out(tx, one, answered(one, hours=1))
    with firm.write() as tx:
        loaded = reviews.load(tx, "r1")
        spent = tx.statements
        history.append(tx, [entry(answered(loaded, hours=2))])
        assert tx.statements - spent == 2


def test_time_does_not_go_back_within_a_stream(firm: Database) -> None:
    with firm.write() as tx:
        one = open_review(tx)
        one = carry_out(tx, one, answered(one, hours=5))
    with pytest.raises(HistoryBroken, match="time_went_back"), firm.write() as tx:
        history.append(tx, [entry(answered(one, hours=4))])
    with firm.write() as tx:
        history.append(tx, [entry(answered(one, hours=5))])


def test_an_undone_transaction_leaves_nothing(firm: Database) -> None:
    with firm.write() as tx:
        open_review(tx)
        tx.rollback()
    with pytest.raises(StaleRevision), firm.write() as tx:
        save_what_was_never_there(tx)
    with firm.read() as tx:
        assert reviews.find(tx) == ()
        assert history.streams(tx) == ()


def test_a_reader_sees_one_picture_while_others_write(firm: Database) -> None:
    with firm.read() as reading:
        assert reviews.find(reading) == ()
        with firm.write() as tx:
            open_review(tx)
        assert reviews.find(reading) == ()
    with firm.read() as reading:
        assert len(reviews.find(reading)) == 1


def test_thousands_open_in_a_handful_of_statements(firm: Database) -> None:
    count = 300
    events = [opening(f"many{n}", "s" + str(n)) for n in range(count)]
    with firm.write() as tx:
        people.insert_people(tx, [person("s" + str(n)) for n in range(count)])
        spent = tx.statements
        history.append(tx, [entry(one, one.payload["subject"]) for one in events])
        assert tx.statements - spent == 2
        assert len(history.heads(tx, [f"review:many{n}" for n in range(count)])) == count
        assert tx.statements - spent == 2


def save_what_was_never_there(tx: Tx) -> None:
    reviews.save(tx, replace(open_review(tx), revision=9), 8)


def _update(tx: Tx) -> None:
    tx.execute(event.update().values(leaf_hash="0" * 64))


def _delete(tx: Tx) -> None:
    tx.execute(event.delete())


def _insert_again(tx: Tx) -> None:
    row = tx.execute(select(event)).mappings().first()
    assert row is not None
    tx.execute(event.insert(), dict(row))


@pytest.mark.parametrize("change", [_update, _delete, _insert_again])
def test_history_tables_refuse_change(firm: Database, change: Callable[[Tx], None]) -> None:
    with firm.write() as tx:
        open_review(tx)
    with pytest.raises(IntegrityError), firm.write() as tx:
        change(tx)
    with firm.read() as tx:
        assert len(history.read(tx, "review:r1")) == 1
