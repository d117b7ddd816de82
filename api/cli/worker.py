"""`worker`: fires due timers and moves jobs on, each step in its own transaction."""

from __future__ import annotations

import time
from datetime import datetime

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Instant, Misuse, option, verb
from engine.clock import instant_text
from engine.operations.jobs import Ran, run_jobs
from engine.operations.worker import Fired, fire_due

PAUSE = 30  # seconds between two rounds: a deadline is the end of a day, so nobody waits for it
FOR_ALL = 24 * 60 * 60
_ENDED = {"done": "cli.job.done", "failed": "cli.job.failed", "cancelled": "cli.job.cancelled"}


@verb("worker")
@option("--once", is_flag=True, help="cli.option.once")
@option("--now", type=Instant(), metavar="INSTANT", help="cli.option.now")
def worker(terminal: Terminal, once: bool, now: datetime | None) -> None:
    if now is not None and not once:
        raise Misuse("cli.worker.now_once")
    with opened(terminal) as runtime:
        while True:
            at = now or runtime.clock.now()
            fired, ran = fire_due(runtime, at), run_jobs(runtime, at, FOR_ALL if once else PAUSE)
            tell(terminal, fired, ran)
            if once:
                return
            if not ran.steps:
                time.sleep(PAUSE)


def tell(terminal: Terminal, fired: Fired, ran: Ran) -> None:
    """What one round did."""
    if terminal.json:
        done = {name: getattr(fired, name) for name in Fired.__dataclass_fields__}
        terminal.data_out({**done, "jobs": ran})
        return
    terminal.say("OP088", count=fired.count)
    for kind, count in sorted(fired.kinds.items()):
        terminal.say("cli.worker.kind", kind=terminal.text(f"cli.timer.{kind}"), count=count)
    if fired.next_due is not None:
        terminal.say("OP089", at=instant_text(fired.next_due))
    if ran.steps:
        terminal.say("cli.job.steps", count=ran.steps)
    for state, count in sorted(ran.ended.items()):
        terminal.say("cli.worker.kind", kind=terminal.text(_ENDED[state]), count=count)
