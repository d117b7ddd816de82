"""Reviews to ask things of: one just opened, one at every stop of its way, and small workflows made for a claim."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.review.journeys import FORMS, drift, journey, quarter
from tests.engine.review.world import ACCOUNT_MANAGER, World, instant, small_workflow


@pytest.fixture
def account_manager() -> World:
    """A review of the shipped workflow, just opened."""
    assert ACCOUNT_MANAGER is not None
    return World(ACCOUNT_MANAGER, instant("2025-07-01 09:00")).open()


@pytest.fixture
def small() -> Any:
    """Makes a world of a small workflow: `small(states, roles=..., forms=...)`, opened on 1 July 2025."""

    def make(states: str, **parts: Any) -> World:
        settings = {name: parts.pop(name) for name in ("roles", "forms", "extra") if name in parts}
        return World(small_workflow(states, **settings), instant("2025-07-01 09:00"), **parts).open()

    return make


@pytest.fixture(scope="session")
def stops() -> list[World]:
    """The shipped workflow at every stop of its way; take a `twin()` before changing one."""
    assert ACCOUNT_MANAGER is not None
    return journey(World(ACCOUNT_MANAGER, instant("2025-07-01 09:00")).open())


@pytest.fixture(scope="session")
def drifted() -> list[World]:
    """The shipped workflow when nobody acts and no figure comes."""
    assert ACCOUNT_MANAGER is not None
    return drift(World(ACCOUNT_MANAGER, instant("2025-07-01 09:00")).open())


@pytest.fixture(scope="session")
def forms() -> dict[str, dict[str, Any]]:
    return FORMS


@pytest.fixture(scope="session")
def quarters() -> tuple[list[tuple[str, str, str]], ...]:
    """The figures of a good quarter and of a poor one."""
    return quarter(), quarter(good=False)
