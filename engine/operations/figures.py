"""Takes figures in: duplicates told, gaps counted, outliers flagged, replacements only with a reason, accounts credited
to whoever owned them when the figure was taken; open reviews take them in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import overload

from engine.errors import InputError, NotFound
from engine.history.event import Entry, Part, review_stream
from engine.operations.figure_rows import Sorted, judge
from engine.operations.handle import Receipt, apply, handle
from engine.operations.moment import moment
from engine.operations.once import Once, Replayed, again, keep, known
from engine.operations.periods import keys_of
from engine.operations.report import FiguresReport, Taken
from engine.operations.rights import require_hr
from engine.review.case import Actor, Observation, Refused
from engine.review.commands import CorrectFigures, TakeFigures
from engine.review.model import Review
from engine.review.refusal import Code
from engine.runtime import Runtime
from engine.sources.csv_file import File, RowProblem, Table, read_table
from engine.sources.figures_file import OPTIONAL, REQUIRED, Declared, FigureEntry, outliers, read_figures
from engine.store import cycles, definitions, figures, history, reviews
from engine.store.database import Tx
from rules.scorecard.model import Input, RowList

BATCH = Actor(None, "batch")
ZONE_DEFAULT = "Asia/Shanghai"
SOURCE_MAX = 60
_NOT_HERS = (Code.NO_SUCH_REVIEW, Code.NOT_VISIBLE, Code.READ_ONLY, Code.NOT_YOURS, Code.NOBODY_ON_THEMSELVES)


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """file: CSV. source: its name (None: the file's, without `figures_`). replace: why changed records may take the
    place of those imported before; without it they are problems."""

    file: File
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


@overload
def import_figures(rt: Runtime, actor: Actor, request: ImportFigures) -> FiguresReport: ...


@overload
def import_figures(
    rt: Runtime, actor: Actor, request: ImportFigures, once: Once | None
) -> FiguresReport | Replayed: ...


def import_figures(
    rt: Runtime, actor: Actor, request: ImportFigures, once: Once | None = None
) -> FiguresReport | Replayed:
    """One problem of level `error` anywhere and nothing is stored.

    InputError when the file cannot be read or nothing is published, for a source without a name and a replacement
    without a reason; NotAllowed when the actor is not HR.
    """
    if request.replace is not None and not request.replace.strip():
        raise InputError("reason_required")
    source = _source_of(request)
    table = read_table(request.file, REQUIRED, OPTIONAL)
    return again(lambda: _import(rt, actor, request, source, table, once))


def _import(
    rt: Runtime, actor: Actor, request: ImportFigures, source: str, table: Table, once: Once | None
) -> FiguresReport | Replayed:
    at = rt.clock.now()
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        require_hr(tx, actor, at)
        declared, zone = published_inputs(rt, tx)
        entries, found = read_figures(table, declared, zone)
        judged = judge(rt, tx, entries, source, request.replace is not None, at)
        numeric = frozenset(name for name, many in declared.inputs.items() if many[0].numeric)
        flags = outliers(entries, numeric)
        report = FiguresReport(
            source=source,
            rows=len(table.rows),
            added=sum(one.replaces is None for _, one in judged.fresh),
            replaced=sum(one.replaces is not None for _, one in judged.fresh),
            duplicates=judged.duplicates,
            gaps=judged.gaps,
            flagged=len(flags),
            late=0,
            observations=tuple(one.id for _, one in judged.fresh),
            problems=_in_order((*found, *judged.problems, *flags)),
            reviews=(),
            dry_run=request.dry_run,
        )
        if report.refused:
            tx.rollback()
            return report
        report = _store(rt, tx, actor, request, table, judged, report, at)
        if request.dry_run:
            tx.rollback()
        else:
            keep(tx, actor, once, report.receipt(), at)
        return report


def _store(
    rt: Runtime, tx: Tx, actor: Actor, request: ImportFigures, table: Table, judged: Sorted, report: FiguresReport,
    at: datetime,
) -> FiguresReport:  # fmt: skip
    """The figures as rows, handed over to the reviews; the report with what these said."""
    concerned = _reviews_of(tx, {one.subject for _, one in judged.fresh})
    streams = [review_stream(review.id) for found_of in concerned.values() for review, _ in found_of]
    at = moment(tx, at, ["log", *streams])
    judged.fresh = [(entry, replace(one, recorded_at=at)) for entry, one in judged.fresh]
    figures.insert(tx, [one for _, one in judged.fresh])
    late, taken = _hand_over(rt, tx, judged.fresh, concerned, at)
    history.append(tx, [_log_entry(table, report.source, request, judged, actor, at)])
    return replace(report, late=len(late), problems=_in_order((*report.problems, *late)), reviews=taken)


def _in_order(problems: Iterable[RowProblem]) -> tuple[RowProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.row))


def _source_of(request: ImportFigures) -> str:
    """The name of where the figures come from: it tells one system's record ids from another's."""
    name = Path(request.file.name).stem.removeprefix("figures_") if request.source is None else request.source
    if not 0 < len(name.strip()) <= SOURCE_MAX or not name.isprintable():
        raise InputError("OP223", most=SOURCE_MAX)
    return name


def correct_records(
    rt: Runtime,
    actor: Actor,
    request: CorrectRecords,
    once: Once | None = None,
    *,
    expected: int | None = None,
    dry: bool = False,
) -> Receipt | Refused:
    """The newest observation of each record, let into the review although its inputs are fixed; the score difference
    stands in the event. expected and dry as in `handle`; a wish that comes again gets the receipt it got.

    NotFound for a record that this review's subject and period do not have, when the actor might correct it at all.
    """
    with rt.database.read() as tx:
        newest = _records_of(tx, request.review)
    missing = [record for record in request.records if record not in newest]
    observations = tuple(newest[record] for record in request.records if record in newest)
    command = CorrectFigures(request.review, observations, request.reason)
    if missing:
        # Whoever may not correct is told only that: which records there are is none of her business.
        refused = handle(rt, actor, command, dry=True)
        if isinstance(refused, Refused) and refused.code in _NOT_HERS:
            return refused
        raise NotFound("OP007", record=missing[0])
    key, digest = (None, None) if once is None else (once.key, once.digest)
    return handle(rt, actor, command, key=key, digest=digest, expected=expected, dry=dry)


def _records_of(tx: Tx, review_id: str) -> dict[str, str]:
    """record -> id of its newest observation; nothing for an unknown review, of which `handle` says that it is."""
    try:
        review = reviews.load(tx, review_id)
    except NotFound:
        return {}
    period = cycles.get(tx, review.cycle).period
    return {one.record: one.id for one in figures.by_subject(tx, review.subject, keys_of(period))}


def published_inputs(rt: Runtime, tx: Tx) -> tuple[Declared, str]:
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
    lists: dict[str, tuple[RowList, ...]] = {}
    zone = ZONE_DEFAULT
    for place, fingerprint in enumerate(wanted):
        definition = rt.definition(tx, fingerprint)
        zone = definition.calendar.timezone if place == 0 else zone
        for name, declared in definition.card.inputs.items():
            if not (declared.asked or declared.of or declared.taken_from) and declared not in inputs.get(name, ()):
                inputs[name] = (*inputs.get(name, ()), declared)
        for name, rows in definition.card.lists.items():
            if rows not in lists.get(name, ()):
                lists[name] = (*lists.get(name, ()), rows)
    return Declared(inputs, lists), zone


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
    table: Table, source: str, request: ImportFigures, judged: Sorted, actor: Actor, at: datetime
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
