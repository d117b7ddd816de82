"""Cycles to choose from, as a list in a form says them."""

from __future__ import annotations

from typing import Final

from api.kit.ask import Ask
from engine.operations.listing import ReviewFilter, cycles_page, reviews_page
from engine.operations.titles import titled

CYCLES: Final = 50
LOOKED_AT: Final = 6
"""Newest cycles among which one with results is looked for."""


def cycles_of(ask: Ask) -> list[tuple[str, str]]:
    """(id, period and workflow), newest first."""
    found = []
    for one in cycles_page(ask.rt, ask.actor, limit=CYCLES, cursor=None).items:
        with ask.rt.database.read() as tx:
            definition = ask.rt.definition(tx, one.definition)
        found.append((one.id, f"{one.period} · {titled(ask.lang, definition.title, definition.name)}"))
    return found


def with_results(ask: Ask, workflow: str = "") -> str:
    """The newest cycle in which a review has ended, of this workflow if there is one; empty where none has."""
    cycles = cycles_page(ask.rt, ask.actor, limit=CYCLES, cursor=None).items
    for one in sorted(cycles, key=lambda one: one.workflow != workflow)[:LOOKED_AT]:
        ended = ReviewFilter(cycle=one.id, ended=True)
        if reviews_page(ask.rt, ask.actor, ended, limit=1, cursor=None).items:
            return one.id
    return ""
