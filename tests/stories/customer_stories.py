"""What both customer stories are asked: totals against sums of our own, and whom other weights would have moved."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from engine.definition.reader import read_scorecard
from engine.operations.names import actor_named
from engine.operations.whatif import whatif
from rules.scorecard.model import Card
from tests.oracle.playing import Played
from tests.stories.customer_sums import table, text_of

Verdicts = Mapping[tuple[str, str], tuple[Fraction, str, str]]


def disagreements(story: Played, expected: Verdicts) -> dict[tuple[str, str], tuple[object, object]]:
    """(subject, cycle) -> what stands in the database, what our own sum says; only where they differ."""
    found: dict[tuple[str, str], tuple[object, object]] = {}
    for (ref, cycle), (total, first, grade) in expected.items():
        result = story.review(ref, cycle).result
        stands = None if result is None else (result.total, result.first_grade, result.grade)
        if stands != (text_of(total), first, grade):
            found[ref, cycle] = (stands, (text_of(total), first, grade))
    return found


def card(folder: Path, changes: Mapping[str, str]) -> Card:
    """The scorecard of a folder with texts replaced; each must stand in it once."""
    text = (folder / "scorecard.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    found, problems = read_scorecard(text)
    assert found is not None, problems
    return found


def moved(story: Played, folder: Path, cycle: str, changes: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """ref -> grade before and after, of those whose first grade moves when the cycle is judged by the changed card."""
    trial = whatif(story.rt, actor_named(story.rt, "hr1"), f"{folder.name}/{cycle}", card(folder, changes))
    assert (trial.unreleased, trial.erased, trial.document["unjudged"]) == (0, 0, [])
    sides = {row["id"]: (row["before"]["first_grade"], row["after"]["first_grade"]) for row in trial.document["rows"]}
    refs = {story.review(ref, cycle).id: ref for ref in subjects(folder)}
    return {refs[review]: side for review, side in sides.items() if side[0] != side[1]}


def subjects(folder: Path) -> list[str]:
    rows = table(folder / "sample" / "people.csv")
    return [row["ref"] for row in rows if row["kind"] == "account" or row["groups"] == "indicators"]


def moved_by_hand(before: Verdicts, after: Verdicts, cycle: str) -> dict[str, tuple[str, str]]:
    firsts = {ref: (before[ref, of][1], after[ref, of][1]) for ref, of in before if of == cycle}
    return {ref: side for ref, side in firsts.items() if side[0] != side[1]}
