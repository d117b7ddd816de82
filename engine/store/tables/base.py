"""What all tables share: the metadata, and an instant's column type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from engine.clock import instant_text, parse_instant

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """UTC as canonical text, so that both databases order and show it alike; refuses a naive time (ValueError)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        # Not through dialect.type_descriptor, which would make it a VARCHAR.
        return Text() if dialect.name == "sqlite" else Text(collation="C")

    # The two functions themselves, and not SQLAlchemy's three calls around them: a command turns forty instants, the
    # opening of a cycle a dozen for each review.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return text_or_none

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None]:
        return instant_or_none


def text_or_none(value: datetime | None) -> str | None:
    return None if value is None else instant_text(value)


def instant_or_none(value: str | None) -> datetime | None:
    return None if value is None else parse_instant(value)
