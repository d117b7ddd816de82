"""Answering a task: its form as the schema asks for it, a draft kept on the way, and every fault at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.faults import fault_of
from api.kit.route import Door
from api.kit.shapes import one_of
from api.pages.answered import answered, people_in
from api.pages.faulty import Faults, of_refusal, of_schema, said_of
from api.pages.filled import flat, lists_in, plain_of, renumbered
from api.pages.form import Choice, Field, Filled, Typed, all_faults, fields_of
from api.pages.offered import steps_of_task
from api.pages.render import go, show
from api.pages.saying import Saying, held_said
from api.pages.schema import resolved
from api.pages.scored import scored
from api.pages.views.review import figures_of, targets_of, task_of
from api.refusals import Fault
from api.routes.asked import review_of
from api.routes.stepping import carried_out
from engine.definition.forms import check_form
from engine.errors import InputError, KeyReused, StaleRevision
from engine.operations import drafts
from engine.operations.answers import answer_of
from engine.operations.asking import Asked, asked
from engine.operations.drafts import Saved
from engine.operations.views import possible, review_view
from engine.review.case import Refused
from engine.review.codes import Code
from engine.words.book import say

door = Door("pages")

ORDER: Final = ("ratings", "targets", "form", "grade", "outcome", "comment")
_BUTTONS: Final = ("_add", "_drop", "_save", "_key", "_revision")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it is shown: what is in it, what is wrong, what was asked to be added."""

    typed: Typed
    faults: Faults
    more: Mapping[str, int]
    focus: str = ""
    saved: str = ""


@door.page("/reviews/{review}/tasks/{task}", "page_task", query={"done": one_of("saved")})
def task(ask: Ask) -> Reply:
    """The form; for what is answered for a whole cohort at one go, the page where that is done."""
    found = asked(ask.rt, ask.actor, review_of(ask), ask.path["task"])
    if found.task.mine and any(why.code == Code.ANSWERED_TOGETHER for one in found.outcomes for why in one.reasons):
        return go(f"/cycles/{review_view(ask.rt, ask.actor, found.review).cycle.id}/cohort")
    kept = drafts.draft_of(ask.rt, ask.actor, found.review, found.task.id)
    saying = Saying(ask.lang, found.definition, ask.rt.clock.now())
    typed = flat(kept.plain) if kept is not None else proposed(found)
    saved = saying.when(kept.saved_at) if kept is not None else ""
    return sheet_page(ask, found, Sheet(typed, {}, {}, saved=saved))


@door.submit("/reviews/{review}/tasks/{task}", "page_task_answer", refuses=(409, 412, 422))
def answer(ask: Ask) -> Reply:
    """Hands in, or keeps a draft, or shows the form with a row more or less: whichever button was pressed."""
    found = asked(ask.rt, ask.actor, review_of(ask), ask.path["task"])
    schema = resolved(found.schema)
    lists = lists_in(schema)
    drop = "".join(ask.body.get("_drop", [])[:1])
    typed = renumbered({name: one for name, one in ask.body.items() if name not in _BUTTONS}, lists, drop)
    added = "".join(ask.body.get("_add", [])[:1])
    if "_save" in ask.body:
        return save(ask, found, typed, quiet="quiet" in ask.body["_save"])
    if added in lists or drop:
        more = {added: 1} if added in lists else {}
        # Whoever removes a row is led to the last one that is left: her button is gone.
        return sheet_page(ask, found, Sheet(typed, {}, more, focus=added or drop.rpartition(".")[0]), status=200)
    body = plain_of(schema, typed)
    faults = of_schema(ask.lang, check_form(found.schema, body), schema)
    if faults:
        return sheet_page(ask, found, Sheet(typed, faults, {}), status=422)
    try:
        carried_out(ask, found.review, answer_of(ask.rt, ask.actor, found.review, found.task.id, body))
    except Fault as fault:
        return refused_page(ask, found, typed, fault)
    except (StaleRevision, KeyReused, InputError) as error:
        return refused_page(ask, found, typed, fault_of(error))
    return go(f"/reviews/{found.review}", "answered")


def refused_page(ask: Ask, found: Asked, typed: Typed, fault: Fault) -> Reply:
    """The form again with what speaks against it; what is not the form's business goes its own way."""
    if fault.status not in (403, 409, 412, 422):
        raise fault
    said = said_of(ask.lang, fault)
    fresh = asked(ask.rt, ask.actor, found.review, found.task.id)
    faults = of_refusal(fault, names_in(sheet_fields(ask, fresh, Sheet(typed, {}, {}))), said)
    return sheet_page(ask, fresh, Sheet(typed, faults, {}), status=fault.status)


def save(ask: Ask, found: Asked, typed: Typed, quiet: bool) -> Reply:
    kept = drafts.save_draft(ask.rt, ask.actor, found.review, found.task.id, plain_of(resolved(found.schema), typed))
    if not isinstance(kept, Saved):
        saying = Saying(ask.lang, found.definition, ask.rt.clock.now())
        said = [saying.reason(why) for why in kept.reasons] if isinstance(kept, Refused) else []
        return sheet_page(ask, found, Sheet(typed, {"": said}, {}), status=409)
    if not quiet:
        return go(f"/reviews/{found.review}/tasks/{found.task.id}", "saved")
    at = Saying(ask.lang, found.definition, kept.saved_at).when(kept.saved_at)
    return Reply(say(ask.lang, "pages.task.kept", at=at), status=200)


def proposed(found: Asked) -> dict[str, list[str]]:
    """What the fields begin with: present values where the schema names them, the only outcome where there is one."""
    typed: dict[str, list[str]] = {}
    properties = resolved(found.schema).get("properties", {})
    for part in ("targets", "ratings", "form"):
        for name, schema in properties.get(part, {}).get("properties", {}).items():
            if "default" in schema:
                typed.update(flat(schema["default"], f"{part}.{name}"))
    if len(found.outcomes) == 1:
        typed["outcome"] = [found.outcomes[0].name]
    return typed


def sheet_page(ask: Ask, found: Asked, sheet: Sheet, status: int | None = None) -> Reply:
    view = review_view(ask.rt, ask.actor, found.review)
    now = ask.rt.clock.now()
    saying = Saying(ask.lang, found.definition, now)
    people = people_in(ask.rt, saying, view.answers)
    told = [answered(saying, one, people) for one in reversed(view.answers)]
    fields = sheet_fields(ask, found, sheet)
    beside = steps_of_task(saying, view, possible(ask.rt, ask.actor, view.id), found.task.id)
    return show(
        ask, "task.html", status=status, place="work", view=view, say=saying, beside=beside,
        task=task_of(saying, found.task, now, view.held), subject=view.subject.said(ask.lang),
        groups=grouped(fields), key=ask.rt.ids.new_id(),
        revision=found.revision, faults=all_faults(fields), general=sheet.faults.get("", ()),
        outcomes=found.outcomes, alone=len(found.outcomes) == 1, saved=sheet.saved,
        done=ask.query.get("done"), needs_words=" ".join(one.name for one in found.outcomes if one.comment_required),
        needs_words_said=saying_outcomes(saying, found), targets=targets_of(saying, view),
        figures=figures_of(saying, view), score=scored(saying, view.result) if view.result else None,
        answers=[one for one in told if one.name in found.shows],
        earlier=[one for one in told if one.name not in found.shows],
        closed=[] if found.possible else closed_by(saying, found),
        held=held_said(saying, view.held),
    )  # fmt: skip


def closed_by(saying: Saying, found: Asked) -> list[str]:
    """Why the task cannot be answered at all now, each reason once."""
    return list(dict.fromkeys(saying.reason(why) for one in found.outcomes for why in one.reasons))


def saying_outcomes(saying: Saying, found: Asked) -> list[str]:
    return [saying.outcome(found.task.name, one.name) for one in found.outcomes if one.comment_required]


def sheet_fields(ask: Ask, found: Asked, sheet: Sheet) -> tuple[Field, ...]:
    """The schema's fields in the order in which a person fills them in."""
    people = {
        ref: say(ask.lang, "pages.so_called", what=one.said(ask.lang), more=ref) for ref, one in found.people.items()
    }
    filled = Filled(ask.lang, sheet.typed, sheet.faults, sheet.more, sheet.focus, people)
    fields = {one.name: one for one in fields_of(resolved(found.schema), filled)}
    if "grade" in fields:
        fields["grade"] = replace(fields["grade"], kind="select", blank=say(ask.lang, "pages.task.grade_stays"))
    if "outcome" in fields:
        fields["outcome"] = with_outcomes(ask, found, fields["outcome"])
    return tuple(fields[name] for name in ORDER if name in fields)


def with_outcomes(ask: Ask, found: Asked, field: Field) -> Field:
    """The outcomes as choices, with the reasons of those that are not possible now."""
    saying = Saying(ask.lang, found.definition, ask.rt.clock.now())
    choices = tuple(
        Choice(
            one.name, saying.outcome(found.task.name, one.name), chosen=one.name == field.value,
            why=() if one.possible else tuple(saying.reason(why) for why in one.reasons),
        )
        for one in found.outcomes
    )  # fmt: skip
    return replace(field, kind="choice", title=say(ask.lang, "pages.task.outcome"), required=True, choices=choices)


def grouped(fields: Iterable[Field]) -> list[Field]:
    return [one for one in fields if one.kind != "group" or one.fields]


def names_in(fields: Iterable[Field]) -> list[str]:
    found: list[str] = []
    for one in fields:
        found.append(one.name)
        found.extend(names_in(one.fields))
    return found


