"""Where the shipped workflows and their schemas lie: beside the engine, as package data."""

from __future__ import annotations

from functools import cache
from pathlib import Path

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


@cache
def schema_text(name: str) -> str:
    """The published JSON Schema `workflow`, `scorecard` or `examples`; OSError where it is not installed."""
    return (WORKFLOWS / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
