"""Whatever is asked in whatever order, the rows are what the history says: random sequences on a real database."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.operations import handle as handling
from engine.operations.audit import verify
from engine.review.commands import Remark
from engine.review.events import ACTIONS
from engine.review.model import Review
from tests.promises.organisation import MORE, SUBJECTS, World, copy_world, found_organisation
from tests.promises.steering import Steered, with_everything
from tests.promises.walking import Walk, check

SEQUENCES = 2_000
ROUNDS_MOST = 120  # some twenty are needed


def wander(founded: Path, folder: Path, seed: int, refs: tuple[str, ...], rounds: int, most_days: int = 30) -> Walk:
    world = copy_world(founded, folder, seed=1_000 + seed)
    with world.rt.database.read() as tx:
        definition = world.rt.definition(tx, world.review(refs[0]).definition)
    walk = Walk(world, random.Random(seed), refs, definition, random.Random(seed))
    walk.go(rounds, most_days)
    check(walk)
    world.close()
    return walk


def steered(everything: Path, folder: Path, seed: int) -> Steered:
    """A walk that was to meet everything; what it has not met by then stands in `missing`."""
    world = copy_world(everything, folder, seed=3_000 + seed)
    with world.rt.database.read() as tx:
        definition = world.rt.definition(tx, world.review("a1").definition)
    walk = Steered(world, random.Random(seed), SUBJECTS, definition, random.Random(seed))
    walk.explore(ROUNDS_MOST)
    check(walk)
    world.close()
    return walk


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `founded`, with a workflow in which every action can occur."""
    folder = tmp_path_factory.mktemp("everything")
    found_organisation(folder / "founded", with_everything(folder / "workflow"))
    return folder / "founded"


def test_replay_equals_rows_in_every_state_and_after_every_action(everything: Path, tmp_path: Path) -> None:
    """The walk is steered: what it has not met yet it prefers, so that it meets all of it whatever the dice say."""
    walk = steered(everything, tmp_path, 1)
    assert walk.missing() == set()
    assert set(walk.accepted) == set(ACTIONS)


@pytest.mark.slow
def test_a_steered_walk_meets_everything_whatever_the_dice_say(everything: Path, tmp_path: Path) -> None:
    for seed in range(2, 5):
        assert steered(everything, tmp_path / str(seed), seed).missing() == set(), seed


def test_a_steered_walk_says_what_it_did_not_meet(founded: Path, tmp_path: Path) -> None:
    """The control: in the shipped workflow no cohort is gathered."""
    world = copy_world(founded, tmp_path, seed=2_999)
    with world.rt.database.read() as tx:
        definition = world.rt.definition(tx, world.review("a1").definition)
    walk = Steered(world, random.Random(1), SUBJECTS[:1], definition, random.Random(1))
    walk.explore(2)
    assert walk.missing() >= {"gathered", "improvement"}
    world.close()


@pytest.mark.parametrize(
    "sequences", [pytest.param(160, marks=pytest.mark.slow), pytest.param(SEQUENCES, marks=pytest.mark.soak)]
)
def test_replay_equals_rows_after_thousands_of_random_sequences(tmp_path: Path, sequences: int) -> None:
    """Forty reviews at a time live side by side in one database; each has a sequence of its own."""
    found_organisation(tmp_path / "founded", more=MORE)
    refs, refused, done = (*SUBJECTS, *MORE), Counter[str](), Counter[str]()
    for seed in range(sequences // len(refs)):
        walk = wander(tmp_path / "founded", tmp_path / f"walk{seed}", 200 + seed, refs, 4, 100)
        refused += walk.refused
        done += walk.accepted
    assert done.total() > sequences
    assert refused.total() > sequences


def test_a_row_that_is_not_what_happened_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: one accepted command whose row is written a little wrong."""
    honest = handling.evolve

    def careless(*given: Any) -> Review:
        review = honest(*given)
        return replace(review, counts={**review.counts, "set_targets.agree.object": 1})

    monkeypatch.setattr(handling, "evolve", careless)
    world.must("hr1", Remark(world.id("a1"), "a word"))
    findings = verify(world.rt).findings
    assert [(one.review, one.seq, one.code) for one in findings] == [(world.id("a1"), 2, "verify.row_differs")]
    assert findings[0].values["fields"] == "counts"
