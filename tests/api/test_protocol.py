"""How the door behaves whatever is asked: once, on what was seen, within limits, and with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.wire import json_bytes
from engine.operations import views
from engine.operations.audit import verify
from tests.api.calling import Caller, caller
from tests.promises.organisation import World
from tests.promises.test_exactly_once import stored

TARGETS = {"targets": {"sales.target": "95"}}


def propose(who: Caller, world: World, ref: str = "a1", **more: Any) -> Any:
    revision = more.pop("match", 1)
    body = more.pop("body", TARGETS)
    return who.post(f"/reviews/{world.id(ref)}/tasks/propose/answer", body, match=revision, **more)


def problem(found: Any, status: int, code: str) -> dict[str, Any]:
    assert (found.status_code, found.content_type) == (status, "application/problem+json"), found.get_data(as_text=True)
    told: dict[str, Any] = found.get_json()
    assert told["status"] == status
    assert told["code"] == code, told
    assert told["type"] == f"/api/v1/problems/{code}"
    assert told["detail"]
    assert told["detail"] != code
    assert told["request"] == found.headers["X-Request-Id"]
    return told


def test_the_same_key_gives_the_same_bytes_and_nothing_twice(manager: Caller, world: World) -> None:
    first = propose(manager, world, key="k")
    assert first.status_code == 200
    before = stored(world)
    again = propose(manager, world, key="k")
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert stored(world) == before
    assert verify(world.rt).ok


def test_the_same_key_with_another_wish_is_refused(manager: Caller, world: World) -> None:
    propose(manager, world, key="k")
    before = stored(world)
    problem(propose(manager, world, key="k", body={"targets": {"sales.target": "96"}}), 409, "store.key_reused")
    problem(propose(manager, world, "a2", key="k"), 409, "store.key_reused")
    assert stored(world) == before


def test_without_a_key_nothing_is_done(manager: Caller, world: World) -> None:
    before = stored(world)
    problem(propose(manager, world, key=None), 400, "http.key_missing")
    problem(propose(manager, world, key="a b"), 400, "http.bad_key")
    problem(propose(manager, world, key="x" * 201), 400, "http.bad_key")
    assert stored(world) == before


def test_nothing_is_decided_on_what_was_not_seen(manager: Caller, world: World) -> None:
    before = stored(world)
    problem(propose(manager, world, match=None), 428, "http.match_missing")
    stale = problem(propose(manager, world, match=7), 412, "OP220")
    assert "7" in stale["detail"] or "1" in stale["detail"]
    problem(propose(manager, world, match=None, headers={"If-Match": "*"}), 400, "http.bad_match")
    assert stored(world) == before
    seen = manager.get(f"/reviews/{world.id('a1')}")
    assert seen.headers["ETag"] == '"1"'
    assert propose(manager, world, match=int(seen.headers["ETag"].strip('"'))).status_code == 200


def test_nothing_is_acted_on_by_an_older_list_than_its_revision_says(
    manager: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = views.possible

    def overtaken(*asked: Any) -> Any:
        found = usual(*asked)
        propose(manager, world)  # at the worst moment
        return found

    monkeypatch.setattr("api.routes.reviews.possible", overtaken)
    seen = manager.get(f"/reviews/{world.id('a1')}/commands")
    assert world.review("a1").revision == 2
    assert seen.headers["ETag"] == '"1"'


def test_a_refusal_says_every_reason_and_changes_nothing(world: World, app: Flask) -> None:
    subject = caller(app, world.rt, "a1")
    before = stored(world)
    told = problem(propose(subject, world), 403, "not_your_task")
    assert told["reasons"][0]["text"] == told["detail"]
    late = subject.post(f"/reviews/{world.id('a1')}/tasks/agree/answer", {"outcome": "accept"}, match=1)
    told = problem(late, 409, "task_not_open")
    assert [one["code"] for one in told["reasons"]] == ["task_not_open", "waits_for_tasks"]
    assert stored(world) == before


def test_reasons_come_in_the_readers_language(world: World, app: Flask) -> None:
    subject = caller(app, world.rt, "a1", **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    found = propose(subject, world)
    assert found.headers["Content-Language"] == "zh"
    told = problem(found, 403, "not_your_task")
    assert "经理" in told["detail"]
    assert told["title"] == "不归你处理"


def test_a_faulty_answer_is_told_at_its_places(manager: Caller, world: World) -> None:
    before = stored(world)
    problem(propose(manager, world, body={"targets": {"sales.target": "9999"}}), 422, "target_out_of_range")
    problem(propose(manager, world, body={"targets": {"nonsense": "1"}}), 422, "no_such_target")
    told = problem(propose(manager, world, body={"targetz": {}, "outcome": 3}), 422, "http.body_faults")
    assert {one["pointer"] for one in told["errors"]} == {"/targetz", "/outcome"}
    assert all(one["text"] for one in told["errors"])
    form = {"form": {"colleagues": ["a2", "nobody", "a4"]}}
    assert propose(manager, world, body=form).status_code == 422
    problem(propose(manager, world, body={"form": {"colleagues": ["a2"]}}), 422, "form_fault")
    assert stored(world) == before


def test_a_dry_run_does_everything_but_commit(manager: Caller, world: World) -> None:
    before = stored(world)
    path = f"/reviews/{world.id('a1')}/tasks/propose/answer?dry_run=true"
    found = manager.post(path, TARGETS, match=1)
    assert found.status_code == 200
    assert found.get_json()["seq"] == 2
    assert stored(world) == before


HOSTILE: dict[str, tuple[dict[str, Any], int, str]] = {
    "a key twice": ({"data": b'{"outcome": "done", "outcome": "done"}'}, 400, "http.key_twice"),
    "NaN": ({"data": b'{"ratings": {"teamwork": NaN}}'}, 400, "http.no_number"),
    "5,000 digits": ({"data": b'{"ratings": {"teamwork": ' + b"9" * 5000 + b"}}"}, 400, "http.too_many_digits"),
    "a huge exponent": ({"data": b'{"ratings": {"teamwork": 1e999999}}'}, 400, "http.too_many_digits"),
    "100,000 brackets": ({"data": b"[" * 100_000}, 400, "http.too_deep"),
    "2 MB": ({"data": b'{"comment": "' + b"x" * 2_000_000 + b'"}'}, 413, "http.too_big"),
    "another type": ({"data": b"<a/>", "headers": {"Content-Type": "text/xml"}}, 415, "http.wrong_type"),
    "no type": ({"data": b"{}", "headers": {"Content-Type": ""}}, 415, "http.wrong_type"),
    "a form": (
        {"data": b"a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 415, "http.wrong_type"
    ),
    "broken JSON": ({"data": b'{"outcome": '}, 400, "http.bad_json"),
    "no JSON object": ({"data": b"3"}, 422, "http.body_faults"),
    "not UTF-8": ({"data": b'{"comment": "\xff"}'}, 400, "http.not_utf8"),
    "a NUL": ({"data": b'{"comment": "\\u0000"}'}, 400, "http.unkeepable"),
    "an unknown parameter": ({"data": b"{}", "query_string": "speed=1"}, 400, "http.unknown_parameter"),
    "a repeated parameter": ({"data": b"{}", "query_string": "lang=en&lang=zh"}, 400, "http.repeated_parameter"),
    "an unfit parameter": ({"data": b"{}", "query_string": "dry_run=perhaps"}, 400, "http.bad_parameter"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_are_refused_fast_and_write_nothing(manager: Caller, world: World, name: str) -> None:
    more, status, code = HOSTILE[name]
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k", "If-Match": '"1"', **more.get("headers", {})}
    sent = {key: value for key, value in more.items() if key != "headers"}
    before = stored(world)
    found = manager.ask("POST", f"/reviews/{world.id('a1')}/tasks/propose/answer", None, headers, **sent)
    problem(found, status, code)
    assert stored(world) == before


def test_the_same_address_takes_what_is_sound(manager: Caller, world: World) -> None:
    """The control of the hostile bodies: nothing else about that request was wrong."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k", "If-Match": '"1"'}
    body = json.dumps(TARGETS).encode()
    found = manager.ask("POST", f"/reviews/{world.id('a1')}/tasks/propose/answer", None, headers, data=body)
    assert found.status_code == 200


def test_another_method_is_told_what_is_allowed(manager: Caller) -> None:
    found = manager.ask("DELETE", "/reviews")
    problem(found, 405, "http.wrong_method")
    assert "GET" in found.headers["Allow"]


@pytest.mark.parametrize("path", ["/nothing", "/reviews/", "/reviews/x/y/z"])
def test_an_address_that_is_not_there_is_told_so(manager: Caller, path: str) -> None:
    problem(manager.get(path), 404, "http.no_such_address")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", f"Bearer rc_{'0' * 16}_{'0' * 64}"])
def test_nobody_gets_in_without_a_valid_token(app: Flask, world: World, header: str) -> None:
    nobody = Caller(app, None, {"Authorization": header} if header else {})
    found = nobody.get("/me")
    problem(found, 401, "http.unauthenticated")
    assert found.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_was_taken_back_opens_nothing(manager: Caller) -> None:
    (token,) = manager.told("/tokens")["items"]
    assert manager.ask("DELETE", f"/tokens/{token['id']}").status_code == 204
    problem(manager.get("/me"), 401, "http.unauthenticated")


def test_a_list_comes_in_pages_that_lose_and_double_nothing(hr: Caller) -> None:
    whole = [one["review"] for one in hr.told("/reviews", limit=200)["items"]]
    assert len(whole) == len(set(whole)) == 8
    parts, cursor = [], None
    while True:
        page = hr.told("/reviews", limit=3, **({"cursor": cursor} if cursor else {}))
        parts += [one["review"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert parts == whole
    problem(hr.get("/reviews", cursor="nonsense"), 422, hr.get("/reviews", cursor="nonsense").get_json()["code"])


def test_every_answer_carries_what_protects_its_reader(app: Flask, manager: Caller) -> None:
    for found in (manager.get("/me"), Caller(app, None).get("/me"), manager.get("/nothing")):
        headers = found.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"] == "default-src 'none'"
        assert "Access-Control-Allow-Origin" not in headers


def test_decimals_and_instants_are_text(manager: Caller, world: World) -> None:
    propose(manager, world)
    seen = manager.told(f"/reviews/{world.id('a1')}")
    assert seen["targets"]["sales.target"] == "95.00"
    assert seen["entered_at"] == "2025-07-01T01:00:00.000000Z"
    assert b"95.00" in json_bytes(seen)


def test_what_goes_wrong_unexpectedly_is_one_sentence_with_an_id(
    app: Flask, manager: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr("api.routes.reviews.review_view", broken)
    found = manager.get(f"/reviews/{world.id('a1')}")
    told = problem(found, 500, "http.unexpected")
    assert "secret words" not in found.get_data(as_text=True)
    assert "Traceback" not in found.get_data(as_text=True)
    kept = list((world.rt.settings.data / "errors").glob("*.txt"))
    assert any(one.stem.rpartition("-")[2] in told["detail"] for one in kept)


def test_a_database_that_does_not_answer_is_told_to_whoever_probes_and_fills_no_disk(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Caller(app, None)
    assert nobody.get("//readyz").status_code == 200

    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    monkeypatch.setattr("api.routes.house.people.by_ref", gone)
    found = nobody.get("//readyz")
    problem(found, 503, "http.not_ready")
    assert int(found.headers["Retry-After"]) > 0
    assert not (world.rt.settings.data / "errors").exists()


def test_the_document_is_made_once_for_each_language(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Caller(app, None)
    first = [nobody.get("/openapi.json", lang=lang).data for lang in ("en", "zh")]
    monkeypatch.setattr("api.openapi.operation", None)
    assert [nobody.get("/openapi.json", lang=lang).data for lang in ("en", "zh")] == first
    assert first[0] != first[1]


def test_whoever_tries_too_often_waits(world: World) -> None:
    app = create_app(world.rt, {})
    manager = caller(app, world.rt, "m1")
    found = [manager.post("/tokens", {}).status_code for _ in range(31)]
    assert found == [201] * 30 + [429]
    told = manager.post("/tokens", {})
    problem(told, 429, "http.too_many")
    assert int(told.headers["Retry-After"]) > 0
    assert manager.get("/me").status_code == 200
