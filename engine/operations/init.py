"""Gives HR a shipped workflow to change: a copy in a folder of its own, under a name of its own."""

from __future__ import annotations

import re
from pathlib import Path

from engine.definition import library
from engine.errors import InputError

_NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")
_NAMED = {"workflow.yaml": "workflow", "scorecard.yaml": "scorecard", "examples.yaml": "examples"}
"""Which key of which file says the workflow's name."""


def copy_workflow(source: str, target: Path) -> Path:
    """Copies the shipped workflow `source` into the folder and calls it by the folder's name; gives the folder.

    NotFound for a workflow that is not shipped; InputError for a name that will not do, or a folder that holds
    something already.
    """
    name = target.name
    if not _NAME.fullmatch(name):
        raise InputError("OP056", name=name)
    folder = library.copy_workflow(source, target)
    files = [folder / file for file in _NAMED] + sorted((folder / "sample").glob("story*.yaml"))
    for file in files:
        if file.is_file():
            key = _NAMED.get(file.name, "examples")
            text = file.read_text(encoding="utf-8")
            renamed = re.sub(rf"^{key}:[^\S\n]*[^\s#]+", f"{key}: {name}", text, count=1, flags=re.MULTILINE)
            file.write_text(renamed, encoding="utf-8")
    return folder
