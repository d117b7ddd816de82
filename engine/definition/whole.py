"""Sense: whether the parts of a workflow fit each other; each check is one question with its own codes."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.build import Workflow
from engine.definition.forms import Form
from engine.definition.problem import Problem
from engine.definition.source import Document
from rules.scorecard.model import Card


def check_whole(
    document: Document, workflow: Workflow, card: Card | None, forms: Mapping[str, Form], *, broken: bool
) -> list[Problem]:
    """All problems of sense. broken: an error was found before; proofs over the whole graph then say nothing."""
    return []
