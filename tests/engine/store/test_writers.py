"""Many writers at once: nobody is lost, nobody overwrites, and what was acknowledged stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.errors import StaleRevision
from engine.review.evolve import evolve
from engine.store import audit, history, reviews
from engine.store.database import Database
from tests.conftest import Addresses
from tests.engine.store.organisation import answered, carry_out, found, open_review

ROOT = Path(__file__).parents[3]


@pytest.fixture
def begun(database: Database) -> Database:
    with database.write() as tx:
        found(tx)
        open_review(tx)
    return database


def answer(database: Database, times: int) -> int:
    """Answers so many times, trying again when somebody was faster; gives the number of times that happened."""
    stale = 0
    done = 0
    while done < times:
        try:
            with database.write() as tx:
                one = reviews.load(tx, "r1")
                carry_out(tx, one, answered(one, hours=1))
            done += 1
        except StaleRevision:
            stale += 1
    return stale


def test_of_two_who_loaded_the_same_revision_one_is_refused(begun: Database, addresses: Addresses) -> None:
    with begun.read() as tx:
        old = reviews.load(tx, "r1")
    other = addresses.open(2)
    with other.write() as tx:
        carry_out(tx, reviews.load(tx, "r1"), answered(old, hours=1))
    with pytest.raises(StaleRevision), begun.write() as tx:
        carry_out(tx, old, answered(old, hours=2))
    other.close()
    with begun.read() as tx:
        assert reviews.load(tx, "r1").revision == 2


def test_two_open_transactions_on_postgresql_do_not_both_win(begun: Database, addresses: Addresses) -> None:
    if addresses.kind != "postgresql":
        pytest.skip("on SQLite the second cannot even begin")
    other = addresses.open(2)
    with begun.write() as first, other.write() as second:
        old = reviews.load(first, "r1")
        assert reviews.load(second, "r1") == old
        reviews.save(first, evolve(old, answered(old, hours=1), "ab" * 32), 1)
        first.connection.commit()
        with pytest.raises(StaleRevision):
            reviews.save(second, evolve(old, answered(old, hours=2), "cd" * 32), 1)
        second.rollback()
    other.close()


def test_a_write_inside_a_write_is_told_and_does_not_hang(begun: Database, addresses: Addresses) -> None:
    if addresses.kind != "sqlite":
        pytest.skip("PostgreSQL has as many writers as it likes")
    with begun.write(), pytest.raises(RuntimeError, match="inside"), begun.write():
        pass
    with begun.write() as tx:
        assert reviews.load(tx, "r1").revision == 1


def test_writers_in_threads_all_get_through(begun: Database, addresses: Addresses) -> None:
    others = [addresses.open(seed) for seed in (2, 3)]
    threads = [threading.Thread(target=answer, args=(one, 8)) for one in (begun, *others, begun)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for other in others:
        other.close()
    with begun.read() as tx:
        assert reviews.load(tx, "r1").revision == 1 + 4 * 8
        assert audit.check(tx, evolve).ok


WRITER = """
import sys
from engine.ids import SystemIds
from engine.clock import SystemClock
from engine.store import reviews
from engine.store.database import Database
from engine.errors import StaleRevision
from tests.engine.store.organisation import answered, carry_out
database = Database.open(sys.argv[1], sys.argv[2], SystemIds(), SystemClock())
print("ready", flush=True)
while True:
    try:
        with database.write() as tx:
            one = reviews.load(tx, "r1")
            after = carry_out(tx, one, answered(one, hours=1))
    except StaleRevision:
        continue
    print(after.revision, after.head, flush=True)
"""


@pytest.mark.slow
def test_kill_9_loses_nothing_acknowledged(begun: Database, addresses: Addresses) -> None:
    acknowledged: dict[int, str] = {}
    for _ in range(4):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, addresses.url, addresses.keys_url],
                stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            for _ in range(2)
        ]  # fmt: skip
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            for _ in range(15):
                number, head = writer.stdout.readline().split()
                acknowledged[int(number)] = head
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            rest, _ = writer.communicate(timeout=30)
            for line in rest.splitlines():
                if len(line.split()) == 2 and len(line.split()[1]) == 64:
                    acknowledged[int(line.split()[0])] = line.split()[1]
    with begun.read() as tx:
        stored = {record.open.seq: record.leaf_hash for record in history.read(tx, "review:r1")}
        assert audit.check(tx, evolve).ok
    assert len(acknowledged) >= 120
    assert acknowledged.items() <= stored.items()
