"""A small firm whose cohort of the east waits to be settled: looked at through every door."""

from __future__ import annotations

from pathlib import Path

from engine.operations.cohort_figures import GiveFigures, give_figures
from engine.operations.demo_clock import keep_time
from engine.operations.names import actor_named
from tests.engine.operations.cohort_firm import CARD, Firm, firm_in

WORKS = {"east1": 99, "east2": 98, "east3": 70}
POOL = "inputs:\n  pool: {type: money, unit: CNY, digits: 2, range: 0..100000, of: cohort, missing: {use: 0}}\n"
REFUSE = (
    "cohort: {by: department}\nconsequences: {bonus: {split: pool, by: total, digits: 2}}\n"
    "quota:\n  when_over: refuse\n"
    "  rules: [{grades: [A], at_most: 40 %, or: {at_most: 70 %, approved_by: hr}}]\n"
)


def firm_to_settle(folder: Path) -> Firm:
    """Three in the east whose rules give A A C, where one may have an A; the one in the west is still to come."""
    made, _ = firm_in(folder, {"east": 3, "west": 1}, REFUSE, card=CARD.replace("inputs:\n", POOL))
    pools = {"pool": {"east": "60", "west": "20"}}
    give_figures(made.rt, actor_named(made.rt, "hr1"), GiveFigures(made.cycle, pools))
    for ref, work in WORKS.items():
        made.rate(ref, work)
    made.tick()
    keep_time(folder / "data", made.clock.now())
    return made
