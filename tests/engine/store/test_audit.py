"""Whatever happens to stored rows, the verdict names the review and the event, and never is a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from engine.history.verify import Finding
from engine.review.evolve import evolve
from engine.store import audit, people
from engine.store.database import Database, Tx
from tests.conftest import Addresses, Server
from tests.engine.store.organisation import NOW, found, open_review, whole_review
from tests.engine.store.tampering import TABLES, places, tampering, verdict_of


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with the files of a told history, by kind; filled when first asked for."""
    return {kind: tmp_path_factory.mktemp(kind) for kind in ("sqlite", "postgresql")}


@pytest.fixture(scope="session")
def told_template(request: pytest.FixtureRequest, once: dict[str, Path]) -> Callable[[str], URL]:
    """Makes, once for each kind, a firm with one ended review of five events, r1, and one that has begun, r2."""
    made: dict[str, URL] = {}

    def template(kind: str) -> URL:
        if kind not in made:
            url = make_url(f"sqlite:///{once[kind] / 'reviewcycle.sqlite'}")
            if kind == "postgresql":
                server: Server = request.getfixturevalue("postgresql")
                url = server.databases.make(server.template)
            keys = f"sqlite:///{once[kind] / 'keys.sqlite'}"
            database = Addresses(kind, url.render_as_string(hide_password=False), keys).open()
            with database.write() as tx:
                found(tx)
            whole_review(database)
            with database.write() as tx:
                open_review(tx, "r2", "bob")
            database.close()
            made[kind] = url
        return made[kind]

    return template


@pytest.fixture
def addresses(
    request: pytest.FixtureRequest, tmp_path: Path, once: dict[str, Path], told_template: Callable[[str], URL]
) -> Iterator[Addresses]:
    """A copy of the told history, free to be damaged."""
    template = told_template(request.param)
    for file in once[request.param].iterdir():
        shutil.copy2(file, tmp_path)
    keys = f"sqlite:///{tmp_path / 'keys.sqlite'}"
    if request.param == "sqlite":
        yield Addresses("sqlite", f"sqlite:///{tmp_path / 'reviewcycle.sqlite'}", keys)
        return
    server: Server = request.getfixturevalue("postgresql")
    url = server.databases.make(template)
    yield Addresses("postgresql", url.render_as_string(hide_password=False), keys)
    server.databases.drop(url)


@pytest.fixture
def told(database: Database) -> Database:
    """The copy, open."""
    return database


def test_an_untouched_history_verifies(told: Database) -> None:
    verdict = verdict_of(told)
    assert (verdict.ok, verdict.streams, verdict.events, verdict.erased) == (True, 2, 6, ())


def test_turning_the_guards_off_alone_changes_no_verdict(told: Database, addresses: Addresses) -> None:
    with tampering(addresses):
        pass
    assert verdict_of(told).ok


@pytest.mark.parametrize("tables", [("payload", "event"), ("payload",)], ids=["event", "payload"])
def test_each_dropped_row_is_named(told: Database, addresses: Addresses, tables: tuple[str, ...]) -> None:
    here = "WHERE stream = 'review:r1' AND seq = :seq"
    for seq in range(1, 6):
        kept: dict[str, list[dict[str, object]]] = {}
        with tampering(addresses) as connection:
            for table in tables:
                rows = connection.execute(text(f"SELECT * FROM {table} {here}"), {"seq": seq}).mappings()
                kept[table] = [dict(row) for row in rows]
                connection.execute(text(f"DELETE FROM {table} {here}"), {"seq": seq})
        named = places(verdict_of(told))
        assert ("r1", seq) in named
        assert {review for review, _ in named} == {"r1"}
        with tampering(addresses) as connection:
            for table in reversed(tables):
                values = ", ".join(f":{column}" for column in TABLES[table])
                insert = text(f"INSERT INTO {table} ({', '.join(TABLES[table])}) VALUES ({values})")
                connection.execute(insert, kept[table])
    assert verdict_of(told).ok


@pytest.mark.parametrize("tables", [("event",), ("payload",), ("event", "payload")], ids="-".join)
def test_each_swapped_pair_of_neighbours_is_named(
    told: Database, addresses: Addresses, tables: tuple[str, ...]
) -> None:
    for seq in range(1, 5):
        _swap(addresses, tables, seq)
        assert {("r1", seq), ("r1", seq + 1)} <= places(verdict_of(told))
        _swap(addresses, tables, seq)
    assert verdict_of(told).ok


def _swap(addresses: Addresses, tables: tuple[str, ...], seq: int) -> None:
    with tampering(addresses) as connection:
        for table in tables:
            for now, then in ((seq, 99), (seq + 1, seq), (99, seq + 1)):
                statement = f"UPDATE {table} SET seq = :then WHERE stream = 'review:r1' AND seq = :now"
                connection.execute(text(statement), {"now": now, "then": then})


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in TABLES for column in TABLES[table]])
def test_a_changed_value_is_named(told: Database, addresses: Addresses, table: str, column: str) -> None:
    value: object = {"seq": 7, "number": 1, "data": b"{}", "sealed": b"\x00" * 80}.get(column, "review:r2")
    with tampering(addresses) as connection:
        statement = f"UPDATE {table} SET {column} = :value WHERE stream = 'review:r1' AND seq = 3"
        if table == "payload":
            statement += " AND number = 0"
        if column == "number":
            connection.execute(
                text("UPDATE payload SET number = 5 WHERE stream = 'review:r1' AND seq = 3 AND number = 1")
            )
        connection.execute(text(statement), {"value": value})
    assert ("r1", 3) in places(verdict_of(told))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "closed2"),
        ("revision", 4),
        ("revision", 6),
        ("head", "0" * 64),
        ("total", "99.00"),
        ("grade", "A"),
        ("more", "{}"),
        ("more", "not json"),
        ("subject", "mia"),
        ("opened_at", "yesterday"),
        ("id", "r3"),
    ],
)
def test_a_changed_review_row_is_named(told: Database, addresses: Addresses, column: str, value: object) -> None:
    with tampering(addresses) as connection:
        connection.execute(text(f"UPDATE review SET {column} = :value WHERE id = 'r1'"), {"value": value})
    verdict = verdict_of(told)
    assert "r1" in {review for review, _ in places(verdict)}
    assert "r2" not in {review for review, _ in places(verdict)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE task SET status = 'open' WHERE id = 'r1-t1'",
        "UPDATE participant SET person = 'bob' WHERE review = 'r1' AND role = 'manager'",
        "DELETE FROM task WHERE id = 'r1-t1'",
    ],
)
def test_changed_working_rows_are_told_from_the_replay(told: Database, addresses: Addresses, statement: str) -> None:
    with tampering(addresses) as connection:
        connection.execute(text(statement))
    (finding,) = verdict_of(told).findings
    assert (finding.review, finding.seq, finding.code) == ("r1", 5, "verify.row_differs")
    assert finding.values["fields"] in ("tasks", "participants")


def test_a_lost_last_event_is_found_by_the_head_in_the_row(told: Database, addresses: Addresses) -> None:
    with tampering(addresses) as connection:
        connection.execute(text("DELETE FROM payload WHERE stream = 'review:r1' AND seq = 5"))
        connection.execute(text("DELETE FROM event WHERE stream = 'review:r1' AND seq = 5"))
    assert verdict_of(told).findings == (Finding("review:r1", "r1", 5, "verify.last_event_missing", {"revision": "5"}),)


def test_a_review_without_history_and_a_history_without_review_are_named(told: Database, addresses: Addresses) -> None:
    with tampering(addresses) as connection:
        connection.execute(text("DELETE FROM payload WHERE stream = 'review:r2'"))
        connection.execute(text("DELETE FROM event WHERE stream = 'review:r2'"))
        connection.execute(text("DELETE FROM review WHERE id = 'r1'"))
    assert {(one.review, one.code) for one in verdict_of(told).findings} == {
        ("r1", "verify.row_missing"),
        ("r2", "verify.stream_missing"),
    }


def test_an_erased_person_leaves_states_proven_and_nothing_broken(told: Database) -> None:
    told.keys.destroy("ann", NOW)
    verdict = verdict_of(told)
    assert (verdict.ok, verdict.erased) == (True, ("r1",))


def test_a_changed_state_is_found_even_where_the_payloads_are_erased(told: Database, addresses: Addresses) -> None:
    told.keys.destroy("ann", NOW)
    with tampering(addresses) as connection:
        connection.execute(text("UPDATE review SET state = 'rating' WHERE id = 'r1'"))
    assert [(one.code, one.seq) for one in verdict_of(told).findings] == [("verify.state_differs", 5)]


def test_a_key_that_vanished_without_erasure_is_no_erasure(told: Database, addresses: Addresses) -> None:
    told.close()
    engine = create_engine(addresses.keys_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM person_key WHERE person = 'ann'"))
        connection.execute(text("UPDATE person_key SET wrapped = :junk WHERE person = 'bob'"), {"junk": b"x" * 60})
    engine.dispose()
    again = addresses.open(2)
    verdict = verdict_of(again)
    again.close()
    assert {(one.review, one.code) for one in verdict.findings if one.seq == 1} == {
        ("r1", "verify.key_missing"),
        ("r2", "verify.key_missing"),
    }


def test_one_review_can_be_checked_alone(told: Database, addresses: Addresses) -> None:
    with tampering(addresses) as connection:
        connection.execute(text("UPDATE event SET leaf_hash = 'x' WHERE stream = 'review:r1' AND seq = 2"))
    with told.read() as tx:
        assert [one.seq for one in audit.check_review(tx, "r1", evolve).findings] == [2]
        assert audit.check_review(tx, "r2", evolve).findings == ()


def test_some_streams_are_checked_without_reading_who_everybody_is(
    told: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = verdict_of(told)
    usual = people.by_pseudonym
    asked: list[object] = []

    def looked_up(tx: Tx, wanted: Iterable[str] | None = None) -> dict[str, str]:
        asked.append(wanted)
        return usual(tx, wanted)

    monkeypatch.setattr(people, "by_pseudonym", looked_up)
    after: str | None = ""
    streams = events = 0
    with told.read() as tx:
        while after is not None:
            some, after = audit.check_some(tx, evolve, lambda *_: (), after, 1)
            assert [one for one in some.findings if one.code != "verify.timer_differs"] == []
            streams, events = streams + some.streams, events + some.events
    assert (streams, events) == (whole.streams, whole.events)
    assert asked
    assert None not in asked
