"""`check` of the shipped workflow, process start to exit, against importing yaml, jsonschema and click alone.

Both with byte code at hand, as after any installation, wherever this environment keeps Python from writing it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from statistics import median

from engine.definition.library import folder_of
from tests.benchmarks.timing import Row, alone, timed

CHECK = "import sys; sys.argv.insert(1, 'check'); from api.cli.main import main; main()"
"""What the installed command does."""
IMPORTS = "import yaml, jsonschema, click"


def measure(smoke: bool) -> Row:
    folder = str(folder_of("account-manager"))
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        for code, *args in ((CHECK, folder), (IMPORTS,)):
            _run(environment, code, *args)
        for _ in range(1 if smoke else 15):
            ours.append(timed(lambda: _run(environment, CHECK, folder)))
            floor.append(timed(lambda: _run(environment, IMPORTS)))
    return Row("check, start to exit", median(ours), median(floor), at_most=1.5)


def _run(environment: Mapping[str, str], code: str, *args: str) -> None:
    subprocess.run([sys.executable, "-c", code, *args], check=True, capture_output=True, env=environment)


if __name__ == "__main__":
    alone(measure)
