"""`demo`: a whole review cycle on the sample organisation."""

from __future__ import annotations

from api.cli.terminal import Terminal
from api.cli.verbs import verb


@verb("demo", formats=False)
def demo(terminal: Terminal) -> int:
    from engine.operations.demo import demo as play

    return play(terminal.data, terminal.lang, terminal.show)
