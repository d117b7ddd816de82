"""Words and numbers of the house: one word for one thing, no binary float near a figure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from tests.house.documents import documents
from tests.house.tree import ROOT, Module, house, module_of, python_files

# Part of a name -> the word to use instead. A name is cut at underscores and capitals.
BANNED_NAMES: dict[str, str] = {
    "appraisal": "review", "evaluatee": "subject", "reviewee": "subject", "appraisee": "subject", "assessee": "subject",
    "reviewer": "holder", "approver": "holder", "kpi": "metric", "mgr": "manager",
    "whitelist": "allowed", "blacklist": "refused", "mock": "the real thing", "stub": "the real thing",
    "dummy": "a real example", "foo": "a real name", "util": "what it does", "utils": "what it does",
    "helper": "what it does", "helpers": "what it does", "misc": "what it does", "todo": "an issue",
}
BANNED_MODULES = {"utils", "util", "helpers", "helper", "common", "misc"}
# In any text of the house, comments and documents included.
BANNED_TEXT: dict[str, str] = {
    r"\bTODO\b": "an issue", r"\bFIXME\b": "an issue", r"\bXXX\b": "an issue", r"\bHACK\b": "a reason",
    r"\baudit log\b": "history", r"\baudit trail\b": "history", r"\bevent log\b": "history",
    r"\bworkflow instance\b": "review", r"\bemployee under review\b": "subject",
}
TEXT_HOLDS_THEM = {"tests/house/test_style.py"}
# Where a binary float is right, because no figure is near: seconds of waiting, handed to a library.
FLOATS_ALLOWED: dict[str, str] = {}


def parts(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def names_in(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Names that a module gives: functions, classes, arguments, variables, attributes it sets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield (node.id if isinstance(node, ast.Name) else node.attr), node.lineno


def name_faults(modules: Iterable[Module]) -> list[str]:
    faults = []
    for module in modules:
        if BANNED_MODULES & {module.name.rpartition(".")[2], *module.name.split(".")[1:]}:
            faults.append(f"{module.path}: a room's name says what it is for")
        for name, line in names_in(module.tree):
            faults += [f"{module.path}:{line} {name}: say {BANNED_NAMES[part]!r}"
                       for part in sorted(parts(name) & BANNED_NAMES.keys())]
        faults += [f"{module.path}:{node.lineno} {node.name}: a manager is a person here"
                   for node in ast.walk(module.tree)
                   if isinstance(node, ast.ClassDef) and node.name.endswith("Manager")]
    return faults


def text_faults(path: str, text: str) -> list[str]:
    return [f"{path}: {found.group()!r}, say {better!r}" for pattern, better in BANNED_TEXT.items()
            for found in re.finditer(pattern, text)]


def float_faults(modules: Iterable[Module]) -> list[str]:
    """The name `float` and float literals in rules and engine."""
    faults = []
    for module in modules:
        if module.path.startswith("api/") or module.path in FLOATS_ALLOWED:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name) and node.id == "float" and not refuses(node, module.tree):
                faults.append(f"{module.path}:{node.lineno} float")
            elif isinstance(node, ast.Constant) and isinstance(node.value, float):
                faults.append(f"{module.path}:{node.lineno} {node.value}")
    return faults


def refuses(node: ast.Name, tree: ast.Module) -> bool:
    """Whether `float` stands in an isinstance check: refusing a float is allowed, making one is not."""
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "issubclass")
        and any(child is node for child in ast.walk(call))
        for call in ast.walk(tree)
    )


def column_faults(modules: Iterable[Module]) -> list[str]:
    """SQL types that turn decimal text into binary numbers."""
    banned = {"Numeric", "Float", "Double", "REAL", "FLOAT", "DECIMAL", "NUMERIC", "DOUBLE", "DOUBLE_PRECISION"}
    faults = []
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                faults += [f"{module.path}:{node.lineno} {alias.name}" for alias in node.names if alias.name in banned]
            elif isinstance(node, ast.Attribute) and node.attr in banned:
                faults.append(f"{module.path}:{node.lineno} {node.attr}")
    return faults


def test_names_are_those_of_the_glossary() -> None:
    assert name_faults(house()) == []


def test_texts_use_the_words_of_the_house() -> None:
    paths = [*python_files("api", "engine", "rules", "tests"), *documents()]
    faults = [fault for path in paths if path not in TEXT_HOLDS_THEM
              for fault in text_faults(path, (ROOT / path).read_text("utf-8"))]
    assert faults == []


def test_no_binary_float_near_a_figure() -> None:
    assert float_faults(house()) == []


def test_no_column_holds_a_binary_number() -> None:
    assert column_faults(house()) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("engine/utils.py", "x = 1"), ("engine/a.py", "class CycleManager: ..."),
        ("engine/a.py", "def load_reviewee(): ..."),
        ("engine/a.py", "def f(kpi_value): ..."), ("engine/a.py", "mockStore = 1"), ("engine/misc/a.py", "x = 1"),
    ],
)
def test_a_banned_name_is_found(path: str, text: str) -> None:
    assert len(name_faults([module_of(path, text)])) == 1


def test_good_names_are_left_alone() -> None:
    assert name_faults([module_of("engine/a.py", "def review_of(subject, managers): holder = 1")]) == []


def test_a_banned_text_is_found() -> None:
    assert len(text_faults("README.md", "see the audit log")) == 1


@pytest.mark.parametrize("text", ["x = float('1')", "def f(x: float) -> int: ...", "x = 0.1", "y = 1e3"])
def test_a_float_is_found(text: str) -> None:
    assert len(float_faults([module_of("rules/a.py", text)])) == 1


def test_refusing_a_float_is_allowed() -> None:
    assert float_faults([module_of("rules/a.py", "def f(x):\n    return isinstance(x, (float, complex))")]) == []


@pytest.mark.parametrize("text", ["from sqlalchemy import Float", "import sqlalchemy as sa\nc = sa.Numeric(10, 2)"])
def test_a_binary_column_is_found(text: str) -> None:
    assert len(column_faults([module_of("engine/store/a.py", text)])) == 1
