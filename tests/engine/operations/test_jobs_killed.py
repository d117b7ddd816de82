"""A worker that is killed in the middle of a job leaves each item done once or not begun; the next one goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from engine.clock import HandClock
from engine.ids import SystemIds
from engine.operations import job_steps, jobs
from engine.operations.audit import verify
from engine.operations.jobs import NewJob, job, new_job, run_jobs
from engine.operations.names import SYSTEM, actor_named
from engine.runtime import Runtime
from engine.store import history
from engine.store import jobs as rows
from engine.store.database import Database
from tests.conftest import Addresses
from tests.engine.operations.conftest import BEGIN, World

pytestmark = pytest.mark.slow

ITEMS = 12
SUBJECTS = ("a1", "a2", "a3", "a4", "a5")


@dataclass(slots=True)
class Site:
    """Where the databases lie, and the job that is worked on there. Nobody has them open between two calls: a process
    that is forked must not inherit SQLite's view of a file."""

    addresses: Addresses
    world: World
    job: str = ""

    def open(self) -> Runtime:
        clock = HandClock(BEGIN)
        database = Database.open(self.addresses.url, self.addresses.keys_url, SystemIds(), clock)
        return Runtime(self.world.rt.settings, database, clock, SystemIds())

    def hand_in(self, count: int) -> None:
        rt = self.open()
        items = [
            {"review": f"{SUBJECTS[n % 5]}/2025-Q3", "command": "remark", "comment": f"word {n}"} for n in range(count)
        ]
        self.job = new_job(rt, actor_named(rt, "hr1"), NewJob("answers", {"answers": items})).id
        rt.close()

    def work_and_die(self, prepare: Callable[[], None], wait: float | None = None) -> None:
        """A worker in a process of its own, which kills itself as prepared, or is killed so many seconds after it began
        to work: how long a busy machine takes to open the databases says nothing."""
        ready, begun = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                prepare()
                rt = self.open()
                os.write(begun, b".")
                run_jobs(rt, BEGIN, 600)
            finally:
                os._exit(3)  # was not killed
        os.close(begun)
        if wait is not None:
            os.read(ready, 1)
            time.sleep(wait)
            os.kill(child, signal.SIGKILL)
        os.close(ready)
        _, status = os.waitpid(child, 0)
        assert wait is not None or os.WIFSIGNALED(status), status

    def finish(self) -> Counter[str]:
        """Works on to the end, and counts the words that then stand in the history."""
        rt = self.open()
        run_jobs(rt, BEGIN, 600)
        with rt.database.read() as tx:
            found = Counter(
                record.payload["comment"]
                for stream in history.streams(tx)
                for record in history.read(tx, stream)
                if record.open.action == "remarked" and record.payload is not None
            )
        assert job(rt, SYSTEM, self.job).state == "done"
        verdict = verify(rt)
        assert verdict.ok, verdict.findings
        rt.close()
        return found

    def done(self) -> int:
        rt = self.open()
        done = job(rt, SYSTEM, self.job).done
        rt.close()
        return done


@pytest.fixture
def site(opened_on_both: World, addresses: Addresses) -> Site:
    opened_on_both.rt.close()
    made = Site(addresses, opened_on_both)
    made.hand_in(ITEMS)
    return made


def once_each(found: Counter[str], count: int = ITEMS) -> bool:
    return found == Counter(f"word {number}" for number in range(count))


def dying(room: object, name: str, turn: int, *, after: bool = False) -> Callable[[], None]:
    """Lets the process kill itself before (or after) the function is carried out for the turn-th time."""

    def prepare() -> None:
        honest, calls = getattr(room, name), []

        def deadly(*given, **more):
            calls.append(1)
            if len(calls) == turn and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = honest(*given, **more)
            if len(calls) == turn:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        setattr(room, name, deadly)

    return prepare


POINTS = {
    "before the event": (job_steps, "apply", False),
    "before the event's commit": (job_steps, "apply", True),
    "before the receipt of the item": (rows, "put_item", False),
    "before the place in the job": (rows, "put", False),
    "before the commit of all": (rows, "put", True),
    "after the commit": (job_steps, "moved_on", True),
}


def test_wherever_a_worker_is_killed_each_item_is_done_once(site: Site) -> None:
    for turn, (room, name, after) in enumerate(POINTS.values()):
        before = site.done()
        site.work_and_die(dying(room, name, 2, after=after))
        assert site.done() == before + (2 if name == "moved_on" else 1), turn
    assert once_each(site.finish())


def test_work_that_is_committed_before_its_place_is_found_doubled(site: Site) -> None:
    """The control: a worker that commits the event first and then how far it is, killed between the two."""

    def careless() -> None:
        put_item, calls = rows.put_item, []

        def moved_on(rt, row, at, change):
            rows.put_item = lambda *_: None
            with rt.database.write() as tx:
                after = change(tx, row)
            calls.append(1)
            if len(calls) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            rows.put_item = put_item
            with rt.database.write() as tx:
                rows.put(tx, replace(after, changed_at=at))
            return True

        job_steps.moved_on = moved_on

    site.work_and_die(careless)
    assert site.done() == 1
    found = site.finish()
    assert not once_each(found)
    assert found["word 1"] == 2


@pytest.mark.slow
def test_twenty_kills_at_any_moment_lose_and_double_nothing(site: Site) -> None:
    site.finish()
    site.hand_in(2_000)
    chance, before = random.Random(5), 0
    for _ in range(20):
        site.work_and_die(lambda: None, chance.random() / 3)
        after = site.done()
        assert after >= before
        before = after
    assert 20 < before < 2_000
    found = site.finish()
    assert set(found.values()) == {1, 2}, "the first twelve words were said by the first job, too"
    assert found.total() == 2_000 + ITEMS


def test_there_are_no_jobs_left_running_of_themselves(site: Site) -> None:
    site.work_and_die(dying(job_steps, "moved_on", 1, after=True))
    rt = site.open()
    assert job(rt, SYSTEM, site.job).state == "running"
    assert jobs.run_jobs(rt, BEGIN, 600).ended == {"done": 1}
    rt.close()
