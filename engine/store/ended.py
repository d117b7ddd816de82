"""Results of ended reviews of a subject, of whichever workflow and periods are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, select

from engine.store.database import Tx
from engine.store.history import plain_of_part
from engine.store.tables.cycles import cycle
from engine.store.tables.history import payload
from engine.store.tables.reviews import review


@dataclass(frozen=True, slots=True)
class Ended:
    """payload: of the event that holds the result, None when it is erased."""

    workflow: str
    period: str
    ended_at: datetime
    total: str | None
    grade: str | None
    payload: Mapping[str, Any] | None


_ENDED: Final = (
    select(
        cycle.c.workflow, cycle.c.period, review.c.ended_at, review.c.total, review.c.grade,
        *(payload.c[name] for name in ("stream", "seq", "number", "person", "sealed")),
    )
    .join(cycle, cycle.c.id == review.c.cycle)
    .outerjoin(
        payload,
        and_(
            payload.c.stream == "review:" + review.c.id, payload.c.seq == review.c.result_seq, payload.c.number == 0
        ),
    )
    .where(
        review.c.subject == bindparam("subject"),
        review.c.ended_at.is_not(None),
        review.c.status == "scored",
        cycle.c.workflow.in_(bindparam("workflows", expanding=True)),
        cycle.c.period.in_(bindparam("periods", expanding=True)),
    )
    .order_by(cycle.c.period, review.c.ended_at)
)  # fmt: skip


def results_of(tx: Tx, subject: str, workflows: Collection[str], periods: Collection[str]) -> tuple[Ended, ...]:
    """Scored reviews that have ended, by period and then by when they ended."""
    values = {"subject": subject, "workflows": sorted(workflows), "periods": sorted(periods)}
    rows = list(tx.execute(_ENDED, values))
    keys = tx.database.keys.keys_for_reading({row.person for row in rows if row.sealed is not None})
    return tuple(
        Ended(row.workflow, row.period, row.ended_at, row.total, row.grade,
              plain_of_part(row, keys) if row.sealed else None)
        for row in rows
    )
