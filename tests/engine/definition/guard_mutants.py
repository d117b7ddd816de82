"""Makes one small mistake at a time in the conditions of a workflow, and says what notices it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.definition.model import Definition, Guard
from engine.definition.reader import WORKFLOW, Checked, read_texts
from engine.definition.table import steps
from engine.operations.simulate.cells import types_of
from engine.operations.simulate.play import Play, Stage
from engine.operations.simulate.simulation import Simulation
from engine.operations.simulate.targets import Target, place_of
from engine.operations.simulate.touring import Made
from engine.review.case import Refused
from rules.expressions.render import text_of
from rules.expressions.tree import And, Compare, In, Literal, Name, Node, Not, Option, Or, Quantified
from rules.expressions.types import Kind, Type

FLIPS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}

CHECK, EXAMPLES, SIMULATE, LIVES = "check", "examples", "simulate", "lives"


@dataclass(frozen=True, slots=True)
class Mutant:
    """guard: the id of the condition; was and now: its text; source: the whole workflow's text with the mistake."""

    guard: str
    was: str
    now: str
    source: str


def mutants_of(definition: Definition) -> Iterator[Mutant]:
    """Every mistake of every condition, each text once."""
    source = definition.sources[WORKFLOW]
    types = types_of(definition)
    seen: set[str] = set()
    for (state, trigger), way in steps(definition).items():
        for index, branch in enumerate(way):
            guard = branch.guard
            if guard is None or guard.id in seen:
                continue
            seen.add(guard.id)
            start, end = _condition(definition, Target("transitions", state, trigger, index), guard)
            for text in dict.fromkeys(text_of(tree) for tree in _changed(guard.expression.tree, types)):
                yield Mutant(guard.id, guard.text, text, f"{source[:start]}'{text}'{source[end:]}")


def _condition(definition: Definition, target: Target, guard: Guard) -> tuple[int, int]:
    """From where to where the condition stands in the text: behind the `if` of its branch."""
    path = place_of(target)
    path = path[:-1] if "watch" in path else path
    line = definition.lines[WORKFLOW, (*path, "if")]
    source = definition.sources[WORKFLOW]
    begin = sum(len(text) for text in source.splitlines(keepends=True)[: line - 1])
    start = source.index(f"if: {guard.text}", begin) + len("if: ")
    assert source[:start].count("\n") == line - 1, (guard.text, line)
    return start, start + len(guard.text)


def _changed(node: Node, types: dict[str, Type]) -> Iterator[Node]:
    """The condition denied as a whole, and with each of its parts changed."""
    yield node.operand if isinstance(node, Not) else Not(node, 1)
    yield from _within(node, types)


def _within(node: Node, types: dict[str, Type]) -> Iterator[Node]:
    match node:
        case And(operands=several) | Or(operands=several):
            yield Or(several, node.column) if isinstance(node, And) else And(several, node.column)
            for place, operand in enumerate(several):
                rest = several[:place] + several[place + 1 :]
                yield rest[0] if len(rest) == 1 else replace(node, operands=rest)
                for other in _changed(operand, types):
                    yield replace(node, operands=(*several[:place], other, *several[place + 1 :]))
        case Not(operand=operand):
            for other in _within(operand, types):
                yield Not(other, node.column)
        case Compare():
            for op in FLIPS[node.op]:
                yield replace(node, op=op)
            for right in _moved(node.right, node.left, types):
                yield replace(node, right=right)
            for left in _moved(node.left, node.right, types):
                yield replace(node, left=left)
        case In(options=options):
            for place in range(len(options) if len(options) > 1 else 0):
                yield replace(node, options=options[:place] + options[place + 1 :])
        case Quantified(where=where) if where is not None:
            for other in _changed(where, types):
                yield replace(node, where=other)
        case _:
            return


def _moved(constant: Node, figure: Node, types: dict[str, Type]) -> Iterator[Node]:
    """A constant one step up and down: at the digits of the figure, or the next word of its list."""
    kind = types.get(figure.text) if isinstance(figure, Name) else None
    match constant:
        case Literal(value=Decimal() as value):
            digits = kind.digits if kind is not None and kind.digits is not None else 0
            step = Decimal(1).scaleb(-digits)
            yield replace(constant, value=value + step)
            if value - step >= 0:
                yield replace(constant, value=value - step)
        case Literal(value=bool() as value):
            yield replace(constant, value=not value)
        case Option(text=text) if kind is not None and kind.kind is Kind.CHOICE:
            words = (*kind.options, *kind.outside)
            place = words.index(text)
            for other in (place - 1, place + 1):
                if 0 <= other < len(words):
                    yield replace(constant, text=words[other])


def read(definition: Definition, mutant: Mutant) -> Checked:
    return read_texts({**definition.sources, WORKFLOW: mutant.source})


def noticed_by_simulate(found: Simulation, guard: str, mutant: Definition) -> bool:
    """Whether one of the paths goes another way with the mistake: the same figures, the same commands."""
    return any(_strays(found.stage, path, mutant) for path in found.paths if _asks(path, guard))


def _asks(path: Made, guard: str) -> bool:
    """Whether the condition was asked, or might have been: what says no to a figure that arrives leaves no trace."""
    return ".watch." in guard or any(name == guard for event in path.play.events for name, _ in event.guards)


def _strays(stage: Stage, path: Made, mutant: Definition) -> bool:
    again = Play(replace(stage, definition=mutant), path.play.figures)
    if _shown(again) != _shown(path.play):
        return True
    for place, deed in enumerate(path.play.deeds, 1):
        again.now, again.observed = deed.at, path.play.observed[: deed.observed]
        outcome = again.ask(deed.actor, deed.command)
        if isinstance(outcome, Refused) or _shown(again, place) != _shown(path.play, place):
            return True
    return False


def _shown(play: Play, place: int = 0) -> tuple[object, ...]:
    event = play.events[place]
    return event.action, event.to_state, event.payload.get("trail")
