"""The figures of a score told in words: what was given, from where and when, and how many became one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.review.score_formula import Step, Teller
from engine.review.score_rules import differs, unit_of


def input_lines(teller: Teller, step: Step) -> Iterator[str]:
    """One input or list: what was given, by whom and when, and how many became one."""
    name, value = teller.title(step["name"]), _with_unit(step)
    if "list" in step:
        yield from _rows(teller, step, name)
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
        told = teller.say(f"fold.{step['fold']}", name=name, values=values, value=step.get("exact", value))
        origin = _origin(teller, step["figures"])
        yield teller.say("with_origin", told=told, origin=origin) if origin else told
        yield from _rounded(teller, step, value)
    else:
        yield _figure(teller, name, step["figures"][0], value)


def _with_unit(step: Step) -> Any:
    unit = "%" if step.get("type") == "percent" else step.get("unit")
    return f"{step['value']} {unit}" if unit and isinstance(step.get("value"), str) else step.get("value")


def _figure(teller: Teller, name: str, figure: Step, value: Any) -> str:
    source = figure.get("source")
    if source in ("agreed", "carried", "given"):
        return teller.say("agreed.input", name=name, value=value, source=teller.say(f"source.{source}"))
    told, origin = teller.say("figure", name=name, value=value), _origin(teller, [figure])
    return teller.say("with_origin", told=told, origin=origin) if origin else told


def _origin(teller: Teller, figures: Sequence[Step]) -> str:
    """From where, from when, of how many samples: as far as it is known."""
    sources = dict.fromkeys(one["source"] for one in figures if one.get("source"))
    days = sorted({teller.day(one["taken_at"]) for one in figures if one.get("taken_at")})
    samples = [one["samples"] for one in figures if one.get("samples") is not None]
    found = [teller.say("origin.source", source=teller.listed(sources))] if sources else []
    if days:
        found.append(teller.say("origin.days", first=days[0], last=days[-1]) if len(days) > 1
                     else teller.say("origin.day", day=days[0]))
    if samples:
        found.append(teller.say("origin.samples", samples=" + ".join(map(str, samples))))
    return teller.listed(found)


def _rows(teller: Teller, step: Step, name: str) -> Iterator[str]:
    """How many rows, then each with its fields."""
    yield teller.say("list", name=name, rows=len(step["list"]))
    for number, row in enumerate(step["list"], 1):
        fields = [
            teller.say("row.field", name=teller.title(key), value=teller.option(value))
            for key, value in row.items() if value is not None
        ]
        told = teller.listed(fields) or teller.shown(None)
        yield teller.say("row.fields", name=teller.title(f"{step['name']}[{number}]"), fields=told)


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
