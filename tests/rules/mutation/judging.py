"""What becomes of a mutant: found by the check at its line, killed by an example of the workflow, or neither."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from engine.clock import HandClock
from engine.definition.problem import Problem
from engine.definition.reader import read_scorecard, read_texts
from engine.definition.source import read_yaml
from engine.operations.script import Example, Script, read_script
from engine.operations.story import Player, start_of
from engine.review import facts as engine_facts
from engine.runtime import open_runtime, settings_for
from rules.cohort.judging import judge_cohort
from rules.scorecard.course import plain
from rules.scorecard.evaluate import Result, result_document, score
from rules.scorecard.facts import Facts, card_documents, read_facts
from rules.scorecard.model import Card
from tests.rules.mutation.mutants import Mutant, Mutator

FOUND, NAMED, KILLED, LIVES = "found at its line", "found at a line that names it", "killed by an example", "lives"
CHECKED = (FOUND, NAMED)


@dataclass
class Cards:
    """A scorecard with the facts of its examples: as documents, and as the engine made them in played stories.

    sources: the other files of its workflow, which may call what the card declares.
    """

    name: str
    text: str
    sources: dict[str, str] = field(default_factory=dict)
    documents: list[Mapping[str, Any]] = field(default_factory=list)
    played: list[Facts] = field(default_factory=list)

    def results(self, card: Card) -> Iterator[Any]:
        """What comes out for every example; a card that cannot read the facts gives its faults."""
        for document in self.documents:
            yield _scored(card, document)
        for facts in self.played:
            yield _printed(score(card, facts))


def _scored(card: Card, document: Mapping[str, Any]) -> Any:
    read = [read_facts(card, one) for _, one in card_documents(document)]
    members = [facts for facts, _ in read if facts is not None]
    if len(members) < len(read):
        return [fault.code for _, faults in read for fault in faults]
    if card.cohort is not None or card.quota is not None:
        return [_printed(one) for one in judge_cohort(card, members).results]
    return [_printed(score(card, one)) for one in members]


def _printed(result: Result) -> Any:
    return {**result_document(result), "figures": {name: plain(value) for name, value in result.figures.items()}}


def examples_of(folder: Path, stories: bool = True) -> Cards:
    """The card of a workflow with all facts that its examples score, with stories where they are wanted."""
    cards = Cards(folder.name, (folder / "scorecard.yaml").read_text(encoding="utf-8"))
    if (folder / "workflow.yaml").exists():
        files = [folder / "workflow.yaml", *(folder / "forms").glob("*.json")]
        cards.sources = {str(one.relative_to(folder)): one.read_text(encoding="utf-8") for one in files}
    file = folder / "examples.yaml"
    if not file.exists():
        return cards
    script = read_script(file)
    for example in script.examples:
        if example.facts is not None:
            cards.documents.append(example.facts)
        elif stories:
            cards.played.extend(_played(script, example))
    return cards


def _played(script: Script, example: Example) -> list[Facts]:
    """The facts that were scored while a story was played, each once."""
    seen: dict[str, Facts] = {}

    def noting(card: Card, facts: Facts) -> Result:
        seen.setdefault(repr(facts), facts)
        return score(card, facts)

    with tempfile.TemporaryDirectory() as folder, patch.object(engine_facts, "score", noting):
        clock = HandClock(start_of(example))
        rt = open_runtime(settings_for(Path(folder), environ={}), clock)
        try:
            Player(rt, clock, script).play(example)
        finally:
            rt.close()
    return list(seen.values())


def document_of(text: str) -> Any:
    document, _ = read_yaml(text, "facts.yaml")
    assert document is not None
    return document.data


@dataclass
class Judge:
    """Judges the mutants of one card; check: what finds faults in a text (a test can take it away)."""

    cards: Cards
    check: Any = read_scorecard
    before: frozenset[tuple[Any, ...]] = frozenset()
    results: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        card, problems = self.check(self.cards.text)
        assert card is not None, [one.code for one in problems]
        self.before = frozenset(_key(one) for one in (*problems, *self.whole(self.cards.text)))
        self.results = list(self.cards.results(card))

    def whole(self, text: str) -> tuple[Problem, ...]:
        """What the check of the whole workflow says when the card has this text."""
        if not self.cards.sources or self.check is not read_scorecard:
            return ()
        return read_texts({**self.cards.sources, "scorecard.yaml": text}).problems

    def verdict(self, mutant: Mutant) -> str:
        card, problems = self.check(mutant.text)
        told = self._told(mutant, problems) or self._told(mutant, self.whole(mutant.text))
        if told is not None or card is None:
            return told or LIVES
        return LIVES if all(a == b for a, b in zip(self.results, self.cards.results(card), strict=True)) else KILLED

    def _told(self, mutant: Mutant, problems: tuple[Problem, ...]) -> str | None:
        new = [one for one in problems if _key(one) not in self.before]
        if any(one.line == mutant.line and not one.file.startswith("workflow") for one in new):
            return FOUND
        return NAMED if any(_names(one, mutant) for one in new) else None

    def judged(self, every: int = 1, first: int = 0) -> Iterator[tuple[Mutant, str]]:
        for place, mutant in enumerate(Mutator(self.cards.text).mutants()):
            if place % every == first:
                yield mutant, self.verdict(mutant)


def _key(problem: Problem) -> tuple[Any, ...]:
    return (problem.code, problem.path, tuple(sorted(problem.values.items())))


def _names(problem: Problem, mutant: Mutant) -> bool:
    """Whether a problem elsewhere calls what was changed or dropped by its name, or stands at the table around it,
    or in the same metric or declaration."""
    told = " ".join(problem.values.values())
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told) for name in mutant.names):
        return True
    around = mutant.path[: len(problem.path)] == problem.path and (problem.path or len(mutant.path) == 1)
    return bool(around) or (len(mutant.path) > 2 and problem.path[:2] == mutant.path[:2])
