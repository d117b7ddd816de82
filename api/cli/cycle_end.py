"""`cycle close`: ends a cycle whose reviews have all ended."""

from __future__ import annotations

import click

from api.cli.opened import opened
from api.cli.review_steps import key_option
from api.cli.terminal import Terminal
from api.cli.verbs import as_option, verb


@verb("cycle.close")
@click.argument("cycle")
@key_option
@as_option
def close(terminal: Terminal, cycle: str, key: str | None, person: str) -> None:
    from engine.operations.cycles import close_cycle
    from engine.operations.names import actor_named
    from engine.operations.once import Once, Replayed, digest_of

    once = None if key is None else Once(key, digest_of({"close": cycle}))
    with opened(terminal) as runtime:
        done = close_cycle(runtime, actor_named(runtime, person), cycle, once=once)
    receipt = done.receipt if isinstance(done, Replayed) else done.receipt()
    terminal.answer(receipt, [terminal.text("cli.cycle_closed", cycle=cycle)])
