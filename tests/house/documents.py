"""Fenced blocks of the house's documents, and the scratch folder in which their commands run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.house.tree import ROOT

INSTALL_AND_RUN = (
    "python3 -m venv .venv && .venv/bin/python -m pip install . && .venv/bin/reviewcycle demo"
)
INSTALL_AND_TEST = (
    "python3 -m venv .venv && .venv/bin/python -m pip install -e '.[test]' && .venv/bin/python -m pytest"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: file and line of its fence, the words behind the fence, the text between."""

    path: str
    line: int
    info: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line}"

    @property
    def lang(self) -> str:
        return "zh" if ".zh." in self.path else "en"


def documents() -> Iterator[str]:
    """Every Markdown file that a reader of the repository finds."""
    hidden = {".venv", ".git", "build", "dist", ".pytest_cache", "reviewcycle-demo", "vectors"}
    for path in sorted(ROOT.rglob("*.md")):
        if not hidden & set(path.relative_to(ROOT).parts):
            yield path.relative_to(ROOT).as_posix()


def blocks_in(path: str, text: str) -> Iterator[Block]:
    """Blocks between ``` fences, indented or not; ValueError for a fence that is never closed."""
    start, info, margin, held = 0, "", "", list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        fence = re.match(r"^(\s*)```(.*)$", line)
        if fence and not start:
            start, info, margin, held = number, fence[2].strip(), fence[1], []
        elif fence:
            yield Block(path, start, info, "\n".join(held) + "\n")
            start = 0
        elif start:
            held.append(line.removeprefix(margin))
    if start:
        raise ValueError(f"{path}:{start} the fence is never closed")


@cache
def blocks() -> tuple[Block, ...]:
    return tuple(block for path in documents() for block in blocks_in(path, (ROOT / path).read_text("utf-8")))


def with_info(*infos: str) -> list[Block]:
    return [block for block in blocks() if block.info in infos]


def first_word(*words: str) -> list[Block]:
    return [block for block in blocks() if block.info.split(" ")[0] in words]


def environment(scratch: Path, lang: str) -> dict[str, str]:
    """What a new user's shell has: our command on the path, no settings, one language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REVIEWCYCLE", "DATABASE_URL"))}
    return {
        **kept, "PATH": f"{scratch / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8", "REVIEWCYCLE_LANG": lang, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100",
    }


def put_command(scratch: Path) -> None:
    """`reviewcycle` and `.venv/bin/reviewcycle` in the scratch folder, running this tree."""
    for folder in (scratch / "bin", scratch / ".venv" / "bin"):
        folder.mkdir(parents=True, exist_ok=True)
        command = folder / "reviewcycle"
        command.write_text(f"#!{sys.executable}\nfrom api.cli.main import main\nmain()\n")
        command.chmod(0o755)


def run_shell(scratch: Path, text: str, lang: str = "en", seconds: int = 120) -> subprocess.CompletedProcess[str]:
    """Runs shell text strictly; both streams come out as one, as on a terminal."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=scratch, env=environment(scratch, lang), text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False,
    )


@contextmanager
def served(scratch: Path) -> Iterator[dict[str, str]]:
    """The played data as `reviewcycle serve` serves it; gives what a reader has exported: URL, a manager's TOKEN."""
    data = "--data reviewcycle-demo"
    server = subprocess.Popen(
        [str(scratch / "bin" / "reviewcycle"), "serve", *data.split(), "--port", "0"], cwd=scratch,
        env=environment(scratch, "en"), text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        found = re.search(r"http://\S+?(?=;)", said)
        assert found is not None, said
        made = run_shell(scratch, f"reviewcycle token new tm3 {data} 2>/dev/null")
        yield {"URL": f"{found[0]}/api/v1", "TOKEN": made.stdout.split()[-1]}
    finally:
        server.terminate()
        server.wait(timeout=30)


@cache
def played(lang: str) -> tuple[Path, str]:
    """A folder in which the demo was played once in this process, with a copy of `workflows/`; and what it printed."""
    scratch = Path(mkdtemp(prefix=f"reviewcycle-docs-{lang}-"))
    put_command(scratch)
    shutil.copytree(ROOT / "workflows", scratch / "workflows")
    done = run_shell(scratch, "reviewcycle demo", lang)
    assert done.returncode == 0, done.stdout
    return scratch, done.stdout


def copy_of_played(lang: str, target: Path) -> Path:
    """The played folder again, for a block that changes things."""
    shutil.copytree(played(lang)[0], target, symlinks=True)
    return target


def fits(expected: str, printed: str) -> bool:
    """Whether printed text is the expected one; a line `...` stands for any lines, `...` in a line for any signs."""
    pattern = "\n".join(
        r"(?:.*\n)*?.*" if line.strip() == "..." else re.escape(line.rstrip()).replace(re.escape("..."), ".*?")
        for line in expected.strip("\n").split("\n")
    )
    shown = "\n".join(line.rstrip() for line in printed.strip("\n").split("\n"))
    return re.fullmatch(pattern, shown) is not None


def misfit(expected: str, printed: str) -> str:
    """The first expected line that is not printed, for the one who has to mend the document; empty when all are."""
    lines = printed.split("\n")
    for wanted in expected.strip("\n").split("\n"):
        if wanted.strip() == "...":
            continue
        if not any(fits(wanted, line) for line in lines):
            return wanted
    return ""


def calls_in(block: Block) -> list[tuple[str, str]]:
    """A console block's commands (lines that begin with `$ `) with the output expected of each."""
    calls: list[tuple[str, str]] = []
    for line in block.text.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            calls.append((line[2:], ""))
        elif calls:
            calls[-1] = (calls[-1][0], calls[-1][1] + line + "\n")
        else:
            raise ValueError(f"{block.name} does not begin with a command")
    return calls
