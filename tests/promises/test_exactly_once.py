"""Exactly once: the same request twice, two at the same moment, a process killed in the middle, two workers at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.errors import KeyReused, StaleRevision
from engine.operations import worker
from engine.operations.audit import verify
from engine.operations.handle import Receipt, receipt_bytes
from engine.operations.timeline import history
from engine.operations.worker import Fired, fire_due
from engine.review.case import Refused
from engine.review.commands import Answer, Command, Remark
from engine.store import reviews
from tests.promises.organisation import SUBJECTS, World, copy_world, open_world

RACES = 50
KILLS = 20
ROOT = Path(__file__).parents[2]


def stored(world: World) -> dict[str, int]:
    with world.rt.database.read() as tx:
        tables = ("event", "payload", "review", "task", "timer", "request", "participant")
        return {
            name: tx.connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables
        }


def propose(world: World, ref: str, target: str = "95") -> Answer:
    return Answer(world.id(ref), "propose", targets={"sales.target": target}, form=world.form("propose", ref))


def test_the_same_key_gives_the_same_bytes_also_after_the_process_has_ended(world: World) -> None:
    first = world.do("m1", propose(world, "a1"), key="k")
    assert isinstance(first, Receipt)
    before, folder = stored(world), world.folder
    world.close()
    again = open_world(folder, seed=9)
    second = again.do("m1", propose(again, "a1"), key="k")
    assert isinstance(second, Receipt)
    assert receipt_bytes(first) == receipt_bytes(second)
    assert stored(again) == before
    with pytest.raises(KeyReused):
        again.do("m1", propose(again, "a1", "96"), key="k")
    assert isinstance(again.do("m1", propose(again, "a2"), key="another"), Receipt)
    again.close()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each gave, or the error it raised; all begin together."""
    gate = threading.Barrier(len(calls))
    given: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            given[place] = call()
        except Exception as error:
            given[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


def winners(given: list[Any]) -> int:
    """How many were accepted; whoever was not was told so, and nothing else happened to her."""
    assert all(isinstance(one, Receipt | Refused | StaleRevision) for one in given), given
    return sum(isinstance(one, Receipt) for one in given)


def race(world: World, ref: str) -> tuple[str, int]:
    """Two threads end the task that is open now, in different ways where there are some: (its name, how many won)."""
    review, before = world.id(ref), world.review(ref).revision
    pair: tuple[Command, Command]
    if world.rows(ref, "propose"):
        name, who, pair = "propose", "m1", (propose(world, ref), propose(world, ref, "96"))
    else:
        name, who = "agree", ref
        object_, accept = Answer(review, name, "object", comment="no"), Answer(review, name, "accept")
        used_up = world.review(ref).counts.get("set_targets.agree.object", 0) >= 3
        pair = (accept, accept) if used_up else (object_, object_)
    given = at_once(lambda: world.do(who, pair[0]), lambda: world.do(who, pair[1]))
    won = winners(given)
    assert world.review(ref).revision == before + won
    return name, won


def test_of_two_who_end_a_task_at_once_exactly_one_wins(world: World) -> None:
    """A review's targets are proposed and objected to in turn until no objection is left, then accepted."""
    lost: Counter[str] = Counter()
    for ref in SUBJECTS:
        while world.review(ref).state == "set_targets":
            name, won = race(world, ref)
            assert won == 1, (ref, name, won)
            lost[name] += 1
    assert lost.total() >= RACES
    assert lost.keys() == {"propose", "agree"}
    verdict = verify(world.rt)
    assert verdict.ok, verdict.findings


def test_two_who_may_both_be_right_both_win(world: World) -> None:
    """The control: what does not end a task can be accepted twice, and is counted so."""
    review = world.id("a1")
    given = at_once(*(lambda one=one: world.do(one, Remark(review, "a word")) for one in ("a1", "m1")))
    assert winners(given) == 2


def test_fifty_times_the_same_key_at_once_is_one_event(world: World) -> None:
    before = stored(world)["event"]
    for turn in range(RACES):
        ask = partial(world.do, "a1", Remark(world.id("a1"), f"remark {turn}"), key=f"k{turn}")
        first, second = at_once(ask, ask)
        assert isinstance(first, Receipt), first
        assert first == second
    assert stored(world)["event"] == before + RACES
    assert verify(world.rt).ok


def test_two_workers_at_once_fire_each_timer_exactly_once(founded: Path, tmp_path: Path) -> None:
    """Two runtimes on one database, as two processes have them; what one alone fires is the measure."""
    alone = copy_world(founded, tmp_path / "alone")
    alone.clock.set(alone.clock.now().replace(month=9, day=20))
    measure = fire_due(alone.rt, alone.clock.now())
    expected = {ref: fired_of(alone, ref) for ref in SUBJECTS}
    alone.close()
    first = copy_world(founded, tmp_path / "both")
    first.clock.set(first.clock.now().replace(month=9, day=20))
    second = open_world(tmp_path / "both", first.clock.now().isoformat(), seed=10)
    given = at_once(*(lambda one=one: fire_due(one.rt, one.clock.now()) for one in (first, second)))
    assert all(isinstance(one, Fired) for one in given), given
    assert measure.count > 20
    assert given[0].count + given[1].count == measure.count
    assert {ref: fired_of(first, ref) for ref in SUBJECTS} == expected
    assert verify(first.rt).ok
    first.close()
    second.close()


def fired_of(world: World, ref: str) -> list[tuple[str, str | None]]:
    lines = history(world.rt, world.actor("hr1"), world.id(ref)).lines
    return [(line.action, line.task) for line in lines if line.cause == "timer"]


def test_a_timer_that_is_asked_for_twice_fires_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a worker that carried every timer out twice would do nothing the second time."""
    honest, second = worker.apply, []

    def twice(*given: Any) -> Any:
        done = honest(*given)
        second.append(honest(*given))
        return done

    monkeypatch.setattr(worker, "apply", twice)
    world.clock.set(world.clock.now().replace(day=12))
    assert fire_due(world.rt, world.clock.now()).count == len(SUBJECTS)
    assert [one.code for one in second if isinstance(one, Refused)] == ["not_due"] * len(SUBJECTS)
    assert fired_of(world, "a1") == [("reminded", "propose")]


CHILD = """
import sys
from pathlib import Path
from tests.promises.organisation import open_world
from engine.operations.handle import Receipt
from engine.review.commands import Remark
world = open_world(Path(sys.argv[1]), seed=int(sys.argv[2]))
ids = [world.id(ref) for ref in ("a1", "a2", "a3")]
world.do("hr1", Remark(ids[0], "warm"), key="warm")
print("ready", flush=True)
for number in range(100_000):
    done = world.do("hr1", Remark(ids[number % 3], "word " + str(number)), key=sys.argv[2] + "-" + str(number))
    assert isinstance(done, Receipt), done
    print(number, done.review, done.seq, done.leaf_hash, flush=True)
"""


def acknowledged(folder: Path, turn: int, wait: float) -> list[list[str]]:
    """Lets a process write as fast as it can and kills it: the receipts it had given by then."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", CHILD, str(folder), str(turn)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        lines = child.stdout.read().split(b"\n")
    assert child.returncode == -signal.SIGKILL
    return [line.decode().split() for line in lines[:-1]]


def survives(world: World, turns: range) -> int:
    """After each kill all that was acknowledged is there once, and at most one more; asked again, the receipts are the
    same. How many were acknowledged."""
    folder, given, before = world.folder, 0, stored(world)
    world.close()
    for turn in turns:
        told = acknowledged(folder, turn, 0.05 + 0.017 * (turn % 20))
        again = open_world(folder, seed=1_000 + turn)
        with again.rt.database.read() as tx:
            kept = Counter(
                row[0] for row in tx.connection.exec_driver_sql(
                    "SELECT key FROM request WHERE key LIKE ?", (f"{turn}-%",))
            )  # fmt: skip
            heads = {one: reviews.load(tx, one).revision for one in {line[1] for line in told}}
        assert set(kept.values()) <= {1}
        assert {f"{turn}-{line[0]}" for line in told} <= kept.keys()
        assert len(kept) - len(told) in (0, 1)
        for line in told:
            assert int(line[2]) <= heads[line[1]]
        for number, review, seq, leaf in told[-2:]:
            same = again.do("hr1", Remark(review, f"word {number}"), key=f"{turn}-{number}")
            assert isinstance(same, Receipt)
            assert (same.seq, same.leaf_hash) == (int(seq), leaf)
        given += len(told)
        verdict = verify(again.rt)
        assert verdict.ok, verdict.findings
        after = stored(again)
        assert verdict.events == after["event"] == before["event"] - before["request"] + after["request"]
        again.close()
    return given


def test_a_killed_process_loses_nothing_acknowledged_and_doubles_nothing(world: World) -> None:
    assert survives(world, range(9, 10)) >= 1


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param(range(1, KILLS + 1, 3), marks=pytest.mark.slow),
        pytest.param(range(1, KILLS + 1), marks=pytest.mark.soak),
    ],
    ids=str,
)
def test_killed_processes_lose_nothing_acknowledged_and_double_nothing(world: World, turns: range) -> None:
    assert survives(world, turns) > 2 * len(turns)  # control: they were killed while they wrote
