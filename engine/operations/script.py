"""Stories and examples as data: what `examples.yaml` and `story.yaml` say, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engine.clock import parse_instant
from engine.definition.source import Document, read_yaml
from engine.errors import InputError

STEPS: Mapping[str, frozenset[str]] = {
    "at": frozenset({"at"}),
    "open": frozenset({"open", "by", "for", "attributes", "refused"}),
    "close": frozenset({"close", "by", "refused"}),
    "publish": frozenset({"publish", "by", "approve"}),
    # Before the steps whose names they have among their keys.
    "calibrate": frozenset({"as", "calibrate", "unit", "answers", "approve", "refused"}),
    "cohort": frozenset({"by", "cohort", "figures", "refused"}),
    "figures": frozenset({"figures", "by", "replace", "dry_run", "refused"}),
    "people": frozenset({"people", "by", "since", "refused"}),
    "answers": frozenset({"answers"}),
    "answer": frozenset(
        {
            "as", "review", "cycle", "answer", "outcome", "form", "targets", "ratings", "grade", "comment", "refused",
        }
    ),
    "intervene": frozenset({"as", "review", "cycle", "intervene", "comment", "refused"}),
    "waive": frozenset({"as", "review", "cycle", "waive", "person", "reason", "refused"}),
    "reassign": frozenset({"as", "review", "cycle", "reassign", "person", "to", "reason", "refused"}),
    "delegate": frozenset({"as", "review", "cycle", "delegate", "person", "to", "reason", "refused"}),
    "extend": frozenset({"as", "review", "cycle", "extend", "person", "until", "reason", "refused"}),
    "hold": frozenset({"as", "review", "cycle", "hold", "until", "refused"}),
    "resume": frozenset({"as", "review", "cycle", "resume", "refused"}),
    "skip": frozenset({"as", "review", "cycle", "skip", "refused"}),
    "retract": frozenset({"as", "review", "cycle", "retract", "person", "reason", "refused"}),
    "correct": frozenset({"as", "by", "review", "cycle", "correct", "reason", "refused"}),
    "remark": frozenset({"as", "review", "cycle", "remark", "refused"}),
}  # fmt: skip
EXPECTS = frozenset(
    {
        "review", "cycle", "state", "open", "total", "grade", "status", "first_grade", "history", "acknowledged",
        "agreed", "visit", "states", "tasks", "overdue",
    }
)  # fmt: skip
EXPECTS_CARD = frozenset(
    {
        "status", "total", "grade", "first_grade", "metrics", "figures", "consequences", "reasons", "proposals",
    }
)  # fmt: skip
EXPECTS_COHORT = EXPECTS_CARD | {"cards", "quota"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done: kind is a key of STEPS, values are as written. place: `file:line` to name it in a failure."""

    kind: str
    place: str
    values: Mapping[str, Any]

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        return None if value is None else plain_text(value)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value that a scorecard's example expects, at its path: `("metrics", "sales", "score")`."""

    path: tuple[str, ...]
    value: Any
    place: str


@dataclass(frozen=True, slots=True)
class Example:
    """facts and wanted are filled for an example of the scorecard alone; else given, steps and expects play in a
    database."""

    name: str
    title: Mapping[str, str]
    place: str
    given: Mapping[str, Any]
    steps: tuple[Step, ...]
    expects: tuple[Step, ...]
    facts: Mapping[str, Any] | None
    wanted: tuple[Wanted, ...] = ()
    cites: tuple[str, ...] = ()
    zone: str = "UTC"  # where a time without a zone is read


@dataclass(frozen=True, slots=True)
class Script:
    """A file of examples; folder is what its paths are relative to, zone that of its workflow's calendar."""

    workflow: str
    folder: Path
    examples: tuple[Example, ...]
    zone: str = "UTC"


def read_script(file: Path) -> Script:
    """Reads a file of examples or a story. InputError names the first line that cannot be understood."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("IM001", file=file) from None
    document, problems = read_yaml(text, file.name)
    if document is None or problems:
        first = problems[0]
        raise InputError("OP030", place=f"{file.name}:{first.line}:{first.column}", problem=first.code)
    reader = _Reader(document, file)
    top = reader.mapping(document.data, (), frozenset({"examples", "language", "list"}))
    listed = top.get("list")
    if not isinstance(listed, list):
        raise reader.fault((), "list")
    zone = zone_of(file.parent)
    examples = tuple(
        replace(reader.example(one, ("list", number)), zone=zone) for number, one in enumerate(listed)
    )
    names = [one.name for one in examples]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise reader.fault(("list", number), name)
    return Script(plain_text(top.get("examples", "")), file.parent, examples, zone)


def workflow_folder(path: Path) -> Path:
    """The folder of the workflow that a script belongs to: its own, or the nearest above it."""
    path = path.resolve()
    return next((one for one in (path, *path.parents) if (one / "workflow.yaml").is_file()), path)


def zone_of(folder: Path) -> str:
    """The calendar's zone of the workflow that a folder belongs to; UTC where it names none, as its days then are."""
    calendar = _workflow_at(folder).get("calendar")
    zone = calendar.get("timezone") if isinstance(calendar, dict) else None
    return zone if isinstance(zone, str) and zone in available_timezones() else "UTC"


def scorecard_of(folder: Path) -> str:
    """The name of the scorecard's file; a folder that holds a scorecard alone calls it `scorecard.yaml`."""
    name = _workflow_at(folder).get("scorecard")
    return name if isinstance(name, str) else "scorecard.yaml"


def _workflow_at(folder: Path) -> Mapping[str, Any]:
    file = workflow_folder(folder) / "workflow.yaml"
    document = read_yaml(file.read_text(encoding="utf-8"), file.name)[0] if file.is_file() else None
    return document.data if document is not None and isinstance(document.data, dict) else {}


class _Reader:
    """Walks the document with its paths, so that every fault has its line."""

    def __init__(self, document: Document, file: Path) -> None:
        self.document = document
        self.file = file

    def place(self, path: tuple[str | int, ...]) -> str:
        line, _column = self.document.mark(path)
        return f"{self.file.name}:{line}"

    def fault(self, path: tuple[str | int, ...], key: object) -> InputError:
        return InputError("OP031", place=self.place(path), key=key)

    def mapping(self, data: object, path: tuple[str | int, ...], allowed: frozenset[str]) -> Mapping[str, Any]:
        if not isinstance(data, dict):
            raise self.fault(path, data)
        for key in data:
            if key not in allowed:
                raise self.fault(path, key)
        return data

    def example(self, data: object, path: tuple[str | int, ...]) -> Example:
        allowed = frozenset({"example", "story", "title", "given", "do", "expect", "facts", "cites", "source"})
        found = self.mapping(data, path, allowed)
        name = found.get("example", found.get("story"))
        if not isinstance(name, str):
            raise self.fault(path, "example")
        title = found.get("title") or {}
        facts = found.get("facts")
        expect = found.get("expect") or ({} if facts is not None else [])
        cites = tuple(map(plain_text, self._list(found.get("cites"), path)))
        if facts is not None:
            wanted = tuple(self.wanted(expect, (*path, "expect"), EXPECTS_COHORT))
            return Example(name, title, self.place(path), {}, (), (), facts, wanted, cites)
        given = self.mapping(
            found.get("given") or {}, (*path, "given"), frozenset({"now", "people", "publish", "figures"})
        )
        steps = tuple(
            self.step(one, (*path, "do", number)) for number, one in enumerate(self._list(found.get("do"), path))
        )
        expects = tuple(
            Step("expect", self.place((*path, "expect", number)), self.mapping(one, (*path, "expect", number), EXPECTS))
            for number, one in enumerate(self._list(expect, path))
        )
        return Example(name, title, self.place(path), given, steps, expects, None, (), cites)

    def wanted(
        self, data: object, path: tuple[str | int, ...], allowed: frozenset[str], above: tuple[str, ...] = ()
    ) -> Iterator[Wanted]:
        """The expected values one by one, each with its line; those of one card of a cohort under `cards`, its id."""
        for key, value in self.mapping(data, path, allowed).items():
            place = (*path, key)
            if key == "cards":
                known = frozenset(value if isinstance(value, dict) else ())
                for name, one in self.mapping(value, place, known).items():
                    yield from self.wanted(one, (*place, name), EXPECTS_CARD, ("cards", str(name)))
            elif isinstance(value, dict) or key == "quota":
                parts: Iterable[Any] = value.items() if isinstance(value, dict) else enumerate(self._list(value, place))
                for part, one in parts:
                    yield from self.leaves(one, (*place, part), (*above, key, str(part)))
            else:
                yield Wanted((*above, key), value, self.place(place))

    def leaves(self, value: object, path: tuple[str | int, ...], key: tuple[str, ...]) -> Iterator[Wanted]:
        if not isinstance(value, dict):
            yield Wanted(key, value, self.place(path))
            return
        for name, one in value.items():
            yield Wanted((*key, str(name)), one, self.place((*path, name)))

    def _list(self, data: object, path: tuple[str | int, ...]) -> Sequence[Any]:
        if data is None:
            return []
        if not isinstance(data, list):
            raise self.fault(path, data)
        return data

    def step(self, data: object, path: tuple[str | int, ...]) -> Step:
        if not isinstance(data, dict):
            raise self.fault(path, data)
        kind = next((one for one in STEPS if one in data and not (one == "at" and len(data) > 1)), None)
        if kind is None:
            raise self.fault(path, ", ".join(data))
        return Step(kind, self.place(path), self.mapping(data, path, STEPS[kind] | {"at"}))


def instant_of(value: object, zone: str, place: str) -> datetime:
    """An instant from its text (or itself); InputError with the place when it is none."""
    if isinstance(value, datetime):
        return value
    try:
        written = datetime.fromisoformat(str(value))
    except ValueError:
        raise InputError("OP033", place=place, value=value) from None
    if written.tzinfo is None:
        written = written.replace(tzinfo=ZoneInfo(zone))
    return parse_instant(written.isoformat())


def plain_text(value: object) -> str:
    """A YAML value as a person wrote it: numbers without exponent, true and false in YAML's spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
