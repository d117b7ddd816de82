"""`check` of the shipped workflow, process start to exit, against importing yaml, jsonschema and click alone."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

from engine.definition.library import folder_of
from tests.benchmarks.timing import Row, alone, timed

CHECK = "import sys; from api.cli.main import run; sys.exit(run(['check', sys.argv[1]]))"
IMPORTS = "import yaml, jsonschema, click"


def measure(smoke: bool) -> Row:
    folder = str(folder_of("account-manager"))
    ours, floor = [], []
    for _ in range(1 if smoke else 9):
        ours.append(timed(lambda: _run(CHECK, folder)))
        floor.append(timed(lambda: _run(IMPORTS)))
    return Row("check, start to exit", median(ours), median(floor), at_most=1.5)


def _run(code: str, *args: str) -> None:
    subprocess.run([sys.executable, "-c", code, *args], check=True, capture_output=True)


if __name__ == "__main__":
    alone(measure)
