"""Jobs: bulk work that is watched, paused, resumed and called off."""

from __future__ import annotations

from typing import Any

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import ANY, ID, INSTANT, TEXT, WHOLE, body, listed, maybe, one_of, page_of, shape
from api.limits import BULK_MAX
from api.routes.asked import PAGE
from api.routes.shown import REASON, receipt_of
from api.routes.shown import RECEIPT as RECEIPT_OF_STEP
from engine.operations import jobs
from engine.operations.jobs import KINDS, Job, NewJob
from engine.operations.telling import say_reason

door = Door("jobs", "/api/v1/jobs")

JOB = shape(
    id=ID, kind=TEXT, state=TEXT, done=WHOLE, refused=WHOLE, count=maybe(WHOLE), made_at=INSTANT,
    ended_at=maybe(INSTANT), result=maybe({"type": "object"}),
)  # fmt: skip
RECEIPT = shape(id=ID, kind=TEXT, state=TEXT)
WANTED = body(
    ("kind",), kind=one_of(*KINDS), answers={**listed({"type": "object"}, 10 * BULK_MAX), "minItems": 1},
    cycle={"type": "object", "additionalProperties": ANY}, whatif={"type": "object", "additionalProperties": ANY},
)  # fmt: skip


def _job(one: Job) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "state": one.state, "done": one.done, "refused": one.refused,
        "count": one.count, "made_at": one.made_at, "ended_at": one.ended_at,
        "result": None if one.result is None else dict(one.result),
    }  # fmt: skip


@door.get("", "jobs", reply=page_of(JOB), query=PAGE)
def listing(ask: Ask) -> Reply:
    page = jobs.jobs_page(ask.rt, ask.actor, limit=ask.query["limit"], cursor=ask.query.get("cursor"))
    return Reply({"items": [_job(one) for one in page.items], "next": page.next}, next=page.next)


MADE = {"job": "$response.body#/id"}


@door.post(
    "", "job_new", body=WANTED, status=202, reply=RECEIPT,
    links=dict.fromkeys(("job", "job_pause", "job_resume", "job_cancel"), MADE),
)  # fmt: skip
def new(ask: Ask) -> Reply:
    """Hands work in: many answers, the opening of a large cycle, the proof of the history, or the comparison of two
    scorecards on a large cycle."""
    plain = {name: value for name, value in ask.body.items() if name != "kind"}
    done = jobs.new_job(ask.rt, ask.actor, NewJob(ask.body["kind"], plain), once=ask.once)
    receipt = receipt_of(done)
    return Reply(receipt, location=f"/api/v1/jobs/{receipt['id']}")


@door.get("/{job}", "job", reply=JOB)
def one(ask: Ask) -> Reply:
    return Reply(_job(jobs.job(ask.rt, ask.actor, ask.path["job"])))


ITEM = shape(number=WHOLE, receipt=maybe(RECEIPT_OF_STEP), reasons=listed(REASON))


@door.get("/{job}/items", "job_items", reply=page_of(ITEM), query=PAGE)
def items(ask: Ask) -> Reply:
    """What became of each answer: its receipt, or every reason why not."""
    page = jobs.items_page(
        ask.rt, ask.actor, ask.path["job"], limit=ask.query["limit"], cursor=ask.query.get("cursor")
    )
    found = [
        {
            "number": one.number, "receipt": None if one.receipt is None else dict(one.receipt),
            "reasons": [
                {"code": why.code, "text": say_reason(ask.lang, why), "values": dict(why.values)}
                for why in one.reasons
            ],
        }
        for one in page.items
    ]  # fmt: skip
    return Reply({"items": found, "next": page.next}, next=page.next)


@door.post("/{job}/pause", "job_pause", reply=RECEIPT)
def pause(ask: Ask) -> Reply:
    return Reply(receipt_of(jobs.pause(ask.rt, ask.actor, ask.path["job"], once=ask.once)))


@door.post("/{job}/resume", "job_resume", reply=RECEIPT)
def resume(ask: Ask) -> Reply:
    return Reply(receipt_of(jobs.resume(ask.rt, ask.actor, ask.path["job"], once=ask.once)))


@door.post("/{job}/cancel", "job_cancel", reply=RECEIPT)
def cancel(ask: Ask) -> Reply:
    """What is done stays done; the rest is not begun."""
    return Reply(receipt_of(jobs.cancel(ask.rt, ask.actor, ask.path["job"], once=ask.once)))
