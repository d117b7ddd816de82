"""A figure has come: the first watch of the state whose condition holds, and that is not used up, moves the review."""

from __future__ import annotations

from datetime import datetime

from engine.clock import instant_text, parse_instant
from engine.definition.table import watch_trigger
from engine.review import figures
from engine.review.decide import moves
from engine.review.draft import Draft


def watch_key(state: str, index: int) -> str:
    """What counts the uses of a state's watch; its condition has the same name."""
    return f"{state}.watch.{index + 1}"


def watch(draft: Draft) -> bool:
    """Whether a watch has moved the review. A condition that is undecided does not hold, a way that is shut is not
    taken: the next watch is asked, and all of them again when the next figure comes. Nothing moves while held."""
    if draft.held is not None:
        return False
    for index, plan in enumerate(draft.plan.watch):
        key = watch_key(draft.state, index)
        used = draft.counts.get(key, 0)
        if plan.times is not None and used >= plan.times:
            continue
        trial = draft.clone()
        # One piece of news moves a review once: rows that this watch has acted on are not shown to it again.
        trial.rows_since = parse_instant(trial.watched[key]) if key in trial.watched else None
        if plan.times is not None:
            trial.counts[key] = used + 1
        if plan.guard.expression.reads & set(draft.definition.card.lists):
            trial.watched[key] = instant_text(draft.at)
        if not moves.advance(trial, watch_trigger(draft.state, index), plan.effects):
            draft.adopt(trial)
            return True
    return False


def watching_since(draft: Draft, since: datetime) -> bool:
    """Whether a figure has come since the instant: then a review that was held has something to look at."""
    card = draft.definition.card
    return bool(draft.plan.watch) and any(
        one.recorded_at > since for name in (*card.inputs, *card.lists) for one in figures.counting(draft, name)
    )
