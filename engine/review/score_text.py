"""A score told line by line, from its trace alone: every number can be computed from numbers in the lines above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction

from engine.review.cohort_text import cohort_lines, retired_line, split_lines
from engine.review.score_figures import input_lines
from engine.review.score_formula import METRIC, Step, Teller, formula_line, value_line
from engine.review.score_proposals import proposal_lines
from engine.review.score_rules import finish_lines, rounded_line, rule_lines
from rules.numbers import divide, multiply, number_text
from rules.scorecard.evaluate import STEPS, Result

INDENT = "  "
_NOT_STANDARDS = ("target", "weight", "input", "weights_sum", "require", "retired")


@dataclass(frozen=True, slots=True)
class Section:
    """One step as it is told."""

    step: str
    heading: str
    lines: tuple[str, ...]




def score_lines(
    score: Result | Sequence[Step], lang: str = "en", titles: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
) -> list[str]:
    """The way to a score as lines of text, under the headings of the steps that have something to tell.

    titles: display names by name of figure, role, rule or grade, and of a metric by `metric ` and its dotted key (see
    `card_titles`); what has none keeps its name. zone: of the days on which figures were taken.
    """
    found = score_sections(score, lang, titles, zone)
    return [line for one in found for line in (one.heading, *(INDENT + told for told in one.lines))]


def score_sections(
    score: Result | Sequence[Step], lang: str = "en", titles: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
) -> tuple[Section, ...]:
    """The same, step by step."""
    trace = score.trace if isinstance(score, Result) else score
    teller = teller_of(trace, lang, titles or {}, zone)
    found = []
    for step in STEPS:
        lines = tuple(line for one in trace if one["step"] == step for line in _TELLERS[step](teller, one))
        if lines:
            found.append(Section(step, teller.say(f"step.{step}"), lines))
    return tuple(found)


def teller_of(
    trace: Sequence[Step], lang: str, titles: Mapping[str, str], zone: tzinfo | None = None
) -> Teller:
    keys = dict.fromkeys(step["name"] for step in trace if step["step"] == "metrics")
    agreed = [step for step in trace if step["step"] == "agreed"]
    named = tuple((step["name"], step["what"]) for step in agreed if step["what"] not in _NOT_STANDARDS)
    weights = {step["name"]: str(step["value"]) for step in agreed if step["what"] == "weight"}
    rows = [(step["name"], one) for step in trace if "list" in step for one in _fields_of(step)]
    steps = [step for step in trace if step["step"] != "cohort"]
    rules = [rule for step in steps for rule in (*step.get("part_rules", ()), *step.get("rules", ()))]
    said = {rule["rule"]: rule["say"][lang] for rule in rules if rule["say"].get(lang)}
    return Teller(lang, titles, tuple(keys), named, tuple(rows), weights, zone, said)


def _fields_of(step: Step) -> list[str]:
    return list(dict.fromkeys(name for row in step["list"] for name in row))


def card_titles(trace: Sequence[Step], lang: str) -> dict[str, str]:
    """The titles that the scorecard itself gives in this language, by name."""
    found = {}
    for step in trace:
        title = step.get("title") or {}
        text = title.get(lang) or title.get("")
        if text:
            of_metric = step["step"] == "metrics" or step.get("what") == "retired"
            found[f"{METRIC if of_metric else ''}{step['name']}"] = text
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
        terms = " + ".join(step["terms"]) if "terms" in step else teller.weights_in(step["name"])
        yield teller.say(code, name=teller.metric(step["name"]), terms=terms, value=value, **wanted)
    elif what == "retired":
        yield retired_line(teller, step)
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
    if step["step"] == "computed" and step.get("score") is not None and ("formula" in step or step.get("rules")):
        yield teller.say("computed", name=teller.node(step), score=teller.option(step["score"]))


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
        elif part.get("score") is None or (step["combine"] in _WANTED and part.get("contribution") is None):
            yield teller.say("part.out", name=name)
        else:
            exact = part.get("unrounded") or _exact(step, part)
            values = {"score": part["score"], "weight": part.get("weight"), "weights": step.get("weights"),
                      "contribution": exact, "count": len(counted)}
            wanted = _WANTED.get(step["combine"], ())
            yield teller.say(f"part.{step['combine']}", name=name, score=part["score"],
                             **{key: values[key] for key in wanted})
            if step.get("round_each") is not None:
                yield from rounded_line(teller, step["round_each"], str(exact), part["contribution"])
    if step.get("exact") is not None:
        yield teller.say(f"combine.{step['combine']}", exact=step["exact"])


def _exact(step: Step, part: Step) -> str | None:
    """A contribution before it was rounded; rows of a list hold only what became of it."""
    if step.get("round_each") is None:
        contribution: str | None = part.get("contribution")
        return contribution
    made = multiply(Fraction(part["score"]), Fraction(part["weight"] or 0))
    return number_text(made if step["combine"] == "weighted_sum" else divide(made, Fraction(step["weights"])))


_WANTED = {
    "weighted_mean": ("weight", "weights", "contribution"), "weighted_sum": ("weight", "contribution"),
    "mean": ("count", "contribution"),
}


def _grade(teller: Teller, step: Step) -> Iterator[str]:
    yield teller.say("ladder", grades=teller.say("comma").join(teller.titles.get(one, one) for one in step["ladder"]))
    if step.get("value", {}).get("text", "total") != "total":
        yield from value_line(teller, step)
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
    value = step.get("value")
    if value is not None and (value["text"] != value["value"] or step.get("figures") or "formula" in step):
        yield from value_line(teller, step)
        if "formula" not in step and step["value"]["value"] == step.get("score") is not None and not step.get("rules"):
            return
    yield from formula_line(teller, step)
    yield from finish_lines(teller, step)
    score = step.get("score")
    titled = teller.titles.get(score, score) if isinstance(score, str) else score
    yield teller.say("consequence", name=teller.title(step["name"]), score=titled)


_TELLERS: dict[str, Callable[[Teller, Step], Iterator[str]]] = {
    "who": _who, "agreed": _agreed, "inputs": input_lines, "computed": _node, "metrics": _node, "total": _node,
    "grade": _grade, "people": _people, "cohort": _cohort, "consequences": _consequence, "re_adjust": proposal_lines,
}
