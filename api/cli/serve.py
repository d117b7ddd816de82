"""`serve`: the API and the pages, from one process."""

from __future__ import annotations

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import option, verb


@verb("serve", formats=False)
@option("--host", default="127.0.0.1", metavar="ADDRESS", help="cli.option.host")
@option("--port", type=click.IntRange(0, 65535), default=8080, metavar="N", help="cli.option.port")
@option("--proxies", type=click.IntRange(0, 5), default=0, metavar="N", help="cli.option.proxies")
@option("--threads", type=click.IntRange(1, 64), metavar="N", help="cli.option.threads")
@option("--no-timers", is_flag=True, help="cli.option.no_timers")
def serve(terminal: Terminal, host: str, port: int, proxies: int, threads: int | None, no_timers: bool) -> None:
    from api.server import Serving, refuse_unsafe
    from api.server import serve as run
    from engine.operations.demo_clock import is_demo
    from engine.runtime import settings_for

    settings = settings_for(terminal.data, terminal.lang)
    wanted = Serving(host, port, proxies, threads, not no_timers, is_demo(settings))
    refuse_unsafe(settings, wanted)
    with opened(terminal) as runtime:
        run(runtime, wanted, lambda url: terminal.say("cli.serve.ready", url=url))
