"""Reading what binds reviews that are graded together: cohort, quota, the split of a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from rules.expressions.scope import Scope
from rules.expressions.types import Kind, Type, range_text
from rules.numbers import absolute, add, subtract
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Fields, nearest, number, shown
from rules.scorecard.model import Grades, Input, Node
from rules.scorecard.quota_checks import added, check_quota
from rules.scorecard.quotas import Cohort, Quota, QuotaRule
from rules.scorecard.ranges import term_type
from rules.scorecard.shapes import Split, Term
from rules.scorecard.turn_checks import low_is_best

COHORT_KEYS = ("by", "pool")
QUOTA_KEYS = ("when_over", "ties", "rules")
SPLIT_KEYS = ("title", "split", "by", "digits")
RULE_KEYS = {
    "cap": ("grades", "at_most", "or"), "share": ("share",), "about": ("grades", "about", "give_or_take"),
    "mean": ("mean_at_most", "points"),
}
HEADS = {"at_most": "cap", "share": "share", "about": "about", "mean_at_most": "mean"}
OVER = ("refuse", "lower", "report")
HUNDRED = Decimal(100)
_READABLE = ("score", "value", "target", "weight")


def read_cohort(draft: Draft, fields: Fields, subject: Mapping[str, Input]) -> Cohort | None:
    """`{by: unit, pool: {below: 5, into: division}}`; the attributes need not be declared."""
    if "cohort" not in fields:
        return None
    inner = Fields(draft.faults, fields.raw("cohort"), fields.at("cohort"), COHORT_KEYS)
    by = _attribute(draft, inner, "by", subject)
    if "pool" not in inner:
        return Cohort(inner.path, by)
    pool = Fields(draft.faults, inner.raw("pool"), inner.at("pool"), ("below", "into"))
    if by is None and "by" not in inner:
        draft.faults.add("SC003", inner.path, key="by")
    if not pool.readable or not (pool.need("below") & pool.need("into")):
        return Cohort(inner.path, by)
    return Cohort(inner.path, by, pool.whole("below", 2), _attribute(draft, pool, "into", subject))


def _attribute(draft: Draft, fields: Fields, key: str, subject: Mapping[str, Input]) -> str | None:
    name = fields.text(key)
    if name is None:
        return None
    name = name.removeprefix("subject.")
    near = "" if name in subject else nearest(name, subject)
    if near:
        draft.faults.add("SC151", fields.at(key), level="warning", name=name, nearest=near)
    return name


def shared_scope(draft: Draft) -> Scope:
    """The names that are known of every card once it is scored: figures, results, metrics; no lists, no rules."""

    def told(name: str, its_type: Type) -> bool:
        prefix, _, last = name.rpartition(".")
        return its_type.kind is not Kind.LIST and (not prefix or prefix in ("subject", "cycle") or last in _READABLE)

    scope = draft.scope()
    return Scope({name: one for name, one in scope.names.items() if told(name, one)}, scope.later, (), draft.past)


def read_quota(
    draft: Draft, fields: Fields, cohort: Cohort | None, grades: Grades | None, metrics: Sequence[Node]
) -> Quota | None:
    if "quota" not in fields:
        return None
    if "grades" not in fields:
        draft.faults.add("SC140", fields.at("quota"))
    inner = Fields(draft.faults, fields.raw("quota"), fields.at("quota"), QUOTA_KEYS)
    if not inner.readable:
        return None
    when_over = inner.one_of("when_over", OVER, "refuse")
    ties = _ties(draft, inner, metrics, "-" if grades is not None and low_is_best(grades) else "")
    if not inner.raw("rules"):
        draft.faults.add("SC157", inner.path, level="warning")
    if "total" not in draft.known and not ties and when_over == "lower":
        draft.faults.add("SC158", inner.path, level="warning")
    ladder = grades.ladder if grades is not None else ()
    made = (_rule(draft, one, (*inner.at("rules"), index), ladder) for index, one in enumerate(inner.items("rules")))
    quota = Quota(inner.path, when_over or "refuse", ties, tuple(one for one in made if one is not None))
    check_quota(draft.faults, quota, cohort, ladder)
    return quota


def _ties(draft: Draft, fields: Fields, metrics: Sequence[Node], sign: str) -> tuple[Term, ...]:
    """`together`; `by figures`: the scores of the metrics, the heaviest first, with a sign where less is better; or the
    figures that rank, in a list."""
    value = fields.raw("ties")
    if value is None or value == "together":
        return ()
    scope = shared_scope(draft)
    listed: list[Any] = list(value) if isinstance(value, list | tuple) else [value]
    if value == "by figures":
        heavy = sorted(metrics, key=lambda node: -(node.weight or Decimal(0)))
        listed = [f"{sign}{node.key}.score" for node in heavy if f"{node.key}.score" in scope.names]
    made = []
    for index, one in enumerate(listed):
        path = (*fields.at("ties"), index) if isinstance(value, list | tuple) else fields.at("ties")
        term = draft.term(one, path, scope, zero=True)
        if term is not None:
            made.append(term)
    return tuple(made)


def _rule(draft: Draft, document: Any, path: tuple[str | int, ...], ladder: tuple[str, ...]) -> QuotaRule | None:
    heads = [key for key in HEADS if isinstance(document, Mapping) and key in document]
    if not isinstance(document, Mapping) or len(heads) != 1:
        if isinstance(document, Mapping):
            draft.faults.add("SC141", path, found=", ".join(heads) or "-", allowed=", ".join(HEADS))
        else:
            draft.faults.add("SC001", path, wants="mapping", value=document)
        return None
    kind = HEADS[heads[0]]
    fields = Fields(draft.faults, document, path, RULE_KEYS[kind])
    return {"cap": _cap, "share": _shares, "about": _about, "mean": _mean}[kind](draft, fields, ladder)


def _percent(draft: Draft, fields: Fields, key: str, value: Any = None) -> Decimal | None:
    """`20 %` as 20."""
    given = fields.raw(key) if value is None else value
    path = fields.at(key) if value is None else (*fields.at("share"), key)
    read = number(given.strip().removesuffix("%").strip()) if isinstance(given, str) and "%" in given else None
    if read is None or read < 0 or read > HUNDRED:
        draft.faults.add("SC152", path, value=given)
        return None
    return read


def _grades(draft: Draft, fields: Fields, ladder: tuple[str, ...]) -> tuple[str, ...]:
    found = fields.texts("grades") if fields.need("grades") else ()
    if "grades" in fields and isinstance(fields.raw("grades"), list | tuple) and not found:
        draft.faults.add("SC157", fields.at("grades"))
    for index, word in enumerate(found):
        _known(draft, word, (*fields.at("grades"), index), ladder)
    return found


def _known(draft: Draft, word: str, path: tuple[str | int, ...], ladder: tuple[str, ...]) -> None:
    if ladder and word not in ladder:
        draft.faults.add("SC030", path, grade=word, nearest=nearest(word, ladder), allowed=", ".join(ladder))


def _cap(draft: Draft, fields: Fields, ladder: tuple[str, ...]) -> QuotaRule | None:
    grades, at_most = _grades(draft, fields, ladder), _percent(draft, fields, "at_most")
    or_most = approved_by = None
    if "or" in fields:
        other = Fields(draft.faults, fields.raw("or"), fields.at("or"), ("at_most", "approved_by"))
        if other.readable and other.need("at_most") & other.need("approved_by"):
            or_most, approved_by = _percent(draft, other, "at_most"), other.text("approved_by")
    if at_most is None:
        return None
    if or_most is not None and or_most <= at_most:
        draft.faults.add("SC149", fields.at("or"), first=at_most, second=or_most)
    return QuotaRule("cap", fields.path, grades, at_most, or_most, approved_by)


def _shares(draft: Draft, fields: Fields, ladder: tuple[str, ...]) -> QuotaRule | None:
    shares: dict[str, Decimal] = {}
    given = fields.mapping("share")
    for word, value in given.items():
        _known(draft, word, (*fields.at("share"), word), ladder)
        read = _percent(draft, fields, word, shown(value) if value is None else value)
        if read is not None:
            shares[word] = read
    if len(shares) < len(given) or not given:
        return None
    total = added(shares.values())
    if total != HUNDRED:
        draft.faults.add("SC142", fields.at("share"), sum=total, lacking=absolute(subtract(HUNDRED, total)))
    left = [word for word in ladder if word not in shares]
    if left:
        draft.faults.add("SC159", fields.at("share"), level="warning", grades=", ".join(left))
    ordered = sorted(shares, key=lambda word: ladder.index(word) if word in ladder else len(ladder))
    return QuotaRule("share", fields.path, tuple(ordered), shares={word: shares[word] for word in ordered})


def _about(draft: Draft, fields: Fields, ladder: tuple[str, ...]) -> QuotaRule | None:
    grades, about = _grades(draft, fields, ladder), _percent(draft, fields, "about")
    within = _percent(draft, fields, "give_or_take") if fields.need("give_or_take") else None
    if about is None or within is None:
        return None
    if add(about, within) > HUNDRED or about < within:
        draft.faults.add("SC144", fields.path, low=subtract(about, within), high=add(about, within))
    return QuotaRule("about", fields.path, grades, about=about, give_or_take=within)


def _mean(draft: Draft, fields: Fields, ladder: tuple[str, ...]) -> QuotaRule | None:
    """What a grade counts: what `points` say, else the number that it is where more is better, else its place, the
    worst being 1."""
    most = fields.number("mean_at_most")
    points = {word: Decimal(len(ladder) - place) for place, word in enumerate(ladder)}
    numbers = {word: read for word in ladder if (read := number(word)) is not None}
    if len(numbers) == len(ladder) > 1:
        rising = all(above < below for above, below in pairwise(numbers.values()))
        points = points if rising else numbers
        if rising and "points" not in fields:
            draft.faults.add("SC134", fields.at("mean_at_most"), level="warning", best=ladder[0], worst=ladder[-1])
    if "points" in fields:
        points = {}
        for word, value in fields.mapping("points").items():
            _known(draft, word, (*fields.at("points"), word), ladder)
            read = number(value) if not isinstance(value, str) else None
            if read is None:
                draft.faults.add("SC001", (*fields.at("points"), word), wants="number", value=value)
            else:
                points[word] = read
    counted = [points[word] for word in ladder if word in points]
    if len(counted) < len(ladder) or any(above <= below for above, below in pairwise(counted)):
        draft.faults.add("SC150", fields.at("points") if "points" in fields else fields.path, ladder=", ".join(ladder))
        return None
    if most is None:
        return None
    if counted and not counted[-1] <= most < counted[0]:
        low, high = counted[-1], counted[0]
        draft.faults.add("SC154", fields.at("mean_at_most"), level="warning", value=most, low=low, high=high)
    return QuotaRule("mean", fields.path, at_most=most, points={word: points[word] for word in ladder})


def read_split(draft: Draft, name: str, document: Any, path: tuple[str | int, ...]) -> Node | None:
    """`{split: pool, by: total, digits: 2}`: everybody's part of a pool."""
    fields = Fields(draft.faults, document, path, SPLIT_KEYS)
    if not fields.readable:
        return None
    pool = fields.text("split")
    by = draft.term(fields.raw("by"), fields.at("by"), shared_scope(draft), zero=True) if fields.need("by") else None
    digits = fields.whole("digits", 0, 18) if fields.need("digits") else None
    source = draft.inputs.get(pool or "")
    if pool is not None and (source is None or source.of is None):
        of_cohort = [one.name for one in draft.inputs.values() if one.of]
        draft.faults.add("SC147", fields.at("split"), name=pool, nearest=nearest(pool, of_cohort))
    if source is not None:
        draft.read.add(source.name)
    if source is not None and source.of and digits is not None:
        if source.digits > digits:
            draft.faults.add("SC148", fields.at("digits"), name=source.name, digits=source.digits, given=digits)
        if not source.numeric or source.low is None or source.low < 0:
            draft.faults.add("SC155", fields.at("split"), name=source.name)
    if by is not None:
        low = term_type(by).low
        if low is None or low < 0:
            draft.faults.add("SC146", fields.at("by"), level="warning", by=by.text, range=range_text(term_type(by)))
    most = source.high if source is not None else None
    draft.learn(name, Type(Kind.NUMBER, low=Decimal(0), high=most, digits=digits, missing=True))
    if pool is None or by is None or digits is None:
        return None
    return replace(Node(name, name, path, fields.title()), split=Split(pool, by, digits))
