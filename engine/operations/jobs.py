"""Bulk work that is handed in, watched, paused, resumed and called off, and carried out by whoever runs jobs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from engine.clock import ticks
from engine.errors import InputError, NotAllowed, NotFound
from engine.operations.job_items import check_item, reasons_from
from engine.operations.job_steps import cycle_wish, fail, item_place, step, wish_place
from engine.operations.kept import as_kept
from engine.operations.listing import PAGE, PAGE_MAX, Page
from engine.operations.once import Once, Replayed, again, keep, known
from engine.operations.rights import require_hr, require_reader
from engine.operations.watching import watched_cycle
from engine.operations.whatif_job import whatif_wish
from engine.review.case import Actor, Reason
from engine.runtime import Runtime
from engine.store import jobs
from engine.store.database import Tx
from engine.store.jobs import JobRow
from engine.store.sealed import opened_for, sealed_for
from engine.store.timeout import SECOND

KINDS: Final = ("answers", "verify", "open_cycle", "whatif")
ITEMS_MAX: Final = 100_000
SLICE: Final = 100
"""Steps of one job before the next has its turn."""

_CURSOR: Final = re.compile(r"jobs\.([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class NewJob:
    """kind `answers`: plain is `{answers: [item, ...]}`, each item a `review` and what an answer's body has (or another
    `command`, see `job_items`); `open_cycle`: `{cycle: {workflow, period, for, group, ...}}`; `verify`: `{}`;
    `whatif`: `{whatif: {cycle, scorecard or definition, old}}`, see `whatif_job`."""

    kind: str
    plain: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """state: waiting | running | paused | done | cancelled | failed. count: of items, None while nobody knows; done: of
    them dealt with; refused: of these not accepted. result: counts and codes; `values` of the code that it failed by
    only for its actor."""

    id: str
    kind: str
    actor: str
    state: str
    done: int
    refused: int
    count: int | None
    made_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    result: Mapping[str, Any] | None

    def receipt(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.kind, "state": self.state}


@dataclass(frozen=True, slots=True)
class ItemDone:
    """What became of item `number` (from 0): the receipt of its event, or the reasons against it."""

    number: int
    receipt: Mapping[str, Any] | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """How many steps were made, and the jobs that ended with them, by state."""

    steps: int = 0
    ended: Mapping[str, int] = field(default_factory=dict)


def new_job(rt: Runtime, actor: Actor, wish: NewJob, once: Once | None = None) -> Job | Replayed:
    """Hands work in; it is carried out in the actor's name, with the rights that she has when its turn comes.

    InputError for an unknown kind and for items that mean nothing, with their number; NotAllowed for the system itself,
    and where the actor may not do such work at all.
    """
    if actor.person is None:
        raise NotAllowed("OP009")
    if wish.kind not in KINDS:
        raise InputError("DR029", kind=wish.kind[:80], known=", ".join(KINDS))
    items, asked = _checked(wish)
    return again(lambda: _new_job(rt, actor, wish.kind, items, asked, once))


def _new_job(
    rt: Runtime, actor: Actor, kind: str, items: list[dict[str, Any]], asked: dict[str, Any], once: Once | None
) -> Job | Replayed:
    at, person = rt.clock.now(), actor.person or ""
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if before is not None:
            tx.rollback()
            return Replayed(before)
        if kind == "verify":
            require_reader(tx, actor, at)
        elif kind == "open_cycle":
            require_hr(tx, actor, at)
        elif kind == "whatif":
            watched_cycle(rt, tx, actor, asked["cycle"], at)
        job_id = rt.ids.new_id()
        sealed = sealed_for(tx, person, wish_place(job_id), asked, at) if asked else None
        row = JobRow(job_id, kind, person, "waiting", at, at, None, len(items), 0, 0, "", "{}", sealed)
        jobs.insert(tx, row, [
            sealed_for(tx, person, item_place(job_id, number), item, at) for number, item in enumerate(items)
        ])
        made = _shown(tx, actor, row)
        keep(tx, actor, once, made.receipt(), at)
    return made


def _checked(wish: NewJob) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The items of the job, and what else it was asked."""
    wanted = {"answers": ("answers",), "open_cycle": ("cycle",), "verify": (), "whatif": ("whatif",)}[wish.kind]
    if set(wish.plain) != set(wanted):
        raise InputError("DR030", kind=wish.kind, known=", ".join(wanted) or "-")
    if wish.kind == "verify":
        return [], {}
    if wish.kind == "open_cycle":
        asked = as_kept(wish.plain["cycle"])
        if not isinstance(asked, dict):
            raise InputError("DR030", kind=wish.kind, known="cycle")
        cycle_wish(asked)
        return [], asked
    if wish.kind == "whatif":
        return [], whatif_wish(wish.plain["whatif"])
    given = wish.plain["answers"]
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= ITEMS_MAX:
        raise InputError("DR031", most=ITEMS_MAX)
    return [check_item(number, item) for number, item in enumerate(given)], {}


def job(rt: Runtime, actor: Actor, job_id: str) -> Job:
    """One's own job; for the system any. NotFound otherwise."""
    with rt.database.read() as tx:
        return _shown(tx, actor, _seen(tx, actor, job_id))


def jobs_page(rt: Runtime, actor: Actor, limit: int = PAGE, cursor: str | None = None) -> Page[Job]:
    """One's own jobs (for the system all), newest first. InputError for a cursor that is not of this list."""
    if not 1 <= limit <= PAGE_MAX:
        raise InputError("OP203", limit=limit, most=PAGE_MAX)
    with rt.database.read() as tx:
        below = None
        if cursor is not None:
            found = _CURSOR.fullmatch(cursor)
            last = jobs.find(tx, found[1]) if found else None
            if last is None or actor.person not in (None, last.actor):
                raise InputError("OP202")
            below = (last.made_at, last.id)
        rows = jobs.page(tx, actor.person, below, limit + 1)
        shown = tuple(_shown(tx, actor, row) for row in rows[:limit])
    return Page(shown, f"jobs.{shown[-1].id}" if len(rows) > limit else None)


def items_page(
    rt: Runtime, actor: Actor, job_id: str, limit: int = PAGE, cursor: str | None = None
) -> Page[ItemDone]:
    """What became of the items that had their turn, by number; rights as for the job. Reasons only for its actor."""
    if not 1 <= limit <= PAGE_MAX:
        raise InputError("OP203", limit=limit, most=PAGE_MAX)
    if cursor is not None and not re.fullmatch(r"[0-9]{1,9}", cursor):
        raise InputError("OP202")
    with rt.database.read() as tx:
        row = _seen(tx, actor, job_id)
        found = jobs.receipts(tx, row.id, -1 if cursor is None else int(cursor), limit + 1)
        shown = []
        for one in found[:limit]:
            told, reasons = json.loads(one.receipt or "{}"), None
            if one.sealed is not None and actor.person == row.actor:
                reasons = opened_for(tx, row.actor, item_place(row.id, one.number), one.sealed)
            if "code" in told:
                shown.append(ItemDone(one.number, None, reasons_from(reasons) or (Reason(told["code"]),)))
            else:
                shown.append(ItemDone(one.number, told))
    return Page(tuple(shown), str(shown[-1].number) if len(found) > limit else None)


def pause(rt: Runtime, actor: Actor, job_id: str, once: Once | None = None) -> Job | Replayed:
    """Lets the job rest after the step it is at; one that has ended stays as it is. NotFound as in `job`."""
    return _turn(rt, actor, job_id, once, lambda row: "paused" if row.state in jobs.ACTIVE else row.state)


def resume(rt: Runtime, actor: Actor, job_id: str, once: Once | None = None) -> Job | Replayed:
    """Lets a paused job go on where it was."""
    return _turn(rt, actor, job_id, once, lambda row: "waiting" if row.state == "paused" else row.state)


def cancel(rt: Runtime, actor: Actor, job_id: str, once: Once | None = None) -> Job | Replayed:
    """Calls the job off: what is done stays done, what was still asked is forgotten."""
    return _turn(rt, actor, job_id, once, lambda row: "cancelled" if row.state in jobs.UNDONE else row.state)


def _turn(
    rt: Runtime, actor: Actor, job_id: str, once: Once | None, state_of: Callable[[JobRow], str]
) -> Job | Replayed:
    def turn() -> Job | Replayed:
        at = rt.clock.now()
        with rt.database.write() as tx:
            before = known(tx, actor, once)
            if before is not None:
                tx.rollback()
                return Replayed(before)
            row = _seen(tx, actor, job_id, lock=True)
            state = state_of(row)
            if state != row.state:
                row = replace(row, state=state, changed_at=at)
                if state not in jobs.UNDONE:
                    row = replace(row, ended_at=at, sealed=None)
                jobs.put(tx, row)
            turned = _shown(tx, actor, row)
            keep(tx, actor, once, turned.receipt(), at)
        return turned

    return again(turn)


def run_jobs(rt: Runtime, now: datetime, most_seconds: int) -> Ran:
    """Moves jobs on, each in turn, until nothing is to be done or the time is over. Any number of workers may run at
    once; one that is killed leaves each step done or not begun."""
    end, steps, ended = ticks() + most_seconds * SECOND, 0, dict[str, int]()
    idle: set[str] = set()
    while True:
        with rt.database.read() as tx:
            waiting = [one for one in jobs.runnable(tx) if one not in idle]
        if not waiting:
            return Ran(steps, ended)
        for job_id in waiting:
            made, state = _run_slice(rt, job_id, now, end)
            steps += made
            if state not in jobs.UNDONE:
                ended[state] = ended.get(state, 0) + 1
            if not made:
                idle.add(job_id)
            if ticks() >= end:
                return Ran(steps, ended)


def _run_slice(rt: Runtime, job_id: str, now: datetime, end: int) -> tuple[int, str]:
    """How many steps were made, and the job's state after them."""
    made = 0
    while True:
        with rt.database.read() as tx:
            row = jobs.find(tx, job_id)
        state = row.state if row is not None else "cancelled"
        if row is None or state not in jobs.ACTIVE or made == SLICE or (made and ticks() >= end):
            return made, state
        at = max(now, rt.clock.now())
        try:
            if not step(rt, row, at):
                return made, "running"
        except Exception as error:
            if not jobs.passing(error):
                fail(rt, row, at, error)
            raise
        made += 1


def _seen(tx: Tx, actor: Actor, job_id: str, *, lock: bool = False) -> JobRow:
    row = jobs.find(tx, job_id, lock=lock)
    if row is None or actor.person not in (None, row.actor):
        raise NotFound("DR020", job=job_id[:80])
    return row


def _shown(tx: Tx, actor: Actor, row: JobRow) -> Job:
    result = json.loads(row.result)
    if row.state == "failed" and row.sealed is not None and actor.person == row.actor:
        result |= opened_for(tx, row.actor, wish_place(row.id), row.sealed) or {}
    return Job(
        row.id, row.kind, row.actor, row.state, row.done, row.refused, row.total or None, row.made_at, row.changed_at,
        row.ended_at, result or None,
    )  # fmt: skip
