"""A comparison of two scorecards made ready to be told: people by name, metrics by title, reasons in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.operations.seeing import Named
from engine.operations.titles import titled
from engine.operations.whatif import Trial
from engine.words.book import has, say

Names = Mapping[str, Named]


def told_trial(lang: str, trial: Trial, names: Names) -> dict[str, Any]:
    """As `told_of`, with the cycle and with how many of its reviews are not in it; a review that the reader may no
    longer read is left out of the lists."""
    document = dict(trial.document)
    for key in ("rows", "unjudged"):
        document[key] = [one for one in document[key] if one["id"] in names]
    return {
        "cycle": {"id": trial.cycle.id, "workflow": trial.cycle.workflow, "period": trial.cycle.period},
        "unreleased": trial.unreleased, "erased": trial.erased, **told_of(lang, document, names),
    }  # fmt: skip


def told_of(lang: str, document: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The document with `who` beside every id, `title` beside every name, `text` beside every code. names: of reviews
    by id; an id without one is said as it is."""
    telling = _Telling(lang, document["cards"], names)
    return {
        **document,
        "cards": {
            side: {"name": card["name"], "version": card["version"], "title": titled(lang, card["title"], card["name"])}
            for side, card in document["cards"].items()
        },
        "units": [{**one, "cost": telling.costs(one["cost"])} for one in document["units"]],
        "cost": telling.costs(document["cost"]),
        "rows": sorted((telling.row(one) for one in document["rows"]), key=_place),
        "unjudged": [
            {**one, **telling.who(one["id"]), "reasons": telling.reasons(one["reasons"])}
            for one in document["unjudged"]
        ],
        "notes": [telling.note(one) for one in document["notes"]],
        "weights": [telling.weight(one) for one in document["weights"]],
    }  # fmt: skip


def _place(row: Mapping[str, Any]) -> tuple[bool, bool, str, str]:
    """Whose grade moves first; then by unit and name, those of no unit last."""
    known = row["who"]
    return not row["moved"], not row["unit"], row["unit"], known["ref"] if known else row["id"]


class _Telling:
    def __init__(self, lang: str, cards: Mapping[str, Any], names: Names) -> None:
        self.lang, self.names = lang, names
        self.titles = {**cards["old"]["titles"], **cards["new"]["titles"]}

    def title(self, key: str) -> str:
        return titled(self.lang, self.titles.get(key, {}), key)

    def who(self, review: str) -> dict[str, Any]:
        found = self.names.get(review)
        return {"who": None if found is None else {"ref": found.ref, "name": found.said(self.lang)}}

    def costs(self, found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "title": self.title(one["name"])} for one in found]

    def row(self, one: Mapping[str, Any]) -> dict[str, Any]:
        shares = [
            {**share, "title": say(self.lang, f"whatif.share.{share['kind']}", name=self.title(share["name"]))}
            for share in one["shares"]
        ]
        scores = [{**score, "title": self.title(score["metric"])} for score in one["scores"]]
        return {**one, **self.who(one["id"]), "shares": shares, "scores": scores}

    def reasons(self, found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A reason whose sentence is not known any more is said by its code."""
        return [
            {**one, "text": say(self.lang, one["code"], **one["values"]) if has(one["code"]) else one["code"]}
            for one in found
        ]

    def note(self, one: Mapping[str, Any]) -> dict[str, Any]:
        name = one["name"]
        if one["code"] in ("WI007", "WI008"):
            name = say(self.lang, f"whatif.{name}")
        return {**one, "text": say(self.lang, one["code"], name=name)}

    def weight(self, one: Mapping[str, Any]) -> dict[str, Any]:
        ends = {}
        for side in ("low", "high"):
            end = one[side]
            if end is not None and end["mover"] is not None:
                end = {**end, "mover": {**end["mover"], **self.who(end["mover"]["id"])}}
            ends[side] = end
        return {**one, "title": self.title(one["weight"]), **ends}
