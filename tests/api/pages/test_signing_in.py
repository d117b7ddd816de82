"""Signing in with a link that is good once, and nobody sent elsewhere by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from api.pages.render import local_path
from engine.operations.names import SYSTEM
from engine.operations.sign_in import new_link
from tests.api.pages.reading import Person
from tests.promises.organisation import World

Sit = Callable[..., Person]


def test_a_stranger_is_led_to_the_door_and_back_to_what_she_wanted(app: Flask, world: World) -> None:
    person = Person(app.test_client())
    review = f"/reviews/{world.id('a1')}"
    away = person.ask(review, 303)
    assert away.headers["Location"] == f"/sign-in?next=%2Freviews%2F{world.id('a1')}"
    link = new_link(world.rt, SYSTEM, "m1").text
    page = person.get(f"/sign-in?link={link}&next={review}")
    assert person.hand_in(page, {}).headers["Location"] == review
    person.get(review)


def test_looking_at_a_link_does_not_use_it_up_and_pressing_the_button_does(app: Flask, world: World) -> None:
    first, second = Person(app.test_client()), Person(app.test_client())
    link = new_link(world.rt, SYSTEM, "m1").text
    for _ in range(3):
        page = first.get(f"/sign-in?link={link}")
    assert first.hand_in(page, {}).status_code == 303
    again = second.hand_in(page, {})
    assert again.status_code == 403
    assert "does not sign anybody in" in again.get_data(as_text=True)
    second.ask("/", 303)


def test_a_session_ends_with_the_button(sit: Sit) -> None:
    person = sit("m1")
    person.get("/account")
    assert person.post("/sign-out", {}).headers["Location"] == "/sign-in"
    person.ask("/account", 303)


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_no_other_site_hands_anything_in(sit: Sit, world: World, site: str | None) -> None:
    person = sit("m1")
    task = f"/reviews/{world.id('a1')}/remark"
    assert person.post(task, {"comment": "x"}, site=site).status_code == 403
    assert len(world.review("a1").tasks) == 2
    assert person.post(task, {"comment": "x"}).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\nb", "/%0d", "javascript:x", "/\t/x"],
)
def test_nobody_is_sent_to_another_host(wanted: str) -> None:
    found = local_path(wanted)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert "\n" not in found


def test_an_address_of_our_own_is_kept() -> None:
    assert local_path("/reviews/x?done=answered#score") == "/reviews/x?done=answered#score"


def test_the_language_that_was_chosen_is_remembered(sit: Sit) -> None:
    person = sit("m1")
    assert "What waits for you" in person.get("/").text
    assert "等你处理的事" in person.get("/?lang=zh").text
    assert person.get("/").first("html")["lang"] == "zh-CN"
