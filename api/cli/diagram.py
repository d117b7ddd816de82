"""`diagram`: the states of a workflow as a picture in text."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, verb
from api.refusals import DONE, REFUSED


@verb("diagram", data=False, formats=False)
@click.argument("folder", type=ExistingPath())
def diagram(terminal: Terminal, folder: Path) -> int:
    from api.cli.problems import show_problems
    from api.drawing.mermaid import mermaid
    from engine.definition.reader import read_definition

    checked = read_definition(folder.parent if folder.is_file() else folder)
    if checked.definition is None:
        show_problems(terminal, checked.problems)
        return REFUSED
    terminal.show(mermaid(checked.definition, terminal.lang))
    return DONE
