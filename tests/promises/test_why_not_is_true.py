"""What `possible` says is what a dry `handle` does: in every state, for every kind of actor and every command."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.operations import views
from engine.operations.handle import handle
from engine.review.case import Actor, Refused
from engine.review.commands import (
    Answer,
    Command,
    CorrectFigures,
    Delegate,
    Extend,
    FireTimer,
    Hold,
    Intervene,
    Reassign,
    Remark,
    Resume,
    Retract,
    Skip,
    TakeFigures,
    Waive,
)
from engine.review.explain import Possible
from engine.review.timers import timers_of
from engine.store import figures
from tests.promises.journey import journey
from tests.promises.organisation import PERIOD, World, copy_world

ACTORS = {
    "subject": "a1", "manager": "m1", "chain manager": "dir1", "colleague chosen": "a2", "another chosen": "a4",
    "colleague not chosen": "a5", "hr": "hr1", "panel member who voted": "p1", "panel member": "p4", "auditor": "au1",
    "manager of another team": "m2", "stranger": "x1", "system": None,
}  # fmt: skip
ALWAYS = ("subject", "manager", "hr")
SAMPLE = 40
"""In the default run, one in so many of the commands that should be refused is asked; all others are."""

ROWS_MAX = 4
"""Of each task the newest rows are asked for: all of the present visit, and some that are long over."""

Asked = tuple[str, str, str]
"""Kind of command; task row, task or intervention; outcome: what one line of `possible` is about."""


@dataclass(slots=True)
class Tried:
    """What was asked of all stops: what differs, and how often each kind was accepted and refused."""

    differing: list[str] = field(default_factory=list)
    accepted: set[tuple[str, str]] = field(default_factory=set)
    refused: set[tuple[str, str]] = field(default_factory=set)
    stops: dict[str, str] = field(default_factory=dict)
    outcomes: set[tuple[str, str]] = field(default_factory=set)
    asked: int = 0


def promised(world: World, actor: Actor, review: str) -> dict[Asked, Possible]:
    """Everything that `possible` says can be done now; nothing for whom the review does not exist."""
    try:
        found = views.possible(world.rt, actor, review)
    except NotFound:
        return {}
    told: dict[Asked, Possible] = {}
    for one in found:
        assert one.possible == (not one.reasons), one
        outcomes = one.outcomes if one.kind == "answer" else ("",) * one.possible
        for outcome in outcomes:
            told[one.kind, one.task_id or one.task or "", outcome] = one
            if one.kind == "answer" and one.task_id and one.task:
                told[one.kind, one.task, outcome] = one  # by its name, too
    return told


def definition_of(world: World, ref: str) -> Definition:
    with world.rt.database.read() as tx:
        return world.rt.definition(tx, world.review(ref).definition)


def commands(world: World, ref: str) -> Iterator[tuple[Asked, str, list[Command]]]:
    """Every command of the workflow, well-formed: (what it is about, the task's name, ways to ask it)."""
    review, definition = world.review(ref), definition_of(world, ref)
    far = (world.rt.clock.now() + timedelta(days=400)).date()
    for name, plan in ((name, plan) for state in definition.states.values() for name, plan in state.tasks.items()):
        rows = [task.id for task in review.tasks if task.name == name][-ROWS_MAX:]
        for asked in (name, *rows):
            for outcome in definition.outcomes_of(plan):
                ratings = dict.fromkeys(plan.asks, "4")
                answer = Answer(review.id, asked, outcome, world.form(name), ratings, {}, None, "because")
                yield ("answer", asked, outcome), name, [answer]
        for row in rows:
            yield ("waive", row, ""), name, [Waive(review.id, row, "because")]
            yield ("reassign", row, ""), name, [Reassign(review.id, row, world.person("b1"), "because")]
            yield ("delegate", row, ""), name, [Delegate(review.id, row, world.person("b1"), "because")]
            yield ("extend", row, ""), name, [Extend(review.id, "because", far, row)]
            yield ("retract", row, ""), name, [Retract(review.id, row, "because")]
    yield ("extend", "", ""), "", [Extend(review.id, "because", far)]
    yield ("hold", "", ""), "", [Hold(review.id, "because")]
    yield ("resume", "", ""), "", [Resume(review.id, "because")]
    yield ("skip", "", ""), "", [Skip(review.id, "because")]
    for name in definition.anywhere:
        yield ("intervene", name, ""), name, [Intervene(review.id, name, "because")]
    yield ("remark", "", ""), "", [Remark(review.id, "because")]
    yield ("take_figures", "", ""), "", [TakeFigures(review.id)]
    with world.rt.database.read() as tx:
        known = [one.id for one in figures.by_subject(tx, review.subject, [PERIOD, "2025-07", "2025-08", "2025-09"])]
    correct: list[Command] = [CorrectFigures(review.id, (one,), "because") for one in known]
    yield ("correct_figures", "", ""), "", correct or [CorrectFigures(review.id, (), "because")]
    due = [FireTimer(review.id, one.kind, one.ref) for one in timers_of(review, definition)]
    yield ("fire_timer", "", ""), "", [*due, FireTimer(review.id, "deadline", "0")]


def try_all(
    world: World, stop: str, ref: str, tried: Tried, every: int, actors: Mapping[str, str | None] = ACTORS
) -> None:
    """Asks every actor's commands dry and notes where the promise and the deed differ."""
    review = world.id(ref)
    tried.stops[stop] = world.review(ref).state
    asks = list(commands(world, ref))
    for kind, who in actors.items():
        actor = world.actor(who)
        told = promised(world, actor, review)
        wanted = {asked for asked, _, _ in asks}
        tried.differing += [f"{stop}: {kind}: promised and unknown: {one}" for one in told if one not in wanted]
        for asked, name, ways in asks:
            likely = asked in told
            if not likely and zlib.crc32(f"{stop}{kind}{asked[0]}{name}{asked[2]}".encode()) % every:
                continue
            tried.asked += 1
            accepted = any(not isinstance(handle(world.rt, actor, way, dry=True), Refused) for way in ways)
            (tried.accepted if accepted else tried.refused).add((asked[0], kind))
            if accepted and asked[0] == "answer":
                tried.outcomes.add((name, asked[2]))
            if accepted != likely:
                verb = "accepted" if accepted else "refused"
                tried.differing.append(f"{stop}: {kind}: {asked[0]} {name} {asked[2]} is {verb}")


def walk(world: World, every: int, always: Iterable[str]) -> Tried:
    """Beside those who are always asked, some of the actors at each stop and others at the next."""
    tried = Tried()
    for number, (stop, ref) in enumerate(journey(world)):
        before = world.review(ref)
        turn = {kind for place, kind in enumerate(ACTORS) if (place + number) % 3 == 0}
        asking = [kind for kind in ACTORS if kind in turn or kind in always]
        try_all(world, stop, ref, tried, every, {kind: ACTORS[kind] for kind in asking})
        assert world.review(ref) == before, "a dry run has changed something"
    return tried


@pytest.fixture(scope="module")
def tried(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    world = copy_world(founded, tmp_path_factory.mktemp("why-not"))
    yield walk(world, SAMPLE, ALWAYS)
    world.close()


def test_possible_is_what_a_dry_run_accepts(tried: Tried) -> None:
    assert tried.differing == []
    assert tried.asked > 600


@pytest.mark.parametrize(("every", "least"), [
    pytest.param(12, 1_000, marks=pytest.mark.slow, id="one in twelve"),
    pytest.param(1, 15_000, marks=pytest.mark.soak, id="each"),
])  # fmt: skip
def test_possible_is_what_a_dry_run_accepts_for_all_actors_at_all_stops(world: World, every: int, least: int) -> None:
    tried = walk(world, every, ACTORS)
    assert tried.differing == []
    assert tried.asked > least


def test_the_walk_stays_in_every_state(tried: Tried, world: World) -> None:
    definition = definition_of(world, "a1")
    assert set(tried.stops.values()) == {name for name, state in definition.states.items() if not state.fork}


def test_every_outcome_of_every_task_is_possible_for_somebody_somewhere(tried: Tried, world: World) -> None:
    tasks = [plan for state in definition_of(world, "a1").states.values() for plan in state.tasks.values()]
    wanted = {(plan.name, outcome) for plan in tasks for outcome in definition_of(world, "a1").outcomes_of(plan)}
    assert tried.outcomes == wanted


def test_every_command_is_possible_for_somebody_and_refused_to_somebody(tried: Tried) -> None:
    kinds = {
        "answer", "waive", "reassign", "extend", "retract", "hold", "skip", "intervene", "remark", "take_figures",
        "correct_figures",
    }  # fmt: skip
    assert {kind for kind, _ in tried.accepted} - {"fire_timer"} == kinds  # nothing is held, nothing may be given on
    assert {kind for kind, _ in tried.refused} == {*kinds, "delegate", "resume", "fire_timer"}
    silent = {"stranger", "manager of another team", "auditor"}
    assert {who for _, who in tried.accepted} == ACTORS.keys() - silent
    assert {who for kind, who in tried.accepted if kind == "fire_timer"} <= {"system"}


def test_the_comparison_sees_a_promise_that_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: `possible` calls one thing possible that is not, then denies one that is."""
    honest, tried = views.explain, Tried()

    def lying(*given: object) -> tuple[Possible, ...]:
        return tuple(replace(one, possible=True, reasons=()) if one.kind == "waive" else one for one in honest(*given))

    def silent(*given: object) -> tuple[Possible, ...]:
        return tuple(one for one in honest(*given) if one.kind != "remark")

    for other in (lying, silent):
        monkeypatch.setattr(views, "explain", other)
        try_all(world, other.__name__, "a1", tried, 1, {"subject": "a1", "hr": "hr1"})
    assert "lying: subject: waive propose  is refused" in tried.differing
    assert "silent: subject: remark   is accepted" in tried.differing
    assert {one.partition(":")[0] for one in tried.differing} == {"lying", "silent"}
