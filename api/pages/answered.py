"""What was handed in, in words: the fields of its form by their titles, ratings and targets by theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.pages.dates import grouped
from api.pages.saying import Saying, said_list
from api.pages.schema import Schema, title_of
from engine.operations.forms import people_in as mentioned
from engine.operations.seeing import Named, named
from engine.operations.views import AnswerView
from engine.runtime import Runtime
from engine.store import people
from engine.words.book import say


@dataclass(frozen=True, slots=True)
class Entry:
    """A title with its value; rows: of a list of rows, each its own entries. long: text of several lines; worded: words
    and no number, so that it needs the whole line."""

    title: str
    value: str = ""
    rows: tuple[tuple[Entry, ...], ...] = ()
    long: bool = False
    worded: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer. by: who gave it, or that this stays unnamed; outcome: empty for a plain `done`."""

    task: str
    name: str
    by: str
    role: str
    when: str
    outcome: str
    entries: tuple[Entry, ...]
    comment: str | None


def people_in(rt: Runtime, saying: Saying, views: Iterable[AnswerView]) -> dict[str, Named]:
    """id -> name of everybody whom the forms of these answers mention."""
    wanted = {
        ref
        for view in views
        for ref in mentioned(_schema(saying, view.task), view.answer.get("form", {}))
    }
    if not wanted:
        return {}
    with rt.database.read() as tx:
        return {key: named(person) for key, person in people.by_id(tx, sorted(wanted)).items()}


def answered(saying: Saying, view: AnswerView, known: Mapping[str, Named]) -> Answered:
    by = view.by.said(saying.lang) if view.by is not None else say(saying.lang, "pages.unnamed")
    outcome = "" if view.outcome in (None, "done") else saying.outcome(view.task, view.outcome)
    return Answered(
        task=saying.task(view.task), name=view.task, by=by, role=saying.role(view.role),
        when=saying.when(view.at) if view.at is not None else "", outcome=outcome,
        entries=tuple(entries(saying, view, known)), comment=view.comment,
    )  # fmt: skip


def entries(saying: Saying, view: AnswerView, known: Mapping[str, Named]) -> Iterator[Entry]:
    answer = view.answer
    for name, value in answer.get("ratings", {}).items():
        shown = say(saying.lang, "pages.not_rated") if value == "NR" else str(value)
        yield Entry(saying.figure(name), shown)
    for name, value in answer.get("targets", {}).items():
        yield Entry(saying.target(name), grouped(str(value)))
    if answer.get("grade"):
        yield Entry(say(saying.lang, "pages.grade"), str(answer["grade"]))
    yield from form_entries(saying.lang, _schema(saying, view.task), answer.get("form", {}), known)


def form_entries(lang: str, schema: Schema, form: Mapping[str, Any], known: Mapping[str, Named]) -> Iterator[Entry]:
    """The fields of a form in the order of its schema."""
    fields = schema.get("properties", {})
    for name in [*(key for key in fields if key in form), *(key for key in form if key not in fields)]:
        plan, value = fields.get(name, {}), form[name]
        title = title_of(plan, lang, name)
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            items = plan.get("items", {})
            rows = tuple(tuple(form_entries(lang, items, one, known)) for one in value if isinstance(one, Mapping))
            yield Entry(title, rows=rows, worded=True)
        else:
            yield Entry(title, _said(lang, plan, value, known), long=plan.get("maxLength", 0) > 200, worded=True)


def _said(lang: str, plan: Schema, value: Any, known: Mapping[str, Named]) -> str:
    if isinstance(value, list):
        return said_list(lang, [_said(lang, plan.get("items", {}), one, known) for one in value])
    if isinstance(value, bool):
        return say(lang, f"pages.form.{'true' if value else 'false'}")
    text = str(value)
    if plan.get("x-ref") == "person" and text in known:
        return known[text].said(lang)
    titles = plan.get("x-enum-titles", {}).get(text, {})
    return str(titles.get(lang) or titles.get("en") or text)


def _schema(saying: Saying, task: str) -> Schema:
    definition = saying.definition
    for state in definition.states.values():
        plan = state.tasks.get(task)
        if plan is not None and plan.form:
            return definition.forms[plan.form]
    return {}
