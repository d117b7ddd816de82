"""One task answered durably, in process, against its own SQL replayed with the same parameters."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from engine.operations.handle import Receipt, handle
from engine.operations.names import actor_named
from engine.review.commands import Answer
from tests.benchmarks.firm import TEAM, file_of, opened, published
from tests.benchmarks.replaying import captured, copy_of, replay
from tests.benchmarks.timing import Row, alone, timed

TARGETS = {"sales_plan": "1000000.00", "satisfaction.target": "88.00"}


def measure(smoke: bool) -> Row:
    count = 4 if smoke else 80
    with tempfile.TemporaryDirectory() as folder:
        rt = published(Path(folder), count)
        reviews = opened(rt).reviews
        managers = {team: actor_named(rt, f"m{team}") for team in range((count - 1) // TEAM + 1)}
        copy = copy_of(file_of(rt), Path(folder) / "copy.sqlite")
        ours, floor, sent = [], [], 0
        for place, (ref, review) in enumerate(reviews):
            actor = managers[int(ref[1:]) // TEAM]
            command = Answer(review, "propose", targets=TARGETS)
            with captured(rt.database.engine) as statements:
                took = timed(lambda actor=actor, command=command, place=place: _answered(rt, actor, command, place))
            again = timed(lambda statements=statements: replay(copy, statements))
            if place:
                ours.append(took)
                floor.append(again)
            sent = len(statements)
        copy.close()
        rt.close()
    return Row("one task answered durably", median(ours), median(floor), at_least=0.5, note=f"{sent} statements")


def _answered(rt, actor, command, place):  # type: ignore[no-untyped-def]
    outcome = handle(rt, actor, command, key=f"k{place}")
    if not isinstance(outcome, Receipt):
        raise TypeError(outcome)


if __name__ == "__main__":
    alone(measure)
