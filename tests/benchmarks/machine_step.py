"""One step through `transitions`, against a plain table of dictionaries."""

from __future__ import annotations

from engine.definition.library import folder_of
from engine.definition.reader import read_definition
from engine.review.machine import View, fire
from tests.benchmarks.timing import Row, alone, best_of

STEPS = ("set_targets/tasks/agree/accept", "collect_data/next", "evaluate/next", "calibrate/tasks/settle/confirm")


def measure(smoke: bool) -> Row:
    definition = read_definition(folder_of("account-manager")).definition
    if definition is None:
        raise ValueError("the shipped workflow has problems")
    plain: dict[tuple[str, str], str] = {}
    view = View(definition.initial, lambda: ({}, ()))
    for step in STEPS:
        before = view.state
        fire(definition, view, step)
        plain[before, step] = view.state

    def ours() -> None:
        moved = View(definition.initial, lambda: ({}, ()))
        for step in STEPS:
            fire(definition, moved, step)

    def move(view: View, trigger: str) -> bool:
        to = plain.get((view.state, trigger))
        if to is not None:
            view.state = to
        return to is not None

    def floor() -> None:
        moved = View(definition.initial, lambda: ({}, ()))
        for step in STEPS:
            move(moved, step)

    times = 20 if smoke else 20_000
    steps = len(STEPS)
    return Row("one step of the machine", best_of(ours, times) / steps, best_of(floor, times) / steps, at_most=30)


if __name__ == "__main__":
    alone(measure)
