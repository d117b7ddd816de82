"""What a simulation has shown, for people in either language and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.definition.model import Definition
from engine.definition.table import steps
from engine.operations.simulate.lengths import Length
from engine.operations.simulate.routes import ANSWER, GATHER, INTERVENE, REMIND, TIME, WAIVE, Move
from engine.operations.simulate.simulation import Missed, Simulation
from engine.operations.simulate.targets import AFTER, DEADLINE, GATHERED, OUTCOME, REMINDER, STATE, STEP, Target
from engine.operations.simulate.touring import Made
from engine.operations.simulate.working import Manner
from engine.operations.titles import state_title, titled
from engine.words.book import say

CELLS_SHOWN = 6


def told(found: Simulation, lang: str, file: str, *, paths: bool = False) -> Iterator[str]:
    """Line by line; file: how the workflow's file is called."""
    yield _heading(found, lang)
    shares = [say(lang, f"simulate.{one.kind}", met=one.met, all=one.all) for one in found.shares if one.all]
    yield "  " + " · ".join(shares)
    yield from ("  " + line for line in _lengths(found, lang))
    yield from _listed(found, lang, file, "simulate.missed", found.missed, why=True)
    yield from _listed(found, lang, file, "simulate.helped", found.helped, why=False)
    yield from _cells(found, lang)
    yield from ("  " + line for line in _faults(found, lang))
    if found.whole:
        yield "  " + say(lang, "simulate.whole")
    if paths:
        yield "  " + say(lang, "simulate.paths")
        for number, path in enumerate(found.paths, 1):
            yield "  " + _path(found, lang, number, path)


def _heading(found: Simulation, lang: str) -> str:
    definition = found.definition
    named = found.stage.organisation.name or say(lang, "simulate.somebody")
    return say(
        lang, "simulate.heading", title=titled(lang, definition.title, definition.name), name=definition.name,
        version=definition.version, paths=len(found.paths), period=found.stage.period.key, subject=named,
    )


def _lengths(found: Simulation, lang: str) -> Iterator[str]:
    lengths = found.lengths
    if lengths.shortest is None or lengths.longest is None:
        yield say(lang, "simulate.no_end")
        return
    yield say(
        lang, "simulate.lengths", shortest=lengths.shortest.days, first=lengths.shortest.last,
        longest=lengths.longest.days, last=lengths.longest.last, period=lengths.period,
    )
    if lengths.late:
        yield say(lang, "simulate.outlasts")


def _listed(
    found: Simulation, lang: str, file: str, heading: str, rows: tuple[Missed, ...], *, why: bool
) -> Iterator[str]:
    if rows:
        yield "  " + say(lang, heading)
    for one in rows:
        what = what_of(found.definition, lang, one.target)
        if why:
            reason = say(lang, "simulate.why.figures" if one.unfound else "simulate.why.path")
            what = say(lang, "simulate.missed.because", what=what, why=reason)
        yield f"    {file}:{one.line} {what}"


def _cells(found: Simulation, lang: str) -> Iterator[str]:
    if found.cells:
        yield "  " + say(lang, "simulate.cells")
    for trigger, cells in found.cells.items():
        text = "; ".join(cells[:CELLS_SHOWN])
        if len(cells) > CELLS_SHOWN:
            text = say(lang, "simulate.cell.more", cells=text, count=len(cells) - CELLS_SHOWN)
        yield "    " + say(lang, "simulate.cell", where=trigger, cells=text)


def _faults(found: Simulation, lang: str) -> Iterator[str]:
    for number, path in enumerate(found.paths, 1):
        if path.stuck:
            state = state_title(lang, found.definition, path.play.review.state)
            yield say(lang, "simulate.stuck", state=state, number=number)
        for step in path.play.astray:
            yield say(lang, "simulate.astray", number=number, step=step)


def what_of(definition: Definition, lang: str, target: Target) -> str:
    """A target in words."""
    state = state_title(lang, definition, target.state)
    if target.kind == STATE:
        return say(lang, "simulate.missed.states", state=state)
    if target.kind == STEP:
        to = steps(definition)[target.state, target.name][target.index].to
        by = _trigger(definition, lang, target)
        return say(lang, "simulate.missed.transitions", state=state, what=by, to=state_title(lang, definition, to))
    if target.kind == DEADLINE:
        return say(lang, "simulate.missed.deadlines", state=state, number=target.index + 1)
    if target.kind == OUTCOME:
        task, _, outcome = target.name.removesuffix(AFTER).partition(".")
        code = "used_up" if target.name.endswith(AFTER) else "outcomes"
        task_said, outcome_said = _titles(definition, lang, target.state, task, outcome)
        return say(lang, f"simulate.missed.{code}", state=state, task=task_said, outcome=outcome_said)
    if target.kind == GATHERED:
        return say(lang, f"simulate.missed.gathered.{target.name}", state=state)
    task_said, _ = _titles(definition, lang, target.state, target.name, "")
    if target.kind == REMINDER:
        return say(lang, "simulate.missed.reminders", state=state, task=task_said, number=target.index + 1)
    return say(lang, "simulate.missed.late", state=state, task=task_said)


def _trigger(definition: Definition, lang: str, target: Target) -> str:
    if target.name.startswith("anywhere/"):
        name = target.name.removeprefix("anywhere/")
        return say(lang, "simulate.by.anywhere", name=titled(lang, definition.anywhere[name].title, name))
    kind, *rest = target.name.removeprefix(f"{target.state}/").split("/")
    if kind == "next":
        return say(lang, "simulate.by.next")
    if kind == "deadline":
        return say(lang, "simulate.by.deadline", number=int(rest[0]) + 1)
    if kind == "watch":
        return say(lang, "simulate.by.watch", number=int(rest[0]) + 1)
    task, outcome = _titles(definition, lang, target.state, rest[0], rest[1])
    return say(lang, "simulate.by.outcome", task=task, outcome=outcome)


def _titles(definition: Definition, lang: str, state: str, task: str, outcome: str) -> tuple[str, str]:
    plan = definition.states[state].tasks[task]
    known = plan.outcomes.get(outcome)
    done = say(lang, "OP112") if outcome == "done" else outcome
    return titled(lang, plan.title, task), titled(lang, known.title, outcome) if known is not None else done


def _path(found: Simulation, lang: str, number: int, path: Made) -> str:
    """One path in a line: in which state what was done, and where it ended."""
    definition = found.definition
    moves = []
    for state, move, how in path.moves:
        what = _move(definition, lang, state, move, how)
        moves.append(say(lang, "simulate.move", state=state_title(lang, definition, state), what=what))
    moves.append(state_title(lang, definition, path.play.review.state))
    return say(lang, "simulate.path", number=number, days=found.lengths.of(path), moves=" → ".join(moves))


def _move(definition: Definition, lang: str, state: str, move: Move, how: Manner) -> str:
    if move.kind == ANSWER:
        task, outcome = _titles(definition, lang, state, move.task, move.outcome)
        what = say(lang, "simulate.move.answer", task=task, outcome=outcome)
    elif move.kind == TIME:
        what = say(lang, "simulate.move.deadline", number=move.index + 1)
    elif move.kind == INTERVENE:
        title = titled(lang, definition.anywhere[move.outcome].title, move.outcome)
        what = say(lang, "simulate.move.anywhere", name=title)
    elif move.kind == GATHER:
        what = say(lang, f"simulate.move.gather.{move.outcome}")
    elif move.kind in (REMIND, WAIVE):
        task, _ = _titles(definition, lang, state, move.task, "")
        what = say(lang, f"simulate.move.{move.kind}", task=task)
    else:
        what = say(lang, f"simulate.move.{move.kind}")
    return say(lang, "simulate.move.helped", what=what) if how.helped else what


def plain(found: Simulation, lang: str, file: str, *, paths: bool = False) -> dict[str, Any]:
    """The same as plain data."""
    lengths = found.lengths
    told_paths = [
        {
            "days": lengths.of(path), "ends": path.play.review.state, "ended": path.play.ended,
            "moves": [_plain_move(state, move, how) for state, move, how in path.moves],
        }
        for path in found.paths
    ]
    return {
        "file": file, "workflow": found.definition.name, "version": found.definition.version,
        "period": found.stage.period.key, "whole": found.whole, "paths": told_paths if paths else len(found.paths),
        "coverage": {one.kind: {"met": one.met, "all": one.all} for one in found.shares},
        "missed": [_plain_missed(found, lang, one) for one in found.missed],
        "helped": [_plain_missed(found, lang, one) for one in found.helped],
        "cells_not_found": {trigger: list(cells) for trigger, cells in found.cells.items()},
        "astray": [step for path in found.paths for step in path.play.astray],
        "lengths": {
            "period": lengths.period, "outlasts": lengths.late,
            "shortest": _plain_length(lengths.shortest), "longest": _plain_length(lengths.longest),
        },
    }


def _plain_move(state: str, move: Move, how: Manner) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "state": state, "by": move.kind, "task": move.task, "outcome": move.outcome, "helped": how.helped,
        "step": move.index + 1 if move.kind in (TIME, REMIND) else "",
    }
    return {name: value for name, value in parts.items() if value not in ("", False)}


def _plain_missed(found: Simulation, lang: str, one: Missed) -> dict[str, Any]:
    return {"kind": one.target.kind, "line": one.line, "text": what_of(found.definition, lang, one.target)}


def _plain_length(one: Length | None) -> dict[str, Any] | None:
    return None if one is None else {"days": one.days, "until": one.last.isoformat()}
