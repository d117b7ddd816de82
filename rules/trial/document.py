"""What a comparison of two scorecards found, as plain data: figures as text, people by the ids of their reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.numbers import number_text
from rules.scorecard.course import Number, Reason, plain
from rules.scorecard.model import Card
from rules.trial.compare import Row, Side, ladder_of, spread, ways
from rules.trial.cost import Cost, Sum, costs
from rules.trial.stability import End, Interval


def comparison_document(old: Card, new: Card, rows: Sequence[Row], found: Sequence[Interval]) -> dict[str, Any]:
    """`cards count grades distribution ways units cost rows unjudged notes weights`; rows: those of whom anything
    changes; `notes` say where a card has a quota or shares out a pool."""
    ladder = ladder_of(new, old)
    return {
        "cards": {name: _card(one) for name, one in (("old", old), ("new", new))},
        "count": {
            "reviews": len(rows),
            "moved": sum(row.moved for row in rows),
            "changed": sum(row.changed for row in rows),
            "unjudged_old": sum(not row.before.judged for row in rows),
            "unjudged_new": sum(not row.after.judged for row in rows),
        },
        "grades": list(ladder),
        "distribution": _spread(rows, ladder),
        "ways": [{"from": one.start, "to": one.end, "count": one.count} for one in ways(rows, ladder)],
        "units": _units(old, new, rows, ladder),
        "cost": [_cost(one) for one in costs(old, new, rows)],
        "rows": [_row(row) for row in rows if row.changed],
        "unjudged": [
            {"id": row.id, "unit": row.unit, "card": card, "status": side.status, "reasons": _reasons(side.reasons)}
            for row in rows
            for card, side in (("old", row.before), ("new", row.after))
            if not side.judged
        ],
        "notes": _notes(old, new, rows),
        "weights": [_interval(one) for one in found],
    }


def _card(card: Card) -> dict[str, Any]:
    return {"name": card.name, "version": card.version, "title": dict(card.title), "titles": _titles(card)}


def _titles(card: Card) -> dict[str, dict[str, str]]:
    """Titles of metrics and consequences by key, those that have one."""
    nodes = {**card.nodes(), **{one.name: one for one in card.consequences}}
    return {key: dict(node.title) for key, node in nodes.items() if node.title}


def _spread(rows: Sequence[Row], ladder: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"grade": grade, "before": before, "after": after} for grade, (before, after) in spread(rows, ladder).items()
    ]


def _units(old: Card, new: Card, rows: Sequence[Row], ladder: Sequence[str]) -> list[dict[str, Any]]:
    """By unit, those of none last."""
    by_unit: dict[str, list[Row]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    return [
        {
            "unit": unit, "reviews": len(some), "moved": sum(row.moved for row in some),
            "distribution": _spread(some, ladder), "cost": [_cost(one) for one in costs(old, new, some)],
        }
        for unit, some in sorted(by_unit.items(), key=lambda part: (not part[0], part[0]))
    ]  # fmt: skip


def _cost(one: Cost) -> dict[str, Any]:
    return {
        "name": one.name, "unit": one.unit, "before": _sum(one.before), "after": _sum(one.after),
        "difference": _number(one.difference),
    }  # fmt: skip


def _sum(one: Sum) -> dict[str, Any]:
    return {"sum": _number(one.total), "count": one.count, "words": dict(one.words)}


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id, "unit": row.unit, "moved": row.moved, "before": _side(row.before), "after": _side(row.after),
        "difference": _number(row.difference),
        "shares": [
            {
                "kind": one.kind, "name": one.name, "before": number_text(one.before), "after": number_text(one.after),
                "difference": number_text(one.difference),
            }
            for one in row.shares
        ],
        "scores": [{"metric": name, "before": before, "after": after} for name, before, after in row.scores],
    }  # fmt: skip


def _side(side: Side) -> dict[str, Any]:
    return {
        "status": side.status, "total": side.total_text, "grade": side.grade, "first_grade": side.first_grade,
        "consequences": {name: plain(value) for name, value in side.consequences.items()},
    }  # fmt: skip


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [{"code": one.code, "path": list(one.path), "values": dict(one.values)} for one in reasons]


def _notes(old: Card, new: Card, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What was left out, with the reviews it concerns; what is not judged here at all, with none."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, card in (("old", old), ("new", new)):
        if card.quota:
            found["WI007", name] = []
        if any(one.split is not None for one in card.consequences):
            found["WI008", name] = []
    for row in rows:
        for note in row.notes:
            found.setdefault((note.code, note.name), []).append(row.id)
    return [
        {"code": code, "name": name, "count": len(ids), "ids": ids} for (code, name), ids in found.items()
    ]


def _interval(one: Interval) -> dict[str, Any]:
    weight = one.weight
    return {
        "weight": weight.key, "group": weight.group, "profile": weight.profile,
        "present": number_text(weight.present), "step": number_text(weight.step),
        "keeps_sum": weight.whole is not None, "low": _end(one.low), "high": _end(one.high),
        "reviews": one.reviews, "held": one.held,
    }  # fmt: skip


def _end(end: End | None) -> dict[str, Any] | None:
    if end is None:
        return None
    mover = None
    if end.mover is not None:
        mover = {"id": end.mover[0], "from": end.mover[1], "to": end.mover[2]}
    return {"value": number_text(end.value), "mover": mover, "proven": end.proven}


def _number(value: Number | None) -> str | None:
    return None if value is None else number_text(value)
