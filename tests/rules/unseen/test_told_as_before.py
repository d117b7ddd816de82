"""What was once told of a case stays told: a trace is stored in histories, so keys and texts may come but never change.

`told.json` holds the traces of the first case of each card. `python -m tests.rules.unseen.test_told_as_before` writes
it anew, for a card that was changed on purpose.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rules.unseen.test_unseen import HERE, NAMES, card_named, data, result_of

TOLD = HERE / "told.json"
CARDS = tuple(NAMES)


def trace_of(name: str) -> list[Any]:
    """As a history stores it."""
    case = data(Path(HERE / "cases" / f"{name}.yaml"))["cases"][0]
    found: list[Any] = json.loads(json.dumps(result_of(card_named(name), case.get("facts")).trace))
    return found


def holds(now: Any, before: Any) -> bool:
    """Whether everything of before is still there as it was; mappings may have more keys, the trace more steps."""
    if isinstance(before, dict):
        return isinstance(now, dict) and all(key in now and holds(now[key], one) for key, one in before.items())
    if isinstance(before, list):
        return isinstance(now, list) and len(now) == len(before) and all(map(holds, now, before))
    return type(now) is type(before) and now == before


def lost(now: list[Any], before: list[Any]) -> list[Any]:
    """The first step of before that is not told any more, in the order of before."""
    left = iter(now)
    return [one for one in before if not any(holds(step, one) for step in left)][:1]


@pytest.mark.parametrize("name", CARDS)
def test_a_trace_tells_what_it_told_before(name: str) -> None:
    before = json.loads(TOLD.read_text(encoding="utf-8"))
    assert lost(trace_of(name), before[name]) == []


def test_another_text_and_a_step_that_is_gone_would_be_found() -> None:
    before = json.loads(TOLD.read_text(encoding="utf-8"))["call-centre-qa"]
    assert lost([{**one, "more": 1} for one in before], before) == []
    assert lost(before[1:], before) == before[:1]
    assert lost(json.loads(json.dumps(before).replace('"policy"', '"polity"').replace("0", "1")), before) != []


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(trace_of(name), ensure_ascii=False)}" for name in CARDS]
    TOLD.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
