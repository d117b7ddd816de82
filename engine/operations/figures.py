"""Takes figures in: duplicates told, gaps counted, outliers flagged, replacements only with a reason, accounts credited
to whoever owned them when the figure was taken; open reviews take them in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from engine.clock import instant_text
from engine.errors import InputError, NotFound
from engine.history.event import Entry, Part, review_stream
from engine.operations.handle import Receipt, apply, handle
from engine.operations.moment import moment
from engine.operations.periods import keys_of
from engine.operations.report import FiguresReport, Taken
from engine.operations.rights import require_hr
from engine.review.case import Actor, Observation, Refused
from engine.review.commands import CorrectFigures, TakeFigures
from engine.review.model import Review
from engine.runtime import Runtime
from engine.sources.csv_file import RowProblem, Table, read_table
from engine.sources.figures_file import OPTIONAL, REQUIRED, FigureEntry, outliers, read_figures
from engine.store import cycles, definitions, figures, history, people, reviews
from engine.store.database import Tx
from rules.scorecard.model import Input

BATCH = Actor(None, "batch")
ZONE_DEFAULT = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """file: CSV. source: its name (None: the file's, without `figures_`). replace: why changed records may take the
    place of those imported before; without it they are problems."""

    file: Path
    source: str | None = None
    replace: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class CorrectRecords:
    """Lets late observations of a review in, by their source's record ids."""

    review: str
    records: tuple[str, ...]
    reason: str


_Concerned = dict[str, list[tuple[Review, frozenset[str]]]]


@dataclass(slots=True)
class _Sorted:
    """Rows as they were judged, in the order of the file."""

    fresh: list[tuple[FigureEntry, Observation]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    duplicates: int = 0
    gaps: int = 0


def import_figures(rt: Runtime, actor: Actor, request: ImportFigures) -> FiguresReport:
    """One problem of level `error` anywhere and nothing is stored.

    InputError when the file cannot be read or nothing is published; NotAllowed when the actor is not HR.
    """
    table = read_table(request.file, REQUIRED, OPTIONAL)
    source = request.source or request.file.stem.removeprefix("figures_")
    at = rt.clock.now()
    with rt.database.write() as tx:
        require_hr(tx, actor, at)
        inputs, zone = published_inputs(rt, tx)
        entries, found = read_figures(table, inputs, zone)
        judged = _judge(rt, tx, entries, source, request.replace is not None, at)
        numeric = frozenset(name for name, declared in inputs.items() if declared[0].numeric)
        flags = outliers(entries, numeric)
        problems = [*found, *judged.problems, *flags]
        late: tuple[RowProblem, ...] = ()
        taken: tuple[Taken, ...] = ()
        if any(problem.level == "error" for problem in problems):
            tx.rollback()
        else:
            concerned = _reviews_of(tx, {one.subject for _, one in judged.fresh})
            streams = [review_stream(review.id) for found_of in concerned.values() for review, _ in found_of]
            at = moment(tx, at, ["log", *streams])
            judged.fresh = [(entry, replace(one, recorded_at=at)) for entry, one in judged.fresh]
            figures.insert(tx, [one for _, one in judged.fresh])
            late, taken = _hand_over(rt, tx, judged.fresh, concerned, at)
            history.append(tx, [_log_entry(table, source, request, judged, actor, at)])
            if request.dry_run:
                tx.rollback()
    return FiguresReport(
        source=source,
        rows=len(table.rows),
        added=sum(one.replaces is None for _, one in judged.fresh),
        replaced=sum(one.replaces is not None for _, one in judged.fresh),
        duplicates=judged.duplicates,
        gaps=judged.gaps,
        flagged=len(flags),
        late=len(late),
        observations=tuple(one.id for _, one in judged.fresh),
        problems=tuple(sorted((*problems, *late), key=lambda problem: problem.row)),
        reviews=taken,
        dry_run=request.dry_run,
    )


def correct_records(
    rt: Runtime, actor: Actor, request: CorrectRecords, *, key: str | None = None, dry: bool = False
) -> Receipt | Refused:
    """The newest observation of each record, let into the review although its inputs are fixed; the score difference
    stands in the event. NotFound for a record that this review's subject and period do not have."""
    with rt.database.read() as tx:
        review = reviews.load(tx, request.review)
        period = cycles.get(tx, review.cycle).period
        newest = {one.record: one.id for one in figures.by_subject(tx, review.subject, keys_of(period))}
    missing = [record for record in request.records if record not in newest]
    if missing:
        raise NotFound("OP007", record=missing[0])
    observations = tuple(newest[record] for record in request.records)
    return handle(rt, actor, CorrectFigures(request.review, observations, request.reason), key=key, dry=dry)


def published_inputs(rt: Runtime, tx: Tx) -> tuple[dict[str, tuple[Input, ...]], str]:
    """What the published scorecards let a file fill: everything but what people are asked; and the zone of their days.

    Newest definitions first, then those that open cycles still run by.
    """
    stored = [one for one in definitions.list_all(tx) if one.status == "approved"]
    newest = {one.name: one.fingerprint for one in stored}
    pinned = [cycle.definition for cycle in cycles.list_all(tx) if cycle.state == "open"]
    wanted = dict.fromkeys((*newest.values(), *pinned))
    if not wanted:
        raise InputError("OP008")
    inputs: dict[str, tuple[Input, ...]] = {}
    zone = ZONE_DEFAULT
    for place, fingerprint in enumerate(wanted):
        definition = rt.definition(tx, fingerprint)
        zone = definition.calendar.timezone if place == 0 else zone
        for name, declared in definition.card.inputs.items():
            if not (declared.asked or declared.of or declared.taken_from) and declared not in inputs.get(name, ()):
                inputs[name] = (*inputs.get(name, ()), declared)
    return inputs, zone


def _judge(
    rt: Runtime, tx: Tx, entries: Iterable[FigureEntry], source: str, may_replace: bool, at: datetime
) -> _Sorted:
    listed = list(entries)
    judged = _Sorted()
    subjects = _subjects(tx, listed, judged.problems)
    known = figures.by_record(tx, {(source, entry.record) for entry in listed})
    seen: dict[str, FigureEntry] = {}
    for entry in listed:
        subject = subjects.get(entry.row)
        first = seen.setdefault(entry.record, entry)
        if subject is None:
            continue
        if entry.value is None:
            judged.gaps += 1
            values = {"input": entry.input, "ref": entry.subject or entry.account, "period": entry.period}
            judged.problems.append(RowProblem(entry.row, "IM061", values, "flag"))
        elif first is not entry and _key(first, subjects.get(first.row)) != _key(entry, subject):
            values = {"record": entry.record, "first": str(first.row)}
            judged.problems.append(RowProblem(entry.row, "IM052", values))
        elif first is not entry:
            judged.duplicates += 1
            judged.problems.append(RowProblem(entry.row, "IM062", {"record": entry.record}, "flag"))
        else:
            _judge_against(rt, judged, entry, subject, source, known.get((source, entry.record)), may_replace, at)
    return judged


def _judge_against(
    rt: Runtime,
    judged: _Sorted,
    entry: FigureEntry,
    subject: str,
    source: str,
    before: Observation | None,
    may_replace: bool,
    at: datetime,
) -> None:
    if before is not None and (before.subject, before.input, before.period, before.value) == _key(entry, subject):
        judged.duplicates += 1
        judged.problems.append(RowProblem(entry.row, "IM062", {"record": entry.record}, "flag"))
        return
    if before is not None and not may_replace:
        values = {"record": entry.record, "source": source, "before": before.value, "value": entry.value or ""}
        judged.problems.append(RowProblem(entry.row, "IM051", values))
        return
    replaces = None if before is None else before.id
    observation = Observation(
        id=rt.ids.new_id(), subject=subject, input=entry.input, value=entry.value or "", period=entry.period,
        source=source, record=entry.record, taken_at=entry.taken_at, recorded_at=at, samples=entry.samples,
        replaces=replaces,
    )  # fmt: skip
    judged.fresh.append((entry, observation))


def _key(entry: FigureEntry, subject: str | None) -> tuple[str | None, str, str, str | None]:
    return subject, entry.input, entry.period, entry.value


def _subjects(tx: Tx, entries: list[FigureEntry], problems: list[RowProblem]) -> dict[int, str]:
    """Row -> the person whose figure it is; an account's goes to whoever owned it when it was taken."""
    known = people.by_ref(tx, {entry.subject or entry.account for entry in entries})
    owners: dict[datetime, Mapping[str, str]] = {}
    accounts = {known[entry.account].id for entry in entries if entry.account in known}
    found: dict[int, str] = {}
    for entry in entries:
        person = known.get(entry.subject or entry.account)
        if person is None:
            code, ref = ("IM049", entry.account) if entry.account else ("IM048", entry.subject)
            problems.append(RowProblem(entry.row, code, {"ref": ref}))
        elif entry.subject or person.kind != "account":
            found[entry.row] = person.id
        else:
            if entry.taken_at not in owners:
                owners[entry.taken_at] = people.relations(tx, accounts, entry.taken_at).owners
            owner = owners[entry.taken_at].get(person.id)
            if owner is None:
                values = {"ref": entry.account, "at": instant_text(entry.taken_at)[:10]}
                problems.append(RowProblem(entry.row, "IM050", values))
            else:
                found[entry.row] = owner
    return found


def _hand_over(
    rt: Runtime, tx: Tx, fresh: list[tuple[FigureEntry, Observation]], concerned: _Concerned, at: datetime
) -> tuple[tuple[RowProblem, ...], tuple[Taken, ...]]:
    """Open reviews take what is theirs; what comes after their inputs were fixed is told and waits for a correction."""
    touched: dict[str, Review] = {}
    late = []
    for entry, one in fresh:
        for review, keys in concerned.get(one.subject, ()):
            if one.period not in keys:
                continue
            if "inputs" in review.fixed or review.ended_at is not None:
                values = {"input": one.input, "ref": entry.subject or entry.account, "period": one.period}
                late.append(RowProblem(entry.row, "IM063", values, "flag"))
            else:
                touched[review.id] = review
    taken = []
    for review in touched.values():
        done = apply(rt, tx, BATCH, TakeFigures(review.id), at)
        taken.append(Taken(review.id, review.subject, done.code if isinstance(done, Refused) else ""))
    return tuple(late), tuple(taken)


def _reviews_of(tx: Tx, subjects: set[str]) -> _Concerned:
    """Reviews of the subjects in open cycles, each with the period keys it takes figures of."""
    rows = [
        row
        for cycle in cycles.list_all(tx)
        if cycle.state == "open"
        for row in reviews.find(tx, cycle=cycle.id)
        if row.subject in subjects
    ]
    loaded = reviews.load_many(tx, [row.id for row in rows])
    found: _Concerned = {}
    for review in loaded.values():
        keys = frozenset(keys_of(cycles.get(tx, review.cycle).period))
        found.setdefault(review.subject, []).append((review, keys))
    return found


def _log_entry(
    table: Table, source: str, request: ImportFigures, judged: _Sorted, actor: Actor, at: datetime
) -> Entry:
    plain = {
        "source": source,
        "file": table.name,
        "checksum": table.checksum,
        "rows": len(table.rows),
        "stored": [one.id for _, one in judged.fresh],
        "duplicates": judged.duplicates,
        "gaps": judged.gaps,
        "reason": request.replace,
    }
    return Entry("log", "figures_imported", at, actor.cause, actor.person, parts=(Part(None, plain),))
