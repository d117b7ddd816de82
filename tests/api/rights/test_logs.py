"""What is logged names routes and statuses: no person, no text that anybody wrote, no figure, no way in."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from api.app import routes
from api.logs import LOGGER, log_lines
from engine.store import people
from engine.words.book import has
from tests.api.calling import Caller
from tests.api.rights.asking import knock, wish_for
from tests.api.rights.scene import Live, Stage
from tests.promises.organisation import MARKED_NAMES, PLANTED, marker

FIELDS: Final = ("at", "level", "request", "method", "route", "status", "ms", "actor", "code")
WORDS: Final = "words that somebody wrote: 4711.08"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """What the server writes, as it is set up for serving."""
    stream, before = io.StringIO(), (LOGGER.handlers[:], LOGGER.level, LOGGER.propagate)
    log_lines(stream)
    with caplog.at_level(logging.DEBUG):
        yield stream
    LOGGER.handlers[:], LOGGER.level, LOGGER.propagate = before


def journey(live: Live) -> int:
    """Everything is looked at and asked for by several people, rightly and wrongly."""
    count = 0
    for ref in ("m3", None):
        caller = live.caller(ref)
        for route in routes():
            wish = wish_for(route, live, "appeal")
            if isinstance(wish.body, dict) and route.takes == "application/json":
                wish = replace(wish, body={**wish.body, "comment": WORDS} if "comment" in wish.body else wish.body)
            knock(caller, route, wish)
            count += 1
    hr = live.caller("hr1", **{"User-Agent": WORDS, "Referer": f"http://localhost/people/{MARKED_NAMES['a2']}"})
    for path in ("/people/a1", "/people", "/reviews", "/nothing/Quillfeather", "/reviews/Quillfeather@2025-Q3"):
        hr.get(path, search=MARKED_NAMES["a2"])
        hr.ask("QUILLFEATHER", path)
        hr.post(path, {"name": MARKED_NAMES["a3"]}, key="Brambleton")
        count += 3
        live.caller("m2").get(path)
        count += 1
    for token in (live.scene.tokens["m3"][:-1], live.scene.tokens["expired"], live.scene.ids["cookie"], "Quillfeather"):
        Caller(live.app, token).get("/me")
        count += 1
    return count


def test_a_journey_leaves_nothing_but_routes_statuses_and_ids_of_who_asked(
    stage: Stage, lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    with stage.live() as live:
        count = journey(live)
        with live.world.rt.database.read() as tx:
            everybody = people.by_ref(tx)
        secrets = {*live.scene.tokens.values(), *live.scene.ids.values(), live.scene.ids["link"]}
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    written = json.dumps([{name: value for name, value in one.items() if name != "at"} for one in told])
    assert len(told) == count
    paths, persons = {route.shown_path for route in routes()} | {"-"}, {one.id for one in everybody.values()}
    for one in told:
        assert list(one) == list(FIELDS)
        assert one["route"] in paths
        assert one["method"] in ("GET", "POST", "PUT", "DELETE", "-")
        assert one["actor"] is None or one["actor"] in persons
        assert one["code"] is None or has(one["code"])
        assert isinstance(one["status"], int)
        assert isinstance(one["ms"], int)
    hidden = [*secrets, *MARKED_NAMES.values(), *PLANTED.values(), marker("a2"), WORDS]
    hidden += ["4711.08", "2025-Q3", "127.0.0.1"]
    hidden += [name for one in everybody.values() for name in (one.name, one.name_zh) if name]
    elsewhere = "\n".join(record.getMessage() for record in caplog.records if record.name != LOGGER.name)
    assert [text for text in hidden if text in written or text in elsewhere] == []
    assert {one["code"] for one in told} >= {"no_such_review", "http.unauthenticated", "not_yours", None}


def test_what_fails_unexpectedly_is_logged_without_its_words(
    stage: Stage, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError(WORDS)

    monkeypatch.setattr("api.routes.reviews.review_view", broken)
    with stage.live() as live:
        found = live.caller("m3").get(f"/reviews/{live.scene.ids['appeal']}")
        modes = {one.stat().st_mode & 0o077 for one in (live.world.rt.settings.data / "errors").iterdir()}
    assert found.status_code == 500
    (line,) = (json.loads(one) for one in lines.getvalue().splitlines())
    assert (line["level"], line["status"], line["code"]) == ("error", 500, "http.unexpected")
    assert WORDS not in lines.getvalue()
    assert modes == {0}, "for its owner alone"
