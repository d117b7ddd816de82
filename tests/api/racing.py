"""Eight who want the same task at the same moment, again and again, and what is told to those who do not get it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from engine.operations.names import SYSTEM
from engine.operations.tokens import NewToken, new_token
from tests.api.accounts import Account, stored, whole
from tests.api.endless import endless
from tests.api.insisting import Got, Line, Wish
from tests.api.launching import Launching
from tests.conftest import Addresses
from tests.promises.organisation import SUBJECTS, World, found_organisation, open_world

RACERS: Final = 8
WAIT_S: Final = 60
PROBLEM: Final = "application/problem+json"
STALE: Final = "OP220"
LATER: Final = "2025-07-02T09:00:00+08:00"


@dataclass(slots=True)
class Round:
    """One race. won: the receipt of each winner; lost: the codes of the others; faults: what should not have been."""

    kind: str
    won: list[Any] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Track:
    """Where the races are run: racers take the ports in turn, and each has a connection of her own for every person
    she asks as."""

    ports: Sequence[int]
    tokens: dict[str, str]
    reviews: dict[str, str]
    lines: dict[tuple[int, str], Line] = field(default_factory=dict)
    keys: Any = field(default_factory=lambda: count(1))

    def line(self, racer: int, who: str) -> Line:
        port = self.ports[racer % len(self.ports)]
        return self.lines.setdefault((racer, who), Line(port, self.tokens[who]))

    def seen(self, ref: str) -> Any:
        got = self.line(0, "hr1").get(f"/reviews/{self.reviews[ref]}")
        assert got.status == 200, got.data
        return got.json()

    def after(self, ref: str, revision: int) -> list[Any]:
        """The events since."""
        got = self.line(0, "hr1").get(f"/reviews/{self.reviews[ref]}/history?after={revision}")
        assert got.status == 200, got.data
        items: list[Any] = got.json()["items"]
        return items

    def close(self) -> None:
        for line in self.lines.values():
            line.close()


def track(world: World) -> Track:
    """Without ports yet: tokens are made before the servers run."""
    people = ("m1", "hr1", *SUBJECTS)
    tokens = {ref: new_token(world.rt, SYSTEM, NewToken(ref)).text for ref in people}
    return Track((), tokens, {ref: world.id(ref) for ref in SUBJECTS})


Wishes = Callable[[Track, str, Any], list[Wish]]


def same_task(on: Track, ref: str, seen: Any) -> list[Wish]:
    """All answer the task that is open, each in her own way."""
    return [_answer(on, ref, seen, racer) for racer in range(RACERS)]


def task_and_remarks(on: Track, ref: str, seen: Any) -> list[Wish]:
    """Half of them answer the task; the others want to remark on the review as they saw it."""
    half = RACERS // 2
    return [_answer(on, ref, seen, racer) for racer in range(half)] + _remarks(on, ref, seen, RACERS - half)


def remarks(on: Track, ref: str, seen: Any) -> list[Wish]:
    """Nobody ends anything: only what was seen can make one of them the first."""
    return _remarks(on, ref, seen, RACERS)


def race(on: Track, ref: str, wanted: Wishes) -> Round:
    """All begin together on what they saw alike; then the review is looked at."""
    seen = on.seen(ref)
    wishes = wanted(on, ref, seen)
    got = _at_once([lambda wish=wish, n=n: _sent(on, n, wish) for n, wish in enumerate(wishes)])
    found = Round(wanted.__name__)
    for one in got:
        if isinstance(one, Got) and one.status == 200:
            found.won.append(one.json())
        else:
            code, faults = _told_why(one, seen["revision"])
            found.lost.append(code)
            found.faults += faults
    if len(found.won) != 1:
        found.faults.append(f"{len(found.won)} have won")
    stands, events = on.seen(ref), on.after(ref, seen["revision"])
    if stands["revision"] != seen["revision"] + 1:
        found.faults.append(f"revision {seen['revision']} became {stands['revision']}")
    if [(one["seq"], one["leaf_hash"]) for one in events] != [(one["seq"], one["leaf_hash"]) for one in found.won]:
        found.faults.append("what happened is not what the winner was told")
    return found


def races(on: Track, rounds: int) -> tuple[list[str], Counter[str]]:
    """So many races over all reviews; what should not have been, and how often each loser's code was told."""
    faults: list[str] = []
    told: Counter[str] = Counter()
    for number in range(rounds):
        wanted = task_and_remarks if number % 4 == 3 else same_task
        found = race(on, SUBJECTS[number % len(SUBJECTS)], wanted)
        faults += [f"round {number}, {found.kind}: {fault}" for fault in found.faults]
        told.update(found.lost, won=len(found.won))
    return faults, told


def raced(launching: Launching, addresses: Addresses, folder: Path, rounds: int) -> Counter[str]:
    """How often each code was told. On PostgreSQL two processes share the database, and racers go to both."""
    found_organisation(folder, endless(folder / "workflow"), url=addresses.url)
    world = open_world(folder, seed=8, url=addresses.url)
    on, before = track(world), stored(world).count
    world.close()
    processes = 2 if addresses.kind == "postgresql" else 1
    with launching.servers(folder, processes, url=addresses.url, threads=RACERS) as ports:
        on.ports = ports
        faults, told = races(on, rounds)
        on.close()
    assert faults == []
    left, account = open_world(folder, LATER, seed=9, url=addresses.url), Account()
    assert stored(left).count == before + rounds
    whole(left, account)
    left.close()
    assert account.good, account
    assert told["won"] == rounds
    assert told.total() == rounds * RACERS
    return told


def _answer(on: Track, ref: str, seen: Any, racer: int) -> Wish:
    (task,) = [one["task"]["key"] for one in seen["tasks"] if one["status"] == "open"]
    if task == "propose":
        return _wish(on, "m1", ref, seen, "/tasks/propose/answer", {"targets": {"sales.target": str(90 + racer)}})
    return _wish(on, ref, ref, seen, f"/tasks/{task}/answer", {"outcome": "object", "comment": f"racer {racer}"})


def _remarks(on: Track, ref: str, seen: Any, number: int) -> list[Wish]:
    return [_wish(on, "hr1", ref, seen, "/remarks", {"comment": f"racer {racer}"}) for racer in range(number)]


def _wish(on: Track, who: str, ref: str, seen: Any, path: str, body: Any) -> Wish:
    key = f"race-{next(on.keys)}"
    data = json.dumps(body).encode()
    return Wish(who, path, "POST", f"/reviews/{on.reviews[ref]}{path}", data, key, seen["revision"])


def _sent(on: Track, racer: int, wish: Wish) -> Got:
    return on.line(racer, wish.who).once(wish.method, wish.path, wish.body, wish.headers())


def _at_once(calls: Sequence[Callable[[], Got]]) -> list[Got | Exception | None]:
    gate = threading.Barrier(len(calls))
    given: list[Got | Exception | None] = [None] * len(calls)

    def run(place: int, call: Callable[[], Got]) -> None:
        gate.wait(WAIT_S)
        try:
            given[place] = call()
        except Exception as error:
            given[place] = error

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    return given


def _told_why(got: Got | Exception | None, revision: int) -> tuple[str, list[str]]:
    """The code that a loser was told, and what is wrong with how it was told."""
    if not isinstance(got, Got):
        return "no answer", [f"no answer: {got!r}"]
    if got.status not in (409, 412) or got.media != PROBLEM:
        return str(got.status), [f"{got.status} {got.media} {got.data!r}"]
    told = got.json()
    code = str(told["code"])
    said = [told["title"], told["detail"], *(one["text"] for one in told.get("reasons", ()))]
    sound = told["status"] == got.status and told["type"].endswith(code) and all(said) and code not in said
    if got.status == 409:
        sound = sound and bool(told["reasons"])
    elif code == STALE:
        sound = sound and all(str(number) in told["detail"] for number in (revision, revision + 1))
    return code, [] if sound else [f"explains nothing: {got.data!r}"]
