"""`publish`: one person proposes a workflow, another approves it."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, as_option, option, verb
from api.refusals import DONE, REFUSED
from engine.store.definitions import Stored


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
    from engine.operations.definitions import Propose, propose
    from engine.operations.names import actor_named

    with opened(terminal) as runtime:
        proposed = propose(runtime, actor_named(runtime, person), Propose(folder))
    if terminal.json:
        terminal.data_out({"proposed": summary(proposed.stored), "problems": proposed.problems})
    else:
        show_problems(terminal, proposed.problems)
    if proposed.stored is None:
        terminal.warn("cli.publish.not_proposed")
        return REFUSED
    if not terminal.json:
        say_stored(terminal, "OP091", proposed.stored)
    return DONE


def _approve(terminal: Terminal, name: str, person: str) -> int:
    from engine.operations.definitions import Approve, approve
    from engine.operations.names import actor_named

    with opened(terminal) as runtime:
        approved = approve(runtime, actor_named(runtime, person), Approve(name))
    if terminal.json:
        terminal.data_out({"approved": summary(approved)})
    else:
        say_stored(terminal, "OP092", approved)
    return DONE


def say_stored(terminal: Terminal, code: str, stored: Stored) -> None:
    terminal.say(code, name=stored.name, version=stored.version, fingerprint=stored.fingerprint[:12])


def summary(stored: Stored | None) -> dict[str, object] | None:
    """What a machine wants to know of a stored definition; its texts are not among it."""
    if stored is None:
        return None
    return {"name": stored.name, "version": stored.version, "fingerprint": stored.fingerprint, "status": stored.status}
