"""Moves one job on by one step: the work and how far it is are committed together, so a step happens once or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from engine.errors import InputError, NotAllowed, NotFound, ReviewcycleError, StaleRevision
from engine.history.event import request_hash
from engine.history.verify import Finding, Verdict
from engine.operations.audit import next_timers
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.handle import apply
from engine.operations.job_items import command_of, reasons_plain
from engine.operations.once import Once, Replayed, again, digest_of
from engine.operations.rights import require_reader
from engine.operations.whatif_job import try_out
from engine.review.case import Actor, Reason, Refused
from engine.review.commands import Command
from engine.review.evolve import evolve
from engine.runtime import Runtime
from engine.store import audit, jobs
from engine.store.admission import is_employed
from engine.store.database import Tx
from engine.store.jobs import ItemRow, JobRow
from engine.store.rows import json_text
from engine.store.sealed import opened_for, sealed_for

STREAMS_AT_ONCE: Final = 50
FINDINGS_TOLD: Final = 100

Change = Callable[[Tx, JobRow], JobRow]
REFUSALS: Final = (InputError, NotFound, NotAllowed, StaleRevision)
"""What speaks against one item, and not against the job."""


def step(rt: Runtime, job: JobRow, at: datetime) -> bool:
    """Moves the job on; False when somebody else has it, or has moved it on meanwhile. A job that cannot be carried out
    fails, with the reason sealed for its actor."""
    try:
        with rt.database.read() as tx:
            if not is_employed(tx, job.actor, at):
                raise NotAllowed("DR026")
        return _STEPS[job.kind](rt, job, at)
    except REFUSALS as error:
        return moved_on(rt, job, at, partial(_failed, error=error, at=at))


def moved_on(rt: Runtime, job: JobRow, at: datetime, change: Change) -> bool:
    """Does the work of `change` and writes how the job stands after it, in one transaction; False as in `step`."""
    with rt.database.write() as tx:
        row = jobs.claim(tx, job.id)
        if row is None or (row.done, row.cursor) != (job.done, job.cursor):
            tx.rollback()
            return False
        after = change(tx, row)
        if after.state == "waiting":
            after = replace(after, state="running")
        jobs.put(tx, replace(after, changed_at=at, ended_at=None if after.state in jobs.UNDONE else at))
        return True


def fail(rt: Runtime, job: JobRow, at: datetime, error: Exception) -> None:
    """Ends a job that a fault of ours has stopped: it must not be tried again for ever."""
    moved_on(rt, job, at, partial(_failed, error=error, at=at))


def item_place(job: str, number: int) -> str:
    return f"job-v1\n{job}\n{number}"


def wish_place(job: str) -> str:
    return f"job-v1\n{job}\nwish"


def _failed(tx: Tx, row: JobRow, *, error: Exception, at: datetime) -> JobRow:
    known = isinstance(error, ReviewcycleError)
    code = error.code if isinstance(error, ReviewcycleError) else "DR027"
    result = {**json.loads(row.result), "code": code}
    sealed = None
    if known and code != "store.person_erased":
        values = dict(error.values) if isinstance(error, ReviewcycleError) else {}
        sealed = sealed_for(tx, row.actor, wish_place(row.id), {"values": values}, at)
    return replace(row, state="failed", result=json_text(result), sealed=sealed)


def _answers(rt: Runtime, job: JobRow, at: datetime) -> bool:
    actor = Actor(job.actor)
    with rt.database.read() as tx:
        row = jobs.item(tx, job.id, job.done)
        if row is None or row.sealed is None:
            return False  # moved on meanwhile
        item = opened_for(tx, job.actor, item_place(job.id, row.number), row.sealed)
    if item is None:
        raise InputError("store.person_erased", person=job.actor)
    try:
        command = command_of(rt, actor, item)
        return again(lambda: moved_on(rt, job, at, partial(_carry_out, rt, command, item.get("revision"), at)))
    except REFUSALS as error:
        refused = Refused(error.code, (Reason(error.code, error.values),))
        return moved_on(rt, job, at, partial(_note_refused, refused, at))


def _carry_out(
    rt: Runtime, command: Command | Refused, expected: int | None, at: datetime, tx: Tx, row: JobRow
) -> JobRow:
    """The event tells by `request` which item of which job it was."""
    request = request_hash(row.actor, f"job-{row.id}-{row.done}")
    actor = Actor(row.actor)
    done = command if isinstance(command, Refused) else apply(rt, tx, actor, command, at, request, expected)
    if isinstance(done, Refused):
        return _note_refused(done, at, tx, row)
    jobs.put_item(tx, row.id, ItemRow(row.done, None, json_text(done.receipt.receipt())))
    return _counted(row, refused=0)


def _note_refused(refused: Refused, at: datetime, tx: Tx, row: JobRow) -> JobRow:
    sealed = sealed_for(tx, row.actor, item_place(row.id, row.done), reasons_plain(refused), at)
    jobs.put_item(tx, row.id, ItemRow(row.done, sealed, json_text({"code": refused.code})))
    codes: dict[str, int] = json.loads(row.result).get("codes", {})
    codes[refused.code] = codes.get(refused.code, 0) + 1
    return replace(_counted(row, refused=1), result=json_text({"codes": codes}))


def _counted(row: JobRow, *, refused: int) -> JobRow:
    done = row.done + 1
    state = "done" if done == row.total else row.state
    return replace(row, done=done, refused=row.refused + refused, state=state)


def _verify(rt: Runtime, job: JobRow, at: datetime) -> bool:
    with rt.database.read() as tx:
        require_reader(tx, Actor(job.actor), at)
        total = job.total or audit.count_streams(tx)
        verdict, last = audit.check_some(tx, evolve, partial(next_timers, rt), job.cursor, STREAMS_AT_ONCE)
        rest = audit.check_rest(tx) if last is None else ()
    found = replace(verdict, findings=(*verdict.findings, *rest))
    return moved_on(rt, job, at, lambda _, row: _looked(row, found, total, last))


def _looked(row: JobRow, verdict: Verdict, total: int, last: str | None) -> JobRow:
    before = json.loads(row.result)
    told: list[Any] = before.get("told", [])
    told = [*told, *(_told(one) for one in verdict.findings)][:FINDINGS_TOLD]
    findings = before.get("findings", 0) + len(verdict.findings)
    result = {
        "streams": before.get("streams", 0) + verdict.streams,
        "events": before.get("events", 0) + verdict.events,
        "erased": before.get("erased", 0) + len(verdict.erased),
        "findings": findings,
        "told": told,
    }
    done = result["streams"]
    if last is None:
        result["ok"] = findings == 0
    return replace(
        row, total=max(total, done), done=done, cursor=last or row.cursor, result=json_text(result),
        state=row.state if last is not None else "done",
    )  # fmt: skip


def _told(finding: Finding) -> dict[str, Any]:
    return {"stream": finding.stream, "seq": finding.seq, "code": finding.code}


def _open_cycle(rt: Runtime, job: JobRow, at: datetime) -> bool:
    """Two transactions, and still once: the opening keeps its receipt under the job's own key, so a job that is killed
    between them finds it when it is tried again."""
    with rt.database.read() as tx:
        wish = opened_for(tx, job.actor, wish_place(job.id), job.sealed or b"")
    if wish is None:
        raise InputError("store.person_erased", person=job.actor)
    opened = open_cycle(rt, Actor(job.actor), cycle_wish(wish), Once(f"job-{job.id}", digest_of(wish)))
    receipt = opened.receipt if isinstance(opened, Replayed) else opened.receipt()
    count = int(receipt["reviews"])
    return moved_on(rt, job, at, lambda _, row: replace(
        row, state="done", total=count, done=count, result=json_text(dict(receipt)), sealed=None
    ))  # fmt: skip


def cycle_wish(plain: Mapping[str, Any]) -> OpenCycle:
    """From the plain data of an opening. InputError for a key it does not have or a value of another kind."""
    wanted = dict(plain)
    workflow, period = wanted.pop("workflow", None), wanted.pop("period", None)
    refs, attributes = wanted.pop("for", None) or (), wanted.pop("attributes", None) or {}
    groups = {name: wanted.pop(name, None) for name in ("group", "unit", "department")}
    texts = (workflow, period, *refs, *(one for one in groups.values() if one is not None))
    fits = isinstance(attributes, Mapping) and all(isinstance(one, str) for one in texts)
    if wanted or not fits or isinstance(refs, str):
        raise InputError("DR028", known="workflow, period, for, group, unit, department, attributes")
    # Rules read numbers as their texts.
    read = {name: str(one) if isinstance(one, int) and not isinstance(one, bool) else one
            for name, one in attributes.items()}
    return OpenCycle(str(workflow), str(period), Population(tuple(refs), **groups), read)


def _whatif(rt: Runtime, job: JobRow, at: datetime) -> bool:
    return try_out(rt, job, at, wish_place(job.id), moved_on)


_STEPS: Final[Mapping[str, Callable[[Runtime, JobRow, datetime], bool]]] = {
    "answers": _answers, "verify": _verify, "open_cycle": _open_cycle, "whatif": _whatif,
}  # fmt: skip
