"""Reads, checks and freezes workflow definitions: YAML in, a proven `Definition` or all its problems out."""
