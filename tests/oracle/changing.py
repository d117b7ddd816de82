"""Copies of the shipped workflow with fewer reviews or one thing changed, for the oracle's tests."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

Line = dict[str, str]


def rewrite(file: Path, keep: Callable[[Line], bool], change: Callable[[Line], Line] = lambda line: line) -> int:
    """Rewrites a CSV file with the rows to keep, changed; how many rows came out different."""
    with file.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        names, lines = list(reader.fieldnames or ()), list(reader)
    kept = [line for line in lines if keep(line)]
    changed = [change(dict(line)) for line in kept]
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
    return sum(before != after for before, after in zip(kept, changed, strict=True))


def smaller(folder: Path, target: Path, refs: Iterable[str]) -> Path:
    """A copy in which the quarter is told for these subjects only, without the next cycle and all that is expected."""
    wanted = set(refs)
    shutil.copytree(folder, target)
    sample = target / "sample"
    with (sample / "people.csv").open(encoding="utf-8", newline="") as handle:
        owners = {line["ref"]: line["owner"] for line in csv.DictReader(handle)}
    with (sample / "people_september.csv").open(encoding="utf-8", newline="") as handle:
        moved = {line["ref"]: line["owner"] for line in csv.DictReader(handle)}
    for file in sample.rglob("figures_*.csv"):
        if "examples" not in file.parts:
            rewrite(file, lambda line: bool({line["subject"], owners.get(line["account"], ""),
                                             moved.get(line["account"], "")} & wanted))  # fmt: skip
    for file in sample.glob("answers_*.csv"):
        rewrite(file, lambda line: line["review"] in wanted)
    story = sample / "story.yaml"
    story.write_text(_fewer_steps(story.read_text(encoding="utf-8"), wanted), encoding="utf-8")
    return target


def _fewer_steps(text: str, wanted: set[str]) -> str:
    """The story with the steps of other reviews, and all that it expects, left out."""
    head, steps = text.split("    do:\n")
    steps = steps.partition("    expect:\n")[0]
    kept = [one for one in _items(steps) if "open: 2025-Q4" not in one and _of(one) in (None, *wanted)]
    group = "for: {group: account-managers}"
    return head + "    do:\n" + "".join(kept).replace(group, f"for: [{', '.join(sorted(wanted))}]")


def _items(block: str) -> list[str]:
    lines = [line for line in block.splitlines(keepends=True) if not line.lstrip().startswith("#")]
    starts = [number for number, line in enumerate(lines) if line.startswith("      - ")]
    ends = [*starts[1:], len(lines)]
    return ["".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _of(item: str) -> str | None:
    found = re.search(r"\breview: (\w+)", item)
    return found[1] if found else None


def change_figure(folder: Path, file: str, record: str, value: str) -> None:
    """Gives one record another value, in every row that delivers it."""
    found = rewrite(
        folder / "sample" / file,
        lambda line: True,
        lambda line: {**line, "value": value} if line["record"] == record else line,
    )
    assert found, f"{file}: no {record} with another value"


def change_answer(folder: Path, file: str, who: str, review: str, task: str, rating: str) -> None:
    """Gives one person's ratings in a task another value."""
    found = rewrite(
        folder / "sample" / file,
        lambda line: True,
        lambda line: {**line, "ratings": f"teamwork={rating}"}
        if (line["as"], line["review"], line["task"]) == (who, review, task) else line,
    )  # fmt: skip
    assert found, f"{file}: no other answer of {who} on {review}"


def change_weight(folder: Path, **weights: int) -> None:
    """Sets the weights of metrics in the scorecard; keeping their sum is the caller's duty."""
    file = folder / "scorecard.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    begin = lines.index(next(line for line in lines if line.startswith("metrics:")))
    for metric, weight in weights.items():
        place = next(n for n in range(begin, len(lines)) if lines[n].startswith(f"  {metric}:"))
        lines[place] = re.sub(r"\bweight: \d+", f"weight: {weight}", lines[place], count=1)
    file.write_text("".join(lines), encoding="utf-8")
