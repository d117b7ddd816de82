"""Jobs of many remarks: handed in, run, and looked for in the histories."""

from __future__ import annotations

from sqlalchemy import text

from engine.operations.jobs import (
    NewJob,
    job,
    new_job,
    run_jobs,
)
from engine.store import history as stored

WORDS = "a remark that nobody else reads 一句话"
SUBJECTS = ("a1", "a2", "a3", "a4", "a5")
DIGEST = "d" * 64


def remarks(world, count=5, by="hr1", once=None):
    items = [
        {"review": f"{SUBJECTS[n % 5]}/2025-Q3", "command": "remark", "comment": f"{WORDS} {n}"} for n in range(count)
    ]
    return new_job(world.rt, world.actor(by), NewJob("answers", {"answers": items}), once)


def run(world, seconds=60):
    return run_jobs(world.rt, world.clock.now(), seconds)


def state(world, made, by="hr1"):
    return job(world.rt, world.actor(by), made.id)


def records(world, ref):
    with world.rt.database.read() as tx:
        return stored.read(tx, f"review:{world.review(ref)}")


def remarked(world, ref):
    """The remarks of a review's history, in their order."""
    return [one.payload["comment"] for one in records(world, ref) if one.open.action == "remarked"]


def kept_sealed(world):
    with world.rt.database.read() as tx:
        return tx.execute(text("SELECT count(*) FROM job_item WHERE sealed IS NOT NULL")).scalar_one()
