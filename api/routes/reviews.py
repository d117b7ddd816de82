"""Reviews: the list, one of them, what happened to it, what it was, what may be done with it, and why it is so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.drawing.mermaid import mermaid
from api.drawing.svg import definition_svg
from api.kit.ask import Ask, Reply
from api.kit.route import SVG, Door
from api.kit.route import TEXT as PLAIN
from api.kit.shapes import ID, INSTANT, TEXT, WHOLE, YES_NO, listed, maybe, named, one_of, page_of, shape, some, whole
from api.routes.asked import AT, PAGE, instant_of, review_of
from api.routes.shown import (
    ACKNOWLEDGEMENT,
    ANSWERED,
    DEFINITION,
    EVENT,
    POSSIBLE,
    REVIEW,
    ROW,
    TASK,
    TITLED,
    Shown,
    definition,
    row,
)  # fmt: skip
from engine.operations import between as changes
from engine.operations import timeline
from engine.operations.explained import explained
from engine.operations.forms import people_in
from engine.operations.listing import ReviewFilter, reviews_page
from engine.operations.views import possible, review_view
from engine.store import people

door = Door("reviews", "/api/v1/reviews")

LIST = {
    **PAGE, "cycle": some(1, 120), "state": some(1, 120), "unit": some(1, 120), "subject": some(1, 120),
    "grade": some(1, 60), "ended": YES_NO, "mine": YES_NO, "overdue": YES_NO,
}  # fmt: skip
VALUE: dict[str, Any] = {"type": ["string", "boolean"]}
EXPLAINED = shape(step=TEXT, heading=TEXT, lines=listed(TEXT))
CHANGE = shape(**{
    "figure": TEXT, "kind": one_of("figure", "folded", "judged", "row"), "fold": maybe(TEXT),
    "from": VALUE, "to": VALUE, "grade": TEXT, "total": maybe(TEXT), "share_of_range": TEXT, "proven": YES_NO,
})  # fmt: skip
REACH = shape(
    grade=TEXT, next=TEXT, changes=listed(CHANGE), barred_by=listed(TEXT), complete=YES_NO, before_quota=YES_NO,
    lines=listed(TEXT),
)  # fmt: skip
RESULT = shape(
    review=ID, total=maybe(TEXT), grade=maybe(TEXT), status=maybe(TEXT), result={"type": "object"},
    explanation=listed(EXPLAINED), reach=maybe(REACH),
)  # fmt: skip
STOOD = shape(
    review=ID, definition=DEFINITION, at=INSTANT, state=TITLED, revision=WHOLE, head=TEXT, entered_at=INSTANT,
    tasks=listed(shape(task=TITLED, status=TEXT, due_at=maybe(INSTANT))), targets=maybe(named(TEXT)),
    total=maybe(TEXT), grade=maybe(TEXT), acknowledgements=listed(ACKNOWLEDGEMENT),
)  # fmt: skip


FIRST = {"review": "$response.body#/items/0/review"}


@door.get(
    "", "reviews", reply=page_of(ROW), query=LIST, refuses=(404,),
    links=dict.fromkeys(("review", "review_history", "review_commands", "remark"), FIRST),
)  # fmt: skip
def reviews(ask: Ask) -> Reply:
    asked = {name: ask.query.get(name) for name in LIST if name not in PAGE}
    page = reviews_page(
        ask.rt, ask.actor, ReviewFilter(**asked), limit=ask.query["limit"], cursor=ask.query.get("cursor")
    )
    return Reply({"items": [row(ask.lang, one) for one in page.items], "next": page.next}, next=page.next)


NOW = {"review": "$response.body#/id", "If-Match": "$response.header.ETag"}


@door.get("/{review}", "review", reply=REVIEW, links={"remark": NOW, "intervene": NOW})
def review(ask: Ask) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    return Reply(Shown(ask.lang, view.definition).review(view), revision=view.revision)


@door.get("/{review}/tasks", "review_tasks", reply=shape(items=listed(TASK)))
def tasks(ask: Ask) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    said = Shown(ask.lang, view.definition)
    return Reply({"items": [said.task(one) for one in view.tasks]}, revision=view.revision)


@door.get("/{review}/answers", "review_answers", reply=shape(items=listed(ANSWERED)))
def answers(ask: Ask) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    said = Shown(ask.lang, view.definition)
    mentioned = {
        person for one in view.answers for person in people_in(said.form_of(one), one.answer.get("form", {}))
    }
    with ask.rt.database.read() as tx:
        refs = {key: person.ref for key, person in people.by_id(tx, mentioned).items()}
    return Reply({"items": [said.answered(one, refs) for one in view.answers]}, revision=view.revision)


@door.get("/{review}/commands", "review_commands", reply=shape(items=listed(POSSIBLE)))
def commands(ask: Ask) -> Reply:
    """What the asker may do now, and for everything else why not."""
    view = review_view(ask.rt, ask.actor, review_of(ask))
    # After the revision was read: whoever acts on the list with an ETag must not have seen less than the ETag says.
    found = possible(ask.rt, ask.actor, view.id)
    said = Shown(ask.lang, view.definition)
    return Reply({"items": [said.possible(one) for one in found]}, revision=view.revision)


HISTORY = {"after": whole(0, 10**9, default=0), "limit": PAGE["limit"]}


@door.get("/{review}/history", "review_history", query=HISTORY, reply=shape(items=listed(EVENT), next=maybe(WHOLE)))
def history(ask: Ask) -> Reply:
    limit, after = ask.query["limit"], ask.query["after"]
    found = timeline.history(ask.rt, ask.actor, review_of(ask), after=after, limit=limit + 1)
    said = Shown(ask.lang, found.definition)
    lines = found.lines[:limit]
    following = lines[-1].seq if len(found.lines) > limit else None
    return Reply({"items": [said.event(one) for one in lines], "next": following})


@door.get("/{review}/at", "review_at", query={"instant": AT}, reply=STOOD)
def at(ask: Ask) -> Reply:
    stood = timeline.state_at(ask.rt, ask.actor, review_of(ask), instant_of(ask, "instant"))
    return Reply(_stood(ask.lang, stood))


def _stood(lang: str, stood: timeline.Stood) -> dict[str, Any]:
    said = Shown(lang, stood.definition)
    return {
        "review": stood.review, "definition": definition(stood.definition), "at": stood.at,
        "state": said.state(stood.state), "revision": stood.revision, "head": stood.head,
        "entered_at": stood.entered_at,
        "tasks": [
            {"task": said.task_named(name), "status": status, "due_at": due} for name, status, due in stood.tasks
        ],
        "targets": None if stood.targets is None else dict(stood.targets), "total": stood.total,
        "grade": stood.grade,
        "acknowledgements": [{"what": what, "how": how} for what, how in stood.acknowledgements],
    }  # fmt: skip


BETWEEN = shape(review=ID, start=INSTANT, end=INSTANT, changes=listed(shape(what=TEXT, key=maybe(TEXT),
                before=maybe(TEXT), after=maybe(TEXT))), events=listed(EVENT))


@door.get("/{review}/between", "review_between", query={"start": AT, "end": AT}, reply=BETWEEN)
def between(ask: Ask) -> Reply:
    start, end = instant_of(ask, "start"), instant_of(ask, "end")
    found = changes.between(ask.rt, ask.actor, review_of(ask), start, end)
    said = Shown(ask.lang, found.definition)
    told = [{"what": one.what, "key": one.key, "before": one.before, "after": one.after} for one in found.changes]
    return Reply({
        "review": found.review, "start": start, "end": end, "changes": told,
        "events": [said.event(one) for one in found.lines],
    })  # fmt: skip


@door.get("/{review}/score", "review_score", query={"instant": AT}, reply=RESULT)
def score(ask: Ask) -> Reply:
    """The judgement with its complete trace, now or at an instant: the way to it in words, and what would have reached
    the next better grade."""
    instant: datetime | None = instant_of(ask, "instant") if "instant" in ask.query else None
    found = timeline.score(ask.rt, ask.actor, review_of(ask), instant)
    told = explained(found, ask.lang)
    return Reply({
        "review": found.review, "total": found.total, "grade": found.grade, "status": found.status,
        "result": dict(found.result),
        "explanation": [{"step": one.step, "heading": one.heading, "lines": list(one.lines)} for one in told.steps],
        "reach": told.reach,
    })  # fmt: skip


@door.get("/{review}/why-grade", "review_why_grade", reply=shape(lines=listed(TEXT)))
def why_grade(ask: Ask) -> Reply:
    return Reply({"lines": list(timeline.why_grade(ask.rt, ask.actor, review_of(ask), ask.lang))})


@door.get("/{review}/diagram.svg", "review_svg", gives=SVG)
def diagram_svg(ask: Ask) -> Reply:
    """The workflow with this review's way through it."""
    view = review_view(ask.rt, ask.actor, review_of(ask))
    way = timeline.way_of(ask.rt, ask.actor, view.id)
    return Reply(definition_svg(view.definition, ask.lang, path=way, here=view.state, alone=True))


@door.get("/{review}/diagram.mmd", "review_mermaid", gives=PLAIN)
def diagram_mermaid(ask: Ask) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    way = timeline.way_of(ask.rt, ask.actor, view.id)
    return Reply(mermaid(view.definition, ask.lang, path=way, here=view.state) + "\n")


