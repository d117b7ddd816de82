"""`worker`: fires due timers, each in its own transaction."""

from __future__ import annotations

import time
from datetime import datetime

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Instant, Misuse, option, verb
from engine.clock import instant_text
from engine.operations.worker import Fired, fire_due

PAUSE = 30  # seconds between two rounds: a deadline is the end of a day, so nobody waits for it


@verb("worker")
@option("--once", is_flag=True, help="cli.option.once")
@option("--now", type=Instant(), metavar="INSTANT", help="cli.option.now")
def worker(terminal: Terminal, once: bool, now: datetime | None) -> None:
    if now is not None and not once:
        raise Misuse("cli.worker.now_once")
    with opened(terminal) as runtime:
        while True:
            tell(terminal, fire_due(runtime, now or runtime.clock.now()))
            if once:
                return
            time.sleep(PAUSE)


def tell(terminal: Terminal, fired: Fired) -> None:
    """What one round did."""
    if terminal.json:
        terminal.data_out(fired)
        return
    terminal.say("OP088", count=fired.count)
    for kind, count in sorted(fired.kinds.items()):
        terminal.say("cli.worker.kind", kind=terminal.text(f"cli.timer.{kind}"), count=count)
    if fired.next_due is not None:
        terminal.say("OP089", at=instant_text(fired.next_due))
