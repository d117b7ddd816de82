"""Reading rules: a name, an optional `if`, and exactly one effect on the node they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.expressions.scope import Scope
from rules.expressions.types import Kind, Type
from rules.numbers import EXACT
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Fields, nearest, shown
from rules.scorecard.model import Path, Rule
from rules.scorecard.ranges import clamped, hull, product, rounded, term_type, total_of
from rules.scorecard.shapes import Term

NUMBER_EFFECTS = ("add", "subtract", "multiply", "limit", "set", "round")
PART_EFFECTS = ("limit", "set", "drop")
GRADE_EFFECTS = ("at_most", "at_least", "raise", "lower", "set")
_ALWAYS = ("rule", "if", "if_missing", "say")


def read_rules(
    draft: Draft, document: Any, path: Path, scope: Scope, effects: Sequence[str], words: Sequence[str] = (),
    amounts: Scope | None = None,
) -> tuple[Rule, ...]:
    """The rules of one list, top to bottom; words: the grades for grade effects, part names for part effects.

    amounts: where effects read other names than conditions do (the part's own ones in `part_rules`).
    """
    if document is None:
        return ()
    if not isinstance(document, list | tuple):
        draft.faults.add("SC001", path, wants="list", value=document)
        return ()
    found: list[Rule] = []
    for index, one in enumerate(document):
        here = replace(scope, rules=tuple(draft.rules))
        there = here if amounts is None else replace(amounts, rules=here.rules)
        rule = _rule(draft, one, (*path, index), here, there, effects, words)
        if rule is not None:
            if rule.name in draft.rules:
                draft.faults.add("SC028", (*path, index, "rule"), level="warning", rule=rule.name)
            draft.rules.append(rule.name)
            found.append(rule)
    return tuple(found)


def _rule(
    draft: Draft, document: Any, path: Path, scope: Scope, amounts: Scope, effects: Sequence[str], words: Sequence[str]
) -> Rule | None:
    parts = effects is PART_EFFECTS
    fields = Fields(draft.faults, document, path, (*_ALWAYS, *effects, *(("for",) if parts else ())))
    if not fields.readable or not fields.need("rule"):
        return None
    name = fields.text("rule") or ""
    if_missing = fields.one_of("if_missing", ("holds", "fails"))
    said = if_missing is not None
    condition = None
    if "if" in fields:
        condition = draft.condition(fields.raw("if"), fields.at("if"), scope, said=said, if_missing=if_missing)
    if "if" in fields and condition is None:
        return None
    present = [effect for effect in effects if effect in fields]
    if not present:
        draft.faults.add("SC129", path, rule=name, allowed=", ".join(effects))
        return None
    if len(present) != 1:
        draft.faults.add("SC027", path, rule=name, found=", ".join(present), allowed=", ".join(effects))
        return None
    effect = present[0]
    rule = Rule(name, path, condition, if_missing, effect, say=fields.title("say"))
    if parts and fields.raw("for") != "all":
        for part in fields.texts("for"):
            if part not in words:
                draft.faults.add("SC029", fields.at("for"), name=part, nearest=nearest(part, words))
        rule = replace(rule, part_names=fields.texts("for"))
    if effects is GRADE_EFFECTS:
        return _grade_effect(draft, fields, rule, words)
    return _number_effect(draft, fields, rule, amounts)


def _number_effect(draft: Draft, fields: Fields, rule: Rule, scope: Scope) -> Rule | None:
    value, path = fields.raw(rule.effect), fields.at(rule.effect)
    if rule.effect == "limit":
        limits = draft.limits(value, path, scope)
        return None if limits is None else replace(rule, limits=limits)
    if rule.effect == "round":
        return replace(rule, rounding=draft.rounding(value, path))
    if rule.effect == "drop":
        if value is not True:
            fields.wants("drop", "true")
        return rule
    term = draft.term(value, path, scope)
    return None if term is None else replace(rule, amount=term)


def _grade_effect(draft: Draft, fields: Fields, rule: Rule, words: Sequence[str]) -> Rule | None:
    if rule.effect in ("raise", "lower"):
        steps = fields.whole(rule.effect, 1, 20)
        return None if steps is None else replace(rule, amount=Term(str(steps), constant=Decimal(steps)))
    value = fields.raw(rule.effect)
    word = value if isinstance(value, str) else shown(value)
    if word not in words:
        draft.faults.add(
            "SC030", fields.at(rule.effect), grade=word, nearest=nearest(word, words), allowed=", ".join(words)
        )
        return None
    return replace(rule, amount=Term(word, constant=word))


def after_rules(before: Type, rules: Sequence[Rule]) -> Type:
    """What a number can be after these rules: each may act or not, one without `if` always does."""
    now = before
    for rule in rules:
        acted = _after(now, rule)
        undecided = rule.condition is not None and rule.condition.type.missing and rule.if_missing is None
        now = acted if rule.condition is None else hull([now, acted])
        now = replace(now, missing=now.missing or undecided)
    return now


def _after(now: Type, rule: Rule) -> Type:
    amount = term_type(rule.amount)
    if rule.effect == "add":
        return total_of([now, amount])
    if rule.effect == "subtract":
        return total_of([now, product(amount, Type(Kind.NUMBER, low=Decimal(-1), high=Decimal(-1), digits=0))])
    if rule.effect == "multiply":
        return product(now, amount)
    if rule.effect == "set":
        return amount
    if rule.effect == "limit":
        return clamped(now, rule.limits)
    return rounded(now, rule.rounding or EXACT)


