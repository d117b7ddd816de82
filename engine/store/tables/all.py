"""Every table of the main database under one metadata, for create, migrations and comparison."""

from __future__ import annotations

from engine.store.tables import cycles, doors, figures, history, people, reviews
from engine.store.tables.base import metadata

FAMILIES = (people, figures, cycles, history, reviews, doors)

__all__ = ["FAMILIES", "metadata"]
