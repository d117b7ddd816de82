"""What the things and values of one side are called in a language; the other side is asked where this one is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.definition.differences.model import FORM, WORKFLOW, Side, plain_text
from engine.definition.parts import reminder_of, span_of
from engine.definition.problem import Path
from engine.words.book import has, say

_STATE_KEYS = ("to", "next", "from", "initial")
_ROLE_KEYS = ("by", "not", "escalate")
_TASK_KEYS = ("waits_for", "again", "shows")
_ELEMENT_KEYS = ("rule", "profile", "gives", "metric", "grades", "to", "else", "give", "escalate")


@dataclass(frozen=True, slots=True)
class Speaker:
    """lang; side: whose things are told; other: the one beside it."""

    lang: str
    side: Side
    other: Side

    def say(self, code: str, **values: object) -> str:
        return say(self.lang, code, **values)

    def title(self, part: str, path: Path, name: str) -> str:
        """A named thing by its title, else by its name."""
        found = at(self.side.part(part), path)
        if isinstance(found, Mapping):
            title = found.get("title")
            said = found.get("x-title-zh") if self.lang == "zh" and part == FORM else None
            if isinstance(said, str):
                return said
            if isinstance(title, str):
                return title
            if isinstance(title, Mapping):
                said = title.get(self.lang) or title.get("en")
                return said if isinstance(said, str) else name
        return name

    def role(self, name: str) -> str:
        if name == "subject":
            return self.say("differences.subject")
        for side in (self.side, self.other):
            found = at(side.workflow, ("roles", name))
            if isinstance(found, Mapping):
                return Speaker(self.lang, side, self.other).title(WORKFLOW, ("roles", name), name)
        return name

    def state(self, name: str) -> str:
        found = self.title(WORKFLOW, ("states", name), name)
        return found if found != name else Speaker(self.lang, self.other, self.side).title(
            WORKFLOW, ("states", name), name)

    def task(self, name: str) -> str:
        states = self.side.workflow.get("states")
        for state in states if isinstance(states, Mapping) else ():
            found = self.title(WORKFLOW, ("states", state, "tasks", name), name)
            if found != name:
                return found
        return name

    def element(self, part: str, path: Path, place: int) -> str:
        """An element of a list by what it is called or gives, else by its number."""
        found = at(self.side.part(part), path)
        for key in _ELEMENT_KEYS if isinstance(found, Mapping) else ():
            one = found.get(key)
            if isinstance(one, list):
                return self.say("differences.comma").join(plain_text(word) for word in one)
            if one is not None and not isinstance(one, Mapping):
                return self.value(part, (*path, key), one)
        return str(place + 1)

    def value(self, part: str, path: Path, value: Any) -> str:
        """A value as people read it: states and roles by their titles, lengths of time in words."""
        if value is None:
            return self.say("differences.nothing")
        if isinstance(value, Mapping):
            return self._mapping(part, path, value)
        if isinstance(value, list | tuple):
            parts = [self.value(part, path, one) for one in value]
            return self.say("differences.comma").join(parts) or self.say("differences.nothing")
        text = plain_text(value)
        if isinstance(value, bool):
            return self.say("differences.yes" if value else "differences.no")
        if not isinstance(value, str):
            return text
        return self._text(part, path, text)

    def _mapping(self, part: str, path: Path, value: Mapping[str, Any]) -> str:
        if part == WORKFLOW and {"if", "to"} == set(value):
            target = self.state(str(value["to"]))
            return self.say("differences.branch", condition=plain_text(value["if"]), target=target)
        if part == WORKFLOW and set(value) == {"else"} and path[:1] != ("roles",):
            return self.say("differences.otherwise", target=self.state(str(value["else"])))
        if {"en", "zh"} & set(value):
            return str(value.get(self.lang) or next(iter(value.values())))
        named = (
            self.say("differences.pair", key=self._key(key), value=self.value(part, (*path, key), one))
            for key, one in value.items() if key != "title"
        )
        return self.say("differences.comma").join(named)

    def _key(self, key: str) -> str:
        return self.say(f"differences.key.{key}") if has(f"differences.key.{key}") else key

    def _text(self, part: str, path: Path, text: str) -> str:
        key = next((one for one in reversed(path) if isinstance(one, str)), "")
        if part == WORKFLOW:
            if key in _STATE_KEYS or (key == "else" and path[:1] != ("roles",)):
                return self.state(text)
            if key in _ROLE_KEYS:
                return self.role(text)
            if key in _TASK_KEYS:
                return self.task(text)
        return self._span(text)

    def _span(self, text: str) -> str:
        span, reminder = span_of(text), reminder_of(text)
        if (span is None and reminder is None) or self.lang == "en":
            return text
        found = span or reminder
        assert found is not None
        words = self.say(f"differences.unit.{found.unit.replace(' ', '_')}", count=abs(found.count))
        if reminder is None:
            return words
        return self.say("differences.before_due" if reminder.count < 0 else "differences.after_due", span=words)


def label_of(lang: str, key: str) -> str:
    """What a key of the language is called; a key without a name of its own is quoted."""
    code = f"differences.key.{key}"
    return say(lang, code) if has(code) else f"`{key}`"


def at(data: Any, path: Path) -> Any:
    """The value at a path of plain data; None where nothing stands. One thing may stand where a list may."""
    for step in path:
        if isinstance(data, Mapping):
            data = data.get(step) if not isinstance(step, int) else data if step == 0 else None
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif step != 0:
            return None
    return data
