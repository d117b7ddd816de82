"""`simulate`: plays paths through workflows in memory, and says what was met, what never is, and how long it takes."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.check import targets_of
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, option, verb
from api.refusals import DONE, REFUSED
from engine.calendar import kind_of, parse_period
from engine.definition.model import Definition
from engine.definition.reader import WORKFLOW, read_definition


@verb("simulate", data=False)
@click.argument("paths", nargs=-1, required=True, type=ExistingPath())
@option("--people", type=ExistingPath(), metavar="FILE", help="cli.option.simulate_people")
@option("--for", "ref", metavar="REF", help="cli.option.simulate_for")
@option("--period", metavar="PERIOD", help="cli.option.simulate_period")
@option("--paths", "show", is_flag=True, help="cli.option.paths")
@option("--seed", type=int, default=1, metavar="N", help="cli.option.seed")
def simulate(
    terminal: Terminal, paths: tuple[Path, ...], people: Path | None, ref: str | None, period: str | None, show: bool,
    seed: int,
) -> int:
    from api.cli.problems import show_problems

    if ref is not None and people is None:
        raise Misuse("cli.check.for_alone")
    folders = folders_of(paths)
    if not folders:
        raise Misuse("cli.simulate.nothing", path=", ".join(map(str, paths)))
    documents, whole = [], True
    for folder in folders:
        checked = read_definition(folder)
        if checked.definition is None:
            show_problems(terminal, checked.problems)
            whole = False
            continue
        document, sound = _played(terminal, checked.definition, folder, people, ref, period, show, seed)
        documents.append(document)
        whole = whole and sound
    if terminal.json:
        terminal.data_out({"whole": whole, "workflows": documents})
    return DONE if whole else REFUSED


def folders_of(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders of all workflows that the paths name, each once."""
    found = (target for path in paths for target in targets_of(path))
    folders = (target if target.is_dir() else target.parent for target in found)
    return tuple(dict.fromkeys(folder for folder in folders if (folder / WORKFLOW).is_file()))


def _played(
    terminal: Terminal, definition: Definition, folder: Path, people: Path | None, ref: str | None, period: str | None,
    show: bool, seed: int,
) -> tuple[object, bool]:
    from engine.operations.simulate.people import organisation_of
    from engine.operations.simulate.simulation import DAY, stage_of
    from engine.operations.simulate.simulation import simulate as play
    from engine.operations.simulate.telling import plain, told

    day = DAY
    if period is not None:
        try:
            fits = kind_of(period) == definition.period
        except ValueError:
            fits = False
        if not fits:
            raise Misuse("cli.simulate.period", workflow=definition.name, wanted=definition.period, period=period)
        day = parse_period(period)[1]
    organisation = None if people is None else organisation_of(definition, people, day, ref)
    found = play(definition, stage_of(definition, day, organisation), seed)
    file = str(folder / WORKFLOW)
    if terminal.json:
        return plain(found, terminal.lang, file, paths=show), found.whole
    for line in told(found, terminal.lang, file, paths=show):
        terminal.show(line)
    return None, found.whole
