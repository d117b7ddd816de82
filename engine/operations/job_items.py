"""One item of a job of many answers: what it may say, the command it means, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.canonical import canonical_bytes
from engine.errors import InputError, NotFound
from engine.operations.answers import KEYS, answer_of
from engine.operations.kept import as_kept
from engine.operations.names import review_named
from engine.operations.naming import day_named, delegated, reassigned
from engine.review.case import Actor, Reason, Refused
from engine.review.commands import Command, Extend, Hold, Intervene, Remark, Resume, Retract, Skip, Waive
from engine.runtime import Runtime

ITEM_SIZE_MAX: Final = 64 * 1024
ANSWER: Final = "answer"
COMMANDS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    ANSWER: (frozenset({"task"}), frozenset(KEYS)),
    "waive": (frozenset({"task", "reason"}), frozenset()),
    "reassign": (frozenset({"task", "to", "reason"}), frozenset()),
    "delegate": (frozenset({"task", "to", "reason"}), frozenset()),
    "retract": (frozenset({"task", "reason"}), frozenset()),
    "extend": (frozenset({"until", "reason"}), frozenset({"task"})),
    "hold": (frozenset({"reason"}), frozenset({"until"})),
    "resume": (frozenset({"reason"}), frozenset()),
    "skip": (frozenset({"reason"}), frozenset()),
    "intervene": (frozenset({"name"}), frozenset({"comment"})),
    "remark": (frozenset({"comment"}), frozenset()),
}
"""By command: the keys an item must have, and those it may have, beside `review`, `command` and `revision`."""

_ALWAYS: Final = frozenset({"review", "command", "revision"})


def check_item(number: int, item: Any) -> dict[str, Any]:
    """The item as plain data that can be kept, decimals as their texts. InputError for one that means no command."""
    if not isinstance(item, Mapping):
        raise InputError("DR021", number=number)
    command = item.get("command", ANSWER)
    if not isinstance(command, str) or command not in COMMANDS:
        raise InputError("DR022", number=number, known=", ".join(COMMANDS))
    needed, more = COMMANDS[command]
    missing = sorted((needed | {"review"}) - item.keys())
    if missing:
        raise InputError("DR023", number=number, key=missing[0])
    unknown = sorted(str(key) for key in item.keys() - needed - more - _ALWAYS)
    if unknown:
        raise InputError("DR024", number=number, key=unknown[0][:80])
    texts = needed | {"review"}
    plain = frozenset() if command == ANSWER else more & item.keys()
    if not all(isinstance(item[key], str) for key in texts | plain) or not _whole(item.get("revision", 0)):
        raise InputError("DR021", number=number)
    kept: dict[str, Any] = as_kept(item)
    if len(canonical_bytes(kept)) > ITEM_SIZE_MAX:
        raise InputError("DR025", number=number, most=ITEM_SIZE_MAX)
    return kept


def command_of(rt: Runtime, actor: Actor, item: Mapping[str, Any]) -> Command | Refused:
    """The command that the item means. NotFound for a review or person that is not there for the actor; InputError for
    an answer that is none."""
    try:
        review = review_named(rt, item["review"], actor=actor)
    except NotFound:
        # One sentence for a person nobody knows and for a review that is not hers to see.
        raise NotFound("OP002", ref=item["review"]) from None
    kind = item.get("command", ANSWER)
    if kind == ANSWER:
        body = {key: item[key] for key in KEYS if key in item}
        return answer_of(rt, actor, review, item["task"], body)
    if kind in ("reassign", "delegate"):
        named = reassigned if kind == "reassign" else delegated
        return named(rt, actor, review, item["task"], item["to"], item["reason"])
    return _plainly(review, kind, item)


def _plainly(review: str, kind: str, item: Mapping[str, Any]) -> Command:
    """A command that names nobody."""
    if kind == "intervene":
        return Intervene(review, item["name"], item.get("comment"))
    if kind == "remark":
        return Remark(review, item["comment"])
    reason, until = item["reason"], item.get("until")
    if kind == "extend":
        return Extend(review, reason, day_named(item["until"]), item.get("task"))
    if kind == "hold":
        return Hold(review, reason, None if until is None else day_named(until))
    if kind in ("resume", "skip"):
        return Resume(review, reason) if kind == "resume" else Skip(review, reason)
    return Waive(review, item["task"], reason) if kind == "waive" else Retract(review, item["task"], reason)


def reasons_plain(refused: Refused) -> dict[str, Any]:
    """All that spoke against it, with values that may repeat what somebody wrote: to be sealed."""
    return {"reasons": [[one.code, dict(one.values)] for one in refused.reasons]}


def reasons_from(plain: Mapping[str, Any] | None) -> tuple[Reason, ...]:
    return tuple(Reason(code, values) for code, values in (plain or {}).get("reasons", ()))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
