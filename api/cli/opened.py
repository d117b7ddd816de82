"""Opens the data folder for one call, and turns the person who asks into an actor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.cli.terminal import Terminal
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.runtime import Runtime


def has_data(terminal: Terminal) -> bool:
    """Whether there is a data folder, or a database elsewhere, to look into."""
    from engine.runtime import settings_for

    return settings_for(terminal.data, terminal.lang).data.is_dir() or bool(os.environ.get("DATABASE_URL"))


@contextmanager
def opened(terminal: Terminal, *, create: bool = False) -> Iterator[Runtime]:
    """The runtime on the terminal's data, closed afterwards.

    InputError where there is no data yet, unless `create`: a mistyped folder must not look like an empty organisation.
    """
    from engine.operations.demo_clock import clock_of
    from engine.runtime import open_runtime, settings_for

    settings = settings_for(terminal.data, terminal.lang)
    if not (create or settings.data.is_dir() or os.environ.get("DATABASE_URL")):
        raise InputError("cli.no_data", path=settings.data)
    runtime = open_runtime(settings, clock_of(settings))
    try:
        yield runtime
    finally:
        runtime.close()
