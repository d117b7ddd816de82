"""Signing in by a link that is good once, and a session that ends when it should: cookies, limits, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from api.actor import COOKIE
from api.app import routes
from engine.operations import sign_in
from engine.operations.names import SYSTEM
from engine.store import sessions
from tests.api.calling import Caller, door_of
from tests.api.rights.asking import Wish, knock
from tests.api.rights.cells import told
from tests.api.rights.scene import Live, Stage

ROUTES: Final = {route.name: route for route in routes()}
NOBODY: Final = Wish({})
OWN: Final = "http://localhost"


@pytest.fixture
def live(stage: Stage) -> Iterator[Live]:
    with stage.live() as one:
        yield one


def link(live: Live, ref: str = "m3") -> str:
    return sign_in.new_link(live.world.rt, SYSTEM, ref).text


def redeemed(live: Live, text: str, caller: Caller | None = None, **fields: str) -> TestResponse:
    body = {name: [one] for name, one in {"link": text, **fields}.items()}
    return knock(caller or Caller(live.app, None), ROUTES["page_sign_in_do"], Wish({}, body=body))


def cookie_of(found: TestResponse) -> tuple[str, set[str]]:
    """The session's text, and what is said beside it."""
    (header,) = [one for one in found.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    value, *more = header.split("; ")
    return value.partition("=")[2], set(more)


def browser(live: Live, text: str) -> Caller:
    return Caller(live.app, None, {"Cookie": f"{COOKIE}={text}"})


def inside(live: Live, text: str) -> bool:
    pages = told(knock(browser(live, text), ROUTES["page_work"], NOBODY)) == "200"
    programs = browser(live, text).get("/me").status_code == 200
    assert pages == programs
    return pages


def test_a_link_lets_in_once_and_sets_a_cookie_that_no_script_reads(live: Live) -> None:
    text = link(live)
    found = redeemed(live, text)
    assert (found.status_code, found.headers["Location"]) == (303, "/")
    value, said = cookie_of(found)
    assert said >= {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"}
    assert not any(one.startswith("Domain") for one in said)
    assert inside(live, value)
    assert browser(live, value).told("/me")["person"]["ref"] == "m3"
    again = redeemed(live, text)
    assert again.status_code == 403
    assert COOKIE not in str(again.headers)
    assert inside(live, value)


def test_looking_at_a_link_does_not_use_it_up(live: Live) -> None:
    """Mail programs and chats fetch what they are sent."""
    text = link(live)
    for _ in range(3):
        found = knock(Caller(live.app, None), ROUTES["page_sign_in"], Wish({}, {"link": text}))
        assert found.status_code == 200
        assert COOKIE not in str(found.headers)
    assert redeemed(live, text).status_code == 303


def test_why_a_link_lets_nobody_in_is_not_told(live: Live) -> None:
    """Used, too old, never made, made for another purpose: one answer."""
    used, old = link(live), link(live)
    redeemed(live, used)
    live.world.clock.set(live.world.clock.now() + sign_in.LINK_LASTS)
    texts = (used, old, "rl_" + "0" * 16 + "_" + "0" * 64, "", live.scene.tokens["m3"], live.scene.ids["cookie"], "x")
    answers = set()
    for text in texts:
        found = redeemed(live, text)
        nonce = found.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
        answers.add((found.status_code, found.get_data(as_text=True).replace(nonce, "-")))
        assert "Set-Cookie" not in found.headers
    assert {status for status, _ in answers} == {403}
    assert len(answers) == 1


def test_a_session_begins_anew_whatever_cookie_came_along(live: Live) -> None:
    """Nobody prepares a session for somebody else to sign in to."""
    given = live.scene.ids["cookie"]
    value, _ = cookie_of(redeemed(live, link(live, "p1"), browser(live, given)))
    assert value != given
    assert browser(live, value).told("/me")["person"]["ref"] == "p1"
    assert browser(live, given).told("/me")["person"]["ref"] == "m3"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
               "/\t/evil.example", "http:evil.example", "evil.example", "///evil.example", "/%09//evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_house_after_signing_in(live: Live, wanted: str) -> None:
    target = redeemed(live, link(live), next=wanted).headers["Location"]
    assert target == "/" or (target.startswith("/%") and "//" not in target[:2])
    assert redeemed(live, link(live), next="/reviews?state=appeal").headers["Location"] == "/reviews?state=appeal"


def test_signing_out_ends_the_session_and_not_only_the_cookie(live: Live) -> None:
    value, other = (cookie_of(redeemed(live, link(live)))[0] for _ in range(2))
    found = knock(browser(live, value), ROUTES["page_sign_out"], Wish({}, body={}))
    assert found.status_code == 303
    cleared = parse_cookie(found.headers["Set-Cookie"])
    assert (cleared[COOKIE], cleared["Max-Age"]) == ("", "0")
    assert not inside(live, value)
    assert inside(live, other)
    knock(browser(live, other), ROUTES["page_session_end_all"], Wish({}, body={}))
    assert not inside(live, other)
    assert not inside(live, live.scene.ids["cookie"])


def test_a_session_that_lies_idle_ends(live: Live) -> None:
    value, _ = cookie_of(redeemed(live, link(live)))
    live.world.clock.set(live.world.clock.now() + sessions.IDLE - timedelta(seconds=1))
    assert inside(live, value)
    live.world.clock.set(live.world.clock.now() + sessions.IDLE)
    assert not inside(live, value)


def test_a_session_ends_after_a_week_however_busy(live: Live) -> None:
    value, _ = cookie_of(redeemed(live, link(live)))
    end = live.world.clock.now() + sessions.LONGEST
    while live.world.clock.now() + timedelta(hours=7) < end:
        live.world.clock.set(live.world.clock.now() + timedelta(hours=7))
        assert inside(live, value)
    live.world.clock.set(end)
    assert not inside(live, value)


def test_behind_a_proxy_that_speaks_tls_the_cookie_stays_in_tls(live: Live) -> None:
    app = door_of(live.world.rt, proxies=1)
    told_so = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "reviews.example"}
    found = redeemed(live, link(live), Caller(app, None, {**told_so}))
    value, said = cookie_of(found)
    assert "Secure" in said
    assert found.headers["Strict-Transport-Security"]
    own = {**told_so, "Cookie": f"{COOKIE}={value}", "Origin": "https://reviews.example"}
    asked = Wish({}, {"nonsense": "1"}, {})
    for origin, status in (("https://reviews.example", 400), ("http://reviews.example", 403), (OWN, 403)):
        found = knock(
            Caller(app, None, {**own, "Origin": origin}), ROUTES["page_sign_out"], asked, {"Sec-Fetch-Site": None}
        )
        assert found.status_code == status, origin


def test_nobody_is_believed_to_be_a_proxy_where_there_is_none(live: Live) -> None:
    pretended = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.0.0.1"}
    found = redeemed(live, link(live), Caller(live.app, None, pretended))
    assert "Secure" not in cookie_of(found)[1]
    made = Caller(live.app, live.scene.tokens["m3"], pretended).post("/sign-in-links", {})
    assert made.get_json()["url"].startswith("http://localhost/sign-in?link=rl_")


def test_guessing_is_slowed_down(live: Live) -> None:
    """As it is served: the other tests of this house switch that off."""
    app = door_of(live.world.rt, limits=True)
    statuses = [redeemed(live, "x", Caller(app, None)).status_code for _ in range(35)]
    assert statuses[:30] == [403] * 30
    assert set(statuses[30:]) == {429}
    token = Caller(app, live.scene.tokens["m3"])
    assert {token.post("/tokens", {}).status_code for _ in range(32)} == {201, 429}
    assert token.get("/me").status_code == 200
