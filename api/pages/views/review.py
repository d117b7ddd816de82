"""One review: where it stands, what waits, what is possible and why not, what was handed in, its score, its past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import one_of
from api.pages.answered import answered, people_in
from api.pages.dates import Due, grouped
from api.pages.offered import offered
from api.pages.past import told_lines
from api.pages.pictures import way_in, workflow_picture
from api.pages.render import show
from api.pages.saying import Saying, held_said
from api.pages.scored import reached_in, scored
from api.routes.asked import review_of
from engine.errors import NotFound
from engine.operations import timeline
from engine.operations.views import ReviewView, TaskView, possible, review_view
from engine.review.case import Actor
from engine.review.model import Held
from engine.runtime import Runtime
from engine.words.book import say

door = Door("pages")

LAST: Final = 6
"""Events of the past that the page itself shows."""

FIGURES_LOOSE: Final = 6
"""Of one figure in one period so many values stand one by one; more are folded away."""

ANSWERS: Final = 4
"""Answers that are shown at once."""

DONE: Final = one_of(
    "answered", "saved", "waived", "reassigned", "delegated", "retracted", "extended", "held", "resumed", "skipped",
    "remarked", "intervened", "corrected",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """A row of work in words. number: empty for what is asked only once."""

    id: str
    title: str
    role: str
    status: str
    holders: str
    due: Due | None
    opens: str
    mine: bool
    number: str


@door.page("/reviews/{review}", "page_review", query={"done": DONE})
def review(ask: Ask) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    now = ask.rt.clock.now()
    saying = Saying(ask.lang, view.definition, now)
    steps = offered(saying, view, possible(ask.rt, ask.actor, view.id))
    tasks = [task_of(saying, one, now, view.held) for one in view.tasks if one.status in ("open", "waiting")]
    people = people_in(ask.rt, saying, view.answers)
    past = past_of(ask.rt, ask.actor, view.id)
    lines = told_lines(saying, past.lines[-LAST:][::-1]) if past is not None else []
    return show(
        ask, "review.html", place="reviews", view=view, say=saying, subject=view.subject.said(ask.lang),
        picture=picture(ask, view, past), mine=[one for one in tasks if one.mine and view.held is None],
        others=[one for one in tasks if not one.mine or view.held is not None], steps=steps,
        held=held_said(saying, view.held), followed=past is not None,
        answers=[answered(saying, one, people) for one in reversed(view.answers)],
        targets=targets_of(saying, view), figures=figures_of(saying, view),
        score=scored(saying, view.result, reached_in(ask, view.id)) if view.result else None, lines=lines,
        shown=ANSWERS, events=len(past.lines) if past is not None else 0, done=ask.query.get("done"),
        relations=[say(ask.lang, f"pages.relation.{one}") for one in relations_of(view)],
    )  # fmt: skip


def relations_of(view: ReviewView) -> list[str]:
    found = [one for one in view.relations if ":" not in one]
    return [one for one in found if one != "holder"] or found


def task_of(saying: Saying, one: TaskView, now: datetime, held: Held | None = None) -> Task:
    """held: while the clocks stand still nothing is due, and nothing late."""
    due = saying.due(one.due_at) if one.due_at is not None and held is None else None
    late = due is not None and due.how == "late" and one.status == "open"
    opens = saying.when(one.opens_at) if one.opens_at is not None and one.opens_at > now else ""
    return Task(
        one.id, saying.task(one.name), saying.role(one.role), "late" if late else one.status,
        saying.names(one.holders), due, opens, one.mine, str(one.number) if one.number > 1 else "",
    )  # fmt: skip


def past_of(rt: Runtime, actor: Actor, review_id: str) -> timeline.History | None:
    """The review's events, None where they are not the actor's to see."""
    try:
        return timeline.history(rt, actor, review_id)
    except NotFound:
        return None


def picture(ask: Ask, view: ReviewView, past: timeline.History | None) -> Markup:
    """The workflow drawn, with the way that this review took through it."""
    title = say(ask.lang, "pages.review.picture", subject=view.subject.said(ask.lang))
    way = way_in(past, view.definition.initial)
    return workflow_picture(view.definition, ask.lang, path=way, here=view.state, title=title)


def targets_of(saying: Saying, view: ReviewView) -> list[tuple[str, str, str]]:
    return [(saying.target(key), grouped(saying.agreed(key, value)), saying.unit(key))
            for key, value in (view.targets or {}).items()]


def figures_of(saying: Saying, view: ReviewView) -> list[dict[str, Any]]:
    """One by one; the rows of a list, and of one figure many, together under its title."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for name, period, value, source in view.figures or ():
        groups.setdefault((name, period, source), []).append(saying.value(name, value))
    found: list[dict[str, Any]] = []
    for (name, period, source), values in groups.items():
        unit = saying.unit(name)
        one = {"title": saying.figure(name), "period": period, "source": source, "rows": None}
        if name in saying.definition.card.lists or len(values) > FIGURES_LOOSE:
            found.append({**one, "rows": [f"{value} {unit}".rstrip() for value in values]})
        else:
            found.extend({**one, "value": value, "unit": unit} for value in values)
    return found


