"""What would have reached the next better grade, told to the person who was graded: one change a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.review.score_formula import Step, Teller
from engine.review.score_text import Section, teller_of
from rules.scorecard.course import plain
from rules.trial.reach import Move, Reach, reach_document

Said = Callable[[str, str], str]
"""A figure's name and its value as text, to the value as it is read."""


def reach_section(
    found: Reach | None, trace: Sequence[Step], lang: str = "en", titles: Mapping[str, str] | None = None,
    said: Said | None = None,
) -> Section | None:  # fmt: skip
    """Nothing where no better grade is left; titles as for `score_lines`; said: how values are written, else as in the
    explanation."""
    if found is None:
        return None
    teller = teller_of(trace, lang, titles or {})
    return Section("reach", teller.say("step.reach"), tuple(_lines(teller, found, _rules(teller, trace), said)))


def reach_data(found: Reach | None, section: Section | None) -> dict[str, Any] | None:
    """As programs read it, with the lines that people read."""
    document = reach_document(found)
    return None if document is None or section is None else {**document, "lines": list(section.lines)}


def _rules(teller: Teller, trace: Sequence[Step]) -> dict[str, str]:
    told = [rule for step in trace if step["step"] == "grade" for rule in step.get("rules", ())]
    return {rule["rule"]: teller.rule(rule) for rule in told}


def _lines(teller: Teller, found: Reach, rules: Mapping[str, str], said: Said | None) -> Iterator[str]:
    wanted = teller.titles.get(found.wanted, found.wanted)
    if found.before_quota:
        yield teller.say("reach.quota")
    for index, move in enumerate(found.moves):
        yield _move(teller, move, said, smallest=index == 0)
    for rule in found.barred:
        yield teller.say("reach.barred", rule=rules.get(rule, rule), grade=wanted)
    if not found.moves and not found.barred:
        yield teller.say("reach.none" if found.whole else "reach.none_found", grade=wanted)
    if not found.whole:
        yield teller.say("reach.stopped", count=found.judgings)


def _move(teller: Teller, move: Move, said: Said | None, smallest: bool) -> str:
    name = teller.title(move.figure)
    if move.kind == "folded":
        name = teller.say("reach.over", name=name, fold=teller.say(f"reach.fold.{move.fold}"))
    elif move.kind == "judged":
        name = teller.say("reach.judged", name=name)
    grade = teller.titles.get(move.grade, move.grade)
    code = "reach.change" if move.total is None else "reach.change.total"
    more = {} if move.total is None else {"total": move.total}
    now, then = _shown(teller, move.now), _shown(teller, move.then)
    if said is not None:
        now, then = said(move.figure, now), said(move.figure, then)
    text = teller.say(code, name=name, now=now, then=then, grade=grade, **more)
    if not move.proven:
        return teller.say("reach.unproven", change=text)
    return teller.say("reach.smallest", change=text) if smallest else text


def _shown(teller: Teller, value: Any) -> str:
    told = teller.shown(plain(value))
    return teller.titles.get(told, told)
