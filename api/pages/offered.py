"""What can be done with a review, in words and with the pages that do it; the rest with the reasons why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.saying import Saying, said_list
from engine.operations.offers import OWN, REVIEW, TASK, Unmet, alike, offers, unmet, worded
from engine.operations.views import ReviewView, TaskView
from engine.review.explain import Possible
from engine.words.book import say

_OF_TASK: Final = ("waive", "reassign", "delegate", "retract")
_OF_REVIEW: Final = {
    "remark": "remark", "correct_figures": "correct", "extend": "extend", "hold": "hold", "resume": "resume",
    "skip": "skip",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A step that can be taken now. full: the same in whole words, for whoever hears it alone."""

    text: str
    href: str
    full: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Steps about one thing: one's own work, the tasks there are, the review. what: the task, where they are of one."""

    name: str
    lines: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True, slots=True)
class NotNow:
    """Steps that are not possible, all for the same reasons; next_at: when they may become so."""

    what: str
    reasons: tuple[str, ...]
    next_at: str


@dataclass(frozen=True, slots=True)
class Offered:
    groups: tuple[Group, ...]
    not_yet: tuple[NotNow, ...]
    not_yours: tuple[NotNow, ...]
    later: int
    others: int


def offered(saying: Saying, view: ReviewView, found: Iterable[Possible]) -> Offered:
    """later, others: how many steps stand in `not_yet` and `not_yours`."""
    listed = [one for one in found if one.kind != "take_figures"]
    later, others = ([one for one in unmet(listed) if one.others is theirs] for theirs in (False, True))
    return Offered(
        tuple(_groups(saying, view, listed)), tuple(_not_now(saying, one) for one in later),
        tuple(_not_now(saying, one) for one in others), _count(saying, later), _count(saying, others),
    )  # fmt: skip


def steps_of_task(saying: Saying, view: ReviewView, found: Iterable[Possible], task_id: str) -> list[Link]:
    """What can be done with one row of work now, beside answering it."""
    return [
        Link(say(saying.lang, f"pages.step.short.{one.kind}"), address_of(view.id, one), _said(saying, one))
        for one in found if one.possible and one.task_id == task_id and one.kind != "answer"
    ]  # fmt: skip


def address_of(review_id: str, one: Possible) -> str:
    """Where a possible step is taken."""
    base = f"/reviews/{review_id}"
    if one.kind == "answer":
        return f"{base}/tasks/{one.task_id}"
    if one.kind in _OF_TASK or (one.kind == "extend" and one.task_id is not None):
        return f"{base}/tasks/{one.task_id}/{one.kind}"
    if one.kind == "intervene":
        return f"{base}/interventions/{one.task}"
    return f"{base}/{_OF_REVIEW[one.kind]}"


def _groups(saying: Saying, view: ReviewView, found: Sequence[Possible]) -> Iterable[Group]:
    rows = {one.id: one for one in view.tasks}
    lines: dict[str, list[tuple[str, tuple[Link, ...]]]] = {}
    for offer in offers(found):
        if offer.about == TASK:
            row = rows.get(offer.task_id or "")
            title = _titled(saying, row) if row is not None else saying.task(offer.steps[0].task)
            links = tuple(_link(saying, view, one, title) for one in offer.steps)
            lines.setdefault(TASK, []).append((title, links))
        else:
            name = offer.about if offer.about == OWN else REVIEW
            steps = {link.href: link for link in (_link(saying, view, one) for one in offer.steps)}
            lines.setdefault(name, []).extend(("", (link,)) for link in steps.values())
    return [Group(name, tuple(some)) for name, some in lines.items()]


def _link(saying: Saying, view: ReviewView, one: Possible, task: str = "") -> Link:
    href = address_of(view.id, one)
    if not task:
        return Link(_said(saying, one), href)
    short = say(saying.lang, f"pages.step.short.{one.kind}")
    return Link(short, href, say(saying.lang, f"pages.step.{worded(one)}", task=task))


def _titled(saying: Saying, row: TaskView) -> str:
    """The task, and whose it is where several are asked the same."""
    title = saying.task(row.name)
    if row.number > 1:
        title = f"{title} {say(saying.lang, 'pages.review.occurrence', number=row.number)}"
    names = saying.names(row.holders)
    return say(saying.lang, "pages.so_called", what=title, more=names) if names else title


def _said(saying: Saying, *steps: Possible) -> str:
    """Steps of one kind, with all their tasks."""
    tasks = dict.fromkeys(saying.task(one.task) for one in steps if one.task)
    return say(saying.lang, f"pages.step.{worded(steps[0])}", task=said_list(saying.lang, tasks))


def _not_now(saying: Saying, one: Unmet) -> NotNow:
    return NotNow(
        said_list(saying.lang, (_said(saying, *some) for some in alike(one.steps)), parted=True),
        tuple(saying.reason(why) for why in one.reasons), saying.when(one.next_at) if one.next_at is not None else "",
    )  # fmt: skip


def _count(saying: Saying, found: Iterable[Unmet]) -> int:
    return sum(len({_said(saying, step) for step in one.steps}) for one in found)
