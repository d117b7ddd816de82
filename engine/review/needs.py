"""Whether a command may need figures, so that the loader reads them only then."""

from __future__ import annotations

from engine.definition.model import Definition
from engine.review.commands import Command, Delegate, Extend, FireTimer, Hold, Reassign, Remark
from engine.review.model import Review


def may_score(definition: Definition, review: Review, command: Command) -> bool:
    """True when `decide` may compute a result, fix targets or ask a guard; the case must then be loaded as `scored`."""
    if isinstance(command, Remark | Reassign | Delegate | Extend | Hold):
        return False
    return not (isinstance(command, FireTimer) and command.kind == "remind")
