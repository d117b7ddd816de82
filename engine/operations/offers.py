"""What can be asked of a review, sorted for reading: the possible by what it is about, the rest by why it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.definition.model import Definition
from engine.operations.telling import say_reason
from engine.operations.titles import local, outcome_title, task_title
from engine.review.case import Reason
from engine.review.explain import Possible
from engine.words.book import say

OWN: Final = "own"
TASK: Final = "task"
REVIEW: Final = "review"
WORDS: Final = "words"

_ABOUT: Final[Mapping[str, str]] = {
    "answer": OWN, "delegate": OWN, "retract": OWN, "waive": TASK, "reassign": TASK, "remark": WORDS,
}  # fmt: skip
_ASKED: Final = {
    "answer": "OP170", "waive": "OP171", "reassign": "OP172", "intervene": "OP173", "remark": "OP174",
    "take_figures": "OP175", "correct_figures": "OP176", "delegate": "OP177", "retract": "OP178", "extend": "OP179",
    "extend_deadline": "OP180", "hold": "OP181", "resume": "OP182", "skip": "OP183",
}  # fmt: skip
_TASK_OF_OTHERS: Final = "not_your_task"
_FOR_OTHERS: Final = frozenset((_TASK_OF_OTHERS, "not_yours", "read_only", "nobody_on_themselves"))
_GOES_WITHOUT_SAYING: Final = frozenset(("task_closed", "not_held", "held_already"))
"""What is over, and the opposite of what is the case."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is possible of one thing. about: `own` (one's own work), `task` (a row of work, whoever's), `review`,
    `words`; task_id: the row that it is about."""

    about: str
    task_id: str | None
    steps: tuple[Possible, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """What is not possible now, all for the same reasons."""

    steps: tuple[Possible, ...]
    reasons: tuple[Reason, ...]
    next_at: datetime | None

    @property
    def others(self) -> bool:
        """Whether it is for others to do, whenever."""
        return any(why.code in _FOR_OTHERS for why in self.steps[0].reasons)


def worded(one: Possible) -> str:
    """The key by which a kind of step is said: putting off has two objects."""
    return "extend_deadline" if one.kind == "extend" and one.task_id is None else one.kind


def offers(found: Iterable[Possible]) -> tuple[Offer, ...]:
    """One's own work first, then each row of work, then the review as a whole, then what changes nothing."""
    sorted_: dict[tuple[str, str | None], list[Possible]] = {}
    for one in found:
        if one.possible:
            about = TASK if one.kind == "extend" and one.task_id is not None else _ABOUT.get(one.kind, REVIEW)
            sorted_.setdefault((about, one.task_id if about == TASK else None), []).append(one)
    order = (OWN, TASK, REVIEW, WORDS)
    return tuple(
        Offer(about, row, tuple(steps))
        for (about, row), steps in sorted(sorted_.items(), key=lambda item: order.index(item[0][0]))
    )


def unmet(found: Iterable[Possible]) -> tuple[Unmet, ...]:
    """What is not possible, together what has the same reasons; what others are to do last."""
    known: dict[tuple[object, ...], list[Possible]] = {}
    for one in found:
        if not one.possible and not any(why.code in _GOES_WITHOUT_SAYING for why in one.reasons):
            same = tuple(_same(why) for why in _telling(one.reasons))
            known.setdefault((*same, one.next_at), []).append(one)
    made = [Unmet(tuple(some), _of_all(some), some[0].next_at) for some in known.values()]
    return tuple(sorted(made, key=lambda one: one.others))


def _telling(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Of what is for others it matters only that it is; that a task is not open, only where nothing says why."""
    others = tuple(why for why in reasons if why.code in _FOR_OTHERS)
    waits = any(why.code.startswith("waits_for_") for why in reasons)
    return others or tuple(why for why in reasons if not (waits and why.code == "task_not_open"))


def _same(why: Reason) -> tuple[object, ...]:
    """What has to be alike in reasons that are told once: of a task that is for others the role, and not its name."""
    values = {name: value for name, value in why.values.items() if not (why.code == _TASK_OF_OTHERS and name == "task")}
    return why.code, tuple(sorted(values.items()))


def _of_all(steps: list[Possible]) -> tuple[Reason, ...]:
    told = _telling(steps[0].reasons)
    if len(steps) == 1:
        return told
    return tuple(Reason("OP190", {"role": why.values["role"]}) if why.code == _TASK_OF_OTHERS else why for why in told)


def say_possible(lang: str, found: Iterable[Possible], definition: Definition | None = None) -> tuple[str, ...]:
    """What can be done, then what cannot yet and why not, each once; by titles where the definition is at hand."""
    listed, lines = tuple(found), []
    for offer in offers(listed):
        lines.append(say(lang, "OP086", what=_all(lang, offer.steps, definition)))
    for one in unmet(listed):
        lines.append(say(lang, "OP087", what=_all(lang, one.steps, definition)))
        lines.extend("  " + say_reason(lang, reason, definition) for reason in one.reasons)
        if one.next_at is not None and definition is not None:
            lines.append("  " + say(lang, "OP161", at=local(one.next_at, definition)))
    return tuple(lines)


def _all(lang: str, steps: Iterable[Possible], definition: Definition | None) -> str:
    return ("；" if lang == "zh" else "; ").join(_said(lang, one, definition) for one in alike(steps))


def alike(steps: Iterable[Possible]) -> Iterator[tuple[Possible, ...]]:
    """Steps of a kind together, each task once; one with outcomes of its own stands alone."""
    kinds: dict[tuple[object, ...], dict[str | None, Possible]] = {}
    for one in steps:
        kinds.setdefault((worded(one), one.task if one.outcomes else None), {}).setdefault(one.task, one)
    return (tuple(some.values()) for some in kinds.values())


def _said(lang: str, steps: tuple[Possible, ...], definition: Definition | None) -> str:
    one, comma = steps[0], "、" if lang == "zh" else ", "
    names = [step.task or "" for step in steps]
    outcomes = [outcome for outcome in one.outcomes if outcome != "done"]
    if definition is not None and one.task:
        outcomes = [outcome_title(lang, definition, one.task, outcome) for outcome in outcomes]
        names = [task_title(lang, definition, name) for name in names]
    what = say(lang, _ASKED[worded(one)], task=comma.join(dict.fromkeys(names)))
    return say(lang, "OP109", what=what, outcomes=comma.join(outcomes)) if outcomes else what
