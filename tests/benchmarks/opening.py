"""Opening a cycle in one transaction, against the bulk insert of the same rows."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.firm import file_of, opened, published
from tests.benchmarks.replaying import captured, copy_of, replay
from tests.benchmarks.timing import Row, alone, timed


def measure(smoke: bool) -> Row:
    count, times = (10, 1) if smoke else (2_000, 3)
    ours, floor, rows = [], [], 0
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            rt = published(Path(folder), count)
            copy = copy_of(file_of(rt), Path(folder) / "copy.sqlite")
            with captured(rt.database.engine) as sent:
                ours.append(timed(lambda rt=rt: opened(rt)))
            inserts = [one for one in sent if one[0].startswith("INSERT")]
            rows = sum(len(one[1]) if one[2] else 1 for one in inserts)
            floor.append(timed(lambda copy=copy, inserts=inserts: replay(copy, inserts)))
            copy.close()
            rt.close()
    note = f"{count} reviews, {rows / count:.1f} rows a review"
    return Row("opening a cycle", median(ours), median(floor), at_least=0.5, note=note)


if __name__ == "__main__":
    alone(measure)
