"""What happened to a review, in words: one line an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.pages.saying import Saying, said_list
from engine.operations.timeline import Line
from engine.words.book import has, say

_DIFFERENCES: Final = ("total", "grade")


@dataclass(frozen=True, slots=True)
class Told:
    """One event. by: who or what did it; to: the state reached, empty where the review stayed; trail: states passed
    at once on the way there; dates: what became of the days ahead."""

    seq: int
    at: datetime
    when: str
    what: str
    by: str
    role: str
    to: str
    trail: tuple[str, ...]
    comment: str | None
    differences: tuple[tuple[str, str, str], ...]
    dates: tuple[str, ...]
    told: str
    erased: bool
    leaf_hash: str


def told_lines(saying: Saying, lines: Iterable[Line]) -> list[Told]:
    return [told(saying, line) for line in lines]


def told(saying: Saying, line: Line) -> Told:
    moved = line.to_state is not None and (line.to_state != line.from_state or bool(line.trail))
    return Told(
        seq=line.seq,
        at=line.at,
        when=saying.when(line.at),
        what=what_happened(saying, line),
        by=who_did(saying, line),
        role=saying.role(line.role) if line.role and line.actor is not None else "",
        to=saying.state(line.to_state) if moved else "",
        trail=tuple(saying.state(one) for one in line.trail[:-1]),
        comment=line.comment,
        differences=tuple(
            (say(saying.lang, f"pages.{name}"), _shown(values[0]), _shown(values[1]))
            for name, values in (line.difference or {}).items()
            if name in _DIFFERENCES
        ),
        dates=tuple(dates_of(saying, line)),
        told=saying.names(line.to),
        erased=line.erased,
        leaf_hash=line.leaf_hash,
    )


def what_happened(saying: Saying, line: Line) -> str:
    task = saying.task(line.step) if line.step else ""
    if line.action == "answered" and line.outcome not in (None, "done"):
        outcome = saying.outcome(line.task, line.outcome)
        return say(saying.lang, "pages.event.answered_so", task=task, outcome=outcome)
    code = f"pages.event.{line.action}" + ("_deadline" if line.action == "extended" and not task else "")
    return say(saying.lang, code, task=task) if has(code) else line.action


def dates_of(saying: Saying, line: Line) -> Iterator[str]:
    """What the event did to the days ahead."""
    if line.last_days is not None and line.last_days[1] is not None:
        before, after = (None if one is None else saying.due(one).day for one in line.last_days)
        what = say(saying.lang, "pages.step.field.until")
        yield (
            say(saying.lang, "pages.event.until", day=after) if before is None
            else say(saying.lang, "pages.event.changed", what=what, before=before, after=after)
        )  # fmt: skip
    if line.moved is not None:
        yield say(saying.lang, f"pages.event.moved.{'one' if line.moved == 1 else 'many'}", count=line.moved)


def who_did(saying: Saying, line: Line) -> str:
    if line.actor is not None:
        who = line.actor.said(saying.lang)
        if line.on_behalf_of is None:
            return who
        behalf = say(saying.lang, "pages.event.behalf", name=line.on_behalf_of.said(saying.lang))
        return said_list(saying.lang, (who, behalf)) if saying.lang == "en" else f"{who}，{behalf}"
    code = f"pages.cause.{'system' if line.action == 'gathered' else line.cause}"
    return say(saying.lang, code if has(code) else "pages.cause.unnamed")


def _shown(value: object) -> str:
    return "–" if value is None else str(value)
