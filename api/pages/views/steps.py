"""Steps beside answering: let a task go, give it to somebody else, take an answer back, step in, remark. Each says
what it does and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.faults import fault_of
from api.kit.route import Door
from api.pages.faulty import Faults, of_refusal, said_of
from api.pages.form import Field, all_faults
from api.pages.render import go, show
from api.pages.saying import Saying, held_said
from api.refusals import Fault
from api.routes.asked import review_of
from api.routes.stepping import carried_out
from engine.definition.model import Definition
from engine.errors import InputError, KeyReused, StaleRevision
from engine.operations.naming import delegated, reassigned
from engine.operations.views import ReviewView, TaskView, review_view
from engine.review.case import Refused
from engine.review.commands import Command, Intervene, Remark, Retract, Waive
from engine.words.book import say

door = Door("pages")

WORDS_MOST: Final = 4000


@dataclass(frozen=True, slots=True)
class Plan:
    """One kind of step: `name` picks its words, wants: its fields, may: those of them that may stay empty, done: what
    the next page says; task: whether it is of one task."""

    name: str
    wants: tuple[str, ...]
    done: str
    grave: bool = False
    may: tuple[str, ...] = ()
    task: bool = True


WAIVE: Final = Plan("waive", ("reason",), "waived")
REASSIGN: Final = Plan("reassign", ("to", "reason"), "reassigned")
DELEGATE: Final = Plan("delegate", ("to", "reason"), "delegated")
RETRACT: Final = Plan("retract", ("reason",), "retracted")
REMARK: Final = Plan("remark", ("comment",), "remarked", task=False)
INTERVENE: Final = Plan("intervene", ("comment",), "intervened", grave=True, may=("comment",), task=False)


@door.page("/reviews/{review}/tasks/{task}/waive", "page_waive")
def waive(ask: Ask) -> Reply:
    return step_page(ask, WAIVE)


@door.submit("/reviews/{review}/tasks/{task}/waive", "page_waive_do", refuses=(403, 409, 412, 422))
def do_waive(ask: Ask) -> Reply:
    return taken(ask, WAIVE, lambda view: Waive(view.id, ask.path["task"], words(ask, "reason")))


def passed_on(ask: Ask, plan: Plan, wish: Callable[..., Command | Refused]) -> Reply:
    """A task goes to the person who is named; wish: what makes the command of her ref and the reason."""

    def command(view: ReviewView) -> Command | Refused:
        return wish(ask.rt, ask.actor, view.id, ask.path["task"], words(ask, "to").strip(), words(ask, "reason"))

    return taken(ask, plan, command)


@door.page("/reviews/{review}/tasks/{task}/reassign", "page_reassign")
def reassign(ask: Ask) -> Reply:
    return step_page(ask, REASSIGN)


@door.submit("/reviews/{review}/tasks/{task}/reassign", "page_reassign_do", refuses=(403, 409, 412, 422))
def do_reassign(ask: Ask) -> Reply:
    return passed_on(ask, REASSIGN, reassigned)


@door.page("/reviews/{review}/tasks/{task}/delegate", "page_delegate")
def delegate(ask: Ask) -> Reply:
    return step_page(ask, DELEGATE)


@door.submit("/reviews/{review}/tasks/{task}/delegate", "page_delegate_do", refuses=(403, 409, 412, 422))
def do_delegate(ask: Ask) -> Reply:
    return passed_on(ask, DELEGATE, delegated)


@door.page("/reviews/{review}/tasks/{task}/retract", "page_retract")
def retract(ask: Ask) -> Reply:
    return step_page(ask, RETRACT)


@door.submit("/reviews/{review}/tasks/{task}/retract", "page_retract_do", refuses=(403, 409, 412, 422))
def do_retract(ask: Ask) -> Reply:
    return taken(ask, RETRACT, lambda view: Retract(view.id, ask.path["task"], words(ask, "reason")))


@door.page("/reviews/{review}/remark", "page_remark")
def remark(ask: Ask) -> Reply:
    return step_page(ask, REMARK)


@door.submit("/reviews/{review}/remark", "page_remark_do", refuses=(403, 409, 412, 422))
def do_remark(ask: Ask) -> Reply:
    return taken(ask, REMARK, lambda view: Remark(view.id, words(ask, "comment")))


@door.page("/reviews/{review}/interventions/{name}", "page_intervene")
def intervene(ask: Ask) -> Reply:
    return step_page(ask, INTERVENE)


@door.submit("/reviews/{review}/interventions/{name}", "page_intervene_do", refuses=(403, 409, 412, 422))
def do_intervene(ask: Ask) -> Reply:
    return taken(ask, INTERVENE, lambda view: Intervene(view.id, ask.path["name"], words(ask, "comment") or None))


def words(ask: Ask, name: str) -> str:
    """A field of the form as it was typed; empty where it is missing."""
    texts = ask.body.get(name) or [""]
    return str(texts[0])


def taken(ask: Ask, plan: Plan, command: Callable[[ReviewView], Command | Refused]) -> Reply:
    """Carries the step out and goes back to the review; or shows the form again with what speaks against it."""
    view = review_view(ask.rt, ask.actor, review_of(ask))
    if missing := missing_in(ask, plan):
        return step_page(ask, plan, missing, 422)
    try:
        carried_out(ask, view.id, command(view))
    except Fault as fault:
        if fault.status not in (403, 409, 412, 422):
            raise
        return step_page(ask, plan, of_refusal(fault, plan.wants, said_of(ask.lang, fault)), fault.status)
    except (StaleRevision, KeyReused) as error:
        stale = fault_of(error)
        return step_page(ask, plan, {"": [said_of(ask.lang, stale)]}, stale.status)
    except InputError as error:  # the person who was named to take over, or the day
        said = say(ask.lang, error.code, **error.values)
        return step_page(ask, plan, {next((one for one in ("to", "until") if one in plan.wants), ""): [said]}, 422)
    return go(f"/reviews/{view.id}", plan.done)


def missing_in(ask: Ask, plan: Plan) -> Faults:
    """Every field that was left empty though it is wanted, before anybody is asked about those that were not."""
    wanted = [name for name in plan.wants if name not in plan.may]
    return {name: [say(ask.lang, "pages.fault.FM001")] for name in wanted if not words(ask, name).strip()}


def step_page(ask: Ask, plan: Plan, faults: Faults | None = None, status: int | None = None) -> Reply:
    view = review_view(ask.rt, ask.actor, review_of(ask))
    saying = Saying(ask.lang, view.definition, ask.rt.clock.now())
    title = title_of(ask, saying, view, plan)
    fields = [field_of(ask, plan, name, faults or {}) for name in plan.wants]
    return show(
        ask, "step.html", status=status, place="reviews", view=view, plan=plan, title=title, fields=fields,
        subject=view.subject.said(ask.lang), state=saying.state(view.state), key=ask.rt.ids.new_id(),
        now=list(as_it_stands(ask, saying, view, plan)),
        faults=all_faults(fields), general=(faults or {}).get("", ()), workflow=saying.workflow(),
    )  # fmt: skip


def title_of(ask: Ask, saying: Saying, view: ReviewView, plan: Plan) -> str:
    """What is about to be done. Fault 404 for a task or intervention that there is not."""
    if plan is INTERVENE:
        return say(ask.lang, "pages.step.intervene", task=intervention_named(ask, saying, view.definition))
    task = saying.task(row_named(ask, view).name) if plan.task else ""
    return say(ask.lang, f"pages.step.{plan.name}", task=task)


def row_named(ask: Ask, view: ReviewView) -> TaskView:
    row = next((one for one in view.tasks if one.id == ask.path["task"]), None)
    if row is None:
        raise Fault("no_such_task", status=404, task=ask.path["task"][:60])
    return row


def as_it_stands(ask: Ask, saying: Saying, view: ReviewView, plan: Plan) -> Iterable[str]:
    """What one has to know of the review to fill the form in: the last day there is, since when it is on hold."""
    if "until" in plan.wants:
        due = view.deadline if not plan.task else row_named(ask, view).due_at
        if due is not None and not plan.may:
            yield say(ask.lang, "pages.step.last_day", day=saying.due(due).day)
    if view.held is not None:
        yield held_said(saying, view.held)


def intervention_named(ask: Ask, saying: Saying, definition: Definition) -> str:
    name = ask.path["name"]
    if name not in definition.anywhere:
        raise Fault("no_such_intervention", status=404, name=name[:60])
    return saying.task(name)


def field_of(ask: Ask, plan: Plan, name: str, faults: Faults) -> Field:
    kind = {"to": "text", "until": "day"}.get(name, "long")
    typed = words(ask, name) if isinstance(ask.body, dict) else ""
    return Field(
        kind, name, say(ask.lang, f"pages.step.field.{name}"), required=name not in plan.may, value=typed,
        note=say(ask.lang, f"pages.step.note.{name}{'_may' if name == 'until' and plan.may else ''}"),
        most=WORDS_MOST if kind == "long" else 120,
        faults=tuple(faults.get(name, ())),
    )  # fmt: skip
