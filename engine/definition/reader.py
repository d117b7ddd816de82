"""The door of this room: a workflow's folder or texts in, a definition out, or all its problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Final

from engine.calendar import WorkingDays
from engine.definition.build import Workflow, build, mapping_of
from engine.definition.fingerprint import fingerprint_of
from engine.definition.forms import Form, read_form
from engine.definition.guards import Guards, problem_of, scope_of
from engine.definition.holidays import days_of, days_text, known_country, working_days
from engine.definition.model import Definition
from engine.definition.parts import title_of
from engine.definition.problem import Path, Problem, has_errors, in_order
from engine.definition.schema import check_shape
from engine.definition.slips import other_places
from engine.definition.source import Document, read_yaml
from engine.definition.whole import check_whole
from rules.scorecard.model import Card
from rules.scorecard.reader import read_card as card_of

WORKFLOW: Final = "workflow.yaml"
CALENDAR: Final = "calendar.json"
"""The name under which the days of the calendar are kept beside the sources."""

Texts = Mapping[str, str | bytes]


class Checked:
    """The problems of a workflow, and its definition, which is None when any problem is an error.

    The definition is put together when it is first asked for: a country's days take longer than all checks.
    """

    __slots__ = ("_definition", "_make", "problems")

    def __init__(self, make: Callable[[], Definition] | None, problems: tuple[Problem, ...]) -> None:
        self._make = make
        self._definition: Definition | None = None
        self.problems = problems

    @property
    def definition(self) -> Definition | None:
        if self._definition is None and self._make is not None:
            self._definition = self._make()
        return self._definition


def read_definition(folder: FilePath) -> Checked:
    """Read and check the workflow in a folder; problems name files with the folder in front. Raises nothing."""
    texts, unreadable = _texts_of(folder)
    if unreadable is not None:
        return Checked(None, (unreadable,))
    return read_texts(texts, f"{folder}/")


def read_texts(sources: Texts, prefix: str = "") -> Checked:
    """Read and check a workflow from its files' texts: `workflow.yaml`, the scorecard and forms it names.

    `calendar.json`, where it is there, holds the calendar's days (a stored definition is read back with those it had).
    prefix stands before the files' names in problems.
    """
    return _Reading(sources, prefix).checked()


def read_scorecard(source: FilePath | str) -> tuple[Card | None, tuple[Problem, ...]]:
    """A scorecard from a file, or from its text; no card where a problem is an error. Raises nothing."""
    file = str(source) if isinstance(source, FilePath) else "scorecard.yaml"
    content: str | bytes | None = _content(source) if isinstance(source, FilePath) else source
    if content is None:
        return None, (Problem(file, 1, 1, "error", "WF001", {"file": file}),)
    card, _, problems = _read_card(content, file)
    return card, in_order(problems)


@lru_cache(maxsize=32)
def _read_card(content: str | bytes, file: str) -> tuple[Card | None, Document | None, tuple[Problem, ...]]:
    document, found = read_yaml(content, file)
    problems = list(found)
    if document is None:
        return None, None, tuple(problems)
    card, faults = card_of(document.data)
    problems.extend(problem_of(document, fault) for fault in faults)
    if card is None and not has_errors(problems):
        problems.append(document.problem("SH008", ()))
    problems.extend(other_places(document, problems))
    return (None if has_errors(problems) else card), document, tuple(problems)


def _content(path: FilePath) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _texts_of(folder: FilePath) -> tuple[dict[str, str | bytes], Problem | None]:
    """The workflow's text and those of the files it names; what cannot be read is absent."""
    content = _content(folder / WORKFLOW)
    if content is None:
        file = str(folder / WORKFLOW)
        return {}, Problem(file, 1, 1, "error", "WF001", {"file": file})
    texts: dict[str, str | bytes] = {WORKFLOW: content}
    document, _ = read_yaml(content, WORKFLOW)
    data = mapping_of(document.data) if document is not None else {}
    for name in (data.get("scorecard"), *mapping_of(data.get("forms")).values()):
        if isinstance(name, str) and _inside(name):
            found = _content(folder / name)
            if found is not None:
                texts[name] = found
    return texts, None


def _inside(name: str) -> bool:
    """Whether a file's name stays in the workflow's folder."""
    return not name.startswith("/") and ":" not in name and "\\" not in name and ".." not in name.split("/")


class _Reading:
    """One reading of one workflow."""

    def __init__(self, sources: Texts, prefix: str) -> None:
        self.sources = sources
        self.prefix = prefix
        self.problems: list[Problem] = []
        self.texts: dict[str, str] = {}
        self.forms: dict[str, Form] = {}
        self.card: Card | None = None
        self.card_document: Document | None = None

    def checked(self) -> Checked:
        content = self.sources.get(WORKFLOW)
        if content is None:
            file = self.prefix + WORKFLOW
            return Checked(None, (Problem(file, 1, 1, "error", "WF001", {"file": file}),))
        document, found = read_yaml(content, self.prefix + WORKFLOW)
        self.problems.extend(found)
        if document is None:
            return Checked(None, in_order(self.problems))
        self.texts[WORKFLOW] = document.text
        self.problems.extend(check_shape(document))
        if not isinstance(document.data, dict):
            return Checked(None, in_order(self.problems))
        data = document.data
        self.scorecard(document, data)
        for name, file in mapping_of(data.get("forms")).items():
            self.form(document, name, file)
        scope = scope_of(self.card, self.forms, data.get("states")) if self.card is not None else None
        guards = Guards(document, scope)
        workflow = build(data, guards)
        # What the scorecard itself does not read may be there for a condition of the workflow.
        here = self.problems
        self.problems = [one for one in here if one.code != "SC070" or one.values.get("name") not in guards.read]
        self.problems.extend(guards.problems)
        self.problems.extend(
            check_whole(document, workflow, self.card, self.card_document, self.forms, scope, tuple(self.problems))
        )
        return self.finish(document, data, workflow)

    def scorecard(self, document: Document, data: Mapping[str, Any]) -> None:
        name = data.get("scorecard")
        if not isinstance(name, str):
            return
        content = self.sources.get(name)
        if content is None:
            self.problems.append(document.problem("WF002", ("scorecard",), file=name))
            return
        self.card, self.card_document, problems = _read_card(content, self.prefix + name)
        self.problems.extend(problems)
        if self.card_document is not None:
            self.texts[name] = self.card_document.text

    def form(self, document: Document, name: str, file: Any) -> None:
        if not isinstance(file, str):
            return
        content = self.sources.get(file)
        if content is None:
            self.problems.append(document.problem("WF003", ("forms", name), file=file, form=name))
            return
        try:
            text = content.decode("utf-8") if isinstance(content, bytes) else content
        except UnicodeDecodeError as error:
            byte = f"0x{error.object[error.start]:02X}"
            self.problems.append(Problem(self.prefix + file, 1, 1, "error", "YM002", {"byte": byte}))
            return
        schema, problems = read_form(text, self.prefix + file)
        self.problems.extend(problems)
        if schema is not None:
            self.texts[file] = text
            self.forms[name] = schema

    def finish(self, document: Document, data: Mapping[str, Any], workflow: Workflow) -> Checked:
        """The definition, unless anything is an error."""
        country = workflow.calendar.holidays
        told = any(one.path == ("calendar", "holidays") for one in self.problems)
        if country and not told and not known_country(country):
            self.problems.append(document.problem("WF006", ("calendar", "holidays"), value=country))
        stored = self.sources.get(CALENDAR)
        days = self.stored_days(stored) if stored is not None else None
        problems = in_order(self.problems)
        if has_errors(problems) or self.card is None or self.card_document is None:
            return Checked(None, problems)
        card, card_document = self.card, self.card_document
        return Checked(lambda: self.define(document, data, workflow, card, card_document, days, problems), problems)

    def stored_days(self, stored: str | bytes) -> WorkingDays | None:
        try:
            return days_of(_text(stored))
        except ValueError:
            self.problems.append(Problem(self.prefix + CALENDAR, 1, 1, "error", "WF005", {"value": CALENDAR}))
            return None

    def define(
        self, document: Document, data: Mapping[str, Any], workflow: Workflow, card: Card, card_document: Document,
        stored: WorkingDays | None, problems: tuple[Problem, ...],
    ) -> Definition:
        """The definition of a workflow without an error; without stored days the library says them."""
        days = stored if stored is not None else working_days(workflow.calendar)
        plain_days = {"closed": sorted(map(str, days.closed)), "opened": sorted(map(str, days.opened))}
        return Definition(
            name=data["workflow"], version=int(data["version"]), language=int(data["language"]),
            title=title_of(data.get("title")), subject=data["subject"], period=data["period"],
            chain=data.get("chain") is True, calendar=workflow.calendar, roles=workflow.roles, forms=self.forms,
            initial=data["initial"], states=workflow.states, anywhere=workflow.anywhere, card=card,
            fingerprint=fingerprint_of(data, card_document.data, self.forms, plain_days),
            sources={**self.texts, CALENDAR: days_text(days)}, days=days,
            lines={**_lines(WORKFLOW, document), **_lines(data["scorecard"], card_document)},
            later=tuple(sorted({_key(one) for one in problems if one.level == "later"})),
        )


def _text(content: str | bytes) -> str:
    return content.decode("utf-8") if isinstance(content, bytes) else content


def _lines(name: str, document: Document) -> dict[tuple[str, Path], int]:
    return {(name, path): mark.key_line for path, mark in document.marks.items()}


def _key(problem: Problem) -> str:
    """The key that is not carried out yet."""
    return problem.values.get("key") or next((str(one) for one in reversed(problem.path) if isinstance(one, str)), "")
