"""What a server process of the tests is: the product's own `serve`, on a socket that outlives it, and watched."""

from __future__ import annotations

import contextvars
import ctypes
import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import waitress.server
from sqlalchemy import event
from sqlalchemy.engine import Connection

from api.app import create_app
from api.server import Serving, serve
from engine.clock import ShiftedClock, parse_instant
from engine.operations import handle as handling
from engine.operations.names import SYSTEM, actor_named
from engine.operations.views import review_view
from engine.review.commands import Remark
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import requests, reviews, sqlite
from engine.store.database import Database

PHASE, READY, COMMITS, FOUND = range(4)
"""Places in the shared memory: where the only writer stands, whether requests are taken, how many transactions were
committed, how many requests brought a key whose work had been done before."""

OUTSIDE, INSIDE, COMMITTING = range(3)
"""Phases: no write transaction; between BEGIN and COMMIT; COMMIT has been asked for and has not returned."""

PLACES = 8

LATE_S: Final = 0.1
"""How long the dishonest servers wait where they should not, so that a kill falls there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is served, and how. begun: when the data's clock began, in the machine's time; at: what it showed then."""

    folder: str
    begun: str
    at: str
    url: str | None = None
    variant: str = "honest"
    threads: int | None = None


def opened(plan: Plan) -> Runtime:
    environ = {} if plan.url is None else {"DATABASE_URL": plan.url}
    clock = ShiftedClock(parse_instant(plan.at) - datetime.fromisoformat(plan.begun))
    return open_runtime(settings_for(Path(plan.folder) / "data", environ=environ), clock)


def warm_up(plan: Plan) -> None:
    """Reads and decides something, and writes nothing: what a process learns only once need not be learnt by each
    server. Everything is closed again, because no connection may be taken through a fork."""
    rt = opened(plan)
    create_app(rt)
    with rt.database.read() as tx:
        review = reviews.find(tx)[0].id
    review_view(rt, SYSTEM, review)
    handling.handle(rt, actor_named(rt, "hr1"), Remark(review, "warm"), key="warm", dry=True)
    rt.close()


def be_server(plan: Plan, listening: socket.socket, told: memoryview) -> None:
    """Serves until it is killed, or until the process that forked it is gone."""
    _die_with_parent()
    rt = opened(plan)
    watch(rt.database, told)
    VARIANTS[plan.variant](rt)
    _listen_on(listening)

    def ready(_address: str) -> None:
        told[READY] = 1

    serve(rt, Serving(threads=plan.threads), ready)


def now_text() -> str:
    return datetime.now(UTC).isoformat()


def _die_with_parent() -> None:
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


def _listen_on(listening: socket.socket) -> None:
    """Waitress takes requests from a socket that is open already: who is killed has not closed it."""
    honest = waitress.server.create_server

    def create(app: Any, *, host: str, port: int, **more: Any) -> Any:
        return honest(app, sockets=[listening], **more)

    waitress.server.create_server = create


def watch(database: Database, told: memoryview) -> None:
    """Shows where the writer stands. On SQLite there is one at a time, so one place tells of all threads."""
    writer: list[int] = [0]
    dialect: Any = database.engine.dialect
    commit, rollback, find = dialect.do_commit, dialect.do_rollback, requests.find

    def begun(connection: Connection) -> None:
        if sqlite.BEGIN in connection.get_execution_options():
            writer[0] = threading.get_ident()
            told[PHASE] = INSIDE

    def ended(how: Callable[[Any], None], connection: Any, counted: int) -> None:
        mine = writer[0] == threading.get_ident()
        if mine and counted:
            told[PHASE] = COMMITTING
        how(connection)
        if mine:
            writer[0] = 0
            told[COMMITS] += counted
            told[PHASE] = OUTSIDE

    def found(*given: Any) -> Mapping[str, Any] | None:
        receipt = find(*given)
        told[FOUND] += receipt is not None
        return receipt

    event.listen(database.engine, "begin", begun)  # after the product's own listener: the lock is held by then
    dialect.do_commit = lambda connection: ended(commit, connection, 1)
    dialect.do_rollback = lambda connection: ended(rollback, connection, 0)
    requests.find = found


def reply_before_commit(rt: Runtime) -> None:
    """The control of what must not be lost: the answer goes out, and then the work is committed."""
    honest = rt.database._write

    @contextmanager
    def early() -> Iterator[Connection]:
        given: queue.SimpleQueue[Connection | BaseException] = queue.SimpleQueue()
        over, failed = threading.Event(), [False]

        def work() -> None:
            try:
                with honest() as connection:
                    given.put(connection)
                    over.wait()
                    if failed[0]:
                        raise InterruptedError
                    time.sleep(LATE_S)
            except InterruptedError:
                pass
            except BaseException as error:
                given.put(error)

        threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
        connection = given.get()
        if isinstance(connection, BaseException):
            raise connection
        try:
            yield connection
        except BaseException:
            failed[0] = True
            raise
        finally:
            over.set()

    rt.database._write = early  # type: ignore[assignment]


def forget_what_was_seen(_rt: Runtime) -> None:
    """The control of what must be one alone: the revision that somebody had seen is not looked at."""
    honest = handling.apply

    def forgetful(*given: Any) -> Any:
        return honest(*given[:6])

    handling.apply = forgetful


def forget_keys_too(rt: Runtime) -> None:
    """The control of what must not be done twice: no key is known again, and answers come late."""
    forget_what_was_seen(rt)
    handling.known = lambda *_: None
    handling.keep = lambda *_: None
    dialect: Any = rt.database.engine.dialect
    commit = dialect.do_commit

    def committed_and_silent(connection: Any) -> None:
        commit(connection)
        time.sleep(LATE_S)

    dialect.do_commit = committed_and_silent


VARIANTS: Mapping[str, Callable[[Runtime], None]] = {
    "honest": lambda _rt: None,
    "replies before it commits": reply_before_commit,
    "forgets what was seen": forget_what_was_seen,
    "forgets keys too": forget_keys_too,
}
