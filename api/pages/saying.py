"""Says the things of one definition in one language, on its own clock: templates name things with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from api.pages.dates import Due, due_of, grouped, when_text
from engine.clock import instant_text
from engine.definition.model import Definition
from engine.operations import titles
from engine.operations.seeing import Named
from engine.operations.telling import say_reason
from engine.review.case import Reason
from engine.review.model import Held
from engine.words.book import has, say


class Saying:
    """Titles of states, tasks, roles and figures; days and hours of the definition's zone."""

    def __init__(self, lang: str, definition: Definition, now: datetime) -> None:
        self.lang = lang
        self.definition = definition
        self.now = now
        self.zone = definition.calendar.timezone

    def workflow(self) -> str:
        return titles.titled(self.lang, self.definition.title, self.definition.name)

    def state(self, key: str | None) -> str:
        return titles.state_title(self.lang, self.definition, key)

    def task(self, key: str | None) -> str:
        return titles.task_title(self.lang, self.definition, key or "")

    def role(self, key: str | None) -> str:
        return titles.role_title(self.lang, self.definition, key or "")

    def outcome(self, task: str | None, key: str | None) -> str:
        """The outcome's title; plain `done` has a word of its own."""
        said = titles.outcome_title(self.lang, self.definition, task or "", key or "")
        return say(self.lang, "pages.outcome.done") if said == "done" else said

    def figure(self, key: str) -> str:
        return titles.figure_title(self.lang, self.definition, key)

    def value(self, key: str, value: str) -> str:
        """A figure's value with commas between thousands; of a list's row its fields."""
        return grouped(titles.figure_value(self.lang, self.definition, key, value))

    def metric(self, key: str) -> str:
        node = self.definition.card.nodes().get(key)
        return titles.titled(self.lang, node.title, key) if node is not None else key

    def unit(self, key: str) -> str:
        """What a figure is counted in."""
        declared = self.definition.card.inputs.get(key)
        if declared is None:
            return ""
        return "%" if declared.type == "percent" else declared.unit or ""

    def measured(self, key: str, value: str) -> str:
        """A number with commas between its thousands and what it is counted in."""
        unit = self.unit(key)
        return f"{grouped(value)}\N{NO-BREAK SPACE}{unit}" if unit else grouped(value)

    def agreed(self, key: str, value: str) -> str:
        return titles.target_value(self.lang, key, value)

    def target(self, key: str) -> str:
        return titles.agreeable_title(self.lang, self.definition, key)

    def reason(self, one: Reason) -> str:
        return say_reason(self.lang, one, self.definition)

    def when(self, instant: datetime) -> str:
        return when_text(self.lang, instant, self.zone)

    def due(self, instant: datetime) -> Due:
        return due_of(self.lang, instant, self.now, self.zone)

    def names(self, people: Iterable[Named]) -> str:
        return said_list(self.lang, [one.said(self.lang) for one in people])


def held_said(saying: Saying, held: Held | None) -> str:
    """Since when the clocks of a review stand still, and when they go on; empty where they run."""
    if held is None:
        return ""
    since = saying.when(held.since)
    if held.until is None:
        return say(saying.lang, "pages.held.open", since=since)
    return say(saying.lang, "pages.held.until", since=since, day=saying.due(held.until).day)


def said_list(lang: str, texts: Iterable[str], parted: bool = False) -> str:
    """parted: by a stronger sign, where the texts have commas of their own."""
    signs = ("；", "; ") if parted else ("、", ", ")
    return signs[0 if lang == "zh" else 1].join(texts)


def word(lang: str, area: str, key: str) -> str:
    """The word for one of a fixed set of keys, else the key itself: a later engine may know more than a page."""
    code = f"pages.{area}.{key}"
    return say(lang, code) if has(code) else key


def machine_time(instant: datetime) -> str:
    return instant_text(instant)
