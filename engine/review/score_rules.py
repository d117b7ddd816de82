"""The end of a node told in words: what its rules did, which limit was hit, how it was rounded, what was missing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from engine.review.score_formula import Step, Teller


def rule_lines(teller: Teller, rules: Any) -> Iterator[str]:
    for rule in rules:
        name = teller.rule(rule)
        if rule["acted"] is None:
            lacking = teller.names(rule.get("lacking", []))
            yield teller.say("rule.unsure", rule=name, names=lacking) if lacking else teller.say(
                "rule.undecided", rule=name, condition=teller.text(rule["if"])
            )
        elif not rule["acted"] and rule.get("lacking"):
            yield teller.say("rule.lacking", rule=name, names=teller.names(rule["lacking"]))
        elif not rule["acted"]:
            yield teller.say("rule.not", rule=name, condition=teller.text(rule["if"]))
        elif "parts" in rule:
            yield from _part_lines(teller, rule, name)
        elif rule.get("after") is None:
            yield teller.say("rule.empty", rule=name)
        else:
            yield from _how(teller, rule, name)
            yield _acted(teller, rule, name)


def _how(teller: Teller, rule: Step, name: str) -> Iterator[str]:
    """Where the amount of a rule comes from: its expression with the figures in it."""
    how = rule.get("how")
    if how is None:
        return
    text, told = teller.text(how["text"]), teller.figures(how["figures"])
    if told:
        yield teller.say("rule.how", rule=name, text=text, value=rule.get("amount"), figures=told)
    else:
        yield teller.say("rule.how.plain", rule=name, text=text, value=rule.get("amount"))


def _part_lines(teller: Teller, rule: Step, name: str) -> Iterator[str]:
    for part in rule["parts"]:
        title = teller.metric(part["name"])
        if rule["effect"] == "drop":
            yield teller.say("rule.drop", rule=name, name=title)
        elif part["after"] is None:
            yield teller.say("rule.empty", rule=teller.say("rule.on", rule=name, name=title))
        else:
            yield _acted(teller, {**rule, **part}, teller.say("rule.on", rule=name, name=title))


def _acted(teller: Teller, rule: Step, name: str) -> str:
    before, after = rule.get("before"), rule.get("after")
    amount: Any = rule.get("amount")
    if rule["effect"] == "limit":
        return limited_line(teller, "rule.limit", amount, rule=name, before=before, after=after)
    if rule["effect"] == "round":
        return teller.say("rule.round", rule=name, before=before, after=after, unit=unit_of(amount),
                          mode=teller.mode(amount))
    if rule["effect"] == "set":
        return teller.say("rule.set", rule=name, before=before, after=after)
    return teller.say(f"rule.{rule['effect']}", rule=name, before=before, after=after, amount=amount)


def finish_lines(teller: Teller, step: Step) -> Iterator[str]:
    """Rules, limits that were hit, the rounding if it changed anything, and what a missing score became."""
    yield from rule_lines(teller, step.get("rules", []))
    limits = step.get("limits")
    if limits is not None and limits["hit"]:
        yield limited_line(teller, "limits", limits, before=limits["before"], after=limits["after"])
    rounding = step.get("round")
    if rounding is not None and step.get("score") is not None:
        yield from rounded_line(teller, rounding, rounding["before"], step["score"])
    missing = step.get("missing")
    if missing is not None:
        yield teller.say(f"policy.{missing['policy']}", name=teller.node(step), **_score(missing))


def limited_line(teller: Teller, code: str, ends: Step, **values: Any) -> str:
    """Between two ends, or at one of them where the other is open."""
    known = {side: ends[side] for side in ("low", "high") if ends[side] is not None}
    return teller.say(code if len(known) != 1 else f"{code}.{next(iter(known))}", **values, **known)


def rounded_line(teller: Teller, rounding: Step, before: str, after: str) -> Iterator[str]:
    """Nothing where rounding changed nothing."""
    if differs(before, after):
        yield teller.say("round", before=before, unit=unit_of(rounding), mode=teller.mode(rounding), after=after)


def unit_of(rounding: Step) -> str:
    """What is rounded to: 1, 0.1, 0.01 …"""
    digits = int(rounding["digits"])
    return "1" if digits == 0 else f"0.{'0' * (digits - 1)}1"


def differs(before: str, after: str) -> bool:
    """Whether two texts of numbers are different numbers: 80 and 80.00 are not."""
    return Fraction(before) != Fraction(after)


def _score(missing: Step) -> dict[str, Any]:
    return {"score": missing["score"]} if missing["policy"] == "score" else {}
