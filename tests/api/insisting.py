"""Clients that do not give up: whatever was sent and not answered is sent again, the same, until it is answered."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

V1: Final = "/api/v1"
ANSWER_S: Final = 30
PATIENCE_S: Final = 120
"""A wish that is not answered by then fails the test instead of going on for ever."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer that came whole."""

    status: int
    data: bytes
    etag: str | None
    media: str

    def json(self) -> Any:
        return json.loads(self.data)


@dataclass(slots=True)
class Wish:
    """Something that shall change, and what has become of it. body: exactly these bytes, each time."""

    who: str
    kind: str
    method: str
    path: str
    body: bytes | None
    key: str | None = None
    match: int | None = None
    sent: int = 0
    unknown: int = 0
    got: Got | None = None

    @property
    def accepted(self) -> bool:
        return self.got is not None and self.got.status < 300

    def headers(self) -> dict[str, str]:
        found = {} if self.body is None else {"Content-Type": "application/json"}
        if self.key is not None:
            found["Idempotency-Key"] = self.key
        if self.match is not None:
            found["If-Match"] = f'"{self.match}"'
        return found


@dataclass(slots=True)
class Line:
    """One connection of one person to the server, opened anew whenever it breaks."""

    port: int
    token: str
    connection: http.client.HTTPConnection | None = None

    def once(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Got:
        """OSError or HTTPException when no whole answer came: nobody knows then what was done."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        try:
            sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
            self.connection.request(method, V1 + path, body, sent)
            answer = self.connection.getresponse()
            data = answer.read()
        except BaseException:
            self.close()
            raise
        return Got(answer.status, data, answer.getheader("ETag"), answer.getheader("Content-Type") or "")

    def get(self, path: str) -> Got:
        """Asked until it is answered."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.once("GET", path)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > end:
                    raise

    def insist(self, wish: Wish) -> Got:
        """Sent until it is answered; 503 is an answer that asks to come again."""
        end = time.monotonic() + PATIENCE_S
        while True:
            wish.sent += 1
            try:
                got = self.once(wish.method, wish.path, wish.body, wish.headers())
            except (OSError, http.client.HTTPException):
                wish.unknown += 1
                if time.monotonic() > end:
                    raise
                continue
            if got.status != 503 or time.monotonic() > end:
                wish.got = got
                return got
            time.sleep(0.05)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@dataclass(slots=True)
class Client:
    """One person at work: looks at a review, does what she may, and keeps every wish with what she was told.

    reviews: ids she works on; answered: whether she answers tasks there or only drafts, remarks.
    """

    who: str
    line: Line
    reviews: tuple[str, ...]
    drafted: tuple[str, ...]
    seed: int
    wishes: list[Wish] = field(default_factory=list)
    error: BaseException | None = None

    def run(self, over: threading.Event) -> None:
        dice = random.Random(self.seed)
        try:
            while not over.is_set():
                self.step(dice)
        except BaseException as error:
            self.error = error
        finally:
            self.line.close()

    def step(self, dice: random.Random) -> None:
        review = dice.choice((*self.reviews, *self.drafted))
        found = self.line.get(f"/reviews/{review}")
        assert found.status == 200, (found.status, found.data)
        seen = found.json()
        mine = {task["task"]["key"]: task["status"] for task in seen["tasks"] if task["mine"]}
        wish = self.wish(dice, review, mine)
        if wish.key is not None:
            wish.match = seen["revision"]
        self.wishes.append(wish)
        self.line.insist(wish)

    def wish(self, dice: random.Random, review: str, mine: Mapping[str, str]) -> Wish:
        """An answer where one is asked for, else a draft or a remark."""
        name = f"{self.who}-{len(self.wishes)}"
        to_answer = [task for task, status in mine.items() if status == "open" and review in self.reviews]
        later = [task for task, status in mine.items() if status in ("open", "waiting")]
        chance = dice.random()
        if to_answer and chance < 0.6:
            return self._keyed(name, "answer", f"/reviews/{review}/tasks/{to_answer[0]}/answer", BODIES[to_answer[0]])
        if later and chance < 0.8:
            path = f"/reviews/{review}/tasks/{dice.choice(later)}/draft"
            if dice.random() < 0.2:
                return Wish(self.who, "draft dropped", "DELETE", path, None)
            return Wish(self.who, "draft", "PUT", path, _bytes({"comment": f"draft {name}"}))
        return self._keyed(name, "remark", f"/reviews/{review}/remarks", {"comment": f"remark {name}"})

    def _keyed(self, key: str, kind: str, path: str, body: Any) -> Wish:
        return Wish(self.who, kind, "POST", path, _bytes(body), key)


BODIES: Final[Mapping[str, Any]] = {
    "propose": {"targets": {"sales.target": "95"}},
    "agree": {"outcome": "object", "comment": "too much"},
}
"""Answers that can be given again and again where objections are not counted."""


def _bytes(body: Any) -> bytes:
    return json.dumps(body).encode()
