"""Which names an expression may read in its place, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one place. All keys are NFC.

    `names` has bare and dotted keys ("total", "sales.score", "subject.department") and lists ("goals", "sales.parts").
    `later` maps names that exist but are made in a later step to that step's name. `rules` may stand in held().
    `past` are the names readable through previous() and past(). `taken` are names with two meanings in this place,
    to how they collide: reading one is a fault.
    """

    names: Mapping[str, Type] = field(default_factory=dict)
    later: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    past: Mapping[str, Type] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)
