"""Speaks: HTTP, pages and the command line, above the same operations."""
