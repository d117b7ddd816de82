"""The wheel: built from a clean copy, installed into a fresh environment, run from another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT

pytestmark = pytest.mark.slow

OURS = {"api", "engine", "rules", "workflows"}
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", "reviewcycle-*"
)
KEPT = ("PIP_", "HTTP", "http", "SSL", "NO_", "no_", "REQUESTS_")


def run(*command: str | Path, cwd: Path, expect: int = 0) -> str:
    """Runs a command in a bare environment and gives both its streams."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
    environ = {**kept, "PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=400, check=False,
    )
    assert done.returncode == expect, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing a developer left lying about comes along."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=LEFT_BEHIND)
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder / "dist", ".", cwd=folder / "source")
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a fresh environment, with only what the wheel itself asks for."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    run(folder / "venv" / "bin" / "python", "-m", "pip", "install", wheel, cwd=folder)
    return folder / "venv" / "bin" / "reviewcycle"


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == OURS


def test_the_wheel_holds_every_file_of_the_tree(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix() for top in OURS for path in (ROOT / top).rglob("*")
        if path.suffix in (".py", ".yaml", ".json", ".csv", ".md", ".mako") and "__pycache__" not in path.parts
    }
    assert wanted
    assert wanted - names == set()


def test_the_installed_command_plays_the_demo_twice_in_another_folder(installed: Path, tmp_path: Path) -> None:
    assert "reviewcycle 0." in run(installed, "--version", cwd=tmp_path)
    first = run(installed, "demo", cwd=tmp_path)
    assert "verify" in first
    run(installed, "demo", "--lang", "zh", cwd=tmp_path)


def test_the_installed_command_copies_checks_and_tests_a_workflow(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "my-cycle", "--from", "account-manager", cwd=tmp_path)
    run(installed, "check", "my-cycle", cwd=tmp_path)
    assert " 0 failed" in run(installed, "test", "my-cycle", cwd=tmp_path)
    workflow = tmp_path / "my-cycle" / "workflow.yaml"
    workflow.write_text(workflow.read_text("utf-8").replace("initial: set_targets", "initial: set_target"), "utf-8")
    assert "workflow.yaml:" in run(installed, "check", "my-cycle", cwd=tmp_path, expect=1)
    run(installed, "check", "no-such-folder", cwd=tmp_path, expect=2)
