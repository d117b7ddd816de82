"""Asks the launcher from a test: servers in processes of their own, none of which outlives the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.api.launched import now_text

ROOT = Path(__file__).parents[2]
AT = "2025-07-01T10:00:00+08:00"
"""What the servers' clocks show when a plan is opened: an hour after the organisation was founded."""


@dataclass(slots=True)
class Launching:
    """The launcher's other end."""

    process: subprocess.Popen[str]
    told: Path

    def ask(self, what: str, **more: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the launcher ended: {self.said()}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def said(self) -> str:
        """The end of what the launcher and its servers wrote on standard error."""
        return self.told.read_text("utf-8", "replace")[-3_000:]

    @contextmanager
    def servers(self, folder: Path, count: int = 1, **plan: Any) -> Iterator[list[int]]:
        """The ports of running servers on the folder's data; all of them are dead after the block."""
        ports = self.ask("open", count=count, folder=str(folder), begun=now_text(), at=AT, **plan)["ports"]
        try:
            self.fork()
            yield ports
        finally:
            if self.process.poll() is None:  # else they died with it
                self.ask("close")

    def fork(self) -> None:
        """Whatever was killed runs again, and takes requests."""
        assert self.ask("fork")["ready"], f"a server did not begin: {self.said()}"


@contextmanager
def launcher(folder: Path) -> Iterator[Launching]:
    told = folder / "launcher.txt"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with told.open("w") as errors, subprocess.Popen(
        [sys.executable, "-m", "tests.api.launcher"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        cwd=ROOT, env=environment, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), told.read_text()
            yield Launching(process, told)
        finally:
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
