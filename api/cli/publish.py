"""`publish`: one person proposes a workflow, another approves it."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, as_option, option, verb
from api.refusals import DONE, REFUSED


@verb("publish")
@click.argument("folder", type=ExistingPath(), required=False)
@option("--approve", "name", metavar="NAME", help="cli.option.approve")
@as_option
def publish(terminal: Terminal, folder: Path | None, name: str | None, person: str) -> int:
    if (folder is None) == (name is None):
        raise Misuse("cli.publish.one_of")
    if folder is not None:
        return _propose(terminal, folder, person)
    return _approve(terminal, name or "", person)


def _propose(terminal: Terminal, folder: Path, person: str) -> int:
    from api.cli.problems import show_problems
    from engine.definition.problem import has_errors
    from engine.operations.definitions import Propose, propose
    from engine.operations.names import actor_named

    with opened(terminal) as runtime:
        proposed = propose(runtime, actor_named(runtime, person), Propose(folder))
    if terminal.json:
        terminal.data_out(proposed)
    elif proposed.problems:
        show_problems(terminal, folder, proposed.problems)
    if has_errors(proposed.problems) or proposed.fingerprint is None:
        return REFUSED
    if not terminal.json:
        terminal.say("cli.publish.proposed", name=proposed.name, version=proposed.version,
                     fingerprint=proposed.fingerprint[:12])
    return DONE


def _approve(terminal: Terminal, name: str, person: str) -> int:
    from engine.operations.definitions import Approve, approve
    from engine.operations.names import actor_named

    with opened(terminal) as runtime:
        published = approve(runtime, actor_named(runtime, person), Approve(name))
    if terminal.json:
        terminal.data_out(published)
    else:
        terminal.say("cli.publish.approved", name=published.name, version=published.version,
                     fingerprint=published.fingerprint[:12])
    return DONE
