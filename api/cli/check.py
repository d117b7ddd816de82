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
from engine.definition.reader import WORKFLOW, Checked, read_definition, read_scorecard, read_texts
from engine.definition.render import FORMATS, render
from engine.definition.source import read_yaml


@verb("check", data=False, formats=False)
@click.argument("paths", nargs=-1, required=True, type=ExistingPath())
@option("--people", type=ExistingPath(), metavar="FILE", help="cli.option.check_people")
@option("--for", "refs", metavar="REF", multiple=True, help="cli.option.check_for")
@option("--format", "form", type=click.Choice(tuple(FORMATS)), default="text", help="cli.option.check_format")
def check(
    terminal: Terminal, paths: tuple[Path, ...], people: Path | None, refs: tuple[str, ...], form: str
) -> int:
    if refs and people is None:
        raise Misuse("cli.check.for_alone")
    targets = tuple(dict.fromkeys(target for path in paths for target in targets_of(path)))
    if not targets:
        raise Misuse("cli.check.nothing", path=", ".join(map(str, paths)))
    problems = in_order(problem for target in targets for problem in problems_of(target, people, refs))
    click.echo(render(problems, terminal.lang, form), nl=False)
    if form == "text":
        counts = {level: sum(problem.level == level for problem in problems) for level in LEVELS}
        terminal.say("cli.check.summary", files=len(targets), errors=counts["error"], warnings=counts["warning"],
                     later=counts["later"])
        if problems:
            terminal.say("code.more", name=min(problems, key=lambda one: LEVELS.index(one.level)).code)
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


def problems_of(target: Path, people: Path | None = None, refs: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    """Problems of a workflow's folder or file, else of a scorecard; with people, of a workflow for them as well."""
    if target.is_dir() or target.name == WORKFLOW:
        folder = target if target.is_dir() else target.parent
        return _with_people(read_definition(folder), f"{folder}/", people, refs)
    if top_key(target) == "workflow":
        return _named_otherwise(target, people, refs)
    return read_scorecard(target)[1]


def _with_people(checked: Checked, prefix: str, people: Path | None, refs: tuple[str, ...]) -> tuple[Problem, ...]:
    """Whether people can do it is asked of a workflow without an error only."""
    if people is None or checked.definition is None:
        return checked.problems
    from engine.clock import SystemClock
    from engine.operations.staff import check_people_file

    found = check_people_file(checked.definition, people, SystemClock().now().date(), prefix, refs)
    return (*checked.problems, *found)


def _named_otherwise(target: Path, people: Path | None, refs: tuple[str, ...]) -> tuple[Problem, ...]:
    """A workflow in a file of another name: it is read as `workflow.yaml` among the files around it."""
    folder = target.parent
    texts: dict[str, str | bytes] = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in (*folder.glob("*.yaml"), *folder.glob("forms/*.json")) if file != target
    }
    checked = read_texts({**texts, WORKFLOW: target.read_bytes()}, f"{folder}/")
    problems = _with_people(checked, f"{folder}/", people, refs)
    read_as = f"{folder}/{WORKFLOW}"
    return tuple(replace(one, file=str(target)) if one.file == read_as else one for one in problems)
