"""What the door is tried on: the promises' small organisation, served in process."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.api.calling import Caller, caller, door_of
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
