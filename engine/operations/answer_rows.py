"""A CSV of answers as steps of a story: who answered which task when, and what was said."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.operations.script import Step, instant_of
from engine.sources.csv_file import read_table

ANSWER_COLUMNS = ("at", "as", "review", "task")
ANSWER_OPTIONAL = ("cycle", "outcome", "ratings", "targets", "form", "grade", "comment", "refused")


def read_answers(file: Path, zone: str) -> tuple[Step, ...]:
    """The rows of a CSV of answers as steps, in the order of the file; a time without a zone is local in `zone`.

    InputError names the first row that cannot be understood, or that is earlier than the row before it.
    """
    table = read_table(file, ANSWER_COLUMNS, ANSWER_OPTIONAL)
    if table.problems:
        first = table.problems[0]
        raise InputError(first.code, **{"row": first.row, **first.values})
    steps: list[Step] = []
    before: datetime | None = None
    for row in table.rows:
        place = f"{file.name}:{row.number}"
        instant = instant_of(row.get("at"), zone, place)
        if before is not None and instant < before:
            raise InputError("OP032", place=place)
        before = instant
        values: dict[str, Any] = {"at": instant, "as": row.get("as"), "review": row.get("review")}
        values["answer"] = row.get("task")
        for column in ("cycle", "outcome", "grade", "comment", "refused"):
            if row.get(column):
                values[column] = row.get(column)
        for column in ("ratings", "targets"):
            if row.get(column):
                values[column] = dict(_pairs(row.get(column), place))
        if row.get("form"):
            values["form"] = dict(_pairs(row.get("form"), place))
        steps.append(Step("answer", place, values))
    return tuple(steps)


def _pairs(text: str, place: str) -> list[tuple[str, str]]:
    found = []
    for part in text.split(";"):
        key, sign, value = part.partition("=")
        if part.strip() and not sign:
            raise InputError("OP031", place=place, key=part.strip())
        if part.strip():
            found.append((key.strip(), value.strip()))
    return found
