"""The real server, `reviewcycle serve`, in a process of its own on a folder of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Final

from engine.operations.demo_clock import clock_of
from engine.operations.names import SYSTEM
from engine.operations.sign_in import new_link, redeem
from engine.runtime import Runtime, open_runtime, settings_for

ROOT: Final = Path(__file__).parents[2]
RUN: Final = (
    "import ctypes, sys; getattr(ctypes.CDLL(None), 'prctl', max)(1, 15);"
    "from api.cli.main import main; sys.exit(main())"
)
"""The command itself; where the system can do it, it is asked to end (15) together with whoever began it (1)."""

SECONDS_TO_START: Final = 60
ERROR: Final = re.compile(r'"level":"error"|"status":5|Traceback')


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address, and its data, which may be opened beside it."""

    url: str
    folder: Path
    told: Path

    def runtime(self) -> Runtime:
        """The same data with the same clock; to be closed."""
        settings = settings_for(self.folder, environ={})
        return open_runtime(settings, clock_of(settings))

    def link(self, ref: str) -> str:
        """What the operator of the machine prints for a person: an address that signs her in once."""
        rt = self.runtime()
        try:
            return f"{self.url}/sign-in?link={new_link(rt, SYSTEM, ref).text}"
        finally:
            rt.close()

    def session(self, ref: str) -> str:
        """The value of a session's cookie, without the way through the page."""
        rt = self.runtime()
        try:
            return redeem(rt, new_link(rt, SYSTEM, ref).text).text
        finally:
            rt.close()


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serves the folder until the end of the block; what it told of itself until then holds no error."""
    told = folder.parent / f"{folder.name}.log"
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("REVIEWCYCLE", "DATABASE"))}
    with (
        told.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-c", RUN, "serve", "--data", str(folder), "--port", "0", "--lang", "en"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, text=True,
            env={**plain, "PYTHONPATH": str(ROOT)},
        ) as process,
    ):  # fmt: skip
        try:
            assert process.stdout is not None
            late = Timer(SECONDS_TO_START, process.kill)
            late.start()
            ready = process.stdout.readline()
            late.cancel()
            found = re.search(r"http://127\.0\.0\.1:\d+", ready)
            assert found, f"the server did not start: {ready}{told.read_text('utf-8', 'replace')[-2_000:]}"
            yield Served(found.group(), folder, told)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
    faults = [line for line in told.read_text("utf-8", "replace").splitlines() if ERROR.search(line)]
    assert faults == []
