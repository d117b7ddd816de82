"""Whoever changes the story's stored rows is named by review and event; the other reviews stay proven."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from engine.clock import HandClock, parse_instant
from engine.history.event import review_stream
from engine.operations import telling
from engine.operations.audit import verify
from engine.operations.names import review_named
from engine.review.evolve import evolve
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import audit
from engine.store.database import Tx
from tests.conftest import Demo

NOW = parse_instant("2026-01-10T09:00:00+08:00")
FULL = "am33/2025-Q3"
"""The review with the longest history: an appeal, a correction, anonymous answers."""
SMALL = "am33/2025-Q4"
COLUMNS = (("event", "data"), ("event", "leaf_hash"), ("payload", "sealed"), ("payload", "person"))


@dataclass(slots=True)
class Story:
    """The story's data, its guards against change taken off, as somebody has it who owns the machine."""

    rt: Runtime

    def review(self, name: str) -> str:
        return review_named(self.rt, name)

    def events(self, name: str) -> int:
        with self.rt.database.read() as tx:
            query = "SELECT count(*) FROM event WHERE stream = ?"
            return int(tx.connection.exec_driver_sql(query, (review_stream(self.review(name)),)).scalar_one())

    @contextmanager
    def tampering(self) -> Iterator[Tx]:
        """A transaction in which anything may be done; nothing of it stays."""
        with self.rt.database.write() as tx:
            tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            yield tx
            tx.rollback()


@pytest.fixture(scope="module")
def story(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    data = tmp_path_factory.mktemp("tampered") / "data"
    shutil.copytree(demo_played.folder, data)
    with sqlite3.connect(data / "reviewcycle.sqlite") as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        assert len(names) == 9
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
    connection.close()
    rt = open_runtime(settings_for(data, environ={}), HandClock(NOW))
    yield Story(rt)
    rt.close()


def named(tx: Tx, review: str) -> set[int | None]:
    """Events of the review that the verdict on it names."""
    return {one.seq for one in audit.check_review(tx, review, evolve).findings}


def run(tx: Tx, statement: str, *values: Any) -> None:
    assert tx.connection.exec_driver_sql(statement, values).rowcount, statement


def cells(story: Story, name: str) -> list[tuple[str, str, int, int, bytes]]:
    """Everything stored as the review's history: (table, column, row, seq, bytes)."""
    found = []
    with story.rt.database.read() as tx:
        for table, column in COLUMNS:
            query = f"SELECT rowid, seq, CAST({column} AS BLOB) FROM {table} WHERE stream = ? ORDER BY rowid"
            rows = tx.connection.exec_driver_sql(query, (review_stream(story.review(name)),)).all()
            found += [(table, column, row, seq, bytes(value)) for row, seq, value in rows]
    return found


def bytes_not_named(story: Story, name: str, every: int, flip: int = 0x01) -> tuple[int, list[str]]:
    """Changes one byte in so many, each alone: (how many were changed, those the verdict does not name)."""
    review, tried, missed, count = story.review(name), 0, [], 0
    with story.tampering() as tx:
        for table, column, row, seq, value in cells(story, name):
            kind = "BLOB" if column in ("data", "sealed") else "TEXT"
            update = f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE rowid = {row}"
            for place in range(len(value)):
                count += 1
                if count % every:
                    continue
                tried += 1
                run(tx, update, value[:place] + bytes([value[place] ^ flip]) + value[place + 1 :])
                if seq not in named(tx, review):
                    missed.append(f"{table}.{column} {seq} byte {place}")
            run(tx, update, value)
        assert named(tx, review) == set()
    return tried, missed


def test_the_untouched_story_is_proven(story: Story) -> None:
    verdict = verify(story.rt)
    assert verdict.ok
    assert verdict.events > 1_200
    assert story.events(FULL) == 32


@pytest.mark.parametrize(("name", "every", "least"), [(SMALL, 29, 100), (FULL, 4_001, 45)])
def test_a_changed_byte_is_named(story: Story, name: str, every: int, least: int) -> None:
    tried, missed = bytes_not_named(story, name, every)
    assert missed == []
    assert tried > least


@pytest.mark.parametrize(("name", "every", "flip"), [
    pytest.param(SMALL, 3, 0x01, marks=pytest.mark.slow), pytest.param(SMALL, 1, 0x01, marks=pytest.mark.soak),
    pytest.param(SMALL, 1, 0x80, marks=pytest.mark.soak), pytest.param(FULL, 149, 0x20, marks=pytest.mark.soak),
])  # fmt: skip
def test_every_changed_byte_of_a_review_is_named(story: Story, name: str, every: int, flip: int) -> None:
    tried, missed = bytes_not_named(story, name, every, flip)
    assert missed == []
    assert tried > 1_200 // (every if name == SMALL else 1)


DROPPED = (("payload", "event"), ("payload",), ("event",))
SWAPPED = (("event", "payload"), ("event",), ("payload",))


def in_turn(ways: tuple[tuple[str, ...], ...], seq: int, every: bool) -> tuple[tuple[str, ...], ...]:
    """All ways for each event, or one of them, another for the next."""
    return ways if every else (ways[seq % len(ways)],)


EVERY = [False, pytest.param(True, marks=pytest.mark.slow)]


@pytest.mark.parametrize("every", EVERY)
def test_each_dropped_row_is_named(story: Story, every: bool) -> None:
    review = story.review(FULL)
    for seq in range(1, story.events(FULL) + 1):
        for tables in in_turn(DROPPED, seq, every):
            with story.tampering() as tx:
                for table in tables:
                    run(tx, f"DELETE FROM {table} WHERE stream = ? AND seq = ?", review_stream(review), seq)
                assert seq in named(tx, review), (seq, tables)


@pytest.mark.parametrize("every", EVERY)
def test_each_pair_of_swapped_neighbours_is_named(story: Story, every: bool) -> None:
    review = story.review(FULL)
    for seq in range(1, story.events(FULL)):
        for tables in in_turn(SWAPPED, seq, every):
            with story.tampering() as tx:
                for table in tables:
                    for now, then in ((seq, 9_999), (seq + 1, seq), (9_999, seq + 1)):
                        run(tx, f"UPDATE {table} SET seq = ? WHERE stream = ? AND seq = ?", then,
                            review_stream(review), now)  # fmt: skip
                assert {seq, seq + 1} <= named(tx, review), (seq, tables)


def test_payloads_put_in_each_others_place_are_named(story: Story) -> None:
    """Within one review and across two: a payload is bound to its place."""
    review, other = story.review(FULL), story.review("am11/2025-Q3")
    get = "SELECT sealed FROM payload WHERE stream = ? AND seq = ? AND number = 0"
    put = "UPDATE payload SET sealed = ? WHERE stream = ? AND seq = ? AND number = 0"
    for seq in range(1, story.events(FULL)):
        for foreign, place in ((review, seq + 1), (other, seq)):
            with story.tampering() as tx:
                taken = tx.connection.exec_driver_sql(get, (review_stream(foreign), place)).scalar_one_or_none()
                if taken is None:
                    continue
                run(tx, put, taken, review_stream(review), seq)
                assert seq in named(tx, review), (seq, foreign == review)


ROWS = {
    "the head": "UPDATE review SET head = '00' || substr(head, 3) WHERE id = ?",
    "the revision": "UPDATE review SET revision = revision - 1 WHERE id = ?",
    "the state": "UPDATE review SET state = 'withdrawn' WHERE id = ?",
    "the grade": "UPDATE review SET grade = 'S' WHERE id = ?",
    "the total": "UPDATE review SET total = '99.99' WHERE id = ?",
    "a task": "UPDATE task SET outcome = 'grade_stands' WHERE review = ? AND name = 'hear' AND place % 2",
    "who answered": "UPDATE task SET answered_by = review WHERE review = ? AND name = 'sign'",
    "a participant": "UPDATE participant SET role = 'panel' WHERE review = ? AND role = 'manager'",
    "targets": "UPDATE review SET more = replace(more, '1040000.00', '1040000.01') WHERE id = ?",
}


@pytest.mark.parametrize("what", ROWS)
def test_a_changed_working_row_is_named(story: Story, what: str) -> None:
    review = story.review(FULL)
    with story.tampering() as tx:
        try:
            run(tx, ROWS[what], review)
        except IntegrityError:  # a person who does not exist: not even the rows take it
            run(tx, "UPDATE task SET answered_by = (SELECT min(id) FROM person) WHERE review = ? AND name = 'sign'",
                review)  # fmt: skip
        found = audit.check_review(tx, review, evolve).findings
        assert {one.review for one in found} == {review}
        assert {one.seq for one in found} <= {story.events(FULL), story.events(FULL) - 1} | {None}


TIMERS = {
    "later": "UPDATE timer SET at = '2031-01-01T00:00:00.000000Z' WHERE review = ?",
    "another kind": "UPDATE timer SET kind = 'late' WHERE review = ?",
    "gone": "DELETE FROM timer WHERE review = ?",
}


@pytest.mark.parametrize(
    "what", [what if what == "gone" else pytest.param(what, marks=pytest.mark.slow) for what in TIMERS]
)
def test_a_changed_timer_is_named(story: Story, what: str) -> None:
    """A deadline put off in the database would let a review wait for ever."""
    review = story.review(SMALL)
    assert committed(story, [(TIMERS[what], (review,))]) == {(review, story.events(SMALL))}


def test_a_changed_definition_is_named(demo_played: Demo, tmp_path: Path) -> None:
    """One weight moved in the stored text of the scorecard: nothing that was scored by it can be told any more."""
    data = tmp_path / "data"
    shutil.copytree(demo_played.folder, data)
    with sqlite3.connect(data / "reviewcycle.sqlite") as connection:
        changed = "UPDATE definition SET sources = replace(sources, 'weight: 25', 'weight: 26')"
        assert connection.execute(changed).rowcount == 1
    connection.close()
    rt = open_runtime(settings_for(data, environ={}), HandClock(NOW))
    verdict = verify(rt)
    rt.close()
    assert {one.code for one in verdict.findings} == {"verify.definition_differs"}
    assert len(verdict.findings) == 80


def committed(story: Story, statements: Iterable[tuple[str, tuple[Any, ...]]]) -> set[tuple[str | None, int | None]]:
    """What the operation itself, `reviewcycle verify`, names after these were carried out; then all is put back."""
    path = Path(str(story.rt.database.engine.url.database))
    with sqlite3.connect(path) as connection:
        before = {table: connection.execute(f"SELECT rowid, * FROM {table}").fetchall() for table in TOUCHED}
        for statement, values in statements:
            assert connection.execute(statement, values).rowcount, statement
    try:
        verdict = verify(story.rt)
        for lang in ("en", "zh"):
            told = " ".join(telling.say_verdict(lang, verdict))
            assert verdict.ok or all(str(one.review) in told for one in verdict.findings), told
        return {(one.review, one.seq) for one in verdict.findings}
    finally:
        with sqlite3.connect(path) as connection:
            for table, rows in before.items():
                connection.execute(f"DELETE FROM {table}")
                marks = ", ".join("?" * len(rows[0]))
                columns = ", ".join(
                    ["rowid", *(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))]
                )
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        connection.close()


TOUCHED = ("event", "payload", "timer", "review")


@pytest.mark.slow
def test_the_operation_names_one_review_among_all_and_leaves_the_others_proven(story: Story) -> None:
    review = story.review(FULL)
    stream = review_stream(review)
    flipped = "UPDATE event SET data = CAST(replace(CAST(data AS TEXT), '\"feedback\"', '\"Feedback\"') AS BLOB) "
    found = committed(story, [(flipped + "WHERE stream = ? AND seq = 21", (stream,))])
    assert {one for one, _ in found} == {review}
    assert 21 in {seq for _, seq in found}
    lost = [(f"DELETE FROM {table} WHERE stream = ? AND seq = 32", (stream,)) for table in ("payload", "event")]
    assert committed(story, lost) == {(review, 32)}
    assert committed(story, []) == set()


@pytest.mark.slow
def test_the_operation_says_of_one_review_what_its_own_check_says(story: Story) -> None:
    review, statement = story.review(FULL), "DELETE FROM payload WHERE stream = ? AND seq = ?"
    for seq in range(1, story.events(FULL) + 1, 5):
        with story.tampering() as tx:
            run(tx, statement, review_stream(review), seq)
            alone = {(one.review, one.seq, one.code) for one in audit.check_review(tx, review, evolve).findings}
            assert {(one.review, one.seq, one.code) for one in audit.check(tx, evolve).findings} == alone
