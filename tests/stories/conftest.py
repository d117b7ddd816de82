"""The sample's story, played once for all the claims about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracle.playing import Played, played

SHIPPED = Path(__file__).parents[2] / "workflows" / "account-manager"


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played(SHIPPED, tmp_path_factory.mktemp("story")) as found:
        yield found
