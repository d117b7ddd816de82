"""Two definitions compared and made ready to be told, with the open reviews that the older one holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.definition.differences.compare import differences, side_of
from engine.definition.differences.model import Change, Side
from engine.definition.differences.telling import plain, told
from engine.definition.model import Definition
from engine.operations.titles import state_title, task_title, titled
from engine.operations.touched import Touched, Why
from engine.words.book import say

ROWS_TOLD = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two definitions (None: scorecards alone, as their sides hold them), what differs, and what that touches (None:
    nobody looked)."""

    before: Definition | None
    after: Definition | None
    sides: tuple[Side, Side]
    changes: tuple[Change, ...]
    touched: Touched | None = None

    @property
    def same(self) -> bool:
        return not self.changes


def compared(before: Definition, after: Definition) -> Comparison:
    """Two definitions side by side."""
    sides = side_of(before), side_of(after)
    return Comparison(before, after, sides, differences(*sides))


def compared_cards(before: Side, after: Side) -> Comparison:
    """Two scorecards alone."""
    return Comparison(None, None, (before, after), differences(before, after))


def comparison_lines(lang: str, one: Comparison, *, everything: bool = False) -> Iterator[str]:
    """The comparison for people."""
    if one.same:
        code = "differences.same_card" if one.after is None else "differences.same"
        yield say(lang, code, **({} if one.after is None else {"fingerprint": one.after.fingerprint[:12]}))
        return
    names = [_named(lang, *pair) for pair in zip((one.before, one.after), one.sides, strict=True)]
    yield say(lang, "differences.heading", before=names[0], after=names[1], count=len(one.changes))
    yield from told(lang, one.changes, *one.sides, everything=everything)
    if one.touched is not None and one.before is not None:
        yield from touched_lines(lang, one, one.touched, names[0])


def touched_lines(lang: str, one: Comparison, found: Touched, name: str) -> Iterator[str]:
    if not found.count:
        yield say(lang, "differences.untouched", name=name)
        return
    if not found.rows:
        yield say(lang, "differences.touched_none", name=name, count=found.count)
        return
    yield say(lang, "differences.touched", name=name, count=found.count, moved=len(found.rows))
    for row in found.rows[:ROWS_TOLD]:
        why = say(lang, "differences.comma").join(why_said(lang, one, reason) for reason in row.why)
        yield "  " + say(lang, "differences.touched_row", subject=row.subject.said(lang), period=row.period, why=why)
    if len(found.rows) > ROWS_TOLD:
        yield "  " + say(lang, "differences.touched_more", count=len(found.rows) - ROWS_TOLD)


def why_said(lang: str, one: Comparison, why: Why) -> str:
    title = state_title if why.what == "state" else task_title
    name = why.name if one.before is None else title(lang, one.before, why.name)
    after = why.after if one.after is None else title(lang, one.after, why.after)
    if after == name:  # the title has stayed: then it is the key that was changed
        name, after = why.name, why.after
    values = {"after": after} if why.after else {}
    return say(lang, f"differences.why.{why.what}_{why.how}", name=name, **values)


def comparison_plain(lang: str, one: Comparison) -> dict[str, Any]:
    """The comparison for a program."""
    found = one.touched
    return {
        "same": one.same, "before": _plain_named(one.before, one.sides[0]),
        "after": _plain_named(one.after, one.sides[1]),
        "changes": [plain(change, lang, *one.sides) for change in one.changes],
        "reviews": None if found is None else {
            "open": found.count,
            "touched": [
                {
                    "review": row.review, "subject": {"ref": row.subject.ref, "name": row.subject.said(lang)},
                    "period": row.period, "state": row.state,
                    "why": [
                        {"what": why.what, "how": why.how, "name": why.name, "after": why.after or None,
                         "text": why_said(lang, one, why)}
                        for why in row.why
                    ],
                }
                for row in found.rows
            ],
        },
    }  # fmt: skip


def _named(lang: str, definition: Definition | None, side: Side) -> str:
    if definition is None:
        name, version = str(side.scorecard.get("scorecard", "")), side.scorecard.get("version", "")
        return say(lang, "differences.card_named", name=name, version=version)
    return say(
        lang, "differences.named", name=titled(lang, definition.title, definition.name), version=definition.version,
        fingerprint=definition.fingerprint[:12],
    )


def _plain_named(definition: Definition | None, side: Side) -> dict[str, Any]:
    if definition is None:
        card = side.scorecard
        return {"name": str(card.get("scorecard", "")), "version": str(card.get("version", "")), "fingerprint": None}
    return {
        "name": definition.name, "version": str(definition.version), "fingerprint": definition.fingerprint,
    }
