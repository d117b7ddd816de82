"""A process that has imported everything, forks servers, and kills them where they hurt most; told by lines of JSON.

Run as `python -m tests.api.launcher`; it and all it has forked end with its standard input.
"""

from __future__ import annotations

import importlib
import json
import mmap
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.api.launched import (
    COMMITS,
    COMMITTING,
    FOUND,
    INSIDE,
    OUTSIDE,
    PHASE,
    PLACES,
    READY,
    Plan,
    be_server,
    warm_up,
)

READY_S: Final = 60
MOMENT_S: Final = 3
"""How long a killer waits for the moment; afterwards any is right."""

DEEPEST_S: Final = 0.012
"""An honest transaction is mostly over by then."""


@dataclass(slots=True)
class Servers:
    """One plan, served on some sockets; a socket stays when its server is killed."""

    plan: Plan
    sockets: list[socket.socket]
    memory: mmap.mmap
    told: list[memoryview]
    children: dict[int, int] = field(default_factory=dict)

    def fork(self) -> None:
        """A server on each socket that has none; back when all of them take requests, or at once without waiting."""
        for place, listening in enumerate(self.sockets):
            if place not in self.children:
                told = self.told[place]
                told[PHASE], told[READY] = OUTSIDE, 0
                self.children[place] = _forked(self.plan, listening, told)

    def wait(self) -> bool:
        end = time.monotonic() + READY_S
        while not all(told[READY] for told in self.told):
            if time.monotonic() > end or any(_ended(child) for child in self.children.values()):
                return False
            time.sleep(0.001)
        return True

    def kill(self, place: int) -> int:
        """Where the writer stood when it was dead."""
        child = self.children.pop(place)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return self.told[place][PHASE]

    def close(self) -> None:
        for place in list(self.children):
            self.kill(place)
        for one in self.sockets:
            one.close()


def _forked(plan: Plan, listening: socket.socket, told: memoryview) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        be_server(plan, listening, told)
        code = 0
    except BaseException as error:
        print(f"server ended: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)  # nothing of the launcher's own may run twice


def _ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def inside(told: memoryview, depth_s: float, end: float) -> None:
    """So far into a write transaction; where it is over before, less far into another one."""
    while time.monotonic() < end:
        _until(lambda: told[PHASE] != OUTSIDE, end)
        deep = time.monotonic() + depth_s
        _until(lambda: told[PHASE] == OUTSIDE, min(deep, end))
        if told[PHASE] != OUTSIDE:
            return
        depth_s /= 2


def committing(told: memoryview, depth_s: float, end: float) -> None:
    _until(lambda: told[PHASE] == COMMITTING, end)
    _until(lambda: told[PHASE] != COMMITTING, min(end, time.monotonic() + depth_s / 8))


def committed(told: memoryview, depth_s: float, end: float) -> None:
    """Just after a commit: the answer is not out yet."""
    before = told[COMMITS]
    _until(lambda: told[COMMITS] != before, end)
    _until(lambda: False, min(end, time.monotonic() + depth_s / 16))


def whenever(_told: memoryview, _depth_s: float, _end: float) -> None:
    """No moment is better than another."""


MOMENTS: Final[Mapping[str, Callable[[memoryview, float, float], None]]] = {
    "inside": inside, "committing": committing, "committed": committed, "whenever": whenever,
}  # fmt: skip


def _until(holds: Callable[[], bool], end: float) -> None:
    while not holds() and time.monotonic() < end:
        pass  # a pause would miss the moment


class Launcher:
    """Does what a line asks, one thing at a time."""

    def __init__(self) -> None:
        self.servers: Servers | None = None
        self.dice = random.Random(3)

    def open(self, count: int = 1, **plan: Any) -> dict[str, Any]:
        """Sockets for `count` servers of a plan; nothing is forked yet."""
        self.close()
        warm_up(Plan(**plan))
        sockets = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(count)]
        memory = mmap.mmap(-1, mmap.PAGESIZE)  # shared with whatever is forked
        view = memoryview(memory).cast("q")
        told = [view[place * PLACES : (place + 1) * PLACES] for place in range(count)]
        self.servers = Servers(Plan(**plan), sockets, memory, told)
        return {"ports": [one.getsockname()[1] for one in sockets]}

    def fork(self, wait: bool = True) -> dict[str, Any]:
        servers = self._opened()
        servers.fork()
        return {"ready": servers.wait() if wait else False}

    def kill(
        self, moment: str = "whenever", commits: int = 0, after_s: float = 0, depth_s: float | None = None
    ) -> dict[str, Any]:
        """After so many commits and seconds, at the moment. depth_s: how far into a transaction."""
        servers, place = self._opened(), 0
        told = servers.told[place]
        self._wait_for(told, commits)
        time.sleep(after_s)
        depth_s = self.dice.uniform(0, DEEPEST_S) if depth_s is None else depth_s
        MOMENTS[moment](told, depth_s, time.monotonic() + MOMENT_S)
        phase = servers.kill(place)
        return {"inside": phase in (INSIDE, COMMITTING), "committing": phase == COMMITTING}

    def _wait_for(self, told: memoryview, commits: int) -> None:
        wanted, end = told[COMMITS] + commits, time.monotonic() + READY_S
        while told[COMMITS] < wanted and time.monotonic() < end:
            time.sleep(0.001)

    def counts(self) -> dict[str, Any]:
        told = self._opened().told
        return {"commits": sum(one[COMMITS] for one in told), "found": sum(one[FOUND] for one in told)}

    def close(self) -> dict[str, Any]:
        if self.servers is not None:
            self.servers.close()
        self.servers = None
        return {}

    def _opened(self) -> Servers:
        if self.servers is None:
            raise ValueError("nothing was opened")
        return self.servers


def main() -> None:
    launcher = Launcher()
    for late in ("api.pages.doors", "sqlalchemy.dialects.sqlite.pysqlite", "sqlalchemy.dialects.postgresql.psycopg"):
        importlib.import_module(late)  # now, so that no server has to
    _say({"imported": True})
    try:
        while line := sys.stdin.readline():
            asked = json.loads(line)
            _say(getattr(launcher, asked.pop("do"))(**asked))
    finally:
        launcher.close()


def _say(told: Mapping[str, Any]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
