"""All benchmarks as one table: `python -m tests.benchmarks` (with `--smoke`: once each, to see that they run)."""

from __future__ import annotations

import sys

from tests.benchmarks import (
    answering,
    answering_http,
    card_fast,
    card_trace,
    check_start,
    machine_step,
    opening,
    wide_workflow,
)
from tests.benchmarks.timing import smoke, table

MEASURES = (
    card_trace.measure, answering.measure, answering_http.measure_client, answering_http.measure_served,
    opening.measure, check_start.measure, machine_step.measure, wide_workflow.measure,
    *card_fast.MEASURES,
)  # fmt: skip


def main() -> int:
    """0 when every target is reached; a smoke run judges nothing."""
    quick = smoke()
    rows = [measure(quick) for measure in MEASURES]
    print(table(rows))
    return 0 if quick or all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
