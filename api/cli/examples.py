"""`test`: runs the examples of workflows and says which hold."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, verb
from api.refusals import DONE, REFUSED

EXAMPLES = "examples.yaml"


@verb("test", data=False)
@click.argument("paths", nargs=-1, required=True, type=ExistingPath())
def examples(terminal: Terminal, paths: tuple[Path, ...]) -> int:
    from engine.operations.examples import run_examples

    files = [file for path in paths for file in files_of(path)]
    if not files:
        raise Misuse("cli.test.nothing", path=", ".join(map(str, paths)))
    played = [(file, result) for file in files for result in run_examples(file)]
    results = [result for _, result in played]
    failed = [(file, result) for file, result in played if result.failures]
    if terminal.json:
        terminal.data_out({"passed": len(results) - len(failed), "failed": len(failed), "examples": results})
        return REFUSED if failed else DONE
    for file, result in failed:
        terminal.say("cli.test.failed", name=result.name)
        for failure in result.failures:
            place = str(file.parent / failure.place) if len(files) > 1 else failure.place
            text = terminal.text(failure.code, **failure.values)
            terminal.show(f"  {text if text.startswith(place) else f'{place} {text}'}")
    terminal.say("cli.test.summary", passed=len(results) - len(failed), failed=len(failed))
    return REFUSED if failed else DONE


def files_of(path: Path) -> list[Path]:
    """A file itself, a folder's examples, else those of the folders in it."""
    if path.is_file():
        return [path]
    if (path / EXAMPLES).is_file():
        return [path / EXAMPLES]
    return sorted(path.rglob(EXAMPLES))
