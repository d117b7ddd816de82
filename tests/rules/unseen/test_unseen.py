"""Scorecards as strangers would write them from the language alone; every expected number is worked out beside it.

A case has `facts`, may have `by` (named lines of plain arithmetic, worked in fractions by `by_hand`), and `expect`: a
text that begins with `=` is arithmetic, everything else is the printed value itself.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.definition.source import read_yaml
from rules.scorecard.evaluate import Result, result_document, score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card
from tests.rules.unseen.by_hand import worked

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "cards").glob("*.yaml"))


def data(path: Path) -> Any:
    made, problems = read_yaml(path.read_text(encoding="utf-8"), path.name)
    assert made is not None, [(one.code, one.values) for one in problems]
    return made.data


def card_named(name: str) -> Card:
    card, faults = read_card(data(HERE / "cards" / f"{name}.yaml"))
    assert card is not None, [(one.code, one.path, dict(one.values)) for one in faults if one.level == "error"]
    return card


def cases() -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}: {case['case']}")
        for name in NAMES
        for case in data(HERE / "cases" / f"{name}.yaml")["cases"]
    ]


def result_of(card: Card, facts: Any) -> Result:
    known, faults = read_facts(card, facts or {})
    assert known is not None, [(one.code, one.path, dict(one.values)) for one in faults]
    return score(card, known)


def found_in(result: Result, key: str) -> Any:
    """`total`, `grade`, `NAME.score`, `NAME.contribution`, `reasons`, `proposals`, `figure NAME`, or a consequence."""
    printed = result_document(result)
    if key == "reasons":
        return [one["code"] for one in printed["reasons"]]
    if key == "proposals":
        return [" ".join(str(one[part]) for part in ("metric", "what", "old", "new")) for one in printed["proposals"]]
    if key.startswith("figure "):
        return printed_value(result.figures.get(key[7:]))
    name, _, what = key.rpartition(".")
    if name in printed["metrics"]:
        return printed["metrics"][name][what]
    return printed["consequences"][key] if key in printed["consequences"] else printed[key]


def printed_value(value: object) -> Any:
    from rules.scorecard.course import plain

    return plain(value)


def same(found: Any, expected: Any, known: dict[str, Fraction]) -> bool:
    if isinstance(expected, str) and expected.startswith("="):
        return found is not None and Fraction(found) == worked(expected[1:], known)
    if isinstance(expected, list):
        return list(map(str, found)) == list(map(str, expected))
    if isinstance(expected, bool) or expected is None or isinstance(found, bool):
        return found is expected
    return str(found) == str(expected)


@pytest.mark.parametrize(("name", "case"), cases())
def test_a_card_nobody_has_seen_gives_what_its_reader_works_out(name: str, case: dict[str, Any]) -> None:
    known: dict[str, Fraction] = {}
    for line, text in (case.get("by") or {}).items():
        known[line] = worked(str(text), known)
    result = result_of(card_named(name), case.get("facts"))
    wrong = {
        key: (found_in(result, key), expected if "=" not in str(expected) else str(worked(expected[1:], known)))
        for key, expected in case["expect"].items()
        if not same(found_in(result, key), expected, known)
    }
    assert wrong == {}
