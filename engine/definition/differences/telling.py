"""Says differences to people: where, what it was, what it is, for whom, and whether that asks more or less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.definition.differences.model import (
    ADDED,
    CALENDAR,
    CHANGED,
    FORM,
    ORDER,
    REMOVED,
    RENAMED,
    SCORECARD,
    WORKFLOW,
    WRITTEN,
    Change,
    Side,
    plain_text,
)
from engine.definition.differences.values import Speaker, label_of
from engine.definition.problem import Path
from engine.words.book import say

PARTS = (WORKFLOW, SCORECARD, FORM, CALENDAR)
_NOUNS = ("states", "tasks", "outcomes", "roles", "forms", "anywhere", "inputs", "lists", "computed", "metrics",
          "parts", "consequences", "rules", "part_rules", "profiles", "properties")
"""Keys whose own keys are names; each has a noun."""
LONG = 160


def told(lang: str, changes: Iterable[Change], before: Side, after: Side, *, everything: bool = False) -> Iterator[str]:
    """Lines, a heading for each part that differs. Texts that people read are counted only, unless everything."""
    listed = list(changes)
    for part in PARTS:
        found = [one for one in listed if one.part == part and (everything or not one.wording)]
        if found:
            yield say(lang, f"differences.part.{part}")
            for change in found:
                yield "  " + sentence(lang, change, before, after)
    silent = sum(one.wording for one in listed)
    if silent and not everything:
        yield say(lang, "differences.texts", count=silent)


def sentence(lang: str, change: Change, before: Side, after: Side) -> str:
    """One change, whole: with whom it is for and what it means."""
    text = what(lang, change, before, after)
    meaning = say(lang, f"differences.{change.effect}") if change.effect else ""
    people = whom(lang, change, before, after)
    code = "differences.whole_meaning" if meaning else "differences.whole"
    return say(lang, code, text=text, whom=people, **({"meaning": meaning} if meaning else {}))


def whom(lang: str, change: Change, before: Side, after: Side) -> str:
    speaker = Speaker(lang, after, before)
    names = [
        say(lang, "differences.everybody") if kind == "everybody"
        else say(lang, "differences.profile", name=name) if kind == "profile"
        else speaker.role(name)
        for kind, name in change.whom
    ]
    return say(lang, "differences.comma").join(names)


def what(lang: str, change: Change, before: Side, after: Side) -> str:
    """What is different, without whom it is for."""
    if change.part == CALENDAR:
        return _days(lang, change)
    old, new = Speaker(lang, before, after), Speaker(lang, after, before)
    gone = change.kind == REMOVED
    path = change.was if gone else change.path
    crumbs, key = _crumbs(old if gone else new, change.part, path)
    where = say(lang, "differences.within").join(crumbs)
    values = {
        "before": _short(old.value(change.part, change.was, change.before)),
        "after": _short(new.value(change.part, change.path, change.after)),
    }
    if change.kind == RENAMED:
        return say(lang, "differences.renamed", where=where, before=change.before)
    if change.kind in (ADDED, REMOVED) and not key:
        return say(lang, f"differences.thing_{change.kind}", where=where)
    code = change.kind if change.kind in (ADDED, REMOVED, CHANGED, ORDER) else WRITTEN
    label = label_of(lang, key or "value")
    if not where:
        where, label = label, ""
    text = say(lang, f"differences.{code}{'' if label else '_whole'}", where=where, key=label, **values)
    return text


def _crumbs(speaker: Speaker, part: str, path: Path) -> tuple[list[str], str]:
    """What leads to the place, as people call it, and the key of the language that stands there; empty for a thing
    that has a name of its own."""
    crumbs: list[str] = []
    key = ""
    noun = "forms" if part == FORM else ""
    for place, step in enumerate(path):
        here = path[: place + 1]
        if noun:
            title = speaker.title(part, here, str(step))
            crumbs.append(speaker.say(f"differences.noun.{noun}", name=title))
            key, noun = "", ""
        elif isinstance(step, int):
            element = speaker.element(part, here, step)
            crumbs.append(say(speaker.lang, "differences.element", key=label_of(speaker.lang, key), name=element))
            key = ""
        else:
            if key and key not in _NOUNS:
                crumbs.append(label_of(speaker.lang, key))
            key = step
            names = place + 1 < len(path) and not isinstance(path[place + 1], int)
            noun = step if names and step in _NOUNS else ""
    return crumbs, key


def _short(text: str) -> str:
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


def _days(lang: str, change: Change) -> str:
    """Days by their dates; of many the first and the number."""
    sides = [_listed(lang, days) for days in (change.before, change.after)]
    return say(lang, f"differences.days.{change.path[0]}", before=sides[0], after=sides[1])


def _listed(lang: str, days: list[str]) -> str:
    if not days:
        return say(lang, "differences.nothing")
    shown = say(lang, "differences.comma").join(days[:5])
    return shown if len(days) <= 5 else say(lang, "differences.more", names=shown, count=len(days) - 5)


def plain(change: Change, lang: str, before: Side, after: Side) -> dict[str, Any]:
    """A change for a program: its place and values as written, and the sentence."""
    return {
        "path": change.place, "was": ".".join((change.part, *map(str, change.was))), "kind": change.kind,
        "before": _plain(change.before), "after": _plain(change.after),
        "whom": [{"kind": kind, "name": name} for kind, name in change.whom], "effect": change.effect or None,
        "wording": change.wording, "text": what(lang, change, before, after),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool) else plain_text(value)
