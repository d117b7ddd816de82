"""Whether a database holds what its clients were told: nothing lost, nothing twice, nothing that nobody asked for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.history.event import request_hash
from engine.operations.audit import verify
from engine.operations.timeline import replay
from engine.store import reviews
from tests.api.insisting import Line, Wish
from tests.promises.organisation import World


@dataclass(slots=True)
class Account:
    """Keys of wishes, each with what is not as its client was told."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


@dataclass(frozen=True, slots=True)
class Stored:
    """events: by the hash of their request, (stream, seq, leaf hash); receipts: by person and key."""

    events: Mapping[str | None, list[tuple[str, int, str]]]
    receipts: Mapping[tuple[str, str], Any]

    @property
    def count(self) -> int:
        return sum(map(len, self.events.values()))


def stored(world: World) -> Stored:
    events: dict[str | None, list[tuple[str, int, str]]] = defaultdict(list)
    with world.rt.database.read() as tx:
        for stream, seq, leaf, data in tx.connection.exec_driver_sql("SELECT stream, seq, leaf_hash, data FROM event"):
            events[json.loads(bytes(data)).get("request")].append((stream, seq, leaf))
        rows = tx.connection.exec_driver_sql("SELECT actor, key, receipt FROM request")
        receipts = {(actor, key): json.loads(receipt) for actor, key, receipt in rows}
    return Stored(events, receipts)


def settle(world: World, before: Stored, wishes: Iterable[Wish]) -> Account:
    """Compares what the clients were told with what is stored now. before: what was stored when they began."""
    account, now = Account(), stored(world)
    asked = {request_hash(world.person(wish.who), wish.key): wish for wish in wishes if wish.key is not None}
    for request, wish in asked.items():
        name = f"{wish.who} {wish.key}"
        events = now.events.get(request, [])
        receipt = now.receipts.get((world.person(wish.who), wish.key or ""))
        if wish.got is None:
            account.wrong.append(f"{name}: never answered")
        elif wish.accepted:
            told = wish.got.json()
            if (f"review:{told['review']}", told["seq"], told["leaf_hash"]) not in events:
                account.lost.append(f"{name}: its event")
            if receipt != told:
                account.lost.append(f"{name}: its receipt")
        elif events or receipt is not None:
            account.wrong.append(f"{name}: refused with {wish.got.status}, and done")
        if len(events) > 1:
            account.doubled.append(f"{name}: {len(events)} events")
    strange = [one for request, found in now.events.items() if request not in asked for one in found]
    if len(strange) != before.count:
        account.wrong.append(f"{len(strange) - before.count} events that nobody asked for")
    if len(now.receipts) - len(before.receipts) != sum(wish.accepted for wish in asked.values()):
        account.wrong.append("not as many receipts as accepted requests")
    return account


def replays(lines: Mapping[str, Line], wishes: Iterable[Wish], account: Account) -> int:
    """Sends every accepted request once more: the same status, bytes and ETag must come. How many were sent."""
    count = 0
    for wish in wishes:
        if not wish.accepted or wish.key is None or wish.got is None:
            continue
        count += 1
        again = lines[wish.who].once(wish.method, wish.path, wish.body, wish.headers())
        if again != wish.got:
            account.lost.append(f"{wish.who} {wish.key}: {wish.got.status} {wish.got.data!r} became {again.data!r}")
    return count


def drafts(lines: Mapping[str, Line], wishes: Iterable[Wish], account: Account) -> int:
    """Looks at every draft: the last that was acknowledged must be there, unless it was dropped or answered since.
    How many drafts there are. wishes: each person's in her own order."""
    kept: dict[tuple[str, str], Any] = {}
    for wish in wishes:
        if wish.accepted:
            place = (wish.who, wish.path.rsplit("/", 1)[0])  # of an answer and of a draft alike: the task's address
            if wish.kind == "draft":
                kept[place] = json.loads(wish.body or b"")
            elif wish.kind in ("draft dropped", "answer"):
                kept[place] = None
    for (who, task), draft in kept.items():
        found = lines[who].get(f"{task}/draft")
        if found.status != 200 or found.json()["draft"] != draft:
            account.lost.append(f"{who} {task}: draft {draft} became {found.data!r}")
    return sum(draft is not None for draft in kept.values())


def whole(world: World, account: Account) -> None:
    """The chain is whole, the rows are what the history gives, and nothing unexpected happened in any server."""
    verdict = verify(world.rt)
    account.wrong += [f"verify: {one.code} {one.stream} {one.seq}" for one in verdict.findings]
    if verdict.events != stored(world).count:
        account.wrong.append("verify saw other events")
    with world.rt.database.read() as tx:
        for review in reviews.load_many(tx, [row.id for row in reviews.find(tx)]).values():
            if replay(tx, review.id) != review:
                account.wrong.append(f"{review.id}: replay is not the row")
    account.wrong += [f"unexpected: {path.read_text()[-800:]}" for path in (world.folder / "data" / "errors").glob("*")]
