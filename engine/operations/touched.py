"""Which open reviews stand where another definition has changed something: they keep the one they began with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.definition.differences.model import REMOVED, RENAMED, WORKFLOW, WRITTEN, Change
from engine.definition.model import Definition
from engine.errors import NotFound
from engine.operations import definitions
from engine.operations.definitions import DefinitionView
from engine.operations.seeing import Named
from engine.operations.sight import cycle_in_sight, sight_of
from engine.operations.work import rows_of
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import queries
from engine.store.queries import Wanted

GONE, CALLED, OTHER = "gone", "renamed", "changed"


@dataclass(frozen=True, slots=True)
class Why:
    """what: state | task; how: gone | renamed | changed; name: by the review's definition; after: the new name."""

    what: str
    how: str
    name: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Touch:
    """A review that stands in something which the other definition has changed."""

    review: str
    subject: Named
    period: str
    state: str
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """count: open reviews held to the older definition that the viewer may see; rows: those of them that stand in
    something that is gone or changed."""

    count: int
    rows: tuple[Touch, ...]


def touched(
    rt: Runtime, actor: Actor, definition: Definition, changes: Iterable[Change], cycle: str | None = None
) -> Touched:
    """Among the open reviews of the definition, of one cycle or of all. NotFound for a cycle that the actor does not
    see. Of a task that she may not know of nothing is said."""
    listed = tuple(changes)
    with rt.database.read() as tx:
        sight = sight_of(rt, tx, actor, rt.clock.now())
        meant = None if cycle is None else cycle_in_sight(tx, sight, cycle).id
        found = []
        count = 0
        for one in sight.cycles.values():
            if one.definition != definition.fingerprint or meant not in (None, one.id):
                continue
            ids = queries.reviews_after(tx, sight.looker, Wanted(cycle=one.id, ended=False), None, None) or ()
            for row in rows_of(tx, sight, [seen.id for seen in ids]):
                count += 1
                why = tuple(reasons(listed, row.row.state, row.row.waits))
                if why:
                    found.append(Touch(row.row.review, row.row.subject, row.period, row.row.state, why))
    return Touched(count, tuple(sorted(found, key=lambda one: (one.period, one.subject.ref, one.review))))


def reasons(changes: Iterable[Change], state: str, tasks: Iterable[str]) -> Iterator[Why]:
    """What became of a state and of tasks that are open in it."""
    within = [one for one in changes if one.part == WORKFLOW and not one.wording and one.was[:2] == ("states", state)]
    own = [one for one in within if len(one.was) == 2 or one.was[2] != "tasks" or len(one.was) == 3]
    yield from _became("state", state, [one for one in own if len(one.was) == 2], own)
    for task in tasks:
        there = [one for one in within if one.was[2:4] == ("tasks", task)]
        yield from _became("task", task, [one for one in there if len(one.was) == 4], there)


def _became(what: str, name: str, itself: list[Change], within: list[Change]) -> Iterator[Why]:
    for one in itself:
        if one.kind == REMOVED:
            yield Why(what, GONE, name)
            return
        if one.kind == RENAMED:
            yield Why(what, CALLED, name, str(one.after))
    if any(one.kind not in (RENAMED, WRITTEN) for one in within):
        yield Why(what, OTHER, name)


def published(rt: Runtime, actor: Actor, text: str) -> DefinitionView:
    """A stored definition by its name, `NAME:VERSION`, or fingerprint, as far as the actor may see it; the newest in
    force of several. NotFound when there is none."""
    name, sign, version = text.rpartition(":")
    if not sign or not version.isdecimal():
        return definitions.definition_view(rt, actor, text)
    found = [one for one in definitions.listing(rt, actor) if one.name == name and str(one.version) == version]
    if not found:
        raise NotFound("OP010", fingerprint=text)
    newest = max(found, key=lambda one: (one.status == "approved", one.approved_at or one.proposed_at))
    return definitions.definition_view(rt, actor, newest.fingerprint)


def predecessor(rt: Runtime, actor: Actor, view: DefinitionView) -> DefinitionView | None:
    """The definition of the same name that was in force before this one was proposed; None for the first."""
    stored = view.stored
    earlier = [
        one for one in definitions.listing(rt, actor)
        if one.name == stored.name and one.fingerprint != stored.fingerprint and one.status == "approved"
        and one.proposed_at < stored.proposed_at
    ]
    if not earlier:
        return None
    newest = max(earlier, key=lambda one: one.approved_at or one.proposed_at)
    return definitions.definition_view(rt, actor, newest.fingerprint)
