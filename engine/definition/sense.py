"""What the checks of sense share: the workflow, its document and card, and where they note what they find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.definition.build import Workflow
from engine.definition.forms import Form
from engine.definition.model import Branch, State, TaskPlan, Way
from engine.definition.problem import Path, Problem
from engine.definition.schema import nearest
from engine.definition.source import Document
from rules.scorecard.model import Card


@dataclass(frozen=True, slots=True)
class PlacedWay:
    """A way with its place: times is what limits it, if anything; of is the task it belongs to, if any."""

    state: str
    path: Path
    way: Way
    times: int | None = None
    of: TaskPlan | None = None

    @property
    def bounded(self) -> bool:
        return self.times is not None

    def target_path(self, index: int) -> Path:
        """Where the name of the branch's state is written."""
        branch = self.way[index]
        return (*self.path, index, "else" if branch.guard is None and len(self.way) > 1 else "to")


@dataclass
class Sense:
    """One check of one workflow. initial is the name as written; forms has the forms that could be read."""

    document: Document
    workflow: Workflow
    card: Card | None
    forms: Mapping[str, Form]
    initial: str
    form_names: tuple[str, ...]
    card_document: Document | None = None
    problems: list[Problem] = field(default_factory=list)
    wanted: list[tuple[str, str, Path]] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)

    def add(self, code: str, path: Path, /, *, level: str = "error", at_key: bool = False, **values: object) -> None:
        self.add_with(code, path, values, level, at_key)

    def add_with(
        self, code: str, path: Path, values: Mapping[str, object], level: str = "error", at_key: bool = False
    ) -> None:
        self.problems.append(self.document.problem_with(code, path, values, level, at_key))

    def add_to_card(self, code: str, path: Path, **values: object) -> None:
        """A problem whose place is in the scorecard's file."""
        self.add_to_card_with(code, path, values)

    def add_to_card_with(self, code: str, path: Path, values: Mapping[str, object], level: str = "error") -> None:
        if self.card_document is not None:
            self.problems.append(self.card_document.problem_with(code, path, values, level))

    def refer(self, kind: str, name: str, known: Iterable[str], path: Path, code: str, **values: object) -> bool:
        """Whether the name is known; notes a problem with the nearest known name when not.

        kind groups names for the search of definitions that nothing calls (a typo at the definition itself).
        """
        words = list(known)
        if name in words:
            self.used.add((kind, name))
            return True
        self.add_with(code, path, {"word": name, "nearest": nearest(name, words), **values})
        self.wanted.append((kind, name, path))
        return False

    @property
    def states(self) -> Mapping[str, State]:
        return self.workflow.states

    def tasks(self) -> Iterator[tuple[Path, State, TaskPlan]]:
        for state in self.states.values():
            for task in state.tasks.values():
                yield ("states", state.name, "tasks", task.name), state, task

    def ways(self, state: State) -> Iterator[PlacedWay]:
        """All ways that leave a state, without those of `anywhere`."""
        path: Path = ("states", state.name)
        if state.next is not None:
            yield PlacedWay(state.name, (*path, "next"), state.next)
        for task in state.tasks.values():
            for outcome in task.outcomes.values():
                place = (*path, "tasks", task.name, "outcomes", outcome.name)
                if outcome.way is not None:
                    yield PlacedWay(state.name, (*place, "to"), outcome.way, outcome.times, task)
                if outcome.after_way is not None:
                    yield PlacedWay(state.name, (*place, "after_that", "to"), outcome.after_way, None, task)
        for index, step in enumerate(state.deadline):
            if step.way is not None:
                yield PlacedWay(state.name, (*path, "deadline", index, "to"), step.way)
        for index, watch in enumerate(state.watch):
            way = (Branch(watch.guard, watch.to),)
            yield PlacedWay(state.name, (*path, "watch", index), way, watch.times)

    def interventions(self) -> Iterator[PlacedWay]:
        """The ways of `anywhere`, once for each state they start from."""
        for one in self.workflow.anywhere.values():
            if one.from_states is None:
                sources = [state.name for state in self.states.values() if not state.final]
            else:
                sources = [name for name in one.from_states if name in self.states]
            for name in sources:
                yield PlacedWay(name, ("anywhere", one.name, "to"), one.way, one.times)
