"""Pairs of requests to be answered alike: about what is there and not to be seen, and about what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Final

from api.app import routes
from api.kit.route import FORM, Route
from tests.api.calling import Caller
from tests.api.rights.asking import Wish, knock, wish_for
from tests.api.rights.looking import text_of
from tests.api.rights.scene import Live, Scene

_VARIES: Final = (
    (re.compile(r"'nonce-[^']+'|nonce=\"[^\"]+\""), "nonce"),
    (re.compile(r"(name=\"_key\" value=\")[^\"]*"), r"\1-"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody asks about `real`, which is there and none of hers, and about `unreal`, which is not."""

    ref: str
    route: Route
    real: Wish
    unreal: Wish
    swap: tuple[str, str]
    headers: Mapping[str, str]

    @property
    def about(self) -> str:
        return f"{self.ref} asks {self.route.name} {dict(self.headers)} about {self.swap[0]}"


def strangers(scene: Scene) -> dict[str, tuple[tuple[str, str], tuple[str, ...]]]:
    """Part of an address -> a pair of values alike in form, and refs to whom the first one is not there."""
    ids = scene.ids
    none = "0123456789abcdef" * 4
    return {
        "review": ((ids["appeal"], none[:32]), ("m2", "x1", "hr3", "a5")),
        "review by name": (("a1@2025-Q3", "zz@2025-Q3"), ("m2", "x1", "hr3", "a5")),
        "review by subject": (("a1", "zz"), ("m2", "x1", "a5")),
        "review by its beginning": ((ids["appeal"][:12], none[:12]), ("m2", "x1")),
        "task": ((ids["hear of p2"], none[:32]), ("p1", "m1", "a2")),
        "cycle": ((ids["third"], none[:32]), ("m2", "x1", "hr3")),
        "cycle by name": (("2025-Q3", "2024-Q3"), ("m2", "x1", "hr3")),
        "fingerprint": ((ids["definition"], none), ("m2", "x1")),
        "fingerprint of a proposal": ((ids["proposal"], none), ("m2", "m3", "p1")),
        "job": ((ids["job"], none[:32]), ("m3", "hr2", "au1")),
        "token": ((ids["token"], none[:16]), ("m2", "p1", "hr3")),
        "session": ((ids["session"], none[:16]), ("m2", "hr1", "m1")),
        "ref": (("a1", "zz"), ("m2", "x1", "hr3", "p1")),
    }  # fmt: skip


def by_address(live: Live) -> Iterator[Pair]:
    """Every route whose address names something, in each spelling; what changes something also on an old revision, as
    a trial, and with people named in it."""
    for said, ((real, unreal), refs) in strangers(live.scene).items():
        part = said.split()[0]
        for route in routes():
            if part not in route.parts or route.public:
                continue
            for wish in wishes(route, live, "appeal"):
                asked = [replace(wish, parts={**wish.parts, part: value}) for value in (real, unreal)]
                for headers in ({}, {"If-Match": '"1"'}) if route.matched else ({},):
                    yield from (Pair(ref, route, *asked, (real, unreal), headers) for ref in refs)


def wishes(route: Route, live: Live, where: str) -> Iterator[Wish]:
    """The wish as it is well formed; one that is not; one that names somebody who is there, and somebody who is not."""
    wish = wish_for(route, live, where)
    yield wish
    if "dry_run" in route.query:
        yield replace(wish, query={**wish.query, "dry_run": "true"})
    if route.name in ("answer", "draft_save"):
        for one in ("x1", "zz"):
            yield replace(wish, body={"form": {"colleagues": [one]}, "ratings": {"no": 1}, "outcome": "no"})
    if route.name in ("reassign", "delegate"):
        for one in ("x1", "zz", "p2"):
            yield replace(wish, body={"to": one, "reason": "x"})
    if route.name in ("page_reassign_do", "page_delegate_do"):
        for one in ("x1", "zz", "p2"):
            yield replace(wish, body={"to": [one], "reason": ["x"]})
    if route.takes == FORM:
        yield replace(wish, body={})


NAMED: Final = (
    ("tokens", "-", "person"), ("sessions", "-", "person"), ("observations", "-", "subject"),
    ("reviews", "-", "subject"), ("page_reviews", "-", "subject"), ("page_audit", "-", "subject"),
    ("reviews", "-", "cycle"), ("page_reviews", "-", "cycle"), ("people", "-", "search"),
    ("page_definition_edit", "-", "from"), ("definition_timeline", "-", "for"), ("page_dates", "-", "for"),
)  # fmt: skip
"""Routes that name something among their parameters."""

_VALUES: Final = {"person": ("hr1", "zz1"), "for": ("hr1", "zz1"), "subject": ("a1", "zz"),
                  "cycle": ("2025-Q3", "2024-Q3"), "search": ("hai ru", "zzz zz"),
                  "from": ("2c0ffee0", "2c0ffee1")}  # fmt: skip


def by_parameter(live: Live) -> Iterator[Pair]:
    known = {route.name: route for route in routes()}
    for name, where, parameter in NAMED:
        route, swap = known[name], _VALUES[parameter]
        if parameter not in route.query:
            continue
        wish = wish_for(route, live, where)
        asked = [replace(wish, query={**wish.query, parameter: value}) for value in swap]
        for ref in ("m2", "x1") if parameter != "person" else ("m2", "x1", "a1", "m3", "p1"):
            yield Pair(ref, route, *asked, swap, {})


def by_cursor(live: Live) -> Iterator[Pair]:
    """Cursors that one was not given: what they point at is there, or is not."""
    known, ids, none = {route.name: route for route in routes()}, live.scene.ids, "0123456789abcdef" * 2
    for name, kind, real in (
        ("reviews", "reviews", ids["appeal"]), ("page_reviews", "reviews", ids["appeal"]),
        ("my_tasks", "work", ids["hear"]), ("page_work", "work", ids["hear"]), ("cycles", "cycles", ids["third"]),
        ("people", "people", live.world.person("a1")), ("observations", "observations", ids["observation"]),
        ("jobs", "jobs", ids["job"]),
    ):  # fmt: skip
        route = known[name]
        wish = wish_for(route, live, "-")
        swap = (f"{kind}.{real}", f"{kind}.{none}")
        asked = [replace(wish, query={**wish.query, "cursor": value}) for value in swap]
        yield from (Pair(ref, route, *asked, swap, {}) for ref in ("m2", "x1", "hr3"))


def by_body(live: Live) -> Iterator[Pair]:
    """Whoever may not carry a command out hears the same of somebody who is there and of nobody."""
    known = {route.name: route for route in routes()}
    swap = ("x1", "zz")
    bodies: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = (
        ("token_new", "-", lambda ref: {"person": ref}, ("m2", "a1", "m3", "hr3", "p1")),
        ("link_new", "-", lambda ref: {"person": ref}, ("m2", "a1", "m3", "hr3", "p1")),
        ("page_link_new", "-", lambda ref: {"person": [ref]}, ("m2", "a1", "m3", "hr3", "p1")),
        ("reassign", "appeal", lambda ref: {"to": ref, "reason": "x"}, ("a1", "m3", "m1", "p1", "dir1", "au1")),
        ("reassign", "targets", lambda ref: {"to": ref, "reason": "x"}, ("a3", "m3", "m1", "dir1", "au1")),
        ("delegate", "appeal", lambda ref: {"to": ref, "reason": "x"}, ("a1", "m3", "p1", "dir1", "au1", "hr1")),
        ("page_delegate_do", "appeal", lambda ref: {"to": [ref], "reason": ["x"]}, ("a1", "m3", "p1", "hr1")),
        ("page_reassign_do", "appeal", lambda ref: {"to": [ref], "reason": ["x"]}, ("a1", "m3", "p1", "dir1", "au1")),
        ("answer", "targets", lambda ref: {"form": {"colleagues": ["a2", "a4", ref]}}, ("a3", "m1", "dir1", "hr1")),
        ("cycle_open", "-", lambda ref: {"workflow": "account-manager-quarterly", "period": "2026-Q1", "for": [ref]},
         ("m3", "au1", "hr3")),
    )  # fmt: skip
    for name, where, body, refs in bodies:
        wish = wish_for(known[name], live, where)
        asked = [replace(wish, body=body(value)) for value in swap]
        yield from (Pair(ref, known[name], *asked, swap, {}) for ref in refs)


def told(caller: Caller, pair: Pair, wish: Wish, value: str) -> str:
    """The reply without what differs from one request to the next, and without the value that was asked about."""
    found = knock(caller, pair.route, wish, pair.headers)
    text = text_of(found).replace(found.headers["X-Request-Id"], "-").replace(value, "-" * len(value))
    for pattern, put in _VARIES:
        text = pattern.sub(put, text)
    return text


def differing(live: Live, pairs: Iterator[Pair]) -> tuple[int, list[str]]:
    """How many pairs were asked, and those that were answered differently."""
    wrong, count = [], 0
    for pair in pairs:
        caller = live.caller(pair.ref)
        real, unreal = (told(caller, pair, *one) for one in zip((pair.real, pair.unreal), pair.swap, strict=True))
        count += 1
        if real != unreal:
            lines = zip_longest(real.split("\n"), unreal.split("\n"), fillvalue="")
            first, second = next(two for two in lines if two[0] != two[1])
            wrong.append(f"{pair.about}: {first[:300]} | {second[:300]}")
    return count, wrong
