"""What a node remembers besides its score: for want of what it is missing, was it not rated, does it block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rules.fast.algebra import NO, ZERO
from rules.fast.builder import Builder
from rules.fast.program import Expr, Let, Ref
from rules.fast.values import Val, missing


class Flag:
    """A local that is only there when some step sets it."""

    def __init__(self, builder: Builder, initial: Expr) -> None:
        self.builder, self.initial, self.used, self.name = builder, initial, False, builder.fresh()

    def set(self, value: Expr) -> None:
        self.used = True
        self.builder.set(Ref(self.name), value)

    @property
    def now(self) -> Expr:
        return Ref(self.name) if self.used else self.initial


@dataclass
class Flags:
    """lack: the mask of the figures that lack; unrated: it is left out whatever the policy; blocked: it may not be."""

    lack: Flag
    unrated: Flag
    blocked: Flag


@dataclass(frozen=True, slots=True)
class Made:
    """A node judged: its score, what went into its shape, and its flags as expressions."""

    score: Val
    value: Val
    lack: Expr = ZERO
    unrated: Expr = NO
    blocked: Expr = NO


NOTHING_MADE = Made(missing(), missing())


@contextmanager
def flags_of(builder: Builder) -> Iterator[Flags]:
    """The flags of one node; those that are used begin before its steps."""
    flags = Flags(Flag(builder, ZERO), Flag(builder, NO), Flag(builder, NO))
    outer = builder.block
    with builder.inside() as steps:
        yield flags
    for one in (flags.lack, flags.unrated, flags.blocked):
        if one.used:
            outer.append(Let((one.name,), one.initial))
    outer.extend(steps)


@contextmanager
def flag_of(builder: Builder, initial: Expr) -> Iterator[Flag]:
    """One flag for the steps inside."""
    flag = Flag(builder, initial)
    outer = builder.block
    with builder.inside() as steps:
        yield flag
    if flag.used:
        outer.append(Let((flag.name,), flag.initial))
    outer.extend(steps)
