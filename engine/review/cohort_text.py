"""Step 9 and the parts of a pool told line by line, from the steps that `rules.cohort` puts into a trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from engine.review.score_formula import Teller
from engine.words.book import say
from rules.numbers import number_text

Step = Mapping[str, Any]


def cohort_lines(teller: Teller, step: Step) -> Iterator[str]:
    """The unit, each rule with its arithmetic, and what became of this grade."""
    yield from unit_lines(teller, step)
    n, rank, tied = step["n"], step["rank"], step["tied"]
    before, after = _grade(teller, step["before"]), _grade(teller, step["after"])
    if before == after:
        yield say(teller.lang, "cohort.stays", grade=after, rank=rank, n=n)
    elif tied:
        yield say(teller.lang, "cohort.moved.tied", before=before, after=after, rank=rank, n=n, tied=tied)
    else:
        yield say(teller.lang, "cohort.moved", before=before, after=after, rank=rank, n=n)


def unit_lines(teller: Teller, step: Step) -> Iterator[str]:
    """One unit and its rules; `step` is a step of a trace or what `rules.cohort.telling.unit_step` makes."""
    pooled = {"pooled": say(teller.lang, "score.comma").join(step["pooled"])} if step["pooled"] else {}
    named = {} if step["unit"] is None else {"unit": step["unit"]}
    yield say(teller.lang, f"cohort.{step['kind']}", n=step["n"], **named, **pooled)
    if step["uncounted"]:
        yield say(teller.lang, "cohort.uncounted", count=step["uncounted"])
    for rule in step["rules"] if step["n"] else ():
        yield from _rule(teller, step["n"], rule)


def _rule(teller: Teller, n: int, rule: Step) -> Iterator[str]:
    lang = teller.lang
    grades = say(lang, "score.comma").join(_grade(teller, one) for one in rule["grades"])
    if rule["rule"] == "cap":
        code = "cohort.cap.approved" if rule["approved_by"] else "cohort.cap"
        by = {"by": teller.title(rule["approved_by"])} if rule["approved_by"] else {}
        yield say(lang, code, grades=grades, share=rule["share"], n=n, exact=rule["exact"], **by)
        yield say(lang, "cohort.cap.most", exact=rule["exact"], most=rule["most"], held=rule["before"],
                  left=rule["after"])
    elif rule["rule"] == "about":
        low, high = _share_of(rule["low"], n), _share_of(rule["high"], n)
        yield say(lang, "cohort.about", grades=grades, low=low, high=high, n=n, least=rule["low"], most=rule["high"],
                  held=rule["before"], left=rule["after"])
    elif rule["rule"] == "share":
        for one in rule["shares"]:
            yield say(lang, "cohort.share", grade=_grade(teller, one["grade"]), share=one["share"], n=n,
                      exact=one["exact"], target=one["target"], held=one["before"], left=one["after"])
    else:
        yield say(lang, "cohort.mean", sum=rule["sum"], n=n, mean=rule["mean"], most=rule["at_most"],
                  left=rule["after"])


def _share_of(exact: str, n: int) -> str:
    """The share in per cent again, from so many heads of n."""
    return number_text(Fraction(exact) * 100 / n)


def retired_line(teller: Teller, step: Step) -> str:
    known = step["source"] if step["source"] in ("agreed", "carried") else "given"
    source = say(teller.lang, f"score.source.{known}")
    return say(teller.lang, "cohort.retired", name=teller.metric(step["name"]), source=source)


def split_lines(teller: Teller, step: Step) -> Iterator[str]:
    """The card's part of the pool: pool x weight / all weights, cut down, perhaps one of the units that were left."""
    part, name = step["split"], teller.title(step["name"])
    if part["weight"] == "0":
        yield say(teller.lang, "cohort.split.nothing", name=name, by=teller.text(part["by"]))
        return
    yield say(teller.lang, "cohort.split", name=name, pool=part["pool"], weight=part["weight"],
              weights=part["weights"], exact=part["exact"])
    if part["exact"] != part["down"]:
        yield say(teller.lang, "cohort.split.down", exact=part["exact"], unit=part["unit"], down=part["down"])
    if part["down"] != part["share"]:
        yield say(teller.lang, "cohort.split.extra", down=part["down"], unit=part["unit"], share=part["share"])


def _grade(teller: Teller, grade: Any) -> str:
    return teller.titles.get(str(grade), str(grade))


def pool_line(lang: str, name: str, unit: str | None, pool: Mapping[str, Any], members: int) -> str:
    """What was paid of one pool, to how many."""
    code = ("cohort.paid" if members else "cohort.stayed") + ("" if unit is None else ".unit")
    values = {"paid": pool["paid"], "members": members} if members else {}
    whom = {} if unit is None else {"unit": unit}
    return say(lang, code, name=name, pool=pool["pool"] or "0", **values, **whom)
