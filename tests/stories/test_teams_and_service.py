"""A service desk's lights, leasing teams and satisfaction programmes: two periods of each, played to the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from engine.definition.reader import read_definition, read_scorecard
from engine.operations.audit import verify
from engine.operations.examples import run_examples
from engine.operations.names import actor_named
from engine.operations.whatif import whatif
from tests.oracle.playing import Played, played
from tests.stories import leasing_by_hand, programmes_by_hand, service_by_hand
from tests.stories.customer_sums import text_of

WORKFLOWS = Path(__file__).parents[2] / "workflows"
Sums = Mapping[tuple[str, str], tuple[Fraction, ...]]


@dataclass(frozen=True)
class Tale:
    """by_hand: our own sums; other: texts of the scorecard and what stands there in another; rules, changed: where our
    own sums have the same, and the same change."""

    name: str
    by_hand: Callable[[Path], Sums]
    judged: int
    cycles: tuple[str, str]
    kinds: int
    examples: int
    other: Mapping[str, str]
    rules: dict[str, int]
    changed: Mapping[str, int]

    @property
    def folder(self) -> Path:
        return WORKFLOWS / self.name

    @property
    def sample(self) -> Path:
        return self.folder / "sample"

    def expected(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(subject, cycle) -> total and grade as they are written."""
        return {key: (text_of(found[0]), str(found[-1])) for key, found in self.by_hand(self.sample).items()}


TALES = {
    one.name: one
    for one in (
        Tale("service-monitoring", service_by_hand.verdicts, 35, ("2025-07", "2025-08"), 3, 16,
             {"weight: 30, value: first": "weight: 5, value: first", "weight: 40, over": "weight: 65, over"},
             service_by_hand.WEIGHTS, {"response": 5, "quality": 65}),
        Tale("satisfaction-programme", programmes_by_hand.verdicts, 26, ("2025-H1", "2025-H2"), 3, 13,
             {"lost > 5,": "lost > 4,"}, programmes_by_hand.MAY_BE_LOST, {"points": 4}),
        Tale("leasing-team", leasing_by_hand.verdicts, 22, ("2025-Q3", "2025-Q4"), 4, 11,
             {"weight: 40, value: amount": "weight: 0, value: amount",
              "weight: 30, target: 6": "weight: 70, target: 6"},
             leasing_by_hand.PARTS, {"amount": 0, "projects": 70}),
    )
}  # fmt: skip


@pytest.fixture(scope="module", params=TALES)
def tale(request: pytest.FixtureRequest) -> Tale:
    return TALES[request.param]


@pytest.fixture(scope="module")
def story(tale: Tale, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played(tale.folder, tmp_path_factory.mktemp(tale.name)) as found:
        yield found


def test_what_a_story_expects_is_what_our_own_sums_say(tale: Tale) -> None:
    """No engine at all: the numbers written in the story against fractions of the sample's files."""
    expected = tale.expected()
    text = (tale.sample / "story.yaml").read_text(encoding="utf-8")
    told = re.findall(r"review: (\w+), cycle: (\S+), .*?total: \"([\d.]+)\", grade: (\w+)", text)
    assert len(told) >= len(expected) // 3
    assert {(ref, cycle): (total, grade) for ref, cycle, total, grade in told}.items() <= expected.items()


def test_every_grade_occurs_and_the_workflow_has_no_problem(tale: Tale) -> None:
    found = read_definition(tale.folder)
    assert found.problems == ()
    assert found.definition is not None
    grades = found.definition.card.grades
    assert grades is not None
    assert {grade for _, grade in tale.expected().values()} == set(grades.ladder)
    assert len(grades.ladder) == tale.kinds


@pytest.mark.slow
def test_every_subject_has_our_own_total_and_grade(tale: Tale, story: Played) -> None:
    expected = tale.expected()
    assert len(expected) == tale.judged
    assert disagreements(story, expected) == {}
    key, (total, grade) = next(iter(expected.items()))
    assert list(disagreements(story, {**expected, key: (total + "1", grade)})) == [key]


def disagreements(
    story: Played, expected: Mapping[tuple[str, str], tuple[str, str]]
) -> dict[tuple[str, str], tuple[object, object]]:
    found: dict[tuple[str, str], tuple[object, object]] = {}
    for (ref, cycle), wanted in expected.items():
        result = story.review(ref, cycle).result
        stands = None if result is None else (result.total, result.grade)
        if stands != wanted:
            found[ref, cycle] = (stands, wanted)
    return found


@pytest.mark.slow
def test_the_history_verifies(story: Played) -> None:
    assert verify(story.rt).ok


@pytest.mark.slow
def test_every_state_is_passed_in_the_story_or_in_an_example(tale: Tale, story: Played) -> None:
    definition = read_definition(tale.folder).definition
    assert definition is not None
    passed = {one.to_state for ref, cycle in tale.expected() for one in story.events(ref, cycle)}
    text = "".join((tale.folder / name).read_text(encoding="utf-8") for name in ("examples.yaml", "sample/story.yaml"))
    passed |= set(re.findall(r"state: (\w+)", text))
    forks = {name for name, state in definition.states.items() if not state.tasks and not state.final}
    assert set(definition.states) - forks <= passed


@pytest.mark.slow
def test_the_same_card_moves_nobody_and_another_whom_our_own_sums_move(
    tale: Tale, story: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert moved(tale, story, {}) == {}
    before = tale.expected()
    for name, value in tale.changed.items():
        monkeypatch.setitem(tale.rules, name, value)
    after = tale.expected()
    wanted = {key[0]: (before[key][1], after[key][1]) for key in before if key[1] == tale.cycles[1]}
    wanted = {ref: sides for ref, sides in wanted.items() if sides[0] != sides[1]}
    assert wanted
    assert moved(tale, story, tale.other) == wanted


def moved(tale: Tale, story: Played, changes: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """ref -> first grade before and after, of those whom the scorecard with the changes would grade otherwise."""
    text = (tale.folder / "scorecard.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    card, problems = read_scorecard(text)
    assert card is not None, problems
    cycle = tale.cycles[1]
    trial = whatif(story.rt, actor_named(story.rt, "hr1"), f"{tale.name}/{cycle}", card)
    assert trial.document["unjudged"] == []
    refs = {story.review(ref, of).id: ref for ref, of in tale.expected() if of == cycle}
    sides = {refs[row["id"]]: (row["before"]["first_grade"], row["after"]["first_grade"])
             for row in trial.document["rows"]}
    return {ref: side for ref, side in sides.items() if side[0] != side[1]}


@pytest.mark.slow
def test_every_example_holds(tale: Tale) -> None:
    found = run_examples(tale.folder / "examples.yaml")
    assert len(found) >= tale.examples
    assert {one.name: one.failures for one in found if one.failures} == {}
