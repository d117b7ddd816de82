"""Shows how every number of a score came about and what would have reached the next grade, as lines and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.cli.terminal import Terminal
from rules.scorecard.evaluate import Result
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card

if TYPE_CHECKING:
    from engine.review.score_text import Section
    from rules.trial.reach import Reach


def show_explained(terminal: Terminal, card: Card, result: Result, facts: Facts) -> None:
    from engine.review.score_text import INDENT

    _, sections = _explained(card, result, facts, terminal.lang)
    for section in sections:
        terminal.show(section.heading)
        for line in section.lines:
            terminal.show(INDENT + line)


def explanation_of(card: Card, result: Result, facts: Facts, lang: str) -> dict[str, Any]:
    """Lines by step in the language asked for, what would have reached the next grade, and the trace behind both."""
    from engine.review.reach_text import reach_data

    found, sections = _explained(card, result, facts, lang)
    last = next((one for one in sections if one.step == "reach"), None)
    lines = [{"step": one.step, "heading": one.heading, "lines": list(one.lines)} for one in sections if one != last]
    return {"trace": result.trace, "explanation": lines, "reach": reach_data(found, last)}


def _explained(card: Card, result: Result, facts: Facts, lang: str) -> tuple[Reach | None, list[Section]]:
    from engine.review.reach_text import reach_section
    from engine.review.score_text import card_titles, score_sections
    from rules.trial.reach import reach

    titles = card_titles(result.trace, lang)
    found = reach(card, facts) if result.status == "scored" else None
    last = reach_section(found, result.trace, lang, titles)
    return found, [*score_sections(result.trace, lang, titles), *([] if last is None else [last])]
