"""The oracle's clerk: reads a story and its files and keeps what bears on a score; imports nothing of the house.

It follows the story as a careful person would: which figures had come when the inputs were fixed, which answers were
given, which targets were agreed, which corrections were let in, which grade HR settled.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

ROLE_OF_TASK = {"monthly": "manager", "self": "subject", "peers": "colleagues"}
CLOSED_2025 = {date(2025, 10, day) for day in range(1, 9)}
OPENED_2025 = {date(2025, 9, 28), date(2025, 10, 11)}
INPUTS_FIXED_AT_LATEST = 10
"""Working days after the period's end: then the collection of figures is over, whatever is still missing."""


@dataclass
class Row:
    """One accepted row of a source; `recorded` is the instant of its import."""

    subject: str
    input: str
    period: str
    value: Fraction
    samples: int | None
    recorded: datetime


@dataclass
class Tale:
    """Everything the story says that bears on a score."""

    cycle: str
    subjects: list[str] = field(default_factory=list)
    people: list[tuple[datetime, list[dict[str, str]]]] = field(default_factory=list)
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    corrected: dict[str, set[str]] = field(default_factory=dict)
    targets: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    ratings: dict[str, dict[str, list[Fraction]]] = field(default_factory=dict)
    settled: dict[str, str | None] = field(default_factory=dict)


def read_yaml(path: Path) -> Any:
    """YAML with every scalar as text, so that no number passes through a binary float."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(handle)]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def pairs(text: str) -> dict[str, str]:
    """`key=value; key=value` as a dict."""
    parts = [part.split("=", 1) for part in text.split(";") if part.strip()]
    return {key.strip(): value.strip() for key, value in parts}


def quarter_months(key: str) -> list[str]:
    year, quarter = key.split("-Q")
    first = int(quarter) * 3 - 2
    return [f"{year}-{month:02d}" for month in range(first, first + 3)]


def quarter_before(key: str) -> str:
    year, quarter = key.split("-Q")
    return f"{int(year) - 1}-Q4" if quarter == "1" else f"{year}-Q{int(quarter) - 1}"


def collection_ends(cycle: str) -> datetime:
    """The midnight at which the collection is over by its deadline, on the Chinese calendar of 2025."""
    day = date(int(cycle[:4]), int(cycle[-1]) * 3, 30)
    left = INPUTS_FIXED_AT_LATEST
    while left:
        day += timedelta(days=1)
        left -= day in OPENED_2025 or (day.weekday() < 5 and day not in CLOSED_2025)
    return instant(f"{day + timedelta(days=1)}T00:00:00+08:00")


# The story ------------------------------------------------------------------------------------------------------------


def owner_as_of(tale: Tale, account: str, when: datetime) -> str:
    """Who owned an account at an instant: the newest list imported before it that names the account."""
    known = [(at, row["owner"]) for at, rows in tale.people for row in rows if row["ref"] == account]
    before = [owner for at, owner in known if at <= when]
    return before[-1] if before else known[0][1]


def take_figures(tale: Tale, path: Path, now: datetime, replace: bool) -> None:
    source = path.stem.removeprefix("figures_")
    for line in read_csv(path):
        if not line["value"]:
            continue
        subject = line["subject"] or owner_as_of(tale, line["account"], instant(line["taken_at"]))
        samples = int(line["samples"]) if line["samples"] else None
        row = Row(subject, line["input"], line["period"], Fraction(line["value"]), samples, now)
        kept = tale.rows.setdefault((source, line["record"]), [])
        if not kept or (replace and kept[-1].value != row.value):
            kept.append(row)
        else:
            assert kept[-1].value == row.value, f"{path.name}: {line['record']} came again with another value"


def take_answer(tale: Tale, answer: dict[str, Any]) -> None:
    review, task = answer["review"], answer.get("task") or answer.get("answer")
    if answer.get("refused") or (answer.get("cycle") or tale.cycle) != tale.cycle:
        return

    def values(key: str) -> dict[str, str]:
        held = answer.get(key) or {}
        return pairs(held) if isinstance(held, str) else dict(held)

    if task == "propose":
        tale.targets[review] = {key: Fraction(value) for key, value in values("targets").items()}
    elif task in ROLE_OF_TASK:
        by_person = tale.ratings.setdefault(review, {}).setdefault(f"{ROLE_OF_TASK[task]} {answer['as']}", [])
        by_person += [Fraction(value) for value in values("ratings").values() if value != "NR"]
    elif task == "settle" and answer.get("outcome") == "confirm":
        tale.settled[review] = answer.get("grade") or None


def read_story(story: Path, cycle: str) -> Tale:
    """Walks the story's steps in order; paths in it count from the story's folder."""
    folder = story.parent
    (example,) = read_yaml(story)["list"]
    tale = Tale(cycle)
    given = example.get("given") or {}
    now = instant(given["now"])
    if given.get("people"):
        tale.people.append((now, read_csv(folder / given["people"])))
    for step in example["do"]:
        if "at" in step:
            now = instant(step["at"])
        if "people" in step:
            tale.people.append((now, read_csv(folder / step["people"])))
        elif step.get("open") == cycle:
            tale.subjects = population(tale, step["for"])
        elif "figures" in step:
            take_figures(tale, folder / step["figures"], now, bool(step.get("replace")))
        elif "correct" in step:
            tale.corrected.setdefault(step["review"], set()).update(step["correct"])
        elif "answers" in step:
            for answer in read_csv(folder / step["answers"]):
                now = instant(answer["at"])
                take_answer(tale, answer)
        elif "answer" in step:
            take_answer(tale, step)
    return tale


def population(tale: Tale, wanted: list[str] | dict[str, str]) -> list[str]:
    """Those listed, or everybody who has the group."""
    if isinstance(wanted, list):
        return wanted
    return [
        row["ref"] for _, rows in tale.people for row in rows if wanted["group"] in row.get("groups", "").split(";")
    ]
