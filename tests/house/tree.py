"""Reads the house's own source: files, modules, imports. Nothing here imports the house."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "engine", "rules")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: dotted name (a package's `__init__` bears the package's name), path from the root, its tree."""

    name: str
    path: str
    text: str
    tree: ast.Module


def module_of(path: str, text: str) -> Module:
    name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return Module(name, path, text, ast.parse(text, path))


def python_files(*folders: str) -> Iterator[str]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "__pycache__" not in path.parts:
                yield path.relative_to(ROOT).as_posix()


@cache
def house() -> tuple[Module, ...]:
    """Every module of the three packages, migrations included; read once."""
    return tuple(module_of(path, (ROOT / path).read_text("utf-8")) for path in python_files(*PACKAGES))


def imports_of(module: Module) -> Iterator[tuple[str, int]]:
    """Dotted names a module imports, wherever in it, with their lines; `from a import b` gives `a.b`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module or '.'}.{alias.name}", node.lineno


def is_house(name: str) -> bool:
    return name.split(".")[0] in PACKAGES


def is_standard(name: str) -> bool:
    return name.split(".")[0] in sys.stdlib_module_names


def resolve(name: str, known: frozenset[str]) -> str:
    """The module an imported dotted name lies in: `engine.ids.new_id` -> `engine.ids`; '' when there is none."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name
