"""Shows problems of definitions and facts: sentence, place, the line and a caret."""

from __future__ import annotations

from collections.abc import Iterable

import click

from api.cli.terminal import Terminal
from engine.definition.problem import Problem
from engine.definition.render import render


def show_problems(terminal: Terminal, problems: Iterable[Problem]) -> None:
    """On standard error, so that standard output stays what was asked for."""
    text = render(problems, terminal.lang)
    if text:
        click.echo(text, nl=False, err=True)
