"""Rules and proposals of a told score, worked out again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.engine.review.retold.grammar import words
from tests.engine.review.retold.sums import rounded
from tests.engine.review.retold.told import Places, Wrong, limited

if TYPE_CHECKING:
    from tests.engine.review.retold.retelling import Retelling


def read_rule(told: Retelling, code: str, places: Places) -> None:
    effect = code.removeprefix("rule.")
    held = words(told.lang)["word.held"]
    told.put(f"{held}({places['rule']})", effect not in ("not", "lacking"))
    if effect == "not":
        return told.holds(places["condition"], False)
    if effect in ("unsure", "undecided", "lacking", "drop", "empty"):
        return None
    if effect.startswith("how"):
        told.beside(places.get("figures", ""))
        told.same(told.worked(places["text"], told.value(places["value"])), places["value"], places["text"])
        told.amount, told.local = told.value(places["value"]), {}
        return None
    key = _part(told, places["rule"], told.value(places["before"]) is None)
    before = told.run if key is None else told.of.get(key)
    told.same(before, places["before"], "before")
    value = told.value(places["before"])
    if effect in ("add", "subtract", "multiply"):
        amount = Fraction(places["amount"])
        value = {"add": value + amount, "subtract": value - amount, "multiply": value * amount}[effect]
    elif effect.startswith("limit"):
        value = limited(told, places)
    elif effect == "round":
        mode = next(one for one, text in words(told.lang).items() if one.startswith("mode.") and text == places["mode"])
        value = rounded(value, Fraction(places["unit"]), mode.removeprefix("mode."))
    else:
        value = _graded(told, effect, value, places)
    if "amount" in places and told.amount is not None and told.value(places["amount"]) != told.amount:
        raise Wrong(f"{places['amount']} is not {told.amount}")
    told.amount = None
    told.same(value, places["after"], "after")
    if key is None:
        told.run = value
    else:
        told.of[key] = value
    if told.section == "grade":
        told.put(words(told.lang)["grade.name"], value)
    return None


def _part(told: Retelling, rule: str, missing: bool) -> str | None:
    """The score that a rule of the group above acts on; one that is missing may be set."""
    before, _, after = words(told.lang)["rule.on"].replace("{rule}", "").partition("{name}")
    _, mark, name = rule.rpartition(before)
    key = told.named("score", name.removesuffix(after))
    return key if mark and (missing or key in told.of) else None


def _graded(told: Retelling, effect: str, grade: Any, places: Places) -> Any:
    """A rule on the grade, by the ladder that the text tells; `set` gives what it declares, or what was worked out."""
    after = told.value(places["after"])
    if effect == "set":
        return after if told.amount is None else told.amount
    ladder = told.ladder
    if grade not in ladder:
        return grade
    if effect in ("at_most", "at_least"):
        told.bounds.append((max if effect == "at_most" else min, places["amount"]))
    else:
        moved = ladder.index(grade) + int(places["amount"]) * (1 if effect == "lower" else -1)
        grade = ladder[max(0, min(moved, len(ladder) - 1))]
    for choose, bound in sorted(told.bounds, key=lambda one: one[0] is max):  # a cap is stronger than a floor
        grade = choose(grade, bound, key=ladder.index)
    return grade


def read_proposal(told: Retelling, code: str, places: Places) -> None:
    """What is wanted is held back line by line; then the old number becomes what is left of it."""
    if code in ("proposal.most", "proposal.inside", "proposal.given"):
        told.running(places["wanted"])
        if code == "proposal.most":
            before, most = Fraction(places["before"]), abs(Fraction(places["before"])) * Fraction(places["share"]) / 100
            told.same(before - most, places["low"], "low")
            told.same(before + most, places["high"], "high")
        low, _, high = places.get("span", "").partition("..")
        ends = {"low": places.get("low", low), "high": places.get("high", high), "before": places["wanted"]}
        told.run = told.value(places["after"])
        if code != "proposal.given":
            told.same(limited(told, ends), places["after"], "held back")
        return
    what = next(one for one in ("target", "weight") if words(told.lang)[f"what.{one}"] == places["what"])
    key = told.named(what, places["name"])
    told.same(told.of[key], places["before"], key)
    before = told.value(places["before"])
    after = before if code == "proposal.same" else told.value(places["after"])
    if places["name"] == told.cur:
        told.same(told.run, told_text(after), "what is proposed")
        told.moved = after - before
    elif before - after != told.moved:
        raise Wrong("one does not give what the other takes")
    told.of[key] = after


def told_text(value: Any) -> str:
    return str(value)
