"""Runs migrations inside the transaction that the store has begun."""

from __future__ import annotations

from alembic import context

from engine.store.tables.all import metadata

connection = context.config.attributes["connection"]
# Batch mode: SQLite changes a table by building it anew.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
context.run_migrations()
