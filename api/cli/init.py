"""`init`: a copy of a shipped workflow, for HR to change."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.terminal import Terminal
from api.cli.verbs import option, verb


@verb("init", data=False, formats=False)
@click.argument("folder", type=click.Path(path_type=Path))
@option("--from", "name", metavar="NAME", default="account-manager", show_default=True, help="cli.option.from")
def init(terminal: Terminal, folder: Path, name: str) -> None:
    from engine.operations.init import copy_workflow

    made = copy_workflow(name, folder)
    terminal.say("cli.init.done", folder=made)
