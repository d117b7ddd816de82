"""My work: what waits for the one who is signed in, by when, and her own reviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import some
from api.pages.dates import Due
from api.pages.render import frame_of, show
from api.pages.saying import Saying
from api.pages.scored import smallest_in
from engine.operations.cohort_told import NOWHERE
from engine.operations.listing import ReviewFilter, reviews_page, work_page
from engine.operations.work import ReviewRow, WorkItem
from engine.words.book import say

door = Door("pages")

PAGE = 50
OWN = 6
GROUPS = ("late", "soon", "later", "open")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do, in words."""

    href: str
    task: str
    subject: str
    workflow: str
    period: str
    due: Due | None

    @property
    def group(self) -> str:
        return self.due.how if self.due is not None else "open"


@dataclass(frozen=True, slots=True)
class Own:
    """One of the viewer's own reviews, in words."""

    id: str
    period: str
    workflow: str
    state: str
    grade: str | None
    ended: bool
    reach: str = ""
    held: bool = False


@door.page("/", "page_work", query={"cursor": some(1, 200)})
def work(ask: Ask) -> Reply:
    frame = frame_of(ask)
    page = work_page(ask.rt, ask.actor, limit=PAGE, cursor=ask.query.get("cursor"))
    items = list(waiting_of(ask, page.items))
    ref = frame.person.ref if frame.person is not None else ""
    own = reviews_page(ask.rt, ask.actor, ReviewFilter(subject=ref), limit=OWN, cursor=None)
    newest = next((one.row.review for one in own.items if one.row.grade), "")
    return show(
        ask, "work.html", frame=frame, place="work", items=items, groups=list(grouped(items)), next=page.next,
        first="cursor" not in ask.query, late=sum(one.group == "late" for one in items),
        own=[own_row(ask, one, told=one.row.review == newest) for one in own.items],
    )  # fmt: skip


def waiting_of(ask: Ask, items: Iterable[WorkItem]) -> Iterator[Waiting]:
    """One line each; for what is answered at one go a single line, at the place of the first."""
    together: dict[tuple[str, str | None], list[WorkItem]] = {}
    known = list(items)
    for one in known:
        if one.together:
            together.setdefault((one.cycle, one.unit), []).append(one)
    for one in known:
        if not one.together:
            yield waiting(ask, one)
        elif together[one.cycle, one.unit][0] is one:
            yield shared(ask, one, len(together[one.cycle, one.unit]))


def shared(ask: Ask, first: WorkItem, count: int) -> Waiting:
    """The one task that settles a cohort."""
    one = waiting(ask, first)
    href = f"/cycles/{first.cycle}/cohort?{urlencode({'unit': first.unit or NOWHERE})}"
    code = "pages.work.cohort" if first.unit is None else "pages.work.cohort_unit"
    return replace(one, href=href, subject=say(ask.lang, code, unit=first.unit or "", count=count))


def waiting(ask: Ask, one: WorkItem) -> Waiting:
    saying = Saying(ask.lang, one.definition, ask.rt.clock.now())
    subject = one.subject.said(ask.lang)
    due = saying.due(one.due_at) if one.due_at is not None else None
    href = f"/reviews/{one.review}/tasks/{one.task_id}"
    return Waiting(href, saying.task(one.task), subject, saying.workflow(), one.period, due)


def grouped(items: Iterable[Waiting]) -> Iterable[tuple[str, list[Waiting]]]:
    """What is late first, then what is due soon, then the rest; groups of nobody are left out."""
    known = list(items)
    for name in GROUPS:
        found = [one for one in known if one.group == name]
        if found:
            yield name, found


def own_row(ask: Ask, one: ReviewRow, told: bool) -> Own:
    """told: with the smallest change that would have reached the next better grade."""
    saying = Saying(ask.lang, one.definition, ask.rt.clock.now())
    row = one.row
    reach = smallest_in(ask, saying, row.review) if told else ""
    state = saying.state(row.state)
    return Own(row.review, one.period, saying.workflow(), state, row.grade, row.ended, reach, row.held)
