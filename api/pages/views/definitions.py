"""Definitions: those in force and those proposed; write, check, see drawn, propose; a second person approves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import one_of, some
from api.pages.cycle_choice import cycles_of, with_results
from api.pages.pictures import workflow_picture
from api.pages.render import Frame, frame_of, go, show
from engine.definition import library
from engine.definition.problem import Problem
from engine.definition.reader import CALENDAR, WORKFLOW
from engine.definition.render import excerpt, whole
from engine.errors import NotAllowed, NotFound, ReviewcycleError
from engine.operations import definitions
from engine.operations.definitions import Approve, Propose
from engine.operations.once import Replayed
from engine.operations.seeing import Named, named
from engine.operations.titles import titled
from engine.store import people
from engine.store.definitions import Stored
from engine.words.book import say

door = Door("pages")

FILES_MOST: Final = 40
FILE: Final = "file:"
"""What stands before a file's name in the editor's form."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem in words, with its place and the lines around it."""

    id: str
    file: str
    line: int
    column: int
    level: str
    code: str
    text: str
    excerpt: str


@door.page("/definitions", "page_definitions")
def listing(ask: Ask) -> Reply:
    rows = definitions.listing(ask.rt, ask.actor)
    known = names_of(ask, rows)
    waiting = [one for one in rows if one.status == "proposed"]
    newest: dict[str, Stored] = {}
    for one in rows:
        if one.status == "approved":
            newest[one.name] = one
    force = [one for one in rows if newest.get(one.name) is one]
    former = [one for one in rows if one.status == "approved" and newest.get(one.name) is not one]
    return show(
        ask, "definitions.html", place="definitions", waiting=waiting, force=force, former=former,
        people=known, shipped=list(library.shipped()), titles=titles_of(ask, rows),
    )  # fmt: skip


def names_of(ask: Ask, rows: Iterable[Stored]) -> Mapping[str, Named]:
    wanted = {one for row in rows for one in (row.proposed_by, row.approved_by) if one}
    with ask.rt.database.read() as tx:
        return {key: named(person) for key, person in people.by_id(tx, sorted(wanted)).items()}


def titles_of(ask: Ask, rows: Iterable[Stored]) -> dict[str, str]:
    """Titles by fingerprint; what can no longer be read keeps its name."""
    found = {}
    for row in rows:
        try:
            with ask.rt.database.read() as tx:
                definition = ask.rt.definition(tx, row.fingerprint)
            found[row.fingerprint] = titled(ask.lang, definition.title, definition.name)
        except ReviewcycleError:
            found[row.fingerprint] = row.name
    return found


@door.page("/definitions/{fingerprint}", "page_definition", query={"done": one_of("proposed", "approved")})
def one(ask: Ask) -> Reply:
    return definition_page(ask)


def definition_page(ask: Ask, refused: str = "", status: int | None = None) -> Reply:
    found = definitions.definition_view(ask.rt, ask.actor, ask.path["fingerprint"])
    frame = frame_of(ask)
    stored = found.stored
    texts = {name: text for name, text in ordered(stored.sources).items() if name != CALENDAR}
    return show(
        ask, "definition.html", status=status, frame=frame, place="definitions", stored=stored, texts=texts,
        title=titled(ask.lang, found.definition.title, stored.name), people=names_of(ask, [stored]),
        picture=workflow_picture(found.definition, ask.lang, wide=True), refused=refused, key=ask.rt.ids.new_id(),
        faults=faults_of(ask.lang, found.problems, stored.sources), own=stored.proposed_by == ask.actor.person,
        done=ask.query.get("done"), definition=found.definition,
    )  # fmt: skip


@door.submit("/definitions/{fingerprint}/approve", "page_definition_approve", refuses=(403, 404, 409, 422))
def approve(ask: Ask) -> Reply:
    """Puts a proposal into force; whoever proposed it is told that a second person has to."""
    fingerprint = ask.path["fingerprint"]
    try:
        definitions.approve(ask.rt, ask.actor, Approve(fingerprint), once=ask.once)
    except NotFound:
        raise
    except ReviewcycleError as error:
        return definition_page(ask, say(ask.lang, error.code, **error.values), 403)
    return go(f"/definitions/{fingerprint}", "approved")


@door.page("/definitions/edit", "page_definition_edit", query={"from": some(1, 120)})
def edit(ask: Ask) -> Reply:
    """The texts of a stored or shipped definition, to be changed."""
    frame = editing(ask)
    return edit_page(ask, frame, ordered(texts_from(ask, ask.query.get("from", ""))), None)


def editing(ask: Ask) -> Frame:
    frame = frame_of(ask)
    if not frame.whole_hr:
        raise NotAllowed("OP005")
    return frame


def texts_from(ask: Ask, source: str) -> dict[str, str]:
    if not source:
        source = next(iter(library.shipped()), "")
    folder = library.shipped().get(source)
    if folder is None:
        stored = definitions.definition_view(ask.rt, ask.actor, source).stored
        return {name: text for name, text in stored.sources.items() if name != CALENDAR}
    files = [path for pattern in ("*.yaml", "forms/*.json") for path in sorted(folder.glob(pattern))]
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files if path.name != "examples.yaml"
    }


def ordered(texts: Mapping[str, str]) -> dict[str, str]:
    """The workflow first, then the scorecard, then the forms."""

    def place(name: str) -> tuple[int, str]:
        return (0 if name == WORKFLOW else 1 if name.endswith((".yaml", ".yml")) else 2, name)

    return {name: texts[name] for name in sorted(texts, key=place)}


@door.submit("/definitions/edit", "page_definition_write", refuses=(403, 409, 422))
def write(ask: Ask) -> Reply:
    """Checks, draws, proposes, or puts one file more into the editor: whichever button was pressed."""
    frame = editing(ask)
    texts = {
        name.removeprefix(FILE): "".join(values[:1]) for name, values in ask.body.items() if name.startswith(FILE)
    }
    added = "".join(ask.body.get("name", [])[:1]).strip()
    if "_add" in ask.body and added and len(texts) < FILES_MOST:
        texts.setdefault(added[:120], "")
        return edit_page(ask, frame, ordered(texts), None, status=200, opened=added)
    texts = {name: text for name, text in texts.items() if text.strip()}
    if "_propose" not in ask.body:
        return edit_page(ask, frame, ordered(texts), definitions.check_texts(texts), status=200)
    try:
        done = definitions.propose(ask.rt, ask.actor, Propose(texts), once=ask.once)
    except ReviewcycleError as error:
        said = say(ask.lang, error.code, **error.values)
        return edit_page(ask, frame, ordered(texts), definitions.check_texts(texts), status=422, refused=said)
    if isinstance(done, Replayed):
        return go(f"/definitions/{done.receipt['definition']}", "proposed")
    if done.stored is None:
        said = say(ask.lang, "pages.definition.not_proposed")
        return edit_page(ask, frame, ordered(texts), definitions.check_texts(texts), status=422, refused=said)
    return go(f"/definitions/{done.stored.fingerprint}", "proposed")


def edit_page(
    ask: Ask, frame: Frame, texts: Mapping[str, str], checked: Any, *, status: int | None = None, refused: str = "",
    opened: str = "",
) -> Reply:  # fmt: skip
    faults = faults_of(ask.lang, checked.problems, texts) if checked is not None else []
    definition = checked.definition if checked is not None else None
    first = faults[0].file if faults else next(iter(texts), "")
    return show(
        ask, "definition_edit.html", status=status, frame=frame, place="definitions", texts=texts, checked=checked,
        faults=faults, errors=sum(one.level != "warning" for one in faults), refused=refused,
        opened=opened or first, key=ask.rt.ids.new_id(), file=FILE,
        picture=workflow_picture(definition, ask.lang, wide=True) if definition is not None else "",
        phrases=phrases(ask.lang), cycles=cycles_of(ask), chosen=with_results(ask),
    )  # fmt: skip


def faults_of(lang: str, problems: Iterable[Problem], texts: Mapping[str, str]) -> list[Fault]:
    found = []
    for number, one in enumerate(problems):
        lines = texts.get(one.file, "").split("\n")
        found.append(
            Fault(
                f"p{number}", one.file, one.line, one.column, one.level, one.code, whole(one, lang),
                "\n".join(excerpt(lines, one.line, one.column)),
            )
        )  # fmt: skip
    return found


def phrases(lang: str) -> dict[str, str]:
    """What the editor itself says, by its own English phrases."""
    names = {
        "Find": "find", "Replace": "replace", "next": "next", "previous": "previous", "all": "all",
        "match case": "match_case", "by word": "by_word", "regexp": "regexp", "replace": "replace_one",
        "replace all": "replace_all", "close": "close", "current match": "current_match", "on line": "on_line",
        "Go to line": "go_to_line", "go": "go", "Diagnostics": "diagnostics", "No diagnostics": "no_diagnostics",
    }  # fmt: skip
    return {english: say(lang, f"pages.editor.{name}") for english, name in names.items()}
