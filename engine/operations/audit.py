"""Proves the history of this database: streams, heads, commitments, and that replay equals the rows."""

from __future__ import annotations

from engine.history.verify import Finding, Verdict
from engine.operations.rights import require_reader
from engine.review.case import Actor
from engine.review.evolve import evolve
from engine.runtime import Runtime
from engine.store import audit, people, reviews
from engine.words.book import has, say


def verify(rt: Runtime, actor: Actor) -> Verdict:
    """The verdict on everything stored, whatever became of it. NotAllowed when the actor is neither HR nor auditor."""
    with rt.database.read() as tx:
        require_reader(tx, actor, rt.clock.now())
        return audit.check(tx, evolve)


def say_verdict(rt: Runtime, lang: str, verdict: Verdict, most: int = 50) -> tuple[str, ...]:
    """The verdict in lines; a review is named by its subject's ref and its id."""
    lines = []
    if verdict.ok:
        lines.append(say(lang, "OP071", streams=verdict.streams, events=verdict.events))
    else:
        lines.append(say(lang, "OP072", count=len(verdict.findings)))
        lines.extend(_finding(rt, lang, one) for one in verdict.findings[:most])
    if verdict.erased:
        lines.append(say(lang, "OP073", erased=len(verdict.erased)))
    return tuple(lines)


def _finding(rt: Runtime, lang: str, finding: Finding) -> str:
    text = say(lang, finding.code, **finding.values) if has(finding.code) else finding.code
    return say(lang, "OP074", stream=_stream(rt, finding), event=finding.seq, seq=finding.seq or "-", text=text)


def _stream(rt: Runtime, finding: Finding) -> str:
    if finding.review is None:
        return finding.stream
    with rt.database.read() as tx:
        rows = [row for row in reviews.find(tx) if row.id == finding.review]
        ref = next((one.ref for row in rows for one in people.by_id(tx, [row.subject]).values()), "")
    return f"{finding.stream} ({ref})" if ref else finding.stream
