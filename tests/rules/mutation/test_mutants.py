"""Every small mistake in a shipped card is found by the check or by an example, or is harmless for a written reason.

The whole run is long: `pytest -m soak -s tests/rules/mutation` prints what became of all mutants of all cards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.definition.library import WORKFLOWS
from engine.definition.reader import read_scorecard
from engine.definition.source import read_yaml
from tests.rules.mutation.judging import CHECKED, FOUND, KILLED, LIVES, NAMED, Cards, Judge, examples_of
from tests.rules.mutation.mutants import Mutant, Mutator

HERE = Path(__file__).parent
FLOWS = sorted(file.parent for file in WORKFLOWS.glob("*/scorecard.yaml"))
PUBLISHED = sorted(file.parent for file in WORKFLOWS.glob("published/*/scorecard.yaml"))
REFERENCE = sorted((HERE.parent / "scorecard" / "cards").glob("*.yaml"))
MISTAKES = ("misspell key", "swap bounds", "open a gap", "reverse range")
"""Kinds that are never another sound policy: the check itself must find each of them, outside of what people read."""

TEXTS = re.compile(r"(?:.*\.)?(?:title|say)(?:\..*)?")


@cache
def harmless() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Kinds and places, as one pattern for each entry."""
    document, problems = read_yaml((HERE / "harmless.yaml").read_text(encoding="utf-8"), "harmless.yaml")
    assert document is not None, problems
    entries: list[Any] = document.data["harmless"]
    return tuple((tuple(one["kinds"]), _pattern(one["places"])) for one in entries if one["reason"])


def _pattern(places: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(place).replace(r"\*", ".*") for place in places))


def accounted(mutant: Mutant, verdict: str) -> bool:
    if verdict != LIVES:
        return True
    return any(mutant.kind in kinds and places.fullmatch(mutant.place) for kinds, places in harmless())


def run(cards: Cards, every: int, first: int = 0, **how: Any) -> tuple[Counter[tuple[str, str]], list[str]]:
    """How many mutants of each kind became what, and those that nothing accounts for."""
    counted: Counter[tuple[str, str]] = Counter()
    lost = []
    for mutant, verdict in Judge(cards, **how).judged(every, first):
        counted[mutant.kind, verdict] += 1
        if not accounted(mutant, verdict):
            lost.append(f"{cards.name}:{mutant.line} {mutant.kind} {mutant.place} ({mutant.word})")
    return counted, lost


def card_alone(file: Path) -> Cards:
    return Cards(file.stem, file.read_text(encoding="utf-8"))


def facts_alone(folder: Path) -> Cards:
    """A card with its examples for the scorecard alone: no story is played."""
    return examples_of(folder, stories=False)


def missed(cards: Cards, every: int) -> list[tuple[int, str, str]]:
    """What is always a mistake, and was not found by the check of the card alone."""
    judge = Judge(cards)
    mistakes = [one for one in Mutator(cards.text).mutants() if one.kind in MISTAKES and not TEXTS.fullmatch(one.place)]
    assert mistakes
    return [(one.line, one.kind, one.place) for one in mistakes[::every] if judge.verdict(one) not in CHECKED]


def table(counted: Counter[tuple[str, str]]) -> Iterator[str]:
    """One line for each kind: how many were found, killed, and live."""
    for kind in sorted({kind for kind, _ in counted}):
        told = [f"{counted[kind, verdict]} {verdict}" for verdict in (FOUND, NAMED, KILLED, LIVES)]
        yield f"{kind:>20}: {', '.join(told)}"


def test_a_sample_of_mistakes_is_accounted_for() -> None:
    lost = [one for file in (*FLOWS[:1], *PUBLISHED[::9]) for one in run(facts_alone(file), 67, 3)[1]]
    assert lost == []


@pytest.mark.slow
def test_a_larger_sample_of_mistakes_is_accounted_for() -> None:
    lost = [one for folder in (*FLOWS, *PUBLISHED) for one in run(facts_alone(folder), 53, 11)[1]]
    assert lost == []


@pytest.mark.soak
@pytest.mark.parametrize("folder", [*FLOWS, *PUBLISHED], ids=lambda folder: folder.name)
def test_every_mistake_in_a_shipped_card_is_accounted_for(folder: Path) -> None:
    counted, lost = run(examples_of(folder), 1)
    print(f"\n{folder.name}: {sum(counted.values())} mutants", *table(counted), sep="\n")
    assert lost == []


@pytest.mark.soak
@pytest.mark.parametrize("file", REFERENCE, ids=lambda file: file.stem)
def test_what_is_always_a_mistake_is_found_in_reference_cards(file: Path) -> None:
    """They have no examples here, so only what the check must find is asked."""
    assert missed(card_alone(file), 1) == []


@pytest.mark.slow
@pytest.mark.parametrize("folder", FLOWS, ids=lambda folder: folder.name)
def test_what_is_always_a_mistake_is_found_by_the_check_itself(folder: Path) -> None:
    assert missed(card_alone(folder / "scorecard.yaml"), 4) == []


def test_no_mistake_of_those_is_called_harmless() -> None:
    for kinds, places in harmless():
        for kind in set(kinds) & set(MISTAKES):
            assert kind == "misspell key"
            assert not places.fullmatch("metrics.sales.weight"), "only languages of texts"


def nothing(text: str) -> Any:
    """A check that finds nothing."""
    card, problems = read_scorecard(text)
    return (card, ()) if not any(one.level == "error" for one in problems) else (None, ())


def test_without_the_check_mistakes_would_be_lost() -> None:
    """The control: with a checker that says nothing, the same run finds mutants that nothing accounts for."""
    cards = card_alone(next(one for one in REFERENCE if one.stem == "hhs"))
    assert run(cards, 5)[1] == []
    assert len(run(cards, 5, check=nothing)[1]) > 5


@pytest.mark.slow
def test_without_examples_a_mistake_would_be_lost() -> None:
    """The control: what an example kills, lives without it."""
    cards = facts_alone(next(one for one in PUBLISHED if one.name == "bank-cm"))
    counted, _ = run(cards, 13)
    alone, _ = run(Cards(cards.name, cards.text), 13)
    killed = sum(count for (_, verdict), count in counted.items() if verdict == KILLED)
    assert killed > 0
    assert sum(count for (_, verdict), count in alone.items() if verdict == KILLED) == 0
    assert sum(count for (_, verdict), count in alone.items() if verdict == LIVES) > killed
