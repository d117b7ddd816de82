"""`diagram`: the states of a workflow as a picture, in text for Mermaid or as SVG."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, option, verb
from api.refusals import DONE, REFUSED

FORMATS = ("mermaid", "svg")


@verb("diagram", data=False, formats=False)
@click.argument("folder", type=ExistingPath())
@option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], help="cli.option.diagram_format")
@option("--narrow", is_flag=True, help="cli.option.narrow")
def diagram(terminal: Terminal, folder: Path, form: str, narrow: bool) -> int:
    from api.cli.problems import show_problems
    from api.drawing.mermaid import mermaid
    from api.drawing.svg import definition_svg
    from engine.definition.reader import read_definition

    checked = read_definition(folder.parent if folder.is_file() else folder)
    if checked.definition is None:
        show_problems(terminal, checked.problems)
        return REFUSED
    if form == "svg":
        click.echo(definition_svg(checked.definition, terminal.lang, narrow=narrow, alone=True), nl=False)
    else:
        terminal.show(mermaid(checked.definition, terminal.lang))
    return DONE
