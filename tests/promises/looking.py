"""Everything that the store's views show of one review to anybody, as text in which planted words are looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from engine.clock import parse_instant
from engine.definition.model import STAGES
from engine.errors import NotFound
from engine.operations import telling, timeline, views, work
from engine.operations.asking import Asked, asked
from engine.operations.between import between
from engine.review import access
from engine.review.case import Actor
from engine.review.model import OPEN
from engine.runtime import Runtime
from tests.promises.organisation import MARKED_NAMES, PERIOD, PLANTED, World, marker

VIEWERS = {
    "subject": "a1", "manager": "m1", "chain manager": "dir1", "first colleague": "a2", "second colleague": "a3",
    "third colleague": "a4", "colleague not asked": "a5", "hr": "hr1", "panel member who votes first": "p1",
    "panel member who does not": "p4", "auditor": "au1", "manager of another team": "m2", "stranger": "x1",
    "system": None,
}  # fmt: skip
COLLEAGUES = {"a2": "first colleague", "a3": "second colleague", "a4": "third colleague"}
PASSED = frozenset((
    "objected", "objections used up", "first month open", "some figures", "sent back", "check waits for its date",
    "first check open", "closed", "closed long ago",
))  # fmt: skip
"""Stops that stand where another one does, as far as anybody sees."""

LIKE_ITS_NEIGHBOUR = frozenset((
    "proposal open", "nothing to collect yet", "colleagues asked", "sending back used up",
    "next targets to be proposed", "reopened by HR",
))  # fmt: skip
"""Stops where little is new: the default run passes them."""

ASKED_AT = ("one colleague answered", "to be settled", "panel half voted")
LONG_AGO = parse_instant("2025-01-01T00:00:00+08:00")
READERS = frozenset(("manager", "chain manager", "hr", "auditor", "system"))
"""Those who read a review from its evaluation on; the subject reads from the feedback on."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A text that only an answer of this task can bring to anybody; author: kind of the viewer who gave it."""

    text: str
    task: str
    author: str


PLANTS = (
    Planted(PLANTED["manager"], "monthly", "manager"),
    Planted(marker("month"), "monthly", "manager"),
    Planted(PLANTED["self"], "self", "subject"),
    Planted(marker("self"), "self", "subject"),
    *(Planted(PLANTED[ref], "peers", kind) for ref, kind in COLLEAGUES.items()),
    *(Planted(marker(ref), "peers", kind) for ref, kind in COLLEAGUES.items()),
    Planted(marker("evaluation"), "review", "manager"),
    Planted(marker("sent back"), "settle", "hr"),
    Planted(marker("meeting"), "meet", "manager"),
    Planted(marker("disagreed"), "sign", "subject"),
    Planted(marker("ruling"), "hear", "panel member who votes first"),
    Planted(marker("other ruling"), "hear", "nobody here"),
)


def shown(world: World, who: str | None, ref: str, asks: bool = True) -> dict[str, str]:
    """Everything that is shown to somebody of one review, by the place where it is shown; asks: also what is possible,
    which takes long."""
    rt, actor, review = world.rt, world.actor(who), world.id(ref)

    def view() -> str:
        found = views.review_view(rt, actor, review)
        told = [line for lang in ("en", "zh") for line in telling.say_view(lang, found)]
        return repr(replace(found, definition=None)) + "\n".join(told)  # type: ignore[arg-type]

    def history() -> str:
        found = timeline.history(rt, actor, review)
        return repr(found.lines) + "\n".join(line for lang in ("en", "zh") for line in telling.say_history(lang, found))

    def past() -> str:
        found = timeline.state_at(rt, actor, review, world.clock.now())
        told = [line for lang in ("en", "zh") for line in telling.say_state(lang, found)]
        return repr(replace(found, definition=None)) + "\n".join(told)  # type: ignore[arg-type]

    def why() -> str:
        return "\n".join(line for lang in ("en", "zh") for line in timeline.why_grade(rt, actor, review, lang))

    def changed() -> str:
        start = world.review(ref).entered_at - timedelta(seconds=1)
        found = [between(rt, actor, review, start, world.clock.now()), between(rt, actor, review, LONG_AGO, start)]
        return repr([(one.changes, one.lines) for one in found])

    def scored() -> str:
        return repr(timeline.score(rt, actor, review, world.clock.now()).result)

    def asked_for() -> str:
        rows = [task.id for task in world.review(ref).tasks if task.status in OPEN]
        return "".join(repr(replace(one, definition=None)) for one in _asked(rt, actor, review, rows))  # type: ignore[arg-type]

    def possible() -> str:
        return repr(views.possible(rt, actor, review))

    def table() -> str:
        rows = [row for row in work.cycle_table(rt, actor, PERIOD).rows if row.review == review]
        rows += [one.row for one in work.review_rows(rt, actor, cycle=PERIOD) if one.row.review == review]
        return repr(rows) if rows else ""

    def own_work() -> str:
        items = [replace(one, definition=None) for one in work.my_work(rt, actor) if one.review == review]
        return repr(items) if items else ""  # type: ignore[arg-type]

    looks: dict[str, Callable[[], str]] = {
        "view": view, "history": history, "past": past, "why": why, "possible": possible, "table": table,
        "work": own_work, "changed": changed, "scored": scored, "asked": asked_for,
    }  # fmt: skip
    if not asks:
        del looks["possible"]
        del looks["asked"]
    seen = {}
    for name, look in looks.items():
        try:
            text = look()
        except NotFound:
            continue
        if text:
            seen[name] = text
    return seen


def _asked(rt: Runtime, actor: Actor, review: str, rows: list[str]) -> Iterator[Asked]:
    for row in rows:
        try:
            yield asked(rt, actor, review, row)
        except NotFound:
            continue


@dataclass(slots=True)
class Seen:
    """What was seen at every stop: (stop, kind of viewer) -> place -> text; and how the review stood."""

    texts: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    stages: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    over: dict[str, frozenset[str]] = field(default_factory=dict)
    answered: dict[str, frozenset[str]] = field(default_factory=dict)
    totals: dict[str, str | None] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def holds(self, stop: str, kind: str, text: str) -> bool:
        return any(text in one for one in self.texts[stop, kind].values())

    def reading(self, stop: str, kind: str) -> bool:
        stage = self.stages[stop]
        if kind == "subject":
            return stage >= STAGES.index("give_feedback")
        return kind in READERS and stage >= STAGES.index("evaluate")


def look_around(world: World, stop: str, ref: str, seen: Seen) -> None:
    review = world.review(ref)
    with world.rt.database.read() as tx:
        definition = world.rt.definition(tx, review.definition)
    seen.states[stop], seen.stages[stop] = review.state, access.stage_now(definition, review)
    done = [task for task in review.tasks if task.answer_seq is not None]
    seen.over[stop] = frozenset(task.name for task in done if task.visit < review.visit)
    refs = {world.person(one): one for one in (*MARKED_NAMES, "p1")}
    seen.ids = {ref: person for person, ref in refs.items()}
    seen.answered[stop] = frozenset(refs.get(task.answered_by or "", "") for task in done)
    seen.totals[stop] = review.result.total if review.result is not None else None
    for kind, who in VIEWERS.items():
        seen.texts[stop, kind] = shown(world, who, ref, asks=stop in ASKED_AT)
