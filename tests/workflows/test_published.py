"""Published schemes run from YAML alone: every published case is cited by an example, and comes out as published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import engine
import rules
from engine.definition.library import WORKFLOWS
from engine.operations.examples import run_examples
from engine.operations.script import Example, read_script

PUBLISHED = WORKFLOWS / "published"
FOLDERS = sorted(file.parent.name for file in PUBLISHED.glob("*/scorecard.yaml"))
CASES = json.loads((Path(__file__).parent / "published_schemes.json").read_text(encoding="utf-8"), parse_float=str)
# The peers' worked numbers: what their own tests or formulas give, and where ours differs on purpose.
PEERS: dict[str, list[str]] = {
    "F1": ["1.5", "2.1", "3.6", "1.2"], "F2": ["3.85", "3.767"], "F3": ["3.767"],
    "F4": ["12.5", "50", "3.75", "35", "38.75", "1.938", "0.646"], "F5": ["15", "25", "17.5", "0"],
    "F6": ["15", "0", "35"], "F7": ["15", "0"], "F8": ["3.575", "0"], "F9": ["refused", "scored"],
    "F10": ["12.5", "16.667"], "F13": ["5"], "F14": ["0.646"],
    "D1": ["81"], "D2": ["82.5"], "D3": ["81.67"], "D4": ["90", "blocked"], "D5": ["82.13"], "D7": ["refused"],
    "T1": ["2.5"], "T2": ["1"], "T3": ["1", "2.2"], "T4": ["1"], "T5": ["dark_green"],
    "T6": ["red", "orange", "green", "dark_green"], "T7": ["refused"],
}  # fmt: skip
REJECTED = {"REJECT": ("refused",)}


def expected() -> dict[str, list[str]]:
    """What every citable case must show: numbers as text, words that the published text has."""
    found, counts = dict(PEERS), dict[str, int]()
    for case in CASES:
        system = case["system"]
        counts[system] = counts.get(system, 0) + 1
        wanted = case["expected"]
        found[f"{system}#{counts[system]}"] = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    return found


def examples() -> Iterator[tuple[str, Example, list[str]]]:
    for folder in FOLDERS:
        for one in read_script(PUBLISHED / folder / "examples.yaml").examples:
            yield folder, one, list(one.cites)


def shown(cited: str) -> list[str]:
    """All values that the examples citing this case expect."""
    return [str(text) for _, one, cites in examples() if cited in cites for text in _leaves(one)]


def _leaves(example: Example) -> Iterator[Any]:
    for one in example.wanted:
        yield from one.value if isinstance(one.value, list) else [one.value]


def number(text: str) -> Fraction | None:
    head = text.split(" ")[0]
    return Fraction(head) if re.fullmatch(r"-?\d+(\.\d+)?(/\d+)?", head) else None


def unshown(wanted: Iterable[str], values: list[str]) -> list[str]:
    """The wanted numbers that none of the values equals, and texts of which no value is a word."""
    numbers = {number(one) for one in values}
    found = []
    for one in wanted:
        value = number(one)
        words = {*re.findall(r"\w+", one), *REJECTED.get(one.partition(":")[0], ())}
        if value not in numbers if value is not None else not words & set(values):
            found.append(one)
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_example_of_a_published_scheme_holds(folder: str) -> None:
    results = run_examples(PUBLISHED / folder)
    assert results
    assert [(one.name, one.failures) for one in results if not one.passed] == []


def test_every_published_case_is_cited_and_nothing_else_is() -> None:
    cited = {cite for _, _, cites in examples() for cite in cites}
    assert sorted(set(expected()) - cited) == []
    assert sorted(cited - set(expected())) == []


@pytest.mark.parametrize("cited", sorted(expected()))
def test_the_expected_value_is_the_published_one(cited: str) -> None:
    assert unshown(expected()[cited], shown(cited)) == []


def test_a_value_that_is_not_shown_is_found() -> None:
    assert unshown(["400", "L4"], ["400", "L5"]) == ["L4"]
    assert unshown(["4.5"], ["4.51"]) == ["4.5"]
    assert unshown(["REJECT: too heavy"], ["scored"]) == ["REJECT: too heavy"]
    assert unshown(["11/3 (~3.6667)", "eligible 优秀"], ["11/3", "优秀"]) == []


def test_no_scheme_has_python_of_its_own() -> None:
    assert [path.name for path in PUBLISHED.rglob("*") if path.suffix in (".py", ".pyc")] == []
    assert list(mentions(FOLDERS)) == []


def mentions(names: Iterable[str]) -> Iterator[str]:
    """Files of rules and engine that name a scheme: code for one scheme could not do without."""
    wanted = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names), re.IGNORECASE)
    for room in (*rules.__path__, *engine.__path__):
        for file in Path(room).rglob("*.py"):
            if wanted.search(file.read_text(encoding="utf-8")):
                yield file.name


def test_a_name_in_the_code_is_found() -> None:
    assert "evaluate.py" in list(mentions(["re_adjust"]))
