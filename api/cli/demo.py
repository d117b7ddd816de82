"""`demo`: a whole review cycle on the sample organisation; with `--serve` its pages to look around in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import option, verb

if TYPE_CHECKING:
    from engine.runtime import Runtime


@verb("demo", formats=False)
@option("--workflow", metavar="NAME", default="account-manager", show_default=True, help="cli.option.demo_workflow")
@option("--serve", "serving", is_flag=True, help="cli.option.demo_serve")
@option("--port", type=click.IntRange(0, 65535), default=8080, metavar="N", help="cli.option.port")
def demo(terminal: Terminal, workflow: str, serving: bool, port: int) -> int:
    from engine.operations.demo import FOLDER
    from engine.operations.demo import demo as play

    code = play(terminal.data, terminal.lang, terminal.show, workflow)
    if code or not serving:
        return code
    terminal.data = terminal.data or Path(FOLDER)
    _serve(terminal, port)
    return code


def _serve(terminal: Terminal, port: int) -> None:
    from api.server import Serving, refuse_unsafe
    from api.server import serve as run
    from engine.runtime import settings_for

    wanted = Serving(port=port, demo=True)
    refuse_unsafe(settings_for(terminal.data, terminal.lang, environ={}), wanted)
    with opened(terminal) as runtime:
        run(runtime, wanted, lambda url: invite(terminal, runtime, url))


def invite(terminal: Terminal, runtime: Runtime, url: str) -> None:
    """Three links that sign in, each once: HR, the manager whom tasks wait for, the auditor."""
    from engine.operations.guides import guides
    from engine.operations.names import SYSTEM
    from engine.operations.sign_in import new_link

    who = guides(runtime)
    terminal.show()
    terminal.say("cli.serve.ready", url=url)
    for code, person in (("DM017", who.hr), ("DM018", who.manager), ("DM019", who.auditor)):
        if person is not None:
            link = new_link(runtime, SYSTEM, person.ref).text
            name = person.said(terminal.lang)
            terminal.show(f"  {terminal.text(code)} ({name}): {url}/sign-in?link={link}")
    terminal.say("cli.serve.links_once")
