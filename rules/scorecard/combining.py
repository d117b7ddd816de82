"""Groups and the total: parts judged first, changed by part_rules, then combined into one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.expressions.types import MISSING
from rules.numbers import divide, multiply, number_text, round_number
from rules.scorecard.course import Course, Names, lay, lift, plain, rounding_step
from rules.scorecard.folding import fold_row, unrated_fields
from rules.scorecard.judging import (
    Judged,
    act,
    block_rule,
    finish,
    judge_leaf,
    rule_step,
    settle_missing,
    wanted_by,
)
from rules.scorecard.model import Node
from rules.scorecard.preparing import WEIGHTED, plan_of
from rules.scorecard.settling import tell_rows
from rules.scorecard.shapes import Term
from rules.scorecard.wanting import ZERO as ZERO_DIVISOR
from rules.totals import ZERO, total

MEANS = ("weighted_mean", "mean")


def judge_metric(course: Course, node: Node) -> Judged:
    """A metric or part with everything below it; its score and value become readable by dotted name."""
    key, names = node.key, course.names
    plan = course.prepared.nodes[id(node)]
    if node.combine is None:
        judged = judge_leaf(course, node, course.settled[key], course.card.missing)
    else:
        judged = _group(course, node, node.parts)
    names[plan.score_key], names[plan.value_key] = judged.score, judged.value
    if judged.score is MISSING:
        course.lacks[plan.score_key] = course.lacks[plan.value_key] = judged.lacking
    course.parts[key] = judged
    sourced, step = course.sourced[key], judged.step
    step["target"] = sourced.get("target")
    if "weight" in sourced:
        step["weight"] = sourced["weight"]
    course.trace.append(step)
    return judged


def judge_total(course: Course, node: Node, metrics: Sequence[Node]) -> Judged:
    """The outermost group; one with a `value` of its own reads the scores itself."""
    if node.group:
        judged = _combine(course, node, course.judged, "metrics", {})
    else:
        judged = judge_leaf(course, node, {}, course.card.missing)
    course.names["total"] = judged.score
    if judged.score is MISSING and not course.reasons:
        course.block("SR004", node.path, name="total", names=", ".join(judged.lacking) or "total")
    course.trace.append(judged.step)
    return judged


def _group(course: Course, node: Node, parts: Sequence[Node]) -> Judged:
    if node.over is not None and node.each is not None:
        return _rows(course, node, node.each)
    for part in parts:
        judge_metric(course, part)
    return _combine(course, node, parts, f"{node.key}.parts", course.settled[node.key])


def _combine(course: Course, node: Node, parts: Sequence[Node], rows: str, local: Names) -> Judged:
    tell_rows(course, rows, parts)
    judged = Judged(MISSING, plan_of(course, node).head.copy())
    dropped = _part_rules(course, node, parts, rows, judged)
    nodes, names, entries = course.prepared.nodes, course.names, []
    for part in parts:
        key = part.key
        made = course.parts[key]
        out = key in dropped
        score = MISSING if out else names[nodes[id(part)].score_key]
        entries.append(Entry(key, score, course.settled[key].get("weight"), made.unrated or out, made))
    return _result(course, node, entries, local, judged)


def _part_rules(course: Course, node: Node, parts: Sequence[Node], rows: str, judged: Judged) -> set[str]:
    """Rules over the parts; each sees all scores as the rule above left them. Gives the parts that are dropped."""
    dropped: set[str] = set()
    if not node.part_rules:
        return dropped
    judged.step["part_rules"] = told = []
    for rule in node.part_rules:
        acts, lacking = course.holds(rule, course.names)
        entry = {**rule_step(course, rule, acts), "parts": []}
        told.append(entry)
        if acts is None:
            block_rule(course, rule, lacking)
            judged.blocked, judged.lacking = True, lacking
            return dropped
        if not acts:
            continue
        course.held.add(rule.name)
        for part in parts:
            if rule.part_names and part.name not in rule.part_names:
                continue
            key = f"{part.key}.score"
            before = course.names[key]
            if rule.effect == "drop":
                dropped.add(part.key)
                entry["parts"].append({"name": part.key, "before": plain(before), "after": None})
            elif before is not MISSING or rule.effect == "set":
                own = {**course.settled[part.key], "score": before,
                       "value": course.names.get(f"{part.key}.value", MISSING)}
                hidden = lay(course.names, own)
                after, amount = act(course, rule, before, course.names)
                wanted = wanted_by(course, rule) if after is MISSING else ()
                lift(course.names, own, hidden)
                entry["parts"].append({"name": part.key, "amount": amount, "before": plain(before),
                                       "after": plain(after)})
                if after is MISSING:
                    block_rule(course, rule, wanted)
                    judged.blocked, judged.lacking = True, wanted
                    return dropped
                course.names[key] = after
        tell_rows(course, rows, parts)
    return dropped


class Entry:
    """One child on its way into a combination. left_out: not rated or dropped, whatever the policy says."""

    __slots__ = ("contribution", "exact", "judged", "left_out", "name", "score", "weight")

    def __init__(self, name: str, score: Any, weight: Any, left_out: bool, judged: Judged) -> None:
        self.name, self.score, self.weight, self.left_out, self.judged = name, score, weight, left_out, judged
        self.contribution: Any = None
        self.exact: Any = None  # the contribution before `round_each`, where it was rounded


def _result(course: Course, node: Node, entries: Sequence[Entry], local: Names, judged: Judged) -> Judged:
    """Combine what is there, finish like a leaf, then tell each child what it contributed."""
    there = [one for one in entries if one.score is not MISSING]
    lacking = [] if len(there) == len(entries) else [
        one for one in entries if one.score is MISSING and not one.left_out
    ]
    judged.lacking = tuple(dict.fromkeys(name for one in lacking for name in one.judged.lacking or (one.name,)))
    judged.unrated = bool(entries) and not there and not lacking
    whole = not lacking or node.combine in MEANS
    judged.blocked = judged.blocked or any(one.judged.blocked for one in lacking)
    if not judged.blocked and whole and (there or (not entries and node.combine in ("sum", "weighted_sum"))):
        judged.score = combined(node, there, judged.step)
    judged.step["parts"] = judged.step.get("parts") or [_told(course, one) for one in entries]
    if judged.score is not MISSING:
        judged.lacking = ()
        hidden = lay(course.names, local)
        finish(course, plan_of(course, node), judged)
        lift(course.names, local, hidden)
    return settle_missing(course, node, judged, course.card.missing)


def _told(course: Course, one: Entry) -> dict[str, Any]:
    """A child's line in its group; what it contributed is told where it was judged too."""
    judged, weight = one.judged, course.sourced[one.name].get("weight")
    contribution = None if one.contribution is None else number_text(one.contribution)
    told = {
        "name": one.name, "score": plain(one.score), "weight": None if weight is None else weight["value"],
        "contribution": contribution,
    }
    if one.exact is not None:
        told["unrounded"] = number_text(one.exact)
    if contribution is not None:
        judged.step["contribution"] = contribution
    return told


def combined(node: Node, there: Sequence[Entry], step: dict[str, Any]) -> Any:
    """The children's scores as one exact number; sets each one's contribution. No children left: MISSING for means."""
    if node.combine not in WEIGHTED:
        scores = [one.score for one in there]
        if node.combine in ("min", "max"):
            return min(scores) if node.combine == "min" else max(scores)
        for one in there:
            one.contribution = one.score if node.combine == "sum" else divide(one.score, len(there))
        return total(scores) if node.combine == "sum" else divide(total(scores), len(there))
    weights = total([one.weight or ZERO for one in there])
    step["weights"] = plain(weights)
    if node.combine == "weighted_mean" and not weights:
        return MISSING
    mean, each = node.combine == "weighted_mean", node.round_each
    step["round_each"] = None if each is None else rounding_step(each)
    contributions = []
    for one in there:
        part = multiply(one.score, one.weight or ZERO)
        part = divide(part, weights) if mean else part
        if each is not None:
            one.exact = part
            part = round_number(part, each)
        one.contribution = part
        contributions.append(part)
    return total(contributions)


def _rows(course: Course, node: Node, each: Node) -> Judged:
    """One node for each row of a list; of equal ones only the best kept."""
    entries: list[Entry] = []
    told: list[dict[str, Any]] = []
    declared = course.card.lists[node.over or ""]
    given = course.facts.lists.get(node.over or "", ())
    rows = [fold_row(declared.fields, row) for row in given]
    for index, local in enumerate(rows):
        target = {} if each.target is None else {"target": _row_target(course, each, each.target, local)}
        weight = local.get("weight", each.weight)
        if weight is MISSING:
            weight = None
            if node.combine in WEIGHTED:
                course.block("SR004", each.path, name=f"{node.key}[{index + 1}]", names="weight")
        unrated = unrated_fields(declared.fields, given[index])
        judged = judge_leaf(course, each, {**target, **local}, course.card.missing, unrated)
        entry = Entry(f"{node.key}[{index + 1}]", judged.score, weight, judged.unrated, judged)
        entries.append(entry)
        told.append({**judged.step, "row": index + 1, "weight": plain(weight), "name": entry.name,
                     "fields": {name: plain(value) for name, value in local.items()}})
    if node.once_per is not None:
        _once(node, entries, [row.get(node.once_per, MISSING) for row in rows], told)
    step = {**plan_of(course, node).head, "over": node.over, "parts": told}
    made = _result(course, node, entries, course.settled[node.key], Judged(MISSING, step))
    for entry, one in zip(entries, told, strict=True):
        one["contribution"] = plain(entry.contribution)
        one.setdefault("score", plain(entry.score))
    return made


def _row_target(course: Course, each: Node, target: Term, local: Names) -> Any:
    hidden = lay(course.names, local)
    found = course.term(target, course.names)
    if found is MISSING:
        wanted = course.wanting(target.expression, course.names)
        course.lacks[f"{each.key}.target"] = wanted if wanted == (ZERO_DIVISOR,) else ("target",)
    lift(course.names, local, hidden)
    return found


def _once(node: Node, entries: Sequence[Entry], keys: Sequence[Any], told: Sequence[dict[str, Any]]) -> None:
    """Of the rows with the same key only the highest (or lowest) counts; rows without the key count each."""
    best: dict[Any, int] = {}
    for index, (entry, key) in enumerate(zip(entries, keys, strict=True)):
        if key is MISSING or entry.score is MISSING:
            continue
        kept = best.get(key)
        higher = kept is None or (entry.score > entries[kept].score) == (node.keep != "lowest")
        if kept is not None and entry.score == entries[kept].score:
            higher = False
        loser = kept if higher else index
        if higher:
            best[key] = index
        if loser is not None:
            entries[loser].left_out = True
            entries[loser].score = MISSING
            told[loser]["left_out"] = "once_per"
