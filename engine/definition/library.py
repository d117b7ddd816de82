"""The shipped workflows and the schemas: package data in the folder `workflows`, beside the engine."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from engine.errors import InputError, NotFound

WORKFLOWS: Final = Path(__file__).resolve().parents[2] / "workflows"


@cache
def schema_text(name: str) -> str:
    """The published JSON Schema `workflow`, `scorecard` or `examples`; OSError where it is not installed."""
    return (WORKFLOWS / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")


def shipped() -> dict[str, Path]:
    """Folders of the workflows that come with the house, by name."""
    return {found.parent.name: found.parent for found in sorted(WORKFLOWS.glob("*/workflow.yaml"))}


def folder_of(name: str) -> Path:
    """The folder of a shipped workflow; NotFound for another name."""
    found = shipped().get(name)
    if found is None:
        raise NotFound("LB001", name=name, known=", ".join(shipped()))
    return found


def copy_workflow(name: str, target: Path) -> Path:
    """Copy a shipped workflow into a new folder, for HR to change; gives the folder.

    NotFound for a name that is not shipped; InputError where something stands at the target already.
    """
    import shutil  # here alone: it brings every kind of archive with it, and each `check` reads this module

    source = folder_of(name)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError("LB002", path=target)
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return target
