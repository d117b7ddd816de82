"""Lists by page: the reviews, the open tasks and the cycles that one may see; a page costs what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from engine.definition.model import STAGES
from engine.errors import InputError
from engine.operations.cursors import cursor_at, item_at
from engine.operations.sight import Sight, cycle_in_sight, cycles_in_sight, sight_of
from engine.operations.work import ReviewRow, WorkItem, rows_of, waiting_items
from engine.review.case import Actor
from engine.runtime import Runtime
from engine.store import people, queries
from engine.store.cycles import Cycle
from engine.store.database import Tx
from engine.store.queries import Wanted

PAGE = 50
PAGE_MAX = 200
_EVALUATE = STAGES.index("evaluate")


class Found(Protocol):
    """A candidate, known by its id."""

    @property
    def id(self) -> str: ...


Item = TypeVar("Item")
Candidate = TypeVar("Candidate", bound=Found)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """next: the cursor of the page behind this one; None when it is the last."""

    items: tuple[Item, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """All that is given must fit. cycle: id, period or `workflow/period`; subject: a ref; unit: where the subject is
    now; grade: only results that the viewer may see; mine: something waits for her; overdue: as far as she may know."""

    cycle: str | None = None
    state: str | None = None
    unit: str | None = None
    subject: str | None = None
    grade: str | None = None
    ended: bool | None = None
    mine: bool | None = None
    overdue: bool | None = None


def reviews_page(
    rt: Runtime, actor: Actor, wanted: ReviewFilter | None = None, limit: int = PAGE, cursor: str | None = None
) -> Page[ReviewRow]:
    """Reviews that the actor may see, newest period first, then by workflow and the subject's ref.

    NotFound for a cycle in which she sees none; InputError for a cursor that is not of this list.
    """
    asked, after = wanted or ReviewFilter(), _after(rt, actor, "reviews", cursor, limit)
    with rt.database.read() as tx:
        sight = sight_of(rt, tx, actor, rt.clock.now())
        question = _question(tx, sight, asked)
        if question is None:
            return Page(())

        def shown(batch: Sequence[queries.Seen]) -> Iterable[tuple[str, ReviewRow]]:
            rows = rows_of(tx, sight, [one.id for one in batch])
            return ((one.row.review, one) for one in rows if _fits(one, asked))

        return _page(
            partial(cursor_at, rt, actor, "reviews"), after, limit,
            lambda last, most: queries.reviews_after(tx, sight.looker, question, last, most),
            shown,
        )  # fmt: skip


def work_page(rt: Runtime, actor: Actor, limit: int = PAGE, cursor: str | None = None) -> Page[WorkItem]:
    """Open tasks that wait for the actor, first due first; for the system itself there are none.

    InputError for a cursor that is not of this list.
    """
    after = _after(rt, actor, "work", cursor, limit)
    if actor.person is None:
        return Page(())
    with rt.database.read() as tx:
        sight = sight_of(rt, tx, actor, rt.clock.now())
        return _page(
            partial(cursor_at, rt, actor, "work"), after, limit,
            lambda last, most: queries.tasks_after(tx, sight.looker, last, most),
            lambda batch: ((one.task_id, one) for one in waiting_items(tx, sight, batch)),
        )  # fmt: skip


def cycles_page(rt: Runtime, actor: Actor, limit: int = PAGE, cursor: str | None = None) -> Page[Cycle]:
    """All cycles for HR of everybody and auditors, for others those in which they see a review; newest period first.

    InputError for a cursor that is not of this list.
    """
    after = _after(rt, actor, "cycles", cursor, limit)
    with rt.database.read() as tx:
        found = sorted(cycles_in_sight(tx, sight_of(rt, tx, actor, rt.clock.now())), key=lambda one: one.workflow)
    found.sort(key=lambda one: (one.period, one.opened_at), reverse=True)

    def behind(last: str | None, most: int) -> list[Cycle] | None:
        places = [place for place, one in enumerate(found) if one.id == last]
        if last is not None and not places:
            return None
        return found[places[0] + 1 if places else 0 :][:most]

    ends = partial(cursor_at, rt, actor, "cycles")
    return _page(ends, after, limit, behind, lambda batch: ((one.id, one) for one in batch))


def cycle_seen(rt: Runtime, actor: Actor, text: str) -> Cycle:
    """The newest cycle that is meant by an id, a period or `workflow/period`, and in which the actor sees a review.

    NotFound, as if it were not there, when there is none for her.
    """
    with rt.database.read() as tx:
        return cycle_in_sight(tx, sight_of(rt, tx, actor, rt.clock.now()), text)


def _after(rt: Runtime, actor: Actor, kind: str, cursor: str | None, limit: int) -> str | None:
    """The id of the last item that was shown; it stands in the cursor, and its place is looked up anew."""
    if not 1 <= limit <= PAGE_MAX:
        raise InputError("OP203", limit=limit, most=PAGE_MAX)
    return None if cursor is None else item_at(rt, actor, kind, cursor)


def _page(
    ends: Callable[[str], str],
    after: str | None,
    limit: int,
    behind: Callable[[str | None, int], Sequence[Candidate] | None],
    shown: Callable[[Sequence[Candidate]], Iterable[tuple[str, Item]]],
) -> Page[Item]:
    """Asks for candidates until the page is full, and for one more to know whether it is the last. ends: the cursor
    behind an item."""
    found: list[tuple[str, Item]] = []
    while True:
        batch = behind(after, limit + 1)
        if batch is None:
            raise InputError("OP202")
        found.extend(shown(batch))
        if len(found) > limit:
            return Page(tuple(one for _, one in found[:limit]), ends(found[limit - 1][0]))
        if len(batch) <= limit:
            return Page(tuple(one for _, one in found))
        after = batch[-1].id


def _question(tx: Tx, sight: Sight, asked: ReviewFilter) -> Wanted | None:
    """What is asked of the database; None when nobody is called so."""
    subject = None
    if asked.subject is not None:
        person = people.by_ref(tx, [asked.subject]).get(asked.subject)
        if person is None:
            return None
        subject = person.id
    cycle = cycle_in_sight(tx, sight, asked.cycle).id if asked.cycle is not None else None
    return Wanted(
        cycle, subject, asked.state, asked.unit, asked.grade, asked.ended, mine=asked.mine is True,
        overdue=asked.overdue is True, released=_released(sight) if asked.grade is not None else None,
    )  # fmt: skip


def _released(sight: Sight) -> tuple[tuple[str, str], ...]:
    """States in which whoever reads everything may see a result: of no others need a grade be looked at."""
    return tuple(
        (name, state.name)
        for name, definition in sight.definitions.items()
        for state in definition.states.values()
        if state.stage is None or STAGES.index(state.stage) >= _EVALUATE
        or any("result" in plan.shows for plan in state.tasks.values())
    )  # fmt: skip


def _fits(one: ReviewRow, asked: ReviewFilter) -> bool:
    """What only the access table can say of a review that is hers to read."""
    return (
        asked.grade in (None, one.row.grade)
        and asked.mine in (None, bool(one.mine))
        and asked.overdue in (None, one.overdue)
    )
