"""Conditions on ways: compiled against what the scorecard and the forms offer, each text once per place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.definition.model import Guard
from engine.definition.problem import Path, Problem
from engine.definition.source import Document
from rules.expressions.compiled import ExpressionFaults, compile_expression
from rules.expressions.scope import Scope
from rules.expressions.types import YES_NO, Kind, Type
from rules.faults import Fault
from rules.scorecard.model import Card
from rules.scorecard.settled_checks import names_in

NEVER = compile_expression("false", Scope())


def problem_of(document: Document, fault: Fault, **values: str) -> Problem:
    """A fault of the rules, with its place in the file."""
    line, column = document.place(fault.path, column=fault.column)
    return Problem(document.file, line, column, fault.level, fault.code, {**values, **fault.values}, fault.path)


@dataclass
class Guards:
    """Compiles the conditions of one workflow and notes their faults; without a card there is nothing to compile
    against, and a condition stands as one that never holds (such a definition has errors and is not used)."""

    document: Document
    scope: Scope | None
    problems: list[Problem] = field(default_factory=list)
    read: set[str] = field(default_factory=set)    # every name that stands in a condition, fields of rows too

    def make(self, text: Any, path: Path, guard_id: str) -> Guard:
        """The guard of an `if:` at the path."""
        words = ("true" if text else "false") if isinstance(text, bool) else str(text)
        if self.scope is None or not isinstance(text, str | bool):
            return Guard(guard_id, words, NEVER)
        try:
            made = compile_expression(words, self.scope, expects=Kind.YES_NO, zero_allowed=True)
        except ExpressionFaults as wrong:
            faults = wrong.faults
            made = NEVER
        else:
            faults = made.warnings
            self.read |= {*made.reads, *made.past_reads, *names_in(made.tree)}
        for fault in faults:
            self.problems.append(problem_of(self.document, replace(fault, path=path), text=words))
        return Guard(guard_id, words, made)


def scope_of(card: Card, forms: Mapping[str, Mapping[str, Any]], states: Any) -> Scope:
    """What a guard may read: the card's names, and the required choices of the tasks' forms (`hear.reason`)."""
    scope = card.guard_scope()
    answers: dict[str, Type] = {}
    for state in (states.values() if isinstance(states, dict) else ()):
        tasks = state.get("tasks") if isinstance(state, dict) else None
        for name, task in (tasks.items() if isinstance(tasks, dict) else ()):
            form = forms.get(str(task.get("form"))) if isinstance(task, dict) else None
            if form is not None:
                answers.update({f"{name}.{key}": kind for key, kind in choices_of(form).items()})
    taken = {name: "form" for name in answers if name in scope.names}
    names = {**scope.names, **answers}
    return Scope(names, scope.later, scope.rules, scope.past, {**scope.taken, **taken})


def choices_of(form: Mapping[str, Any]) -> dict[str, Type]:
    """The required fields of a form with a closed list of texts, or yes/no: what a guard can be proven about."""
    found: dict[str, Type] = {}
    fields = form.get("properties")
    for name in form.get("required", ()) if isinstance(fields, dict) else ():
        schema = fields.get(name) if isinstance(fields, dict) else None
        if not isinstance(schema, dict):
            continue
        options = schema.get("enum")
        if isinstance(options, list) and options and all(isinstance(one, str) for one in options):
            found[str(name)] = Type(Kind.CHOICE, options=tuple(options))
        elif schema.get("type") == "boolean":
            found[str(name)] = YES_NO
    return found
