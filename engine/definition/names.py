"""Names: whether everything that is called exists, and whether what exists is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.definition import parts
from engine.definition.build import mapping_of
from engine.definition.model import Effect, Role, State, TaskPlan, Who
from engine.definition.problem import Path, Problem
from engine.definition.schema import nearest
from engine.definition.sense import PlacedWay, Sense
from engine.definition.source import Document
from engine.words.book import LANGS

SUBJECTS = ("employee", "team", "account")
"""Kinds of subjects that the people import knows; others may be named."""


HR = "hr"
NAMING = tuple((key,) for key in (
    "roles", "forms", "states", "tasks", "outcomes", "anywhere", "inputs", "lists", "computed", "metrics", "parts",
    "consequences",
))  # fmt: skip
"""Keys below which stand names, so that a task may be called `title`."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


def check_names(sense: Sense) -> None:
    _head(sense)
    _called(sense)
    for document in (sense.document, sense.card_document):
        if document is not None:
            sense.problems.extend(_languages(document))
    for name, role in sense.workflow.roles.items():
        _role(sense, name, role)
    for state in sense.states.values():
        _state(sense, state)
    everywhere = frozenset(task.name for _, _, task in sense.tasks())
    for path, state, task in sense.tasks():
        _task(sense, path, state, task, everywhere)
    _anywhere(sense)
    _unused(sense)


def _slipped(one: str, other: str) -> bool:
    """Whether two words are so much alike that one is likely meant for the other."""
    return SequenceMatcher(None, one, other).ratio() * 100 >= 85


def _called(sense: Sense) -> None:
    """Workflow and scorecard whose names differ by a slip."""
    own = sense.document.data.get("workflow")
    card = sense.card.name if sense.card is not None else None
    if isinstance(own, str) and card is not None and own != card and _slipped(own, card):
        sense.add("WF092", ("workflow",), level="warning", word=own, nearest=card)
        if sense.card_document is not None:
            problem = sense.card_document.problem("WF092", ("scorecard",), level="warning", word=card, nearest=own)
            sense.problems.append(problem)


def _languages(document: Document) -> Iterator[Problem]:
    """Titles in a language that nobody is spoken to in."""
    for path in document.marks:
        if len(path) < 2 or path[-2] not in ("title", "say") or path[-1] in LANGS or not isinstance(path[-1], str):
            continue
        if path[-3:-2] not in NAMING:
            near = nearest(path[-1], LANGS)
            yield document.problem(
                "WF079", path, level="warning", at_key=True, word=path[-1], nearest=near, known=", ".join(LANGS)
            )


def roles_of(sense: Sense) -> tuple[str, ...]:
    return ("subject", *sense.workflow.roles)


def _head(sense: Sense) -> None:
    data = sense.document.data
    sense.refer("state", sense.initial, sense.states, ("initial",), "WF011")
    calendar = data.get("calendar")
    if calendar is None:
        sense.add("WF007", (), level="warning")
    elif isinstance(calendar, dict):
        zone = calendar.get("timezone")
        if isinstance(zone, str) and not known_zone(zone):
            sense.add("WF004", ("calendar", "timezone"), value=zone)
        for key in ("closed", "open"):
            for index, day in enumerate(parts.names_of(calendar.get(key))):
                if not parts.is_day(day):
                    sense.add("WF005", ("calendar", key, index), value=day)
    kind = data.get("subject")
    near = next((one for one in SUBJECTS if isinstance(kind, str) and kind != one and _slipped(kind, one)), None)
    if near is not None:
        sense.add("WF008", ("subject",), level="warning", value=kind, nearest=near)


_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}", re.ASCII)


def known_zone(name: str) -> bool:
    """Whether there is such a time zone. Only what could be one is looked for: the library imports along a name."""
    try:
        return _ZONE.fullmatch(name) is not None and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _role(sense: Sense, name: str, role: Role) -> None:
    path: Path = ("roles", name)
    data = _raw(sense, path)
    if name == "subject":
        sense.add("WF025", path, at_key=True, word=name)
    for key, who in (("who", role.who), ("else", role.otherwise)):
        text = data.get(key)
        if not isinstance(text, str):
            continue
        if parts.who_of(text) is None and text in sense.workflow.roles:
            sense.used.add(("role", text))
        elif parts.who_of(text) is None:
            sense.add("WF028", (*path, key), value=text)
        elif who is not None:
            _who(sense, who, (*path, key))
    for index, other in enumerate(role.excludes):
        sense.refer("role", other, roles_of(sense), (*path, "not", index), "WF013")
        left_out = sense.workflow.roles.get(other)
        if other == name:
            sense.add("WF033", (*path, "not", index), role=name)
        elif left_out is not None and left_out.who == role.who and role.otherwise in (None, role.who):
            sense.add("WF107", (*path, "not", index), role=name, other=other)
    if role.count is not None and (role.count[0] > role.count[1] or role.count[1] == 0):
        sense.add("WF030", (*path, "count"), value=data.get("count"))
    if role.who.base == name and role.who.kind in ("manager", "team", "owner"):
        sense.add("WF033", (*path, "who"), role=name)
    elif name in _bases(sense, role):
        sense.add("WF037", (*path, "who"), role=name)


def _bases(sense: Sense, role: Role) -> set[str]:
    """The roles that must be found before this one can be, along `who`."""
    found: set[str] = set()
    base = role.who.base
    while base in sense.workflow.roles and base not in found:
        found.add(base)
        base = sense.workflow.roles[base].who.base
    return found


def _who(sense: Sense, who: Who, path: Path) -> None:
    if who.kind in ("manager", "team", "owner"):
        sense.refer("role", who.base, roles_of(sense), path, "WF013")
    if who.kind != "chosen" or who.task is None:
        return
    tasks = [task for _, _, task in sense.tasks()]
    if not sense.refer("task", who.task, [task.name for task in tasks], path, "WF012"):
        return
    # A name may stand in several states: any of these tasks may be where people are chosen.
    forms = list(dict.fromkeys(task.form for task in tasks if task.name == who.task and task.form is not None))
    if not forms:
        sense.add("WF024", path, task=who.task)
    elif all(name in sense.forms for name in forms):
        fields = [mapping_of(sense.forms[name].get("properties")) for name in forms]
        known = [key for one in fields for key in one]
        sense.refer("field", who.field_name or "", known, path, "WF023", form=", ".join(forms))


def _state(sense: Sense, state: State) -> None:
    path: Path = ("states", state.name)
    for placed in sense.ways(state):
        _targets(sense, placed)
    _effects(sense, state.effects, (*path, "effects"))
    for index, step in enumerate(state.deadline):
        place = (*path, "deadline", index)
        _effects(sense, step.effects, (*place, "effects"))
        if isinstance(step.escalate, Who):
            _who(sense, step.escalate, (*place, "escalate"))
        elif step.escalate is not None:
            known = " " not in step.escalate
            if known:
                sense.refer("role", step.escalate, roles_of(sense), (*place, "escalate"), "WF013")
            else:
                sense.add("WF028", (*place, "escalate"), value=step.escalate)
        _moment(sense, (*place, "at"))
    for index, watch in enumerate(state.watch):
        _effects(sense, watch.effects, (*path, "watch", index, "effects"))


def _moment(sense: Sense, path: Path) -> None:
    """A date of the right shape that no calendar has."""
    written, whole = sense.document.written(path)
    if not whole or written[-1:] != path[-1:]:
        return
    text = sense.document.data
    for step in written:
        text = text[step]
    if isinstance(text, str) and _DAY.match(text) and not parts.is_day(text[:10]):
        sense.add("WF005", path, value=text[:10])


def _targets(sense: Sense, placed: PlacedWay) -> None:
    for index, branch in enumerate(placed.way):
        sense.refer("state", branch.to, sense.states, placed.target_path(index), "WF011")


def _effects(sense: Sense, effects: tuple[Effect, ...], path: Path) -> None:
    for index, effect in enumerate(effects):
        if effect.verb == "notify":
            sense.refer("role", effect.what, roles_of(sense), (*path, index), "WF013")


def _task(sense: Sense, path: Path, state: State, task: TaskPlan, everywhere: frozenset[str]) -> None:
    if isinstance(_raw(sense, path).get("by"), str):
        sense.refer("role", task.by, roles_of(sense), (*path, "by"), "WF013")
    if task.form is not None:
        sense.refer("form", task.form, sense.form_names, (*path, "form"), "WF014")
    for index, name in enumerate(task.waits_for):
        sense.refer("task", name, state.tasks, (*path, "waits_for", index), "WF012")
    for index, name in enumerate(task.shows):
        if name not in ("result", "targets"):
            known = (name,) if name in everywhere else (*sorted(everywhere), "result", "targets")
            sense.refer("task", name, known, (*path, "shows", index), "WF026")
    if task.tie is not None:
        sense.refer("outcome", task.tie, task.outcomes, (*path, "tie"), "WF022", task=task.name)
    _moment(sense, (*path, "opens"))
    for name, outcome in task.outcomes.items():
        place = (*path, "outcomes", name)
        for index, other in enumerate(outcome.again):
            sense.refer("task", other, state.tasks, (*place, "again", index), "WF012")
        _effects(sense, outcome.effects, (*place, "effects"))
        _effects(sense, outcome.after_effects, (*place, "after_that", "effects"))


def _raw(sense: Sense, path: Path) -> dict[str, object]:
    value = sense.document.data
    for step in path:
        value = value[step] if isinstance(value, dict) else {}
    return value if isinstance(value, dict) else {}


def _anywhere(sense: Sense) -> None:
    for name, one in sense.workflow.anywhere.items():
        path: Path = ("anywhere", name)
        if isinstance(_raw(sense, path).get("by"), str):
            sense.refer("role", one.by, roles_of(sense), (*path, "by"), "WF013")
        for index, state in enumerate(one.from_states or ()):
            sense.refer("state", state, sense.states, (*path, "from", index), "WF011")
        _targets(sense, PlacedWay("", (*path, "to"), one.way))
        _effects(sense, one.effects, (*path, "effects"))


def _unused(sense: Sense) -> None:
    """Names that nothing calls: beside an unknown name that is like it, the typo may stand at the definition."""
    defined: list[tuple[str, str, Path]] = [("state", name, ("states", name)) for name in sense.states]
    defined += [("role", name, ("roles", name)) for name in sense.workflow.roles]
    defined += [("form", name, ("forms", name)) for name in sense.form_names]
    defined += [("task", task.name, path) for path, _, task in sense.tasks()]
    defined += [
        ("outcome", name, (*path, "outcomes", name)) for path, _, task in sense.tasks() for name in task.outcomes
    ]
    idle = [one for one in defined if (one[0], one[1]) not in sense.used]
    for kind, name, path in idle:
        places = {word: place for other, word, place in sense.wanted if other == kind}
        alike = [one[1] for one in idle if one[0] == kind] if places else []
        close = [word for word in get_close_matches(name, places, n=1) if get_close_matches(word, alike, n=1) == [name]]
        if not close and kind == "task":
            # In one state even names that are not alike belong together: one is asked for, the other is idle.
            beside = [one[1] for one in idle if one[0] == kind and one[2][:2] == path[:2]]
            close = [word for word, place in places.items() if place[:2] == path[:2] and not _near(word, beside)]
        if close:
            line = str(sense.document.mark(places[close[0]])[0])
            sense.add("WF010", path, level="warning", at_key=True, word=name, other=close[0], at=line)
        elif kind == "state":
            sense.add("WF050", path, at_key=True, state=name)
        elif (kind, name) == ("role", HR):
            continue  # it says who HR are: waivers, corrections and notices go by it
        elif kind in ("role", "form") and not _asked_by_card(sense, kind, name):
            sense.add("WF009", path, level="warning", at_key=True, word=name)


def _near(word: str, names: list[str]) -> bool:
    return bool(get_close_matches(word, names, n=1))


def _asked_by_card(sense: Sense, kind: str, name: str) -> bool:
    if kind != "role" or sense.card is None:
        return False
    quota = sense.card.quota
    approves = quota is not None and any(rule.approved_by == name for rule in quota.rules)
    return approves or any(name in question.asked for question in sense.card.questions().values())
