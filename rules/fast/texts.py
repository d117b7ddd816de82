"""Figures as texts into slots: plain decimals only, with the declared digits and inside the declared range."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from rules.fast.program import Program, Slot
from rules.fast.slots import end_at
from rules.numbers import parse_decimal
from rules.scorecard.model import Card

Run = Callable[[Any], tuple[Any, ...] | None]
Plan = Sequence[tuple[int, int | None, int | None]]
"""Of each figure its digits and the ends of its range, in units of the last digit."""


def reader_of(card: Card, program: Program, run: Run) -> Callable[[Sequence[str]], tuple[Any, ...] | None]:
    """A function from texts in the order of the slots to what the program gives.

    Texts with just the declared digits, as files hold them, are taken together: one pattern says that all are plain
    decimals. Any other text is read by itself.
    """
    plan = [_planned(card, slot) for slot in program.slots]
    pattern = re.compile("\n".join(_plain(digits, low) for digits, low, _ in plan), re.ASCII)
    names = [f"t{place}" for place in range(len(plan))]
    lines = ["def read_all(texts):", f" {', '.join(names)}, = texts", " if plain('\\n'.join(texts)) is None:",
             "  return run(slow(texts))"]
    for name, (digits, low, high) in zip(names, plan, strict=True):
        lines.append(f" {name} = int({name})" if not digits else f" {name} = int({name}.replace('.', ''))")
        ends = [f"{name} < {low:d}"] if low is not None else []
        ends += [f"{name} > {high:d}"] if high is not None else []
        if ends:
            lines.append(f" if {' or '.join(ends)}: slow(texts)")
    lines.append(f" return run(({', '.join(names)},))")
    scope: dict[str, Any] = {"__builtins__": {"int": int}, "plain": pattern.fullmatch, "run": run}
    scope["slow"] = lambda texts: tuple([
        read(text, digits, low, high) for text, (digits, low, high) in zip(texts, plan, strict=True)
    ])
    # Safe as `emit` is: names of one letter and digits, and literal ints; no text of a card is in it.
    exec(compile("\n".join(lines), "<fast texts>", "exec"), scope)
    made: Callable[[Sequence[str]], tuple[Any, ...] | None] = scope["read_all"]
    return made


def _planned(card: Card, slot: Slot) -> tuple[int, int | None, int | None]:
    if slot.source[0] != "input" or slot.kind != "number" or slot.digits is None:
        raise ValueError(f"{slot.source} is no figure that a text could give")
    span, digits = card.inputs[str(slot.source[1])].span, slot.digits
    return digits, end_at(span.low, digits, True), end_at(span.high, digits, False)


def _plain(digits: int, low: int | None) -> str:
    whole = "(?:0|[1-9][0-9]{0,40})" if low is not None and low >= 0 else "(?:0|-?[1-9][0-9]{0,40})"
    return whole if not digits else f"{whole}\\.[0-9]{{{digits:d}}}"


def read(text: str, digits: int, low: int | None, high: int | None) -> int:
    """The figure as a scaled int; ValueError for what is no plain decimal, has too many digits, or lies outside."""
    above, below = parse_decimal(text).as_integer_ratio()
    value: int = above * 10**digits // below
    left = value * below != above * 10**digits
    if left:
        raise ValueError(f"more than {digits} digits: {text}")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"outside its range: {text}")
    return value
