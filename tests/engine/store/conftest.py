"""The firm that the store is asked about, in a database of either kind."""

from __future__ import annotations

import pytest

from engine.store.database import Database
from tests.engine.store.organisation import found


@pytest.fixture
def firm(database: Database) -> Database:
    with database.write() as tx:
        found(tx)
    return database
