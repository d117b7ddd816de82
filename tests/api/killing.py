"""Kills a server again and again while clients work, and tells what was left of their work."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.operations.names import SYSTEM
from engine.operations.tokens import NewToken, new_token
from tests.api.accounts import Account, drafts, replays, settle, stored, whole
from tests.api.insisting import Client, Line, Wish
from tests.api.launching import Launching
from tests.promises.organisation import SUBJECTS, World, open_world

MOMENTS = ("inside", "committing", "inside", "committed", "whenever")
"""What each kill waits for, in turn: three of five aim into a transaction, one at the answer that is not out yet."""

LATER = "2025-07-02T09:00:00+08:00"
CLIENT_S = 180
STARTUP_S = 0.15


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to. inside: kills between BEGIN and the end of COMMIT, committing: those after COMMIT was asked
    for; startup: kills before the server took requests; found: requests whose work turned out to be done already."""

    kills: int
    inside: int
    committing: int
    startup: int
    commands: int
    accepted: int
    stale: int
    refused: int
    drafts: int
    retries: int
    unknown: int
    found: int
    commits: int
    replayed: int
    lost: int
    doubled: int
    wrong: int
    seconds: int

    def line(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in asdict(self).items())


@dataclass(frozen=True, slots=True)
class Run:
    """How often a server is killed, and when: `moments` in turn; commits: how many it lives for at the most; depth_s:
    how far into a transaction it is killed (None: any distance); who: the clients."""

    kills: int
    seed: int = 1
    variant: str = "honest"
    commits: int = 8
    moments: tuple[str, ...] = MOMENTS
    depth_s: float | None = None
    who: tuple[str, ...] = ("m1", "a1", "a2", "hr1")


def clients_of(world: World, run: Run) -> list[Client]:
    """A manager, two subjects and HR, who meet at the same reviews; two of the manager's drafts are never handed in."""
    hot, quiet = SUBJECTS[:4], SUBJECTS[4:6]
    works: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "m1": (hot, quiet), "a1": (hot[:1], ()), "a2": (hot[1:2], ()), "hr1": (hot[:3], ()),
    }  # fmt: skip
    found = []
    for place, who in enumerate(run.who):
        token = new_token(world.rt, SYSTEM, NewToken(who)).text
        answered, drafted = (tuple(map(world.id, refs)) for refs in works[who])
        found.append(Client(who, Line(0, token), answered, drafted, run.seed * 10 + place))
    return found


def killed(launching: Launching, world: World, run: Run) -> tuple[Account, Figures]:
    """The world's folder served, and its server killed again and again; the world is closed."""
    folder, begun, clients = world.folder, time.monotonic(), clients_of(world, run)
    before = stored(world)
    world.close()
    with launching.servers(folder, variant=run.variant) as (port,):
        for client in clients:
            client.line.port = port
        with _working(clients):
            count = _kills(launching, run)
        counted = launching.ask("counts")
        errors = [client.error for client in clients if client.error is not None]
        assert not errors, (errors, launching.said())
        wishes = [wish for client in clients for wish in client.wishes]
        left = open_world(folder, LATER, seed=1_000 + run.seed)
        account = settle(left, before, wishes)
        lines, events = {client.who: client.line for client in clients}, stored(left).count
        if run.variant == "honest":  # another would do it all again
            count["replayed"] = replays(lines, wishes, account)
            drafts(lines, wishes, account)
        for line in lines.values():
            line.close()
    if stored(left).count != events:
        account.doubled.append("requests that came again made new events")
    whole(left, account)
    left.close()
    return account, _figures(count, wishes, counted, account, time.monotonic() - begun)


class _working:
    """Clients at work in threads of their own as long as the block lasts, and until their last wish is answered."""

    def __init__(self, clients: list[Client]) -> None:
        self.over = threading.Event()
        self.threads = [threading.Thread(target=one.run, args=(self.over,), daemon=True) for one in clients]

    def __enter__(self) -> None:
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(CLIENT_S)
            assert not thread.is_alive()


def _kills(launching: Launching, run: Run) -> Counter[str]:
    """Each server lives for a while and dies at its moment; every tenth dies before it takes its first request."""
    count: Counter[str] = Counter()
    dice = random.Random(run.seed)
    while count["kills"] < run.kills:
        moment = run.moments[count["kills"] % len(run.moments)]
        _kill(launching, count, moment=moment, commits=dice.randint(1, run.commits), depth_s=run.depth_s)
        if count["kills"] % 10 == 9 and count["kills"] < run.kills:
            launching.ask("fork", wait=False)
            _kill(launching, count, after_s=dice.uniform(0, STARTUP_S))
            count["startup"] += 1
        launching.fork()
    return count


def _kill(launching: Launching, count: Counter[str], **how: Any) -> None:
    told = launching.ask("kill", **how)
    count.update(kills=1, inside=told["inside"], committing=told["committing"])


def _figures(
    count: Mapping[str, int], wishes: list[Wish], counted: Mapping[str, int], account: Account, seconds: float
) -> Figures:
    statuses = Counter(wish.got.status for wish in wishes if wish.got is not None)
    return Figures(
        kills=count["kills"], inside=count["inside"], committing=count["committing"], startup=count["startup"],
        commands=len(wishes), accepted=sum(wish.accepted for wish in wishes), stale=statuses[412],
        refused=statuses[409], drafts=sum(wish.kind.startswith("draft") for wish in wishes),
        retries=sum(wish.sent - 1 for wish in wishes), unknown=sum(wish.unknown for wish in wishes),
        found=counted["found"], commits=counted["commits"], replayed=count["replayed"], lost=len(account.lost),
        doubled=len(account.doubled), wrong=len(account.wrong), seconds=round(seconds),
    )  # fmt: skip


def hurt(figures: Figures) -> None:
    """The run was one that can prove something: killed in the middle of writing, and outcomes were unknown."""
    assert figures.inside * 2 >= figures.kills, figures.line()
    assert figures.unknown >= figures.kills, figures.line()
    assert figures.retries >= figures.unknown, figures.line()
    assert figures.replayed > figures.kills, figures.line()
