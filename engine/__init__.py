"""Moves reviews and remembers: definitions, the review state machine, history, store and operations."""
