"""A proposal for the next period told in words: what the rule wants, what holds it back, what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from engine.review.score_formula import Step, Teller
from engine.review.score_rules import rounded_line
from rules.numbers import add, number_text, round_number
from rules.scorecard.following import PROPOSED

ROUNDED = {"digits": PROPOSED.digits, "mode": PROPOSED.mode}


def proposal_lines(teller: Teller, step: Step) -> Iterator[str]:
    """Bounded by how much may change, by what may be agreed and by what another weight can give."""
    name, what = teller.metric(step["name"]), teller.say(f"what.{step['what']}")
    if step.get("text") not in (None, step["wanted"]):
        yield teller.say("value", name=name, text=teller.text(step["text"]), value=step["wanted"])
    now, before = _number(step["wanted"]), _number(step["before"])
    if step["change_at_most"] is not None:
        most = abs(before) * _number(step["change_at_most"]) / 100
        held = max(before - most, min(before + most, now))
        if held != now:
            yield teller.say("proposal.most", name=name, before=step["before"], share=step["change_at_most"],
                             low=_text(before - most), high=_text(before + most), wanted=_text(now), after=_text(held))
        now = held
    low, high = step.get("low"), step.get("high")
    held = max(now, now if low is None else _number(low))
    held = min(held, held if high is None else _number(high))
    if held != now:
        yield teller.say("proposal.inside", name=name, span=_span(low, high), wanted=_text(now), after=_text(held))
    rounded = _number(round_number(held, PROPOSED))
    yield from rounded_line(teller, ROUNDED, _text(held), _text(rounded))
    if rounded != _number(step["after"]):
        yield teller.say("proposal.given", name=name, other=teller.metric(step["take_from"]), wanted=_text(rounded),
                         after=step["after"])
    code = "proposal.same" if step["before"] == step["after"] else "proposal"
    more = {} if code == "proposal.same" else {"after": step["after"]}
    yield teller.say(code, name=name, what=what, before=step["before"], **more)
    for taken in step["taken"]:
        yield teller.say("proposal", name=teller.metric(taken["name"]), what=what, before=taken["before"],
                         after=taken["after"])


def _number(text: Any) -> Fraction:
    return Fraction(text)


def _text(number: Fraction) -> str:
    return number_text(add(number, 0))


def _span(low: str | None, high: str | None) -> str:
    return f"{low or ''}..{high or ''}"
