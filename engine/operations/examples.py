"""Runs the examples of a workflow: each in a fresh database, or, for the scorecard alone, in none."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.clock import HandClock
from engine.errors import ReviewcycleError
from engine.operations.card_examples import score_example
from engine.operations.expecting import Failure
from engine.operations.script import Example, Script, read_script
from engine.operations.story import Player, start_of
from engine.runtime import Runtime, open_runtime, settings_for


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example: it passed when nothing failed."""

    name: str
    place: str
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def run_examples(path: Path) -> tuple[ExampleResult, ...]:
    """Runs `examples.yaml` of a workflow's folder, or the file itself. InputError when it cannot be read."""
    file = path / "examples.yaml" if path.is_dir() else path
    script = read_script(file)
    return tuple(ExampleResult(one.name, one.place, run_example(script, one)) for one in script.examples)


def run_example(script: Script, example: Example) -> tuple[Failure, ...]:
    """What did not hold. A scorecard's example is scored; any other is played in a database of its own."""
    try:
        if example.facts is not None:
            return score_example(script, example)
        with tempfile.TemporaryDirectory(prefix="reviewcycle-") as folder:
            clock = HandClock(start_of(example))
            rt: Runtime = open_runtime(settings_for(Path(folder), environ={}), clock)
            try:
                return Player(rt, clock, script).play(example)
            finally:
                rt.close()
    except ReviewcycleError as error:
        return (Failure(example.place, error.code, error.values),)
