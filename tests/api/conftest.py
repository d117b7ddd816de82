"""What the door is tried on: the promises' small organisation, served in process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.api.calling import Caller, caller, door_of
from tests.api.launching import Launching, launcher
from tests.promises.conftest import founded, world
from tests.promises.organisation import World

__all__ = ["founded", "world"]


@pytest.fixture
def app(world: World) -> Flask:
    return door_of(world.rt)


@pytest.fixture
def manager(app: Flask, world: World) -> Caller:
    """The manager of all subjects, with a token."""
    return caller(app, world.rt, "m1")


@pytest.fixture
def hr(app: Flask, world: World) -> Caller:
    return caller(app, world.rt, "hr1")


@pytest.fixture(scope="session")
def launching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launching]:
    """Forks servers for whoever asks; it has imported everything once."""
    with launcher(tmp_path_factory.mktemp("launcher")) as found:
        yield found
