"""Observations: put in once, never changed; a replacement is a new one that names the old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import and_, bindparam, select, tuple_

from engine.review.case import Observation
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.rows import BulkInsert, among, slices, texts
from engine.store.tables.figures import observation

_FIELDS: Final = tuple(Observation.__dataclass_fields__)
_COLUMNS: Final = tuple(observation.c[name] for name in _FIELDS)
_ORDER: Final = tuple(observation.c[name] for name in ("taken_at", "source", "record", "recorded_at", "id"))
_NEW: Final = BulkInsert(observation)
_BY_SUBJECT: Final = Prepared(
    select(*_COLUMNS)
    .where(
        observation.c.subject == bindparam("subject"),
        among(observation.c.period, "periods"),
    )
    .order_by(*_ORDER)
)
_BY_SUBJECTS: Final = (
    select(*_COLUMNS)
    .where(
        among(observation.c.subject, "subjects"),
        among(observation.c.period, "periods"),
    )
    .order_by(*_ORDER)
)
_later = observation.alias("later")
_BY_RECORD: Final = (
    select(*_COLUMNS)
    .select_from(observation.outerjoin(_later, _later.c.replaces == observation.c.id))
    .where(
        and_(
            tuple_(observation.c.source, observation.c.record).in_(bindparam("records", expanding=True)),
            _later.c.id.is_(None),
        )
    )
)
_BY_ID: Final = select(*_COLUMNS).where(observation.c.id.in_(bindparam("ids", expanding=True)))


def insert(tx: Tx, observations: Sequence[Observation]) -> None:
    """IntegrityError when a (source, record) is there already and the new one does not replace it: check first."""
    tx.insert(_NEW, [{name: getattr(one, name) for name in _FIELDS} for one in observations])


def by_subject(tx: Tx, subject: str, periods: Iterable[str]) -> tuple[Observation, ...]:
    """All of the subject in these period keys (months too, where they are kept), also replaced ones; by time taken."""
    values = {"subject": subject, "periods": _periods(tuple(periods))}
    return tuple(Observation(*row) for row in tx.rows(_BY_SUBJECT, values))


@lru_cache(maxsize=1_000)
def _periods(keys: tuple[str, ...]) -> str:
    """Kept: every review of a period asks for the same ninety, its own weeks and months and those of a year back."""
    return texts(keys)


def by_subjects(tx: Tx, subjects: Iterable[str], periods: Iterable[str]) -> dict[str, tuple[Observation, ...]]:
    """The same for many subjects at once; those without any are left out."""
    found: dict[str, list[Observation]] = {}
    for row in tx.execute(_BY_SUBJECTS, {"subjects": texts(subjects), "periods": texts(periods)}).all():
        one = Observation(*row)
        found.setdefault(one.subject, []).append(one)
    return {subject: tuple(observations) for subject, observations in found.items()}


def by_record(tx: Tx, records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Observation]:
    """The present observation of each (source, record): the one that nothing replaces."""
    found: dict[tuple[str, str], Observation] = {}
    for some in slices(sorted(set(records))):
        for row in tx.execute(_BY_RECORD, {"records": list(some)}):
            one = Observation(*row)
            found[one.source, one.record] = one
    return found


def by_ids(tx: Tx, ids: Iterable[str]) -> dict[str, Observation]:
    wanted = sorted(set(ids))
    return {row.id: Observation(*row) for some in slices(wanted) for row in tx.execute(_BY_ID, {"ids": list(some)})}
