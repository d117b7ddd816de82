"""No other site makes a browser change anything in the name of whoever is signed in, and no session lasts too long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest
from werkzeug.test import TestResponse

from api.actor import COOKIE
from api.app import routes
from api.kit.route import Route
from tests.api.calling import Caller
from tests.api.rights.asking import knock, wish_for
from tests.api.rights.rows import changed, stored
from tests.api.rights.scene import Live, Stage

UNSAFE: Final = tuple(route for route in routes() if route.method != "GET")
OWN: Final = "http://localhost"
FOREIGN: Final[Mapping[str, dict[str, str | None]]] = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a sister of ours": {"Sec-Fetch-Site": "same-site"},
    "a link that was typed": {"Sec-Fetch-Site": "none"},
    "an unheard-of word": {"Sec-Fetch-Site": "Same-Origin"},
    "another site, own Origin": {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
    "another Origin": {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
    "an Origin that begins like ours": {"Sec-Fetch-Site": None, "Origin": OWN + ".evil.example"},
    "another port": {"Sec-Fetch-Site": None, "Origin": OWN + ":8000"},
    "another scheme": {"Sec-Fetch-Site": None, "Origin": "https://localhost"},
    "an Origin that is kept back": {"Sec-Fetch-Site": None, "Origin": "null"},
    "a browser that says nothing": {"Sec-Fetch-Site": None},
}
SOME: Final = [
    name if place % 3 == 0 else pytest.param(name, marks=pytest.mark.slow) for place, name in enumerate(FOREIGN)
]
"""One in three is asked in a plain run."""

OURS: Final[Mapping[str, dict[str, str | None]]] = {
    "ourselves": {"Sec-Fetch-Site": "same-origin"},
    "an old browser on our page": {"Sec-Fetch-Site": None, "Origin": OWN},
}


def sent(
    live: Live, route: Route, caller: Caller, headers: Mapping[str, str | None], query: Mapping[str, str]
) -> TestResponse:
    wish = wish_for(route, live, "targets" if "task" in route.parts else "-")
    return knock(caller, route, replace(wish, query=query), headers)


def signed(live: Live, cookie: str | None = None, **more: str) -> Caller:
    return Caller(live.app, None, {"Cookie": f"{COOKIE}={cookie or live.scene.ids['cookie']}", **more})


@pytest.mark.parametrize("name", SOME)
def test_nothing_is_changed_for_another_site(stage: Stage, name: str) -> None:
    with stage.live() as live:
        before, browser = stored(live.world), signed(live)
        for route in UNSAFE:
            reply = sent(live, route, browser, FOREIGN[name], {})
            assert reply.status_code == 403, (route.name, reply.status_code)
            assert "another site" in reply.get_data(as_text=True), route.name
        assert changed(before, stored(live.world)) == set()


@pytest.mark.parametrize("name", OURS)
def test_our_own_pages_get_through_to_every_route(stage: Stage, name: str) -> None:
    """The control: a parameter that no route knows is refused behind this check, and in front of everything else."""
    with stage.live() as live:
        browser = signed(live)
        for route in UNSAFE:
            assert sent(live, route, browser, OURS[name], {"nonsense": "1"}).status_code == 400, route.name
        remark = next(route for route in UNSAFE if route.name == "page_remark_do")
        assert knock(browser, remark, wish_for(remark, live, "appeal"), OURS[name]).status_code == 303


@pytest.mark.parametrize("name", SOME)
def test_whoever_sends_a_token_need_not_say_from_where(stage: Stage, name: str) -> None:
    """No page can make a browser add somebody's token."""
    with stage.live() as live:
        for route in UNSAFE:
            if not route.public:
                assert sent(live, route, live.caller("m3"), FOREIGN[name], {"nonsense": "1"}).status_code == 400


def test_looking_is_allowed_from_everywhere(stage: Stage) -> None:
    with stage.live() as live:
        home = next(route for route in routes() if route.name == "page_work")
        for headers in FOREIGN.values():
            assert knock(signed(live), home, wish_for(home, live, "-"), headers).status_code == 200


def test_a_token_that_is_not_good_is_not_made_up_for_by_a_session(stage: Stage) -> None:
    with stage.live() as live:
        for header in ("Bearer x", "Bearer " + live.scene.tokens["expired"], "Basic eDp5"):
            assert signed(live, Authorization=header).get("/me").status_code == 401
        assert signed(live).get("/me").status_code == 200


def test_every_page_has_a_policy_that_lets_in_its_own_scripts_alone(stage: Stage) -> None:
    """No inline style or handler, and each script and style element carries the nonce of this reply and of no other."""
    nonces = set()
    with stage.live() as live:
        for route in routes():
            if route.page and route.method == "GET" and route.name != "asset":
                reply = knock(signed(live), route, wish_for(route, live, "targets"))
                if reply.status_code == 303:
                    continue
                policy, text = reply.headers["Content-Security-Policy"], reply.get_data(as_text=True)
                (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
                assert "unsafe" not in policy
                assert policy.startswith("default-src 'none'")
                assert {"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
                loaded = re.findall(r"<(?:script|style)\b[^>]*>", text)
                assert [one for one in loaded if f'nonce="{nonce}"' not in one] == []
                assert re.findall(r"<[^>]+\s(?:on\w+|style)=", text) == [], route.name
                nonces.add(nonce)
    assert len(nonces) > 15


def test_what_somebody_wrote_is_text_on_every_page(stage: Stage) -> None:
    """Words and parameters that look like markup are shown as they were written."""
    markup = "<script>planted()</script><img src=x onerror=planted()>"
    with stage.live() as live:
        review, task = live.scene.ids["targets"], live.scene.ids["propose"]
        live.caller("m3").step(review, "/remarks", {"comment": markup})
        live.caller("m3").ask("PUT", f"/reviews/{review}/tasks/{task}/draft", {"comment": markup})
        live.caller("hr1").step(review, f"/tasks/{task}/waive", {"reason": markup})
        shown = 0
        for path in (
            f"/reviews/{review}", f"/reviews/{review}/tasks/{task}", f"/audit/{review}", f"/reviews/{markup}",
            f"/{markup}", "/reviews", "/audit", "/cycles/new",
        ):  # fmt: skip
            for query in ({}, {"subject": markup}, {"link": markup}):
                text = live.caller("hr1").ask("GET", "/" + path, query_string=query).get_data(as_text=True)
                assert "<script>planted" not in text, path
                assert "onerror=planted()>" not in text, path
                shown += "&lt;script&gt;planted" in text
        assert shown >= 4
