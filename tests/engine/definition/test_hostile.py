"""Whoever wishes the reader ill is told a problem: nothing is imported, called or opened, soon and in little memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine.definition.patterns import is_bounded
from engine.definition.render import excerpt

ROOT = Path(__file__).parents[3]
SECONDS_MAX = 5  # of one processor, for one piece; most take a tenth
MEMORY_MAX = 400_000_000
SAID_MAX = 20_000  # characters of all problems together


def heard(every: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What a process said that read each n-th piece, and what it told at its end."""
    command = [sys.executable, "-m", "tests.engine.definition.hostile", str(every)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    pieces = [line for line in lines if "name" in line]
    return pieces, {key: value for line in lines if "name" not in line for key, value in line.items()}


def judge(every: int) -> int:
    pieces, end = heard(every)
    assert [one["name"] for one in pieces if not one["codes"]] == []
    assert [(one["name"], one["seen"]) for one in pieces if one["seen"]] == []
    assert [(one["name"], one["seconds"]) for one in pieces if one["seconds"] > SECONDS_MAX] == []
    assert [(one["name"], one["length"]) for one in pieces if one["length"] > SAID_MAX] == []
    # The control: the hook sees an import, a call, a program and a file when there are such.
    assert {"import", "exec", "open", "os.system", "subprocess.Popen"} <= set(end["control"])
    assert end["peak"] < MEMORY_MAX
    return len(pieces)


def test_hostile_files_are_refused_and_nothing_happens() -> None:
    assert judge(29) >= 10


@pytest.mark.parametrize("every", [
    pytest.param(3, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.soak),
])  # fmt: skip
def test_many_hostile_files_are_refused_and_nothing_happens(every: int) -> None:
    assert judge(every) >= 300 // every


@pytest.mark.parametrize("pattern", [
    "^[a-z]+$", r"^\d{4}-\d{2}-\d{2}$", r"^(\d{1,3}\.){3}\d{1,3}$", "^[A-Z]{2}-[0-9]{1,6}$", "^(yes|no)$", r"\S",
    r"^https?://[^\s/]+(/\S*)?$", r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "(foo|bar)*", r"^1[3-9]\d{9}$",
    "^[\u4e00-\u9fa5]{2,20}$",
    r"^(0|[1-9]\d*)(\.\d{1,2})?$", "[]a]+", "[^]]*", r"^(?:[01]\d|2[0-3]):[0-5]\d$", r"^[A-Z]+\d+$", r"^\w+, \w+$",
])  # fmt: skip
def test_patterns_of_everyday_are_taken_and_are_quick(pattern: str) -> None:
    assert is_bounded(pattern)
    begun = time.process_time()
    for text in ("a" * 2_000 + "!", "1" * 2_000 + "!", "x," * 1_000 + "!", " " * 2_000, "a.b@" * 500):
        re.search(pattern, text)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("pattern", [
    "(a+)+$", "((a*))*b", "(a|a)*b", "(?i:a|A)*b", "(a|aa)+$", "(.*a){25}", "(a?){40}a{40}", r"(\w|\d)+$",
    "a*a*b", ".*.*x",
    "(a|(b|(a)))*c", ".+,.+,.+,.+,x", r"(.+)\1+x\1+", "a*(b)?a*c", "(", "a" * 201,
])  # fmt: skip
def test_patterns_that_could_run_for_ever_are_not_taken(pattern: str) -> None:
    assert not is_bounded(pattern)


def test_a_line_as_long_as_a_file_is_shown_around_the_place_alone() -> None:
    line = "中" * 300_000 + "x" + "y" * 300_000
    begun = time.process_time()
    for _ in range(50):
        shown, caret = excerpt([line], 1, 300_001)
    assert time.process_time() - begun < 1
    assert len(shown) < 200
    assert "…" in shown
    assert "x" in shown
    assert caret.endswith("^")
