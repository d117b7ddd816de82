"""Many random workflows tried at once: sound ones by random commands, damaged ones by what the check says of them."""

from __future__ import annotations

import random
from collections import Counter

from engine.definition.reader import read_texts
from tests.random_workflows.damage import damaged
from tests.random_workflows.drawing import draw
from tests.random_workflows.exploring import unproven
from tests.random_workflows.playing import LawBroken, run
from tests.random_workflows.witnesses import NO_RUN, WITNESSES, shown


def runs_of(seeds: range, times: int) -> Counter[str]:
    """So many runs of each sound workflow; counts runs, workflows and the actions that happened in them."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        seen["drawn"] += 1
        definition = read_texts(draw(seed).texts()).definition
        if definition is None:
            continue
        seen["sound"] += 1
        for number in range(times):
            try:
                world, _ = run(definition, f"{seed}/{number}")
            except LawBroken as broken:
                raise AssertionError(f"workflow {seed}, run {number}: {broken}") from broken
            seen["runs"] += 1
            seen.update(event.action for event in world.events)
    return seen


def alarms_of(seeds: range) -> tuple[Counter[str], Counter[str]]:
    """Damaged workflows: every error that speaks of what happens is shown by a run; what is still called sound stands
    the laws. Counts codes that were shown and kinds of damage."""
    codes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for seed in seeds:
        kind, drawn = damaged(draw(seed), random.Random(f"damage {seed}"))
        kinds[kind] += 1
        checked = read_texts(drawn.texts())
        if checked.definition is not None:
            for number in range(2):
                run(checked.definition, f"{seed}/{number}")
            continue
        definition = unproven(drawn.texts())
        for problem in checked.problems:
            if problem.level == "error" and problem.code not in NO_RUN:
                assert problem.code in WITNESSES, f"{problem.code} wants a witness, or a reason why none is needed"
                assert shown(problem, definition), (seed, kind, problem.code, problem.values, problem.path)
                codes[problem.code] += 1
    return codes, kinds
