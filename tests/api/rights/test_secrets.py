"""Two worlds that differ in a secret are told apart by nobody but those whose secret it is, whatever they ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from werkzeug.test import TestResponse

from api.app import routes
from engine.clock import instant_text
from engine.operations.drafts import Saved, save_draft
from engine.operations.names import SYSTEM
from engine.operations.tokens import NewToken, new_token
from tests.api.calling import Caller, door_of
from tests.api.rights.asking import Wish, knock
from tests.api.rights.looking import text_of, without_choices
from tests.promises.organisation import World, copy_world, found_organisation, with_digits

Change = Callable[[World], None]
Asked = tuple[World, dict[str, Caller]]

_VARIES: Final = re.compile(
    r"[0-9a-f]{64}|[0-9a-f]{16}…|'nonce-[^']+'|nonce=\"[^\"]+\"|name=\"_key\" value=\"[^\"]*\"|Content-Length: \d+"
)
"""Hashes, which hide what they are of, and what is drawn anew for each reply."""


def ask(world: World, *refs: str) -> None:
    """The manager chooses a1's raters, and they are asked."""
    form = {"colleagues": [world.person(ref) for ref in refs]}
    world.answer("m1", "a1", "propose", targets={"sales.target": "95"}, form=form)
    world.answer("a1", "a1", "agree", "accept")
    world.at("2025-09-03T10:00:00+08:00")


def rate(world: World, ref: str, rating: str, words: str) -> None:
    world.answer(ref, "a1", "peers", ratings={"teamwork": rating}, comment=words)


def begun(world: World, words: str) -> None:
    if words:
        saved = save_draft(world.rt, world.actor("a2"), world.id("a1"), "peers", {"comment": words})
        assert isinstance(saved, Saved)


@dataclass(frozen=True, slots=True)
class Secret:
    """What happens in the one world and in the other; whose it is, and who must not be able to tell them apart."""

    one: Change
    other: Change
    known_to: tuple[str, ...]
    hidden_from: tuple[str, ...]


def _asked(*refs: str) -> Change:
    return lambda world: ask(world, *refs)


def _rated(ref: str, rating: str, words: str) -> Change:
    def change(world: World) -> None:
        ask(world, "a2", "a3", "a4")
        rate(world, ref, rating, words)

    return change


def _begun(words: str) -> Change:
    def change(world: World) -> None:
        ask(world, "a2", "a3", "a4")
        begun(world, words)

    return change


SECRETS: Final[Mapping[str, Secret]] = {
    "who was asked": Secret(
        _asked("a2", "a3", "a4"), _asked("a2", "a3", "a5"), ("m1", "hr1", "a4"), ("a1", "a2", "dir1", "au1", "m2")
    ),
    "what a rater gave": Secret(
        _rated("a2", "2.13", "one"), _rated("a2", "4.51", "two"), ("a2",), ("a1", "a3", "m1", "dir1", "hr1", "au1")
    ),
    "who of the raters has answered": Secret(
        _rated("a2", "3", "x"), _rated("a3", "3", "x"), ("a2", "m1"), ("a4", "m2", "p1")
    ),
    "what somebody has begun to write": Secret(
        _begun("planted"), _begun(""), ("a2",), ("a1", "a3", "m1", "hr1", "au1")
    ),
}


@contextmanager
def two_worlds(secret: Secret, planted: Path, folder: Path, refs: tuple[str, ...]) -> Iterator[list[Asked]]:
    found: list[Asked] = []
    for number, change in enumerate((secret.one, secret.other)):
        world = copy_world(planted, folder / str(number))
        change(world)
        app = door_of(world.rt)
        found.append((world, {ref: Caller(app, new_token(world.rt, SYSTEM, NewToken(ref)).text) for ref in refs}))
    yield found
    for world, _ in found:
        world.close()


def everything(world: World, caller: Caller) -> dict[str, str]:
    """All that the caller can find out about a1's review: by looking, and by asking for what she is refused."""
    review, now = world.id("a1"), instant_text(world.clock.now())
    instants = {"instant": now, "start": "2025-07-01T00:00:00.000000Z", "end": now, "at": now}
    found = {}
    for route in routes():
        if "review" not in route.parts or route.name in ("draft_save", "draft_drop"):
            continue
        for row in [task.id for task in world.review("a1").tasks] if "task" in route.parts else [""]:
            parts = {"review": review, "task": row, "name": "withdraw"}
            for number, body in enumerate(BODIES.get(route.name, ({},))):
                query = {name: value for name, value in instants.items() if name in route.query}
                query |= {"dry_run": "true"} if "dry_run" in route.query else {}
                wish = Wish({name: parts[name] for name in route.parts}, query, body, world.review("a1").revision)
                if route.method == "GET" or route.name in BODIES:
                    found[f"{route.name} {row} {number}"] = normal(knock(caller, route, wish))
    for path in ("/reviews", "/me/tasks", "/cycles/2025-Q3", "/cycles/2025-Q3/grades", "/people", "/jobs"):
        found[path] = normal(caller.get(path))
    return found


def normal(reply: TestResponse) -> str:
    """The reply without what differs from one request or one hash to the next."""
    return _VARIES.sub("-", without_choices(text_of(reply).replace(reply.headers["X-Request-Id"], "-")))


BODIES: Final[Mapping[str, tuple[Any, ...]]] = {
    "answer": ({"ratings": {"teamwork": "3"}}, {"outcome": "none"}),
    "waive": ({"reason": "x"},),
    "reassign": tuple({"to": ref, "reason": "x"} for ref in ("a2", "a4", "a5", "p1")),
    "delegate": tuple({"to": ref, "reason": "x"} for ref in ("a2", "a4", "p1")),
    "retract": ({"reason": "x"},),
    "extend_task": ({"until": "2026-03-31", "reason": "x"}, {"until": "soon", "reason": "x"}),
    "extend": ({"until": "2026-03-31", "reason": "x"},),
    "hold": ({"reason": "x"},),
    "resume": ({"reason": "x"},),
    "skip": ({"reason": "x"},),
    "intervene": ({"comment": "x"},),
    "correct": ({"records": ["R1-0"], "reason": "x"},),
}


def told_apart(secret: Secret, planted: Path, folder: Path, refs: tuple[str, ...]) -> dict[str, list[str]]:
    """Who finds a difference, and where."""
    with two_worlds(secret, planted, folder, refs) as ((one, ones), (other, others)):
        found = {}
        for ref in refs:
            first, second = everything(one, ones[ref]), everything(other, others[ref])
            found[ref] = [place for place in {**first, **second} if first.get(place) != second.get(place)]
        return {ref: places for ref, places in found.items() if places}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    found_organisation(folder, with_digits(folder / "workflow"))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_told_apart_by_those_alone_whose_it_is(planted: Path, tmp_path: Path, name: str) -> None:
    secret = SECRETS[name]
    assert told_apart(secret, planted, tmp_path / "hidden", secret.hidden_from) == {}
    assert told_apart(secret, planted, tmp_path / "known", secret.known_to).keys() == set(secret.known_to)
