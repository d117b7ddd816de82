"""One organisation in the middle of its work, and everybody who may knock at the door of it.

a1's review of the third quarter is heard by the panel, with planted words, names and ratings; a3's of the fourth has
just begun, a4's is on hold. m3 has become the manager of both; m1, who was it, evaluated a1 and is the former one.
a7's colleagues answered less often than their minimum. hr3 is HR of the west, where nobody is reviewed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from flask import Flask

from engine.definition.library import folder_of
from engine.operations import sign_in
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Propose, propose
from engine.operations.drafts import Saved, save_draft
from engine.operations.jobs import Job, NewJob, new_job
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from engine.operations.tokens import NewToken, new_token
from engine.review.commands import Hold, Intervene
from engine.runtime import Runtime
from engine.store import figures, reviews
from tests.api.calling import Caller, door_of
from tests.promises.journey import journey
from tests.promises.organisation import (
    MARKED_NAMES,
    PERIOD,
    PLANTED,
    SUBJECTS,
    World,
    copy_world,
    found_organisation,
    marker,
    open_world,
    quarter,
    with_digits,
)  # fmt: skip

NEXT: Final = "2025-Q4"
WORKFLOW: Final = "account-manager-quarterly"
IDENTITIES: Final[Mapping[str, str | None]] = {
    "none": None, "expired": "m3", "subject": "a1", "manager": "m3", "other": "m2", "former": "m1", "hr_other": "hr3",
    "panel": "p1", "auditor": "au1", "hr": "hr1",
}  # fmt: skip
"""Who asks: column of the matrix -> ref. The subject is the one of the review that a row is about."""

BESIDE: Final[Mapping[str, str]] = {
    "rater": "a2", "asked": "a5", "chain": "dir1", "stranger": "x1", "panel_voted": "p2", "hr2": "hr2",
}  # fmt: skip
"""Others who look, where it is about what is seen."""

FEW: Final = {"a2": "2.51", "a3": "2.57"}
"""Ratings of a7 by the only two who gave one."""

_COLUMNS: Final = (
    "ref,kind,name,name_zh,unit,department,manager,groups,timezone,employed_from,employed_until,owner,hr_of\n"
)
_MORE: Final = (
    "hr3,employee,Hong Rou,,people,sales,,hr,Asia/Shanghai,2015-01-01,,,west\n"
    "m3,employee,Mei Qing,,east,sales,dir1,,Asia/Shanghai,2015-01-01,,,\n"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """The scene's data to be copied; tokens by ref (and `expired`), ids by what they are."""

    folder: Path
    tokens: Mapping[str, str]
    ids: Mapping[str, str]


@dataclass(slots=True)
class Live:
    """A copy that is served: whatever is done to it is done to nobody else's."""

    scene: Scene
    world: World
    app: Flask

    def caller(self, ref: str | None, **headers: str) -> Caller:
        """Somebody by ref; `expired` has a token of yesterday, None has none."""
        return Caller(self.app, None if ref is None else self.scene.tokens[ref], headers)


def build_scene(folder: Path) -> Scene:
    """Plays the organisation up to the scene, once."""
    template = folder / "founded"
    template.mkdir()
    found_organisation(template, with_digits(template / "workflow"))
    world = copy_world(template, folder / "scene")
    _people(world, _COLUMNS + _MORE)
    tokens = {"expired": new_token(world.rt, SYSTEM, NewToken("m3", 1)).text}
    world.rated = PLANTED
    for stop, _ in journey(world):
        _few(world, stop)
        if stop == "appeal open":
            break
    ids = _ids(world)
    moved = (("a1", "An a1"), ("a3", MARKED_NAMES["a3"]))
    rest = "east,sales,m3,account-managers,Asia/Shanghai,2015-01-01,,,\n"
    _people(world, _COLUMNS + "".join(f"{ref},employee,{name},,{rest}" for ref, name in moved))
    _late(world, ids)
    people = {*IDENTITIES.values(), *BESIDE.values(), *SUBJECTS} - {None}
    tokens |= {str(ref): new_token(world.rt, SYSTEM, NewToken(str(ref))).text for ref in sorted(map(str, people))}
    ids["token"] = tokens["m3"].split("_")[1]
    cookie = sign_in.redeem(world.rt, sign_in.new_link(world.rt, SYSTEM, "m3").text).text
    ids |= {"cookie": cookie, "session": cookie.split("_")[1]}
    ids["link"] = sign_in.new_link(world.rt, SYSTEM, "m3").text
    ids["now"] = world.clock.now().isoformat()
    world.close()
    (folder / "scene" / "scene.json").write_text(json.dumps({"tokens": tokens, "ids": ids}))
    return Scene(folder / "scene", tokens, ids)


def _people(world: World, text: str) -> None:
    world.number += 1
    file = world.folder / f"people_{world.number}.csv"
    file.write_text(text, encoding="utf-8")
    report = import_people(world.rt, SYSTEM, ImportPeople(file))
    assert not report.refused, report.problems


def _few(world: World, stop: str) -> None:
    """Two of the three who are asked about a7 answer, fewer than its minimum; then a7 is told the result."""
    if stop == "one colleague waived":
        for ref, rating in FEW.items():
            world.answer(ref, "a7", "peers", ratings={"teamwork": rating}, comment=marker(f"few {ref}"))
    if stop == "figures awaited":
        world.answer("m1", "a7", "monthly", ratings={"teamwork": "3"})
        world.figures(quarter("a7", good=True))
        world.answer("m1", "a7", "review", form={"strengths": marker("few evaluation"), "improve": "y"})
        world.answer("hr1", "a7", "settle", "confirm")
        assert world.review("a7").state == "feedback"


def _ids(world: World) -> dict[str, str]:
    """Opens what the routes are about; ids by what they are."""
    hr = world.actor("hr1")
    opened = open_cycle(world.rt, hr, OpenCycle(WORKFLOW, NEXT, Population(refs=("a3", "a4"))))
    ended = open_cycle(world.rt, hr, OpenCycle(WORKFLOW, "2025-Q2", Population(refs=("a5",))))
    world.must("hr1", Hold(dict(opened.reviews)["a4"], "on leave"))
    world.must("hr1", Intervene(ended.reviews[0][1], "withdraw", "opened by mistake"))
    job = new_job(world.rt, hr, NewJob("verify", {}))
    assert isinstance(job, Job)
    folder = world.folder / "proposal"
    shutil.copytree(folder_of("account-manager"), folder)
    text = (folder / "workflow.yaml").read_text(encoding="utf-8")
    (folder / "workflow.yaml").write_text(text.replace("version: 2", "version: 3", 1), encoding="utf-8")
    proposed = propose(world.rt, world.actor("hr2"), Propose(folder)).stored
    assert proposed is not None
    with world.rt.database.read() as tx:
        definition = world.review("a1").definition
        late = max(figures.by_subject(tx, world.person("a1"), [PERIOD]), key=lambda one: one.recorded_at)
    return {
        "appeal": world.id("a1"), "targets": dict(opened.reviews)["a3"], "few": world.id("a7"),
        "held": dict(opened.reviews)["a4"],
        "cycle": opened.cycle.id, "third": world.review("a1").cycle, "ended": ended.cycle.id, "job": job.id,
        "proposal": proposed.fingerprint, "definition": definition, "record": late.record,
        "observation": late.id,
    }  # fmt: skip


def _late(world: World, ids: dict[str, str]) -> None:
    """Rows of work by whose they are, and a draft in which somebody has begun to write."""
    ids["hear"] = next(row.id for row in world.rows("a1", "hear") if row.person == world.person("p1"))
    ids["hear of p2"] = next(row.id for row in world.rows("a1", "hear") if row.person == world.person("p2"))
    ids["peers of a2"] = next(row.id for row in world.review("a1").tasks if row.answered_by == world.person("a2"))
    ids["monthly"] = next(row.id for row in world.review("a1").tasks if row.name == "monthly")
    with world.rt.database.read() as tx:
        ids["propose"] = next(row.id for row in reviews.load(tx, ids["targets"]).tasks if row.name == "propose")
    for who, review, task in (("m3", ids["targets"], ids["propose"]), ("p1", ids["appeal"], ids["hear"])):
        saved = save_draft(world.rt, world.actor(who), review, task, {"comment": marker(f"draft of {who}")})
        assert isinstance(saved, Saved), saved


class Turning:
    """A runtime for an app that is made once: it stands for the runtime of whichever copy is served now."""

    def __init__(self) -> None:
        self.now: Runtime | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.now, name)


class Stage:
    """Serves copies of the scene, one after the other, behind one door."""

    def __init__(self, scene: Scene, folder: Path, **settings: Any) -> None:
        self.scene = scene
        self.folder = folder
        self.turning = Turning()
        self.app = door_of(cast(Runtime, self.turning), **settings)
        self.count = 0

    @contextmanager
    def live(self, seed: int = 90) -> Iterator[Live]:
        """A fresh copy; with the same seed the same ids are given. One at a time."""
        self.count += 1
        folder = self.folder / str(self.count)
        shutil.copytree(self.scene.folder / "data", folder / "data")
        world, before = open_world(folder, at=self.scene.ids["now"], seed=seed), self.turning.now
        self.turning.now = world.rt
        try:
            yield Live(self.scene, world, self.app)
        finally:
            self.turning.now = before
            world.close()
            shutil.rmtree(folder)
