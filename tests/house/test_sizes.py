"""Sizes and shapes: small files, small functions, empty `__init__`, a first sentence on every module."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.house.tree import Module, house, module_of, python_files

FILE_MAX = 300
FUNCTION_MAX = 50

# What may be longer, and why.
LONG_FILES: dict[str, str] = {
    "engine/words/": "one table of sentences; cutting it would only scatter them",
}
LONG_FUNCTIONS: dict[str, str] = {}


def long_files(modules: Iterable[Module]) -> list[str]:
    return [
        f"{module.path}: {lines} lines"
        for module in modules
        if (lines := module.text.count("\n")) > FILE_MAX
        and not any(module.path.startswith(path) for path in LONG_FILES)
    ]


def long_functions(modules: Iterable[Module]) -> list[str]:
    found = []
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_MAX and f"{module.name}.{node.name}" not in LONG_FUNCTIONS:
                    found.append(f"{module.path}:{node.lineno} {node.name}: {lines} lines")
    return found


def furnished_inits(modules: Iterable[Module]) -> list[str]:
    """Packages whose `__init__` holds anything beside one docstring."""
    return [
        module.path for module in modules
        if module.path.endswith("__init__.py")
        and not (len(module.tree.body) == 1 and ast.get_docstring(module.tree))
    ]


def untold_modules(modules: Iterable[Module]) -> list[str]:
    """Modules that do not open with a sentence."""
    return [module.path for module in modules if not {".", "。"} & set(ast.get_docstring(module.tree) or "")]


def own_code() -> list[Module]:
    return [module for module in house() if "/migrations/versions/" not in module.path]


def test_files_are_short() -> None:
    assert long_files(own_code()) == []


def test_functions_are_short() -> None:
    assert long_functions(own_code()) == []


def test_packages_hold_a_docstring_and_nothing_else() -> None:
    assert furnished_inits(house()) == []


def test_modules_open_with_a_sentence() -> None:
    assert untold_modules(own_code()) == []


def test_there_is_no_package_under_tests() -> None:
    assert [path for path in python_files("tests") if path.endswith("__init__.py")] == []


def test_excuses_are_still_needed() -> None:
    names = [module.path for module in house()]
    assert all(any(name.startswith(path) for name in names) for path in LONG_FILES)
    known = {f"{module.name}.{node.name}" for module in house() for node in ast.walk(module.tree)
             if isinstance(node, ast.FunctionDef)}
    assert LONG_FUNCTIONS.keys() <= known


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (long_files, "rules/a.py", "x = 1\n" * (FILE_MAX + 1)),
        (long_functions, "rules/a.py", "def f():\n" + "    x = 1\n" * FUNCTION_MAX),
        (long_functions, "rules/a.py", "class C:\n  async def f(self):\n" + "    x = 1\n" * FUNCTION_MAX),
        (furnished_inits, "rules/__init__.py", '"""Rules."""\nfrom rules.numbers import Exact\n'),
        (furnished_inits, "rules/__init__.py", ""),
        (untold_modules, "rules/a.py", "x = 1\n"),
    ],
)
def test_each_fault_is_found(check, path: str, text: str) -> None:  # type: ignore[no-untyped-def]
    assert len(check([module_of(path, text)])) == 1


def test_what_fits_exactly_is_no_fault() -> None:
    assert long_files([module_of("rules/a.py", "x = 1\n" * FILE_MAX)]) == []
    assert long_functions([module_of("rules/a.py", "def f():\n" + "    x = 1\n" * (FUNCTION_MAX - 1))]) == []
