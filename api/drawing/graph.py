"""A definition as boxes and arrows with their words, before anybody thinks of where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.drawing.letters import clean
from api.drawing.ways import titled
from engine.definition.model import Branch, Definition, State, TaskPlan, Way
from engine.operations.titles import role_title
from engine.review.roles import SUBJECT
from engine.words.book import say

STATE, FORK, FINAL, ANY = "state", "fork", "final", "any"
WAY, STEP_IN = "way", "step-in"


@dataclass(frozen=True, slots=True)
class Node:
    """A state. asked: the roles that have tasks there; tasks: who is asked for what; kind: state | fork | final | any
    (stands for every state)."""

    name: str
    title: str
    asked: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    kind: str = STATE


@dataclass(frozen=True, slots=True)
class Arrow:
    """All that leads from one state to another. labels: what opens it, one each; otherwise: one of them is an `else`.

    kind: way | step-in (only an intervention of `anywhere`, which somebody has to take).
    """

    origin: str
    target: str
    labels: tuple[str, ...] = ()
    kind: str = WAY
    otherwise: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """nodes in the order of the file; arrows of a node in the order in which a reader would take them; everywhere:
    (what it is called, where it leads) of commands that are possible in every state."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    initial: str
    everywhere: tuple[tuple[str, str], ...] = ()


def graph_of(definition: Definition, lang: str) -> Graph:
    """Every state and every way of a definition, with its words in a language."""
    everywhere = [
        (clean(titled(command.title, name, lang)), branch.to)
        for name, command in definition.anywhere.items() if command.from_states is None for branch in command.way
    ]
    return Graph(
        tuple(_node(definition, state, lang) for state in definition.states.values()),
        tuple(arrow for state in definition.states.values() for arrow in _arrows(definition, state, lang)),
        definition.initial, tuple(everywhere),
    )


def _node(definition: Definition, state: State, lang: str) -> Node:
    asked = [(_role(definition, task.by, lang), titled(task.title, task.name, lang)) for task in state.tasks.values()]
    together = (say(lang, "cli.diagram.cohort"),) if state.gathers else ()
    return Node(
        state.name, clean(titled(state.title, state.name, lang)),
        tuple(dict.fromkeys(clean(role) for role, _ in asked)) + together,
        tuple(clean(say(lang, "cli.diagram.task", role=role, task=task)) for role, task in asked),
        FINAL if state.final else FORK if state.fork else STATE,
    )


def _role(definition: Definition, role: str, lang: str) -> str:
    return say(lang, "cli.diagram.subject") if role == SUBJECT else role_title(lang, definition, role)


def _arrows(definition: Definition, state: State, lang: str) -> Iterator[Arrow]:
    """One arrow for each state that can follow."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    ways = list(_ways(state, lang))
    for label, way in ways:
        for branch in way:
            last = branch.guard is None and len(way) > 1
            guard = _guard(definition, branch, lang) or (say(lang, "cli.diagram.else") if last else "")
            text = ", ".join(part for part in (label, guard) if part)
            found.setdefault(branch.to, []).append((clean(text), WAY, last))
    for name, command in definition.anywhere.items():
        if state.name in (command.from_states or ()):
            for branch in command.way:
                found.setdefault(branch.to, []).append((clean(titled(command.title, name, lang)), STEP_IN, False))
    done = say(lang, "cli.diagram.done")
    for target, parts in found.items():
        labels = tuple(dict.fromkeys(text for text, _, _ in parts if text))
        if labels == (done,) and len(found) == 1:
            labels = ()  # the only way there is needs no word
        kind = WAY if any(kind == WAY for _, kind, _ in parts) else STEP_IN
        yield Arrow(state.name, target, labels, kind, any(last for _, _, last in parts))


def _guard(definition: Definition, branch: Branch, lang: str) -> str:
    """The condition as it is written; where it is one of the card's consequences, what that is called."""
    text = branch.guard.text if branch.guard is not None else ""
    called = {one.name: one.title for one in definition.card.consequences}
    return titled(called[text], text, lang) if text in called else text


def _ways(state: State, lang: str) -> Iterator[tuple[str, Way]]:
    """What opens a way and the way: `next` first, since a reader takes it for the usual one, the deadline last."""
    if state.next is not None:
        yield ("" if state.fork else say(lang, "cli.diagram.done")), state.next
    asked = [(task, name) for task in state.tasks.values() for name in task.outcomes]
    plain = [titled(task.outcomes[name].title, name, lang) for task, name in asked]
    for task, name in asked:
        outcome = task.outcomes[name]
        label = titled(outcome.title, name, lang)
        if plain.count(label) > 1:
            label = _of_task(task, label, lang)
        if outcome.way is not None:
            yield label, outcome.way
        if outcome.after_way is not None:
            yield say(lang, "cli.diagram.after", label=label, times=outcome.times), outcome.after_way
    for watch in state.watch:
        yield "", (Branch(watch.guard, watch.to),)
    for step in state.deadline:
        if step.way is not None:
            yield say(lang, "cli.diagram.deadline"), step.way


def _of_task(task: TaskPlan, label: str, lang: str) -> str:
    return f"{titled(task.title, task.name, lang)} – {label}"
