"""The door's small organisation, seen by people at browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.api.pages.reading import Person, signed_in
from tests.promises.organisation import World


@pytest.fixture
def sit(app: Flask, world: World) -> Callable[..., Person]:
    """Gives the person at a browser of her own."""

    def sitting(ref: str, lang: str = "en") -> Person:
        return signed_in(app, world.rt, ref, lang)

    return sitting
