"""A score told line by line, from its trace alone: every number can be computed from numbers in the lines above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.review.cohort_text import cohort_lines, split_lines
from engine.review.score_formula import (
    METRIC,
    Step,
    Teller,
    differs,
    finish_lines,
    formula_line,
    rule_lines,
    unit_of,
    value_line,
)
from rules.scorecard.evaluate import STEPS, Result

INDENT = "  "
_NOT_STANDARDS = ("target", "weight", "input", "weights_sum", "require")


@dataclass(frozen=True, slots=True)
class Section:
    """One step as it is told."""

    step: str
    heading: str
    lines: tuple[str, ...]




def score_lines(
    score: Result | Sequence[Step], lang: str = "en", titles: Mapping[str, str] | None = None
) -> list[str]:
    """The way to a score as lines of text, under the headings of the steps that have something to tell.

    titles: display names by name of figure, role, rule or grade, and of a metric by `metric ` and its dotted key (see
    `card_titles`); what has none keeps its name.
    """
    found = score_sections(score, lang, titles)
    return [line for one in found for line in (one.heading, *(INDENT + told for told in one.lines))]


def score_sections(
    score: Result | Sequence[Step], lang: str = "en", titles: Mapping[str, str] | None = None
) -> tuple[Section, ...]:
    """The same, step by step."""
    trace = score.trace if isinstance(score, Result) else score
    teller = teller_of(trace, lang, titles or {})
    found = []
    for step in STEPS:
        lines = tuple(line for one in trace if one["step"] == step for line in _TELLERS[step](teller, one))
        if lines:
            found.append(Section(step, teller.say(f"step.{step}"), lines))
    return tuple(found)


def teller_of(trace: Sequence[Step], lang: str, titles: Mapping[str, str]) -> Teller:
    keys = dict.fromkeys(step["name"] for step in trace if step["step"] == "metrics")
    named = [step for step in trace if step["step"] == "agreed" and step["what"] not in _NOT_STANDARDS]
    rows = [(step["name"], one) for step in trace if "list" in step for one in _fields_of(step)]
    return Teller(lang, titles, tuple(keys), tuple((step["name"], step["what"]) for step in named), tuple(rows))


def _fields_of(step: Step) -> list[str]:
    return list(dict.fromkeys(name for row in step["list"] for name in row))


def card_titles(trace: Sequence[Step], lang: str) -> dict[str, str]:
    """The titles that the scorecard itself gives in this language, by name."""
    found = {}
    for step in trace:
        title = step.get("title") or {}
        text = title.get(lang) or title.get("")
        if text:
            found[f"{METRIC if step['step'] == 'metrics' else ''}{step['name']}"] = text
    for step in trace:
        for name, title in step.get("fields", {}).items() if "list" in step else ():
            text = title.get(lang) or title.get("")
            if text:
                found.setdefault(name, text)
    return found


def _who(teller: Teller, step: Step) -> Iterator[str]:
    condition = step["condition"]
    yield teller.say("profile", name=step["name"], condition=teller.text(condition) if condition else None)


def _agreed(teller: Teller, step: Step) -> Iterator[str]:
    what, value = step["what"], step["value"]
    if what == "weights_sum":
        code = "agreed.weights_sum" if value == step["source"] else "agreed.weights_off"
        wanted = {} if value == step["source"] else {"wanted": step["source"]}
        yield teller.say(code, name=teller.metric(step["name"]), value=value, **wanted)
    elif what == "require":
        yield teller.say("agreed.require" if value else "agreed.require_not", that=teller.text(step["source"]))
    else:
        known = step["source"] if step["source"] in ("file", "profile", "agreed", "carried") else "given"
        name = teller.title(step["name"]) if what == "input" else teller.metric(step["name"])
        source = teller.say(f"source.{known}")
        if what in ("target", "weight", "input"):
            yield teller.say(f"agreed.{what}", name=name, value=value, source=source)
        else:
            yield teller.say("agreed.standard", name=name, what=teller.title(what), value=value, source=source)


def _inputs(teller: Teller, step: Step) -> Iterator[str]:
    name, value = teller.title(step["name"]), _with_unit(step)
    if "list" in step:
        yield teller.say("list", name=name, rows=len(step["list"]))
        return
    for role in step.get("roles", []):
        yield _role(teller, name, role, len(step["roles"]) == 1)
    if "made_up" in step:
        yield teller.say(f"made_up.{step['made_up']['policy']}", name=name, value=value)
    elif step["value"] is None:
        why = step.get("why", "absent")
        more = {"samples": step["samples"], "least": step["least"]} if why == "least" else {}
        yield teller.say(f"missing.why.{why}", name=name, **more)
    elif step.get("roles"):
        yield from _across(teller, step, name, value)
    elif step.get("fold") and (len(step["figures"]) > 1 or step["fold"] == "count"):
        values = ", ".join(
            teller.say("unrated") if one.get("not_rated") else teller.shown(one.get("value")) for one in step["figures"]
        )
        yield teller.say(f"fold.{step['fold']}", name=name, values=values, value=step.get("exact", value))
        yield from _rounded(teller, step, value)
    else:
        yield _figure(teller, name, step["figures"][0], value)


def _with_unit(step: Step) -> Any:
    unit = "%" if step.get("type") == "percent" else step.get("unit")
    return f"{step['value']} {unit}" if unit and isinstance(step.get("value"), str) else step.get("value")


def _figure(teller: Teller, name: str, figure: Step, value: Any) -> str:
    source, samples = figure.get("source"), figure.get("samples")
    if source in ("agreed", "carried", "given"):
        return teller.say("agreed.input", name=name, value=value, source=teller.say(f"source.{source}"))
    if source is not None and samples is not None:
        return teller.say("figure.from_samples", name=name, value=value, source=source, samples=samples)
    if source is not None:
        return teller.say("figure.from", name=name, value=value, source=source)
    if samples is not None:
        return teller.say("figure.samples", name=name, value=value, samples=samples)
    return teller.say("figure", name=name, value=value)


def _role(teller: Teller, name: str, role: Step, alone: bool) -> str:
    title = teller.title(role["role"])
    title = title if alone else teller.say("role.share", role=title, share=role["share"])
    if not role.get("counts"):
        return teller.say("role.out", name=name, role=title, answers=role["answers"], least=role.get("least", 1))
    if "values" in role:
        return teller.say("role.time", name=name, role=title, values=", ".join(role["values"]), mean=role["mean"])
    if role["answers"] == 1 or "sum" not in role:
        return teller.say("role.one", name=name, role=title, mean=role["mean"])
    return teller.say("role", name=name, role=title, sum=role["sum"], answers=role["answers"], mean=role["mean"])


def _across(teller: Teller, step: Step, name: str, value: Any) -> Iterator[str]:
    if "exact" not in step:
        yield teller.say("figure", name=name, value=value)
        return
    counted = [role for role in step["roles"] if role.get("counts")]
    if len(step["roles"]) > 1:
        terms = " + ".join(f"{role['share']} x {role['mean']}" for role in counted)
        terms = terms.replace(" x ", " × ") if teller.lang == "zh" else terms
        yield teller.say("roles", name=name, terms=terms, shares=step["shares"], value=step["exact"])
    yield from _rounded(teller, step, value)


def _rounded(teller: Teller, step: Step, value: Any) -> Iterator[str]:
    rounding = step.get("round")
    if rounding is not None and differs(step["exact"], step["value"]):
        yield teller.say("round", before=step["exact"], unit=unit_of(rounding), mode=teller.mode(rounding),
                         after=value)


def _node(teller: Teller, step: Step) -> Iterator[str]:
    """A metric, part, total or computed figure."""
    yield from value_line(teller, step)
    yield from formula_line(teller, step)
    if "combine" in step:
        yield from _parts(teller, step)
    yield from finish_lines(teller, step)
    if step["step"] in ("metrics", "total") and step.get("score") is not None:
        code = "score" if step["step"] == "metrics" else "score.total"
        yield teller.say(code, name=teller.node(step), score=step["score"])


def _parts(teller: Teller, step: Step) -> Iterator[str]:
    yield from rule_lines(teller, step.get("part_rules", []))
    parts = step["parts"]
    for row in parts if "over" in step else ():
        yield from _node(teller, {**row, "step": "metrics", "score": None if row.get("left_out") else row["score"]})
    counted = [part for part in parts if part.get("score") is not None and part.get("contribution") is not None]
    if step["combine"] == "weighted_mean" and counted:
        terms = " + ".join(str(part["weight"]) for part in counted)
        yield teller.say("weights", terms=terms, weights=step["weights"])
    for part in parts:
        name = teller.metric(part["name"])
        if part.get("left_out"):
            yield teller.say("part.once", name=name)
        elif part.get("score") is None:
            yield teller.say("part.out", name=name)
        else:
            values = {"score": part["score"], "weight": part.get("weight"), "weights": step.get("weights"),
                      "contribution": part.get("unrounded", part.get("contribution")), "count": len(counted)}
            wanted = _WANTED.get(step["combine"], ())
            yield teller.say(f"part.{step['combine']}", name=name, score=part["score"],
                             **{key: values[key] for key in wanted})
            if "unrounded" in part and differs(part["unrounded"], part["contribution"]):
                yield teller.say("round", before=part["unrounded"], unit=unit_of(step["round_each"]),
                                 mode=teller.mode(step["round_each"]), after=part["contribution"])
    if step.get("exact") is not None:
        yield teller.say(f"combine.{step['combine']}", exact=step["exact"])


_WANTED = {
    "weighted_mean": ("weight", "weights", "contribution"), "weighted_sum": ("weight", "contribution"),
    "mean": ("count", "contribution"),
}


def _grade(teller: Teller, step: Step) -> Iterator[str]:
    yield from value_line(teller, step) if isinstance(step.get("value", {}).get("value"), list) else ()
    yield from formula_line(teller, step)
    yield from rule_lines(teller, step.get("rules", []))
    if step.get("grade") is not None:
        yield teller.say("grade", grade=teller.titles.get(step["grade"], step["grade"]))
    following = step.get("next")
    if following is not None:
        grade = teller.titles.get(following["grade"], following["grade"])
        yield teller.say("next", grade=grade, needs=following["needs"], distance=following["distance"])


def _people(teller: Teller, step: Step) -> Iterator[str]:
    yield teller.say("people" if step["allowed"] else "people.refused", before=step["before"], after=step["after"])


def _cohort(teller: Teller, step: Step) -> Iterator[str]:
    yield from cohort_lines(teller, step) if "rules" in step else _people(teller, step)


def _consequence(teller: Teller, step: Step) -> Iterator[str]:
    """The way to it, then the result."""
    if "split" in step:
        yield from split_lines(teller, step)
    if isinstance(step.get("value", {}).get("value"), list) or step.get("figures") or "formula" in step:
        yield from value_line(teller, step)
        if "formula" not in step and step["value"]["value"] == step.get("score") is not None and not step.get("rules"):
            return
    yield from formula_line(teller, step)
    yield from finish_lines(teller, step)
    score = step.get("score")
    titled = teller.titles.get(score, score) if isinstance(score, str) else score
    yield teller.say("consequence", name=teller.title(step["name"]), score=titled)


def _proposal(teller: Teller, step: Step) -> Iterator[str]:
    name, what = teller.metric(step["name"]), teller.say(f"what.{step['what']}")
    if step.get("text") not in (None, step["wanted"]):
        yield teller.say("value", name=name, text=teller.text(step["text"]), value=step["wanted"])
    if step["before"] == step["after"]:
        yield teller.say("proposal.same", name=name, what=what, before=step["before"])
    elif step["change_at_most"] is not None and step["wanted"] != step["after"]:
        yield teller.say("proposal.most", name=name, what=what, before=step["before"], after=step["after"],
                         share=step["change_at_most"])
    else:
        yield teller.say("proposal", name=name, what=what, before=step["before"], after=step["after"])
    for taken in step["taken"]:
        yield teller.say("proposal", name=teller.metric(taken["name"]), what=what, before=taken["before"],
                         after=taken["after"])


_TELLERS: dict[str, Callable[[Teller, Step], Iterator[str]]] = {
    "who": _who, "agreed": _agreed, "inputs": _inputs, "computed": _node, "metrics": _node, "total": _node,
    "grade": _grade, "people": _people, "cohort": _cohort, "consequences": _consequence, "re_adjust": _proposal,
}
