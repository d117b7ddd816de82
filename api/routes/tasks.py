"""Tasks: what one asks, the draft of its answer, and the answer itself."""

from __future__ import annotations

from typing import Any, Final

from api.kit.ask import Ask, Reply
from api.kit.faults import refused
from api.kit.route import Door
from api.kit.shapes import ANY, INSTANT, YES_NO, body, listed, maybe, shape, some
from api.routes.asked import review_of, seen_review_of
from api.routes.shown import REASON, RECEIPT, TASK, TITLED, Shown
from api.routes.stepping import DRY, carried_out
from api.wire import JsonSchema
from engine.operations import drafts
from engine.operations.answers import answer_of
from engine.operations.asking import Asked, asked
from engine.operations.once import Replayed
from engine.review.case import Refused

door = Door("tasks", "/api/v1/reviews/{review}/tasks/{task}")

VALUES: Final = {"type": "object", "maxProperties": 200}
ANSWER = body(
    outcome=some(1, 120), form=VALUES, ratings=VALUES, targets=VALUES, grade=maybe(some(1, 120)),
    comment=maybe(some(0, 4000)),
)  # fmt: skip
OUTCOME = shape(outcome=TITLED, comment_required=YES_NO, possible=YES_NO, reasons=listed(REASON))
DRAFT = shape(draft=maybe({"type": "object"}), saved_at=maybe(INSTANT))


@door.get("", "task", reply=shape(task=TASK, outcomes=listed(OUTCOME), schema=ANY, draft=maybe({"type": "object"})))
def task(ask: Ask) -> Reply:
    """What the task asks: the JSON Schema of its answer's body, the outcomes, and the asker's draft."""
    found = asked(ask.rt, ask.actor, review_of(ask), ask.path["task"])
    said = Shown(ask.lang, found.definition)
    kept = drafts.draft_of(ask.rt, ask.actor, found.review, found.task.id)
    return Reply(
        {
            "task": said.task(found.task), "outcomes": _outcomes(said, found), "schema": JsonSchema(found.schema),
            "draft": None if kept is None else kept.plain,
        },
        revision=found.revision,
    )  # fmt: skip


def _outcomes(said: Shown, found: Asked) -> list[dict[str, Any]]:
    return [
        {
            "outcome": said.outcome(found.task.name, one.name), "comment_required": one.comment_required,
            "possible": one.possible, "reasons": said.reasons(one.reasons),
        }
        for one in found.outcomes
    ]  # fmt: skip


@door.post("/answer", "answer", body=ANSWER, reply=RECEIPT, query=DRY, matched=True)
def answer(ask: Ask) -> Reply:
    """Ends the task with an outcome. Figures and the result are computed anew in the same transaction."""
    review = review_of(ask)
    command = answer_of(ask.rt, ask.actor, review, ask.path["task"], ask.body)
    return carried_out(ask, review, command)


@door.get("/draft", "draft", reply=DRAFT)
def draft(ask: Ask) -> Reply:
    kept = drafts.draft_of(ask.rt, ask.actor, seen_review_of(ask), ask.path["task"])
    if kept is None:
        return Reply({"draft": None, "saved_at": None})
    return Reply({"draft": kept.plain, "saved_at": kept.saved_at})


@door.put("/draft", "draft_save", body=ANSWER, reply=shape(saved_at=INSTANT), refuses=(409,))
def save_draft(ask: Ask) -> Reply:
    """Keeps an unfinished answer for its author alone; nothing of it is checked yet."""
    kept = drafts.save_draft(ask.rt, ask.actor, review_of(ask), ask.path["task"], ask.body)
    if isinstance(kept, Refused):
        raise refused(kept, review=ask.path["review"])
    return Reply({"saved_at": kept.receipt["saved_at"] if isinstance(kept, Replayed) else kept.saved_at})


@door.delete("/draft", "draft_drop", status=204, refuses=(409,))
def drop_draft(ask: Ask) -> Reply:
    dropped = drafts.drop_draft(ask.rt, ask.actor, review_of(ask), ask.path["task"])
    if isinstance(dropped, Refused):
        raise refused(dropped, review=ask.path["review"])
    return Reply(media="text/plain")


