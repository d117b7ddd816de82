"""A prepared statement gives what SQLAlchemy gives for it, on both databases, and fails as it fails."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.store import timers
from engine.store.database import Database
from engine.store.prepared import Prepared
from engine.store.tables.people import assignment, person
from tests.engine.store.organisation import NOW, found, later, open_review
from tests.statements import heard

PLACES = (
    select(assignment.c.person, assignment.c.target.label("unit"), assignment.c.since, assignment.c.until)
    .where(assignment.c.kind == "unit", assignment.c.since <= bindparam("at", type_=assignment.c.since.type))
    .order_by(assignment.c.person)
)


@pytest.fixture
def firm(database: Database) -> Database:
    with database.write() as tx:
        found(tx)
    return database


def test_rows_have_the_same_names_and_values_as_through_sqlalchemy(firm: Database) -> None:
    with firm.read() as tx:
        usual = tx.execute(PLACES, {"at": later(1)}).all()
        ours = tx.rows(Prepared(PLACES), {"at": later(1)})
        assert [tuple(row) for row in usual] == ours
        assert {row.person: (row.unit, row.since) for row in ours}["ann"] == (usual[0].unit, usual[0].since)
        assert tx.rows(Prepared(PLACES), {"at": NOW.replace(year=2000)}) == []
        assert tx.row(Prepared(PLACES), {"at": NOW.replace(year=2000)}) is None


def test_the_same_text_is_sent_with_the_same_parameters(firm: Database) -> None:
    sent: list[tuple[str, object, bool]] = []
    with firm.read() as tx, heard(firm.engine, lambda *one: sent.append(one)):
        tx.execute(PLACES, {"at": NOW})
        tx.rows(Prepared(PLACES), {"at": NOW})
    assert sent[0] == sent[1]


def test_changes_are_counted_and_none_is_none(firm: Database) -> None:
    rename = Prepared(person.update().where(person.c.id == bindparam("of")).values(name=bindparam("to")))
    with firm.write() as tx:
        assert tx.change(rename, {"of": "ann", "to": "Anna"}) == 1
        assert tx.change(rename, {"of": "nobody", "to": "Anna"}) == 0
        spent = tx.statements
        assert tx.change(rename, {"of": "ann", "to": "A"}, {"of": "bob", "to": "B"}) == 2
        assert tx.statements == spent + 1
        assert tx.change(rename) == 0
        assert tx.statements == spent + 1


def test_what_the_database_refuses_is_refused_in_the_words_of_sqlalchemy(firm: Database) -> None:
    again = Prepared(person.insert())
    with firm.read() as tx:
        row = dict(tx.execute(select(person).where(person.c.id == "ann")).mappings().one())
    with pytest.raises(IntegrityError), firm.write() as tx:
        tx.change(again, row)
    with firm.write() as tx:
        assert tx.change(again, row | {"id": "new", "pseudonym": "new", "ref": "new"}) == 1
    broken = Prepared(select(person.c.id.op("no operator")(1).label("one")))
    with pytest.raises(DBAPIError, match="syntax"), firm.read() as tx:
        tx.rows(broken, {})


def test_a_list_that_would_be_written_anew_is_refused(firm: Database) -> None:
    with firm.read() as tx:
        with pytest.raises(TypeError, match="among"):
            tx.rows(Prepared(select(person.c.id).where(person.c.id.in_(["ann", "bob"]))), {})
        assert tx.rows(Prepared(select(person.c.id).where(person.c.id == "ann")), {}) == [("ann",)]


def test_an_instant_without_a_zone_goes_nowhere(firm: Database) -> None:
    with firm.write() as tx:
        review = open_review(tx)
        with pytest.raises(ValueError, match="time zone"):
            timers.sync(tx, review.id, [timers.Due(review.id, "remind", "t", NOW.replace(tzinfo=None))])
        timers.sync(tx, review.id, [timers.Due(review.id, "remind", "t", NOW)])
        assert timers.claim(tx, review.id, NOW) == timers.Due(review.id, "remind", "t", NOW)
