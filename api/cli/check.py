"""`check`: every problem of workflows and scorecards, with file, line, column and a caret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, option, verb
from api.refusals import DONE, REFUSED
from engine.definition.problem import LEVELS, Problem, has_errors, in_order
from engine.definition.reader import WORKFLOW, read_definition, read_scorecard, read_texts
from engine.definition.render import FORMATS, render
from engine.definition.source import read_yaml


@verb("check", data=False, formats=False)
@click.argument("paths", nargs=-1, required=True, type=ExistingPath())
@option("--format", "form", type=click.Choice(tuple(FORMATS)), default="text", help="cli.option.check_format")
def check(terminal: Terminal, paths: tuple[Path, ...], form: str) -> int:
    targets = tuple(dict.fromkeys(target for path in paths for target in targets_of(path)))
    if not targets:
        raise Misuse("cli.check.nothing", path=", ".join(map(str, paths)))
    problems = in_order(problem for target in targets for problem in problems_of(target))
    click.echo(render(problems, terminal.lang, form), nl=False)
    if form == "text":
        counts = {level: sum(problem.level == level for problem in problems) for level in LEVELS}
        terminal.say("cli.check.summary", files=len(targets), errors=counts["error"], warnings=counts["warning"],
                     later=counts["later"])
    return REFUSED if has_errors(problems) else DONE


def targets_of(path: Path) -> Iterator[Path]:
    """What a path names: a file itself; a folder its workflow, else the workflows and lone scorecards in it."""
    if path.is_file() or (path / WORKFLOW).is_file():
        yield path
        return
    inner = sorted(path.rglob("*.yaml"))
    folders = {file.parent for file in inner if file.name == WORKFLOW}
    yield from sorted(folders)
    for file in inner:
        alone = not any(folder == file.parent or folder in file.parents for folder in folders)
        if alone and top_key(file) in ("workflow", "scorecard"):
            yield file


def top_key(file: Path) -> str:
    """The first key of a YAML file, which says what it is; empty where it cannot be read."""
    try:
        document, _ = read_yaml(file.read_bytes(), str(file))
    except OSError:
        return ""
    data = None if document is None else document.data
    return next(iter(data), "") if isinstance(data, dict) else ""


def problems_of(target: Path) -> tuple[Problem, ...]:
    """Problems of a workflow's folder or file, else of a scorecard."""
    if target.is_dir():
        return read_definition(target).problems
    if target.name == WORKFLOW:
        return read_definition(target.parent).problems
    if top_key(target) == "workflow":
        return _named_otherwise(target)
    return read_scorecard(target)[1]


def _named_otherwise(target: Path) -> tuple[Problem, ...]:
    """A workflow in a file of another name: it is read as `workflow.yaml` among the files around it."""
    folder = target.parent
    texts: dict[str, str | bytes] = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in (*folder.glob("*.yaml"), *folder.glob("forms/*.json")) if file != target
    }
    problems = read_texts({**texts, WORKFLOW: target.read_bytes()}, f"{folder}/").problems
    read_as = f"{folder}/{WORKFLOW}"
    return tuple(replace(one, file=str(target)) if one.file == read_as else one for one in problems)
