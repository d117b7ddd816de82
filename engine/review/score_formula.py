"""The middle of a score told in words: what a value was, what its shape made of it, what rules and limits did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any, Final

from engine.words.book import say
from rules.expressions.parser import parse
from rules.expressions.render import sentence_of

Step = Mapping[str, Any]
METRIC: Final = "metric "  # before a metric's key in the titles: bare is the figure of that name
OF_METRIC: Final = ("score", "target", "weight", "value")
WORDS: Final = (
    "and", "or", "not", "in", "if", "else", "where", "yes", "no", "min", "max", "mean", "sum", "any", "all", "count",
    "round", "abs", "previous", "past", "held",
)


@dataclass(frozen=True)
class Teller:
    """Says the numbers of a trace in one language; titles: display names of figures, metrics, roles and grades.

    keys: every metric and part by dotted name; standards: (metric, its named number); fields: (list, its field);
    weights: of metrics and parts by dotted name, as agreed; zone: of the days on which figures were taken;
    rules: what the card says for a rule, by its name.
    """

    lang: str
    titles: Mapping[str, str] = field(default_factory=dict)
    keys: Sequence[str] = ()
    standards: Sequence[tuple[str, str]] = ()
    fields: Sequence[tuple[str, str]] = ()
    weights: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None
    rules: Mapping[str, str] = field(default_factory=dict)

    def say(self, code: str, **values: object) -> str:
        return say(self.lang, f"score.{code}", **{name: self.shown(value) for name, value in values.items()})

    def shown(self, value: object) -> str:
        """A number, a word, yes or no; nothing as a dash."""
        if isinstance(value, bool):
            return say(self.lang, "score.yes" if value else "score.no")
        if value is None:
            return say(self.lang, "score.none")
        return str(value)

    def title(self, name: object) -> str:
        """The display name; a part by its own one, a row of a list by its list's and number."""
        text = str(name)
        if text in self.titles:
            return self.titles[text]
        if text in ("total", "grade"):
            return say(self.lang, "score.total" if text == "total" else "score.grade.name")
        if text == "subject":
            return say(self.lang, "score.subject")
        if "[" in text:
            head, _, tail = text.partition("[")
            row, _, key = tail.partition("]")
            told = say(self.lang, "score.row", name=self.title(head), row=row)
            return say(self.lang, "score.of.standard", name=told, what=self.title(key[1:])) if key else told
        if text.startswith("previous("):
            inner, mark, ago = text[len("previous("):-1].partition(";")
            return f"{say(self.lang, 'score.previous')}({self.title(inner)}{mark}{ago})"
        bare = text.rpartition(".")[2]
        return self.titles.get(bare, text)

    def metric(self, key: object) -> str:
        """The display name of a metric or part, which may share its name with a figure."""
        text = str(key)
        head, _, row = text.removesuffix("]").partition("[")
        own = self.titles.get(f"{METRIC}{head}")
        if own is None:
            return self.title(text)
        return say(self.lang, "score.row", name=own, row=row) if row else own

    def rule(self, rule: Step) -> str:
        """What the card says for the rule in this language, or its name."""
        said = (rule.get("say") or {}).get(self.lang)
        return str(said or self.titles.get(rule["rule"], rule["rule"]))

    def node(self, step: Step) -> str:
        is_metric = step["step"] in ("metrics", "agreed", "re_adjust")
        return self.metric(step["name"]) if is_metric else self.title(step["name"])

    def text(self, expression: str) -> str:
        """An expression with display names; as written where it is none."""
        ends = [self._one(end) for end in expression.split(" | ")]
        return " | ".join(ends)

    def _one(self, expression: str) -> str:
        tree = parse(expression)
        if isinstance(tree, tuple):
            return expression
        words = {word: say(self.lang, f"score.word.{word}") for word in WORDS}
        return sentence_of(tree, self.names_in_expressions, words)

    @cached_property
    def names_in_expressions(self) -> dict[str, str]:
        """What a bare or dotted name is called when a condition is told."""
        names = {what: say(self.lang, f"score.what.{what}") for what in OF_METRIC}
        names |= {mode: say(self.lang, f"score.mode.{mode}") for mode in ("half_up", "half_even", "half_down")}
        names |= {"total": self.title("total"), "grade": self.title("grade"), "metrics": self.say("metrics")}
        for key in self.keys:
            own = self.metric(key)
            names |= {f"{key}.{what}": self.say(f"of.{what}", name=own) for what in OF_METRIC}
            parts = names[f"{key}.parts"] = self.say("of.parts", name=own)
            names |= {f"{key}.parts.{what}": self.say(f"of.{what}", name=parts) for what in OF_METRIC}
        for key, what in self.standards:
            names[f"{key}.{what}"] = self.say("of.standard", name=self.metric(key), what=self.title(what))
        for key, what in self.fields:
            own = names.get(what) or self.title(what)
            names[f"{key}.{what}"] = self.say("of.field", name=self.title(key), what=own)
        for what in OF_METRIC:
            names[f"metrics.{what}"] = self.say(f"of.{what}", name=self.say("metrics"))
        return {**names, **self.rules, **self.titles}

    def figures(self, figures: Sequence[Step]) -> str:
        """Names with what they hold, as they are called inside expressions."""
        names = self.names_in_expressions
        named = ((names.get(one["name"]) or self.title(one["name"]), one["value"]) for one in figures)
        return ", ".join(f"{name} = {self.shown(value)}" for name, value in named)

    def option(self, value: object) -> str:
        """A figure as it is shown: an option or grade by its title."""
        told = self.shown(value)
        return self.titles.get(told, told)

    def listed(self, texts: Iterable[str]) -> str:
        return self.say("comma").join(texts)

    def day(self, instant: str) -> str:
        """The day of an instant; what is no instant stays as it is."""
        try:
            at = datetime.fromisoformat(instant)
        except ValueError:
            return instant
        return instant if "T" not in instant else at.astimezone(self.zone or UTC).date().isoformat()

    def weights_in(self, group: str) -> str:
        """The weights that stand directly in a group, as a sum; the total's are those of the metrics."""
        above = "" if group == "total" else f"{group}."
        own = [weight for key, weight in self.weights.items() if key.startswith(above)
               and "." not in key[len(above):]]
        return " + ".join(own) or "0"

    def mode(self, rounding: Step) -> str:
        return self.say(f"mode.{rounding['mode']}")

    def names(self, names: Any) -> str:
        return ", ".join(self.title(name) for name in names)


def value_line(teller: Teller, step: Step) -> Iterator[str]:
    """What went into the shape: the figure itself, or the expression with its figures."""
    value = step.get("value")
    if value is None:
        return
    name, text = teller.node(step), str(value["text"])
    figures = step.get("figures", [])
    if "zero_value" in step and not isinstance(value["value"], list):
        yield teller.say("value.zero", name=name, text=teller.text(text), value=value["value"],
                         figures=teller.figures(figures))
    elif isinstance(value["value"], list):
        many = zip(text.split(" | "), value["value"], strict=False)
        for one, its in many:
            yield teller.say("value", name=name, text=teller.text(one), value=its)
    elif value["value"] is None and len(figures) == 1 and figures[0]["name"] == text:
        return
    elif value["value"] is None and step.get("lacking"):
        yield teller.say("value.missing", name=name, text=teller.text(text), names=teller.names(step["lacking"]))
    elif len(figures) == 1 and figures[0]["name"] == text:
        same = teller.title(text) == name
        yield teller.say("value.plain", name=name, value=value["value"]) if same else teller.say(
            "value", name=name, text=teller.title(text), value=value["value"]
        )
    elif figures:
        told = teller.figures(figures)
        yield teller.say("value.with", name=name, text=teller.text(text), value=value["value"], figures=told)
    else:
        yield teller.say("value", name=name, text=teller.text(text), value=value["value"])


def formula_line(teller: Teller, step: Step) -> Iterator[str]:
    """How the shape came to the exact number or word."""
    formula = step.get("formula")
    exact = step.get("exact")
    if "if_zero" in step:
        yield teller.say("if_zero", value=step["if_zero"])
    if formula is not None and formula["shape"] == "lookup" and formula.get("hit", "") is None:
        yield teller.say("lookup.none", option=formula["option"])
    if formula is None or exact is None or ("value" not in step and formula["shape"] != "choose"):
        return
    tellers: dict[str, Callable[[Teller, Step, Any, Any], str]] = {
        "ratio": _ratio, "steps": _steps, "line": _line, "bands": _bands, "lookup": _lookup, "grid": _grid,
        "choose": _choose,
    }
    value = step["value"]["value"] if "value" in step else None
    if "how" in formula:
        exact = f"{teller.text(formula['how'])} = {teller.shown(exact)}"
    yield tellers[formula["shape"]](teller, formula, value, exact)


def _ratio(teller: Teller, formula: Step, value: Any, exact: Any) -> str:
    way = formula["by"] or "higher"
    return teller.say(f"ratio.{way}", value=value, target=formula["target"], full=formula["full"], exact=exact)


def _steps(teller: Teller, formula: Step, value: Any, exact: Any) -> str:
    if formula["counted"] == "0" and exact == formula["start"]:
        return teller.say("steps.none", value=value, at=formula["at"], exact=exact)
    return teller.say(
        "steps", value=value, beyond=str(formula["beyond"]).removeprefix("-"), at=formula["at"], every=formula["every"],
        counted=formula["counted"], counting=teller.say(f"counting.{formula['counting']}"), start=formula["start"],
        points=formula[formula["side"]], exact=exact,
    )


def _line(teller: Teller, formula: Step, value: Any, exact: Any) -> str:
    first, second = formula["hit"]
    (x1, y1), (x2, y2) = formula["points"][first], formula["points"][second]
    if first == second:
        return teller.say("line.flat" if formula.get("flat") else "line.at", value=value, x1=x1, exact=exact)
    return teller.say("line", value=value, x1=x1, x2=x2, y1=y1, y2=y2, exact=exact)


def _bands(teller: Teller, formula: Step, value: Any, exact: Any) -> str:
    exact = teller.titles.get(str(exact), exact)
    if formula["hit"] == "else":
        way = "short" if formula["side"] in ("from", "above") else "over"
        return teller.say(f"bands.else.{way}", value=value, bounds=formula["bounds"][-1], exact=exact)
    bound = formula["bound"]
    bound = f"{bound} ({teller.text(formula['bound_text'])})" if "bound_text" in formula else bound
    if len(formula["bounds"]) > 1:  # the row above was asked first, and does not hold
        better = formula["bounds"][-2]
        return teller.say(f"bands.{formula['side']}.not", value=value, bound=bound, better=better, exact=exact)
    return teller.say(f"bands.{formula['side']}", value=value, bound=bound, exact=exact)


def _lookup(teller: Teller, formula: Step, value: Any, exact: Any) -> str:
    known = {"yes": teller.shown(True), "no": teller.shown(False)}
    option = known.get(str(formula["option"]), str(formula["option"]))
    return teller.say("lookup", option=teller.titles.get(option, option), exact=teller.titles.get(str(exact), exact))


def _grid(teller: Teller, formula: Step, value: Any, exact: Any) -> str:
    first, second = formula["options"]
    return teller.say("grid", first=first, second=second, exact=teller.titles.get(str(exact), exact))


def _choose(teller: Teller, formula: Step, value: Any, exact: Any) -> str:
    exact = teller.titles.get(str(exact), exact) if not isinstance(exact, bool) else exact
    if formula["hit"] == "else":
        return teller.say("choose.else", exact=exact)
    return teller.say("choose", condition=teller.text(formula["condition"]), exact=exact)
