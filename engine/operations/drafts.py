"""Keeps what a holder has begun to write for a task, for nobody but herself, until she hands it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.canonical import canonical_bytes
from engine.clock import instant_text
from engine.errors import InputError, NotFound
from engine.operations.kept import as_kept
from engine.operations.load import load_case
from engine.operations.once import Once, Replayed, again, keep, known
from engine.review.case import Actor, Case, Reason, Refused
from engine.review.commands import Answer, Remark
from engine.review.model import OPEN, Task
from engine.review.refusal import Code, refuse
from engine.review.standing.door import standing
from engine.review.standing.rows import find_row
from engine.runtime import Runtime
from engine.store import drafts
from engine.store.database import Tx
from engine.store.drafts import Draft

SIZE_MAX: Final = 64 * 1024

# A draft may be written before the task opens, while the review is held, and with an outcome that is not (or no longer)
# offered.
_LATER: Final = frozenset(
    (Code.TASK_NOT_OPEN, Code.WAITS_FOR_TASKS, Code.WAITS_FOR_DATE, Code.REVIEW_HELD, Code.HELD_UNTIL)
)
_UNFINISHED: Final = frozenset((Code.NO_SUCH_OUTCOME, Code.OUTCOME_USED_UP, Code.COMMENT_REQUIRED))


@dataclass(frozen=True, slots=True)
class Saved:
    """What is kept: for which row, since when."""

    review: str
    task: str
    saved_at: datetime

    def receipt(self) -> dict[str, Any]:
        return {"review": self.review, "task": self.task, "saved_at": instant_text(self.saved_at)}


def save_draft(
    rt: Runtime, actor: Actor, review: str, task: str, plain: Mapping[str, Any], once: Once | None = None
) -> Saved | Refused | Replayed:
    """Keeps the draft over the one before; task: a row's id or the task's name, as in an answer. Only for a holder of a
    task that is open or still waits.

    InputError for what is larger than 64 kB or no plain data. Decimals are kept as their texts.
    """
    if not isinstance(plain, Mapping):
        raise InputError("DR011")
    text = as_kept(plain)
    size = len(canonical_bytes(text))
    if size > SIZE_MAX:
        raise InputError("DR010", size=size, most=SIZE_MAX)
    return again(lambda: _save(rt, actor, review, task, text, once))


def _save(
    rt: Runtime, actor: Actor, review: str, task: str, plain: Mapping[str, Any], once: Once | None
) -> Saved | Refused | Replayed:
    at = rt.clock.now()
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if before is not None:
            tx.rollback()
            return Replayed(before)
        row = _row(rt, tx, actor, review, task, at)
        if isinstance(row, Refused):
            tx.rollback()
            return row
        drafts.save(tx, review, drafts.key_of(row, review), actor.person or "", plain, at)
        saved = Saved(review, row.id, at)
        keep(tx, actor, once, saved.receipt(), at)
    return saved


def draft_of(rt: Runtime, actor: Actor, review: str, task: str) -> Draft | None:
    """One's own draft; None where there is none, or none that one could still hand in."""
    with rt.database.read() as tx:
        row = _row(rt, tx, actor, review, task, rt.clock.now())
        if isinstance(row, Refused) or actor.person is None:
            return None
        return drafts.find(tx, drafts.key_of(row, review), actor.person)


def drop_draft(
    rt: Runtime, actor: Actor, review: str, task: str, once: Once | None = None
) -> bool | Refused:
    """Throws one's own draft away; False when there was none."""
    return again(lambda: _drop(rt, actor, review, task, once))


def _drop(rt: Runtime, actor: Actor, review: str, task: str, once: Once | None) -> bool | Refused:
    at = rt.clock.now()
    with rt.database.write() as tx:
        before = known(tx, actor, once)
        if before is not None:
            tx.rollback()
            return bool(before["dropped"])
        row = _row(rt, tx, actor, review, task, at)
        if isinstance(row, Refused):
            tx.rollback()
            return row
        dropped = drafts.drop(tx, drafts.key_of(row, review), actor.person or "")
        keep(tx, actor, once, {"dropped": dropped}, at)
    return dropped


def _row(rt: Runtime, tx: Tx, actor: Actor, review: str, task: str, at: datetime) -> Task | Refused:
    """The row that the actor could answer now or later, or why there is none."""
    wish = Answer(review, task)
    try:
        case: Case = load_case(rt, tx, review, at, Remark(review, ""))  # no figures: nothing is scored here
    except NotFound as error:
        return Refused(error.code, (Reason(error.code, error.values),))
    row, _ = find_row(case, actor, task)
    waits = row is not None and row.visit == case.review.visit and row.status in OPEN
    passed_over = _UNFINISHED | _LATER if waits else _UNFINISHED
    reasons = [one for one in standing(case, actor, wish, at).reasons if one.code not in passed_over]
    if row is None or reasons:
        return refuse(reasons)
    return row
