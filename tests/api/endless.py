"""A workflow in which targets are proposed and objected to a thousand times each: answers that hardly run out."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.definition.library import folder_of


def endless(folder: Path) -> Path:
    """A copy of the shipped workflow with the widest bound on objections."""
    shutil.copytree(folder_of("account-manager"), folder)
    file = folder / "workflow.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("again: [propose], times: 3,") == 1
    file.write_text(text.replace("again: [propose], times: 3,", "again: [propose], times: 1000,"), encoding="utf-8")
    return folder
