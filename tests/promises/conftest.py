"""What the promises are proven on: a small organisation to copy, and the demo as it was played once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.promises.organisation import World, copy_world, found_organisation


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the organisation, its workflow published and its reviews opened; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("founded")
    found_organisation(folder)
    return folder


@pytest.fixture
def world(founded: Path, tmp_path: Path) -> Iterator[World]:
    """The reviews just opened, on 1 July 2025 at 09:00 in Shanghai."""
    copied = copy_world(founded, tmp_path)
    yield copied
    copied.close()
