"""Remembers: every table, migration and trigger, on SQLite and PostgreSQL; nobody else speaks SQL."""
