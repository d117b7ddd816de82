"""One task answered through HTTP, against a bare Flask route that replays the same statements, served the same way."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from flask import Flask, Response
from waitress.server import create_server

from api.app import create_app
from engine.operations.names import SYSTEM
from engine.operations.tokens import NewToken, new_token
from tests.benchmarks.answering import TARGETS
from tests.benchmarks.firm import TEAM, file_of, opened, published
from tests.benchmarks.replaying import Statement, captured, copy_of, replay
from tests.benchmarks.timing import Row, smoke, table, timed

Post = Callable[[str, bytes, dict[str, str]], tuple[int, bytes]]
"""Sends a body to an address with headers; the status and the bytes that came back."""


@dataclass(slots=True)
class Bare:
    """What the bare app does with its one route: replay these statements, and answer with these bytes."""

    statements: list[Statement]
    reply: bytes = b""


def measure_client(quick: bool) -> Row:
    return _measure(quick, "one task answered through HTTP, test client", _by_client)


def measure_served(quick: bool) -> Row:
    return _measure(quick, "one task answered through HTTP, waitress", _by_waitress)


def _measure(quick: bool, what: str, way: Callable[[Flask], Iterator[Post]]) -> Row:
    count = 4 if quick else 80
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        rt = published(Path(folder), count)
        stack.callback(rt.close)
        reviews = opened(rt).reviews
        passes = {team: new_token(rt, SYSTEM, NewToken(f"m{team}")).text for team in range((count - 1) // TEAM + 1)}
        copy = copy_of(file_of(rt), Path(folder) / "copy.sqlite")
        stack.callback(copy.close)
        bare = Bare([])
        ours_post = stack.enter_context(contextmanager(way)(create_app(rt)))
        bare_post = stack.enter_context(contextmanager(way)(_bare_app(lambda: replay(copy, bare.statements), bare)))
        body = json.dumps({"targets": TARGETS}).encode()
        ours, floor = [], []
        for place, (ref, review) in enumerate(reviews):
            headers = {
                "Authorization": f"Bearer {passes[int(ref[1:]) // TEAM]}", "Content-Type": "application/json",
                "Idempotency-Key": f"k{place}", "If-Match": '"1"',
            }
            address = f"/api/v1/reviews/{review}/tasks/propose/answer"
            with captured(rt.database.engine) as bare.statements:
                took, bare.reply = _timed(ours_post, address, body, headers)
            again, _ = _timed(bare_post, "/replay", body, headers)
            if place:
                ours.append(took)
                floor.append(again)
    return Row(what, median(ours), median(floor), at_least=0.5, note=f"{len(bare.statements)} statements")


def _timed(post: Post, address: str, body: bytes, headers: dict[str, str]) -> tuple[float, bytes]:
    replies: list[tuple[int, bytes]] = []
    took = timed(lambda: replies.append(post(address, body, headers)))
    status, reply = replies[0]
    if status != 200:
        raise ValueError(reply)
    return took, reply


def _bare_app(work: Callable[[], None], bare: Bare) -> Flask:
    app = Flask("bare")

    @app.post("/replay")
    def replayed() -> Response:
        work()
        return Response(bare.reply, content_type="application/json")

    return app


def _by_client(app: Flask) -> Iterator[Post]:
    client = app.test_client()

    def post(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        answer = client.post(address, data=body, headers=headers)
        return answer.status_code, answer.data

    yield post


def _by_waitress(app: Flask) -> Iterator[Post]:
    """One kept connection to a server of this process."""
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    serving = threading.Thread(target=server.run)
    serving.start()
    connection = HTTPConnection("127.0.0.1", server.effective_port)

    def post(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        connection.request("POST", address, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    try:
        yield post
    finally:
        connection.close()
        server.task_dispatcher.shutdown()
        server.close()
        serving.join()


if __name__ == "__main__":
    print(table([measure_client(smoke()), measure_served(smoke())]))
