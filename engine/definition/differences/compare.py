"""The door of this room: two definitions in, every difference in what they say out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from engine.definition.build import mapping_of
from engine.definition.differences.meaning import effect_of
from engine.definition.differences.model import (
    CALENDAR,
    CHANGED,
    FORM,
    LOOSER,
    ORDER,
    RENAMED,
    SCORECARD,
    TIGHTER,
    WORKFLOW,
    WRITTEN,
    Change,
    Side,
)
from engine.definition.differences.naming import TEXTS
from engine.definition.differences.tree import Walk
from engine.definition.differences.whom import whom_of
from engine.definition.model import Definition
from engine.definition.reader import CALENDAR as DAYS_FILE
from engine.definition.reader import WORKFLOW as WORKFLOW_FILE
from engine.definition.source import read_yaml

_FORM_TEXTS = ("title", "x-title-zh", "description", "x-description-zh", "x-enum-titles")


def side_of(definition: Definition) -> Side:
    """What a definition says, from the texts that it was read from."""
    workflow = _data(definition.sources[WORKFLOW_FILE], WORKFLOW_FILE)
    card = str(workflow.get("scorecard", ""))
    days = json.loads(definition.sources[DAYS_FILE])
    return Side(
        workflow, _data(definition.sources.get(card, ""), card), dict(definition.forms),
        {name: tuple(days.get(name, ())) for name in ("closed", "opened")},
    )


def side_of_card(source: FilePath | str) -> Side:
    """A scorecard alone."""
    text = source.read_text(encoding="utf-8") if isinstance(source, FilePath) else source
    return Side({}, _data(text, "scorecard.yaml"))


def differences(before: Side, after: Side) -> tuple[Change, ...]:
    """Every difference, in the order workflow, scorecard, forms, calendar, and of the files within them. None where
    both say the same; a change of names is told once and not at each place that calls them."""
    renames: dict[str, dict[str, str]] = defaultdict(dict)

    def heard(kind: str, old: str, new: str) -> None:
        renames[kind][old] = new

    for part in (WORKFLOW, SCORECARD):
        for _ in Walk(part, {}, heard).values((), (), before.part(part), after.part(part)):
            pass
    found: list[Change] = []
    for part in (WORKFLOW, SCORECARD, FORM):
        walk = Walk(part, renames, lambda *_: None)
        old = before.part(part)
        old = {renames["forms"].get(name, name): form for name, form in old.items()} if part == FORM else old
        found += walk.values((), (), old, after.part(part))
    found += _days(before, after)
    return tuple(_finished(change, before, after) for change in found)


def _data(text: str, file: str) -> Mapping[str, Any]:
    document, _ = read_yaml(text, file)
    return mapping_of(document.data) if document is not None else {}


def _finished(change: Change, before: Side, after: Side) -> Change:
    words = _FORM_TEXTS if change.part == FORM else TEXTS
    wording = any(one in words for one in (*change.was, *change.path)) or change.path == ("version",)
    silent = wording or change.kind in (RENAMED, ORDER, WRITTEN)
    effect = "" if silent else _effect(change, before, after)
    return replace(change, whom=whom_of(change, before, after), effect=effect, wording=wording)


def _effect(change: Change, before: Side, after: Side) -> str:
    """What both sides agree on: where which is better was changed as well, nothing is said."""
    there, back = effect_of(change, after.scorecard), effect_of(change.mirrored(), before.scorecard)
    return there if {there, back} == {LOOSER, TIGHTER} else ""


def _days(before: Side, after: Side) -> Iterator[Change]:
    """Days that are no longer, or newly, free or worked."""
    for name in ("closed", "opened"):
        old, new = before.days.get(name, ()), after.days.get(name, ())
        gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
        if gone or come:
            yield Change(CALENDAR, CHANGED, (name,), (name,), gone, come)
