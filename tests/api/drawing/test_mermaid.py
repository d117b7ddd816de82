"""The picture of a workflow: every state and every way of it, in both languages."""

from __future__ import annotations

import re

import pytest

from api.drawing.mermaid import mermaid
from api.drawing.ways import edges
from engine.definition.model import Definition
from engine.definition.reader import read_definition
from engine.words.book import LANGS
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def shipped() -> Definition:
    checked = read_definition(ROOT / "workflows" / "account-manager")
    assert checked.definition is not None
    return checked.definition


@pytest.mark.parametrize("lang", LANGS)
def test_every_state_is_drawn_and_every_arrow_leads_to_one(shipped: Definition, lang: str) -> None:
    text = mermaid(shipped, lang)
    assert re.findall(r'^    state ".+" as (\w+)$', text, re.M) == list(shipped.states)
    arrows = re.findall(r"^    (\w+) --> (\w+)", text, re.M)
    assert arrows
    assert {name for arrow in arrows for name in arrow} <= shipped.states.keys()


def test_every_way_of_the_definition_is_an_arrow(shipped: Definition) -> None:
    drawn = {(origin, target) for origin, target, _ in edges(shipped, "en")}
    for name, state in shipped.states.items():
        ways = [outcome.way for task in state.tasks.values() for outcome in task.outcomes.values()]
        ways += [state.next, *(step.way for step in state.deadline)]
        assert {(name, branch.to) for way in ways for branch in way or ()} <= drawn


def test_labels_hold_no_sign_that_mermaid_reads_as_its_own(shipped: Definition) -> None:
    for line in mermaid(shipped, "en").splitlines()[1:]:
        assert line.count(" : ") <= 1
        assert ";" not in line
        assert ":" not in line.partition(" : ")[2]
