"""The comparison of two scorecards as a job: moved on slice by slice, its result sealed for whoever asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from engine.errors import InputError, NotFound
from engine.operations.kept import as_kept
from engine.operations.whatif import Progress, Trial, card_named, card_of, trying
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import cycles, jobs
from engine.store.database import Tx
from engine.store.jobs import JobRow
from engine.store.rows import json_text
from engine.store.sealed import opened_for, sealed_for
from rules.trial.weighing import weights_of

KEYS: Final = ("cycle", "scorecard", "definition", "old")
TEXT_MAX: Final = 400_000

MovedOn = Callable[[Runtime, JobRow, datetime, Callable[[Tx, JobRow], JobRow]], bool]


@dataclass
class Running:
    """A comparison on its way, in this process: whoever has none begins anew, because nothing of it is written."""

    steps: Any
    weights: int
    reviews: int = 0


def whatif_wish(plain: Any) -> dict[str, Any]:
    """What is asked, checked: `cycle`, the new scorecard as its text (`scorecard`) or the name of a stored definition
    (`definition`), and perhaps `old`, a stored definition instead of the cycle's own. InputError for anything else and
    for a text with faults."""
    if not isinstance(plain, Mapping) or set(plain) - set(KEYS) or "cycle" not in plain:
        raise InputError("DR030", kind="whatif", known=", ".join(KEYS))
    if not all(isinstance(one, str) and one and len(one) <= TEXT_MAX for one in plain.values()):
        raise InputError("DR030", kind="whatif", known=", ".join(KEYS))
    if ("scorecard" in plain) == ("definition" in plain):
        raise InputError("WI024")
    kept: dict[str, Any] = as_kept(dict(plain))
    if "scorecard" in kept:
        card_of(kept["scorecard"])
    return kept


def begin(rt: Runtime, actor: Actor, wish: Mapping[str, Any], most: int | None = None) -> Running:
    """The comparison that is wished for, not yet begun."""
    cycle = wish["cycle"]
    new = card_of(wish["scorecard"]) if "scorecard" in wish else card_named(rt, actor, cycle, wish["definition"])
    old = card_named(rt, actor, cycle, wish["old"]) if "old" in wish else None
    return Running(trying(rt, actor, cycle, new, old, most), len(weights_of(new)))


def try_out(rt: Runtime, job: JobRow, at: datetime, wish_at: str, moved_on: MovedOn) -> bool:
    """One step of the job. Steps are counted over reviews and weights together."""
    running: Running | None = rt.trials.get(job.id)
    if running is None:
        with rt.database.read() as tx:
            wish = opened_for(tx, job.actor, wish_at, job.sealed or b"")
        if wish is None:
            raise InputError("store.person_erased", person=job.actor)
        rt.trials.clear()  # one at a time is enough to hold in memory
        running = rt.trials[job.id] = begin(rt, Actor(job.actor), wish)
    try:
        progress: Progress = next(running.steps)
    except StopIteration as end:
        trial: Trial = end.value
        rt.trials.pop(job.id, None)
        return moved_on(rt, job, at, lambda tx, row: _ended(tx, row, trial, at))
    except Exception:
        rt.trials.pop(job.id, None)
        raise
    return moved_on(rt, job, at, lambda _, row: _further(row, running, progress))


def _further(row: JobRow, running: Running, progress: Progress) -> JobRow:
    phase, done, count = progress
    if phase == "reviews":
        running.reviews = count
    else:
        done += running.reviews
    return replace(row, done=max(done, row.done), total=running.reviews + running.weights)


def _ended(tx: Tx, row: JobRow, trial: Trial, at: datetime) -> JobRow:
    """Everything about persons is sealed under the key of whoever asked; counts are not."""
    kept = {
        "cycle": trial.cycle.id, "unreleased": trial.unreleased, "erased": trial.erased,
        "document": dict(trial.document),
    }  # fmt: skip
    total = max(row.total, 1)
    return replace(
        row, state="done", done=total, total=total, result=json_text(dict(trial.document["count"])),
        sealed=sealed_for(tx, row.actor, result_place(row.id), kept, at),
    )  # fmt: skip


def result_place(job: str) -> str:
    return f"job-v1\n{job}\nresult"


def kept_trial(rt: Runtime, actor: Actor, job_id: str) -> Trial:
    """The comparison that a job of one's own has made. NotFound WI025 where there is none."""
    with rt.database.read() as tx:
        row = jobs.find(tx, job_id)
        if row is None or actor.person is None or row.actor != actor.person:
            raise NotFound("DR020", job=job_id[:80])
        kept = None
        if row.kind == "whatif" and row.state == "done" and row.sealed is not None:
            kept = opened_for(tx, row.actor, result_place(row.id), row.sealed)
        if kept is None:
            raise NotFound("WI025")
        cycle = cycles.get(tx, kept["cycle"])
        definition = rt.definition(tx, cycle.definition)
    return Trial(cycle, definition, kept["unreleased"], kept["erased"], kept["document"])
