"""The way of one review, a1's, with a stop wherever it stands differently; others are left beside it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.review.commands import Intervene, Waive
from tests.promises.organisation import (
    PERIOD,
    TEXT,
    World,
    marked,
    marker,
    propose_targets,
    quarter,
)

Stop = tuple[str, str]
"""What the position is called, and whose review stands there."""


def journey(world: World) -> Iterator[Stop]:
    """One review, a1's, from opened to reopened and closed for good; others are left at side positions on the way."""
    yield from targets(world)
    yield from ratings(world)
    yield from judging(world)
    yield from appeals(world)
    yield from afterwards(world)


def targets(world: World) -> Iterator[Stop]:
    yield "proposal open", "a1"
    world.must("hr1", Intervene(world.id("a6"), "withdraw", "left the firm"))
    yield "withdrawn", "a6"
    propose_targets(world, "a1")
    yield "agreement open", "a1"
    for turn in range(3):
        world.answer("a1", "a1", "agree", "object", comment="too much")
        if turn == 0:
            yield "objected", "a1"
        propose_targets(world, "a1")
    yield "objections used up", "a1"
    world.answer("a1", "a1", "agree", "accept")
    yield "nothing to collect yet", "a1"
    for ref in ("a7",):
        propose_targets(world, ref)
        world.answer(ref, ref, "agree", "accept")


def ratings(world: World) -> Iterator[Stop]:
    world.at("2025-08-01T09:00:00+08:00")
    yield "first month open", "a1"
    yield "deadline passed without targets", "a8"
    world.answer("m1", "a1", "monthly", ratings={"teamwork": world.rated["manager"]}, comment=marker("month"))
    world.at("2025-09-03T10:00:00+08:00")
    yield "colleagues asked", "a1"
    world.answer("a2", "a1", "peers", ratings={"teamwork": world.rated["a2"]}, comment=marker("a2"))
    yield "one colleague answered", "a1"
    own = {"achieved": marker("self")}
    world.answer("a1", "a1", "self", ratings={"teamwork": world.rated["self"]}, form=own)
    world.answer("a3", "a1", "peers", ratings={"teamwork": world.rated["a3"]}, comment=marker("a3"))
    world.answer("m1", "a1", "monthly", ratings={"teamwork": "2"})
    (last,) = [task for task in world.rows("a7", "peers") if task.person == world.person("a4")]
    world.must("hr1", Waive(world.id("a7"), last.id, "ill"))
    yield "one colleague waived", "a7"
    world.answer("a4", "a1", "peers", ratings={"teamwork": world.rated["a4"]}, comment=marker("a4"))
    world.at("2025-10-09T09:00:00+08:00")
    world.answer("m1", "a1", "monthly", ratings={"teamwork": "3"})
    yield "figures awaited", "a1"


def judging(world: World) -> Iterator[Stop]:
    world.figures(quarter("a1", good=False)[:3])
    yield "some figures", "a1"
    world.figures(quarter("a1", good=False)[3:])
    yield "to be evaluated", "a1"
    for turn in range(2):
        world.answer("m1", "a1", "review", form=marked("evaluation"))
        if turn == 0:
            yield "to be settled", "a1"
        world.answer("hr1", "a1", "settle", "send_back", comment=marker("sent back"))
        if turn == 0:
            yield "sent back", "a1"
    world.answer("m1", "a1", "review", form=TEXT)
    yield "sending back used up", "a1"
    world.later(minutes=5)
    world.figures([("a1", "violations", PERIOD, "1")])
    world.answer("hr1", "a1", "settle", "confirm")
    yield "to be told", "a1"
    world.answer("m1", "a1", "meet", form=marked("meeting"))
    yield "to be signed", "a1"


def appeals(world: World) -> Iterator[Stop]:
    world.answer("a1", "a1", "sign", "disagree", comment=marker("disagreed"))
    yield "appeal open", "a1"
    ruling = world.form("hear")
    world.answer("p1", "a1", "hear", "grade_reopened", form=ruling, comment=marker("ruling"))
    world.answer("p2", "a1", "hear", "grade_stands", form={**ruling, "text": marker("other ruling")})
    yield "panel half voted", "a1"
    world.answer("p3", "a1", "hear", "grade_reopened", form=ruling, comment="look again")
    if world.review("a1").state == "appeal":
        world.answer("p4", "a1", "hear", "grade_reopened", form=ruling, comment="look again")
    yield "reopened by the panel", "a1"
    world.answer("m1", "a1", "review", form=TEXT)
    world.answer("hr1", "a1", "settle", "confirm")
    world.answer("m1", "a1", "meet", form=TEXT)
    world.answer("a1", "a1", "sign", "disagree", comment="still no")
    for judge in ("p1", "p2", "p3"):
        if world.review("a1").state == "appeal":
            world.answer(judge, "a1", "hear", "grade_stands", form=ruling)


def afterwards(world: World) -> Iterator[Stop]:
    yield "plan to be written", "a1"
    world.answer("m1", "a1", "plan", form=world.form("plan"))
    yield "check waits for its date", "a1"
    world.later(days=32)
    yield "first check open", "a1"
    yield "nobody evaluates", "a8"
    world.answer("m1", "a1", "check", "on_track", form=world.form("check"))
    world.later(days=30)
    world.answer("m1", "a1", "check", "failed", form=world.form("check"))
    yield "next targets to be proposed", "a1"
    yield "nobody settles", "a8"
    world.answer("m1", "a1", "propose_next", targets={"sales.target": "98"})
    yield "closed", "a1"
    world.must("hr1", Intervene(world.id("a1"), "reopen", "an error was found"))
    yield "reopened by HR", "a1"
    world.answer("m1", "a1", "review", form=TEXT)
    world.answer("hr1", "a1", "settle", "confirm")
    world.answer("m1", "a1", "meet", form=TEXT)
    world.answer("a1", "a1", "sign", "agree")
    if world.review("a1").state == "improvement":
        world.answer("m1", "a1", "plan", form=world.form("plan"))
        world.later(days=32)
        world.answer("m1", "a1", "check", "failed", form=world.form("check"))
    world.answer("m1", "a1", "propose_next", targets={"sales.target": "97"})
    yield "closed again", "a1"
    yield "left to the deadlines", "a8"
    world.later(days=200)
    yield "ended by deadlines", "a8"
    yield "closed long ago", "a1"
