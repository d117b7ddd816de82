"""Serves the app with waitress, and fires what is due beside it: one process, any number of them on PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from api.app import create_app
from api.limits import FILE_MAX
from api.logs import LOGGER, log_lines
from api.unexpected import keep_traceback
from engine.errors import InputError, UnsafeSettings
from engine.operations.doctor import doctor
from engine.operations.jobs import run_jobs
from engine.operations.worker import fire_due
from engine.runtime import Runtime, Settings

PAUSE: Final = 5
"""Seconds between two rounds of timers and jobs; twice as long after each that failed, up to PAUSE_MAX."""

PAUSE_MAX: Final = 300

THREADS: Final = {"sqlite": 2, "postgresql": 8}
"""SQLite writes one at a time anyway; a second thread reads meanwhile."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and how: proxies is how many trusted proxies stand in front; timers: whether this process fires them."""

    host: str = "127.0.0.1"
    port: int = 8080
    proxies: int = 0
    threads: int | None = None
    timers: bool = True
    demo: bool = False


def refuse_unsafe(settings: Settings, wanted: Serving) -> None:
    """UnsafeSettings where serving could lose work, run foreign code, or send sessions in the clear over a network."""
    if not wanted.proxies and not _loopback(wanted.host):
        raise UnsafeSettings("cli.serve.in_the_clear", host=wanted.host)
    for finding in doctor(settings):
        if finding.level == "error":
            raise UnsafeSettings(finding.code, **finding.values)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve(rt: Runtime, wanted: Serving, ready: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT; what has been begun is ended first. ready is called with the address.

    InputError when nothing can be listened to there.
    """
    from waitress.server import create_server

    log_lines()
    app = create_app(rt, {"proxies": wanted.proxies, "demo": wanted.demo})
    try:
        server = create_server(
            app, host=wanted.host, port=wanted.port, threads=wanted.threads or THREADS[rt.database.dialect],
            max_request_body_size=FILE_MAX + 1, channel_timeout=60, connection_limit=200, ident="reviewcycle",
            clear_untrusted_proxy_headers=not wanted.proxies,
        )  # fmt: skip
    except OSError as error:
        raise InputError("cli.serve.no_port", host=wanted.host, port=wanted.port, why=error.strerror) from error
    with _ended_by_signals(), _timers(rt, wanted):
        ready(f"http://{wanted.host}:{server.effective_port}")
        try:
            server.run()
        finally:
            server.task_dispatcher.shutdown()
            server.close()


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends the server like Ctrl-C does: what is under way is finished."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(KeyboardInterrupt):
        yield
    signal.signal(signal.SIGTERM, before)
    LOGGER.info("stopped")


@contextlib.contextmanager
def _timers(rt: Runtime, wanted: Serving) -> Iterator[None]:
    """Timers and jobs in a thread of their own, as long as the block lasts."""
    if not wanted.timers:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=rounds, args=(rt, over), name="timers", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30)


def rounds(rt: Runtime, over: threading.Event, pause: int = PAUSE) -> None:
    """Rounds until `over`. What fails is told, keeps nothing else back, and is tried again in the next one."""
    failed = 0
    while not over.is_set():
        wrong = [
            _wrong(rt, lambda: fire_due(rt, rt.clock.now())),
            _wrong(rt, lambda: run_jobs(rt, rt.clock.now(), pause)),
        ]
        failed = failed + 1 if any(wrong) else 0
        over.wait(min(pause << failed, PAUSE_MAX))


def _wrong(rt: Runtime, work: Callable[[], object]) -> bool:
    """Whether the work failed. A thread that died silently would let every deadline pass."""
    try:
        work()
    except Exception as error:
        name, _ = keep_traceback(error, rt.settings.data, os.environ)
        LOGGER.error("", extra={"told": {"event": "round_failed", "id": name}})
        return True
    return False
