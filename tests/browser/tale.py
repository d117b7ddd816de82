"""What pages have to show, asked of the house itself beside the browser, in words of the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from engine.definition.model import Definition
from engine.operations import titles
from engine.operations.names import SYSTEM, actor_named, definition_of, review_named
from engine.operations.seeing import named
from engine.operations.telling import say_reason
from engine.operations.timeline import history, score, state_at, why_grade
from engine.operations.views import possible, review_view
from engine.runtime import Runtime
from engine.store import cycles, definitions, people
from tests.browser.served import Served
from tests.browser.stage import PLAN


@dataclass(slots=True)
class Tale:
    """A look beside the server, for one language. Reviews are named by subject and period."""

    served: Served
    lang: str
    definition: Definition
    kept: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, served: Served, lang: str) -> Tale:
        rt = served.runtime()
        try:
            return cls(served, lang, definition_of(rt, review_named(rt, f"{PLAN}/2025-Q3")))
        finally:
            rt.close()

    @contextmanager
    def looking(self) -> Iterator[Runtime]:
        rt = self.served.runtime()
        try:
            yield rt
        finally:
            rt.close()

    def review(self, subject: str, period: str) -> str:
        if (subject, period) not in self.kept:
            with self.looking() as rt:
                self.kept[subject, period] = review_named(rt, f"{subject}/{period}")
        return self.kept[subject, period]

    def address(self, subject: str, period: str, task: str) -> str:
        """Where an open task is answered."""
        review = self.review(subject, period)
        with self.looking() as rt:
            rows = review_view(rt, SYSTEM, review).tasks
        found = next(one.id for one in rows if (one.name, one.status) == (task, "open"))
        return f"/reviews/{review}/tasks/{found}"

    def id(self, ref: str) -> str:
        with self.looking() as rt, rt.database.read() as tx:
            return people.by_ref(tx, [ref])[ref].id

    def cycle(self, period: str) -> str:
        with self.looking() as rt, rt.database.read() as tx:
            return next(one.id for one in cycles.list_all(tx) if one.period == period)

    def in_force(self) -> str:
        """The fingerprint of the definition that cycles opened now would run by."""
        with self.looking() as rt, rt.database.read() as tx:
            found = definitions.approved(tx, self.definition.name)
        assert found is not None
        return found.fingerprint

    def person(self, ref: str) -> str:
        with self.looking() as rt, rt.database.read() as tx:
            return named(people.by_ref(tx, [ref])[ref]).said(self.lang)

    def task(self, name: str) -> str:
        return titles.task_title(self.lang, self.definition, name)

    def state(self, name: str) -> str:
        return titles.state_title(self.lang, self.definition, name)

    def why_not(self, who: str, subject: str, period: str, task: str) -> list[str]:
        """The reasons why somebody cannot answer a task now."""
        review = self.review(subject, period)
        with self.looking() as rt:
            found = possible(rt, actor_named(rt, who), review)
        return [
            say_reason(self.lang, why, self.definition)
            for one in found if (one.kind, one.task) == ("answer", task) for why in one.reasons
        ]  # fmt: skip

    def total(self, subject: str, period: str, at: datetime | None = None) -> str:
        with self.looking() as rt:
            return score(rt, SYSTEM, self.review(subject, period), at).total or ""

    def explained(self, subject: str, period: str) -> list[str]:
        """Line by line, as `reviewcycle history --why-grade` tells it."""
        with self.looking() as rt:
            lines = why_grade(rt, SYSTEM, self.review(subject, period), self.lang)
        return [" ".join(line.split()) for line in lines]

    def state_at(self, subject: str, period: str, at: datetime) -> str:
        with self.looking() as rt:
            found = state_at(rt, SYSTEM, self.review(subject, period), at)
            return titles.state_title(self.lang, found.definition, found.state)

    def last(self, subject: str, period: str) -> tuple[str, str | None]:
        """What the newest event is, and of which task."""
        with self.looking() as rt:
            line = history(rt, SYSTEM, self.review(subject, period)).lines[-1]
        return line.action, line.task
