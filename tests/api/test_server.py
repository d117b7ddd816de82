"""Serving: refused where unsafe, ended in order, with timers and jobs beside it and a line for each request."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.logs import LOGGER, OF_WAITRESS, log_lines
from api.server import Serving, refuse_unsafe, rounds, serve
from engine.clock import ShiftedClock, SystemClock
from engine.errors import InputError, UnsafeSettings
from engine.operations import jobs
from engine.operations.demo_clock import MARK, clock_of, is_demo, keep_time
from engine.operations.jobs import NewJob, new_job
from engine.runtime import settings_for
from tests.api.calling import Caller, caller, door_of
from tests.promises.organisation import World

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("host", "proxies", "safe"),
    [
        ("127.0.0.1", 0, True), ("localhost", 0, True), ("::1", 0, True), ("0.0.0.0", 0, False), ("10.0.0.1", 0, False),
        ("reviews.example.org", 0, False), ("0.0.0.0", 1, True),
    ],
)  # fmt: skip
def test_sessions_never_cross_a_network_in_the_clear(tmp_path: Path, host: str, proxies: int, safe: bool) -> None:
    settings, wanted = settings_for(tmp_path, "en", {}), Serving(host=host, proxies=proxies)
    if safe:
        refuse_unsafe(settings, wanted)
        return
    with pytest.raises(UnsafeSettings) as refused:
        refuse_unsafe(settings, wanted)
    assert refused.value.code == "cli.serve.in_the_clear"


def test_a_key_file_that_others_may_read_is_not_served(world: World) -> None:
    settings = world.rt.settings
    refuse_unsafe(settings, Serving())
    os.chmod(settings.data / "keys.sqlite.key", 0o644)
    with pytest.raises(UnsafeSettings) as refused:
        refuse_unsafe(settings, Serving())
    assert refused.value.code == "OP047"


def test_rounds_fire_what_is_due_and_work_on_jobs(world: World) -> None:
    made = new_job(world.rt, world.actor("hr1"), NewJob("verify"))
    world.clock.set(world.clock.now().replace(month=7, day=12))
    over = threading.Event()
    thread = threading.Thread(target=rounds, args=(world.rt, over, 1))
    thread.start()
    try:
        for _ in range(100):
            if jobs.job(world.rt, world.actor("hr1"), made.id).state == "done":
                break
            over.wait(0.1)
    finally:
        over.set()
        thread.join(30)
    assert jobs.job(world.rt, world.actor("hr1"), made.id).state == "done"
    assert world.review("a1").revision == 2  # the reminder


def test_a_round_that_fails_is_told_and_the_next_one_tries_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    over = threading.Event()

    def broken(*_: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            over.set()
        raise ZeroDivisionError

    monkeypatch.setattr("api.server.fire_due", broken)
    rounds(world.rt, over, 0)
    assert len(calls) == 2
    assert len(list((world.rt.settings.data / "errors").glob("*.txt"))) == 2


def test_timers_that_fail_keep_no_job_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = new_job(world.rt, world.actor("hr1"), NewJob("verify"))
    over = threading.Event()
    work = jobs.run_jobs

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    def last(*asked: Any) -> None:
        work(*asked)
        over.set()

    monkeypatch.setattr("api.server.fire_due", broken)
    monkeypatch.setattr("api.server.run_jobs", last)
    rounds(world.rt, over, 1)
    assert jobs.job(world.rt, world.actor("hr1"), made.id).state == "done"
    assert len(list((world.rt.settings.data / "errors").glob("*.txt"))) == 1


def lines_of(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    found = io.StringIO()
    before = [(one, one.handlers[:], one.propagate) for one in (LOGGER, OF_WAITRESS)]
    log_lines(found)
    yield found
    for logger, handlers, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
    LOGGER.setLevel(logging.NOTSET)
    logging.getLogger("waitress.queue").setLevel(logging.NOTSET)


def test_a_request_leaves_one_line_that_names_the_route_and_no_person(world: World, stream: io.StringIO) -> None:
    app = door_of(world.rt)
    manager = caller(app, world.rt, "m1")
    manager.get("/reviews/a1@2025-Q3")
    manager.get("/people/a2", lang="zh")
    Caller(app, None).get("/reviews/a1@2025-Q3")
    manager.get("/nowhere/a1")
    lines = lines_of(stream)
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/api/v1/reviews/{review}", 200), ("/api/v1/people/{ref}", 200), ("/api/v1/reviews/{review}", 401), ("-", 404),
    ]  # fmt: skip
    assert lines[0]["actor"] == world.person("m1")
    assert lines[2]["code"] == "http.unauthenticated"
    text = stream.getvalue()
    assert all(word not in text for word in ("a1@", "/a2", "Min Gao", str(manager.token), "2025-Q3"))


def test_the_servers_library_speaks_in_lines_too_and_of_no_address(stream: io.StringIO) -> None:
    logging.getLogger("waitress.queue").warning("Task queue depth is %d", 1)
    logging.getLogger("waitress").error("Exception while serving %s", "/api/v1/people/a2")
    (line,) = lines_of(stream)
    assert (line["level"], line["text"]) == ("error", "Exception while serving %s")


def test_a_demos_folder_keeps_the_demos_time(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "en", {})
    assert clock_of(settings) == SystemClock()
    assert not is_demo(settings)
    ended = SystemClock().now().replace(year=2025, month=12, day=22)
    keep_time(tmp_path, ended)
    clock = clock_of(settings)
    assert isinstance(clock, ShiftedClock)
    assert abs((clock.now() - ended).total_seconds()) < 60
    assert is_demo(settings)
    assert clock_of(settings_for(tmp_path, "en", {"DATABASE_URL": "postgresql+psycopg://x/y"})) == SystemClock()
    (tmp_path / MARK).write_text("nonsense")
    assert clock_of(settings) == SystemClock()


@contextmanager
def started(world: World, *more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`reviewcycle serve` on the world's data, as a process of its own; its address."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "REVIEWCYCLE_LANG": "en"}
    command = [
        sys.executable, "-c", "from api.cli.main import main; main()", "serve", "--data",
        str(world.rt.settings.data), "--port", "0", *more,
    ]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stdout is not None
        found = re.search(r"http://[\d.:]+", server.stdout.readline())
        assert found is not None, server.communicate(timeout=10)
        yield found[0], server
    finally:
        if server.poll() is None:
            server.kill()
        server.communicate(timeout=30)


def test_a_port_that_is_taken_is_said_in_a_sentence(world: World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError) as refused:
            serve(world.rt, Serving(port=taken.getsockname()[1]), print)
    assert refused.value.code == "cli.serve.no_port"


@pytest.mark.parametrize(
    ("more", "believed"), [((), False), (("--proxies", "1"), True)]
)
@pytest.mark.slow
def test_only_a_proxy_that_was_named_is_believed(world: World, more: tuple[str, ...], believed: bool) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "reviews.example.org"}
    with started(world, *more) as (url, _):
        request = urllib.request.Request(f"{url}/healthz", headers=said)
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert ("Strict-Transport-Security" in answer.headers) is believed


def test_it_serves_and_ends_in_order_when_told_to(world: World) -> None:
    with started(world) as (url, server):
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
            assert json.load(answer) == {"status": "ok"}
        server.send_signal(signal.SIGTERM)
        _, told = server.communicate(timeout=30)
        assert server.returncode == 0
    lines = [json.loads(line) for line in told.splitlines()]
    assert lines[0]["route"] == "/readyz"
    assert lines[-1]["text"] == "stopped"
