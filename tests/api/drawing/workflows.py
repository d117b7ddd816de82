"""All workflows that there are to draw: the shipped one, and those that nobody of the drawing room has made."""

from __future__ import annotations

from functools import cache

from engine.definition.model import Definition
from engine.definition.reader import read_definition
from tests.house.tree import ROOT

SHIPPED = "account-manager"
_PLACES = ("workflows", "tests/workflows", "tests/engine/definition/reference")


def _found() -> dict[str, str]:
    folders = [path.parent for place in _PLACES for path in sorted((ROOT / place).glob("*/workflow.yaml"))]
    return {folder.name: str(folder.relative_to(ROOT)) for folder in folders
            if read_definition(folder).definition is not None}


FOLDERS = _found()


@cache
def workflow(name: str) -> Definition:
    definition = read_definition(ROOT / FOLDERS[name]).definition
    assert definition is not None
    return definition
