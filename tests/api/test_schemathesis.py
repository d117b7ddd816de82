"""The description holds for whatever anybody sends: schemathesis asks every address, with real ids, well and badly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

from api.app import routes
from api.kit.route import JSON, Route
from engine.operations.jobs import NewJob, new_job
from tests.api.calling import Caller, caller, door_of
from tests.promises.organisation import World, copy_world, propose_targets

API = [route for route in routes() if not route.page]
FEW, MANY = 2, 50
SOME = {"reviews", "review", "review_commands", "answer", "draft_save", "cycles", "definition_check", "job_new"}
ACCEPTED = ["2xx", "400", "401", "403", "404", "409", "412", "422", "428", "429"]
"""What a well-formed request may meet: the house may still refuse it, always in the shape that is described."""


@pytest.fixture(scope="module")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose reviews stand at different places, for all examples of this module."""
    world = copy_world(founded, tmp_path_factory.mktemp("lived"), seed=77)
    for ref in ("a1", "a2"):
        propose_targets(world, ref)
    world.answer("a1", "a1", "agree", "accept")
    world.at("2025-08-01T10:00:00+08:00")
    yield world
    world.close()


class Asked:
    """The schema as schemathesis reads it from the app, and the real things that fill its addresses."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.who = [caller(app, world.rt, ref) for ref in ("hr1", "m1", "a1")]
        self.schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        checks = self.schema.config.checks
        checks.ignored_auth.enabled = False  # who gets in is the matter of the matrix of rights
        checks.positive_data_acceptance.expected_statuses = ACCEPTED
        checks.missing_required_header.expected_statuses = ["400", "401", "403", "404", "428"]
        checks.negative_data_rejection.expected_statuses = [*ACCEPTED[1:], "405", "413", "415"]
        cycle = self.who[0].told("/cycles")["items"][0]
        job = new_job(world.rt, world.actor("hr1"), NewJob("verify"))
        self.real: dict[str, list[str]] = {
            "review": [world.id("a1"), world.id("a2"), "a3@2025-Q3"],
            "task": ["propose", "agree", "monthly", *(task.id for task in world.review("a1").tasks[-2:])],
            "name": ["withdraw", "reopen"], "cycle": [cycle["id"]], "fingerprint": [cycle["definition"]],
            "ref": ["a1", "m1"], "job": [job.id], "token": ["0" * 16], "code": ["not_your_task"],
        }  # fmt: skip

    def operation(self, route: Route) -> Any:
        return self.schema[route.shown_path][route.method]

    def call(self, case: Any, data: st.DataObject) -> Any:
        """Sends the case as somebody, with real things in its address and, often, the revision that stands."""
        who: Caller = data.draw(st.sampled_from(self.who))
        for name in case.path_parameters or {}:
            if name in self.real and data.draw(st.integers(0, 4)):
                case.path_parameters[name] = data.draw(st.sampled_from(self.real[name]))
        headers = {"Authorization": f"Bearer {who.token}"}
        if case.headers is not None and "If-Match" in case.headers and data.draw(st.booleans()):
            review = self.world.review("a1")
            headers["If-Match"] = f'"{review.revision}"'
        return case.call(headers=headers)


@pytest.fixture(scope="module")
def asked(lived: World) -> Asked:
    return Asked(door_of(lived.rt), lived)


def ask_all(asked: Asked, route: Route, examples: int) -> int:
    """Well-formed and malformed requests to one address; how many. Raises what schemathesis finds."""
    operation = asked.operation(route)
    count = 0
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        if mode is GenerationMode.NEGATIVE and not (route.query or route.body or route.keyed):
            continue

        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        @settings(
            max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def one(case: Any, data: st.DataObject) -> None:
            nonlocal count
            count += 1
            case.validate_response(asked.call(case, data))

        one()
    return count


CHOSEN = [route for route in API if route.name in SOME]


@pytest.mark.parametrize("route", CHOSEN, ids=[route.name for route in CHOSEN])
def test_an_address_behaves_as_it_is_described(asked: Asked, route: Route) -> None:
    assert ask_all(asked, route, FEW) >= 1


@pytest.mark.parametrize("route", [
    pytest.param(route, id=route.name, marks=pytest.mark.soak if place % 4 else pytest.mark.slow)
    for place, route in enumerate(API)
])
def test_every_address_behaves_as_it_is_described_fifty_times(asked: Asked, route: Route) -> None:
    assert ask_all(asked, route, MANY) >= 1


@pytest.mark.slow
def test_what_one_answer_leads_to_behaves_as_described_too(asked: Asked) -> None:
    """Sequences of requests along the links of the description: made, looked at, paused, taken back."""
    token = asked.who[0].token
    machine = asked.schema.include(path_regex="^/api/").as_state_machine()

    class Walk(machine):  # type: ignore[misc, valid-type]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {token}"}}

    Walk.run(settings=settings(
        max_examples=25, stateful_step_count=8, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    ))  # fmt: skip


def test_an_undocumented_status_is_found(lived: World) -> None:
    """The control: an address that answers what it does not describe."""
    app = door_of(lived.rt)
    served = app.view_functions["problems"]
    turns = itertools.count()

    def odd(**path: str) -> Any:
        response = served(**path)
        if next(turns) >= 0:
            response.status_code = 418
        return response

    app.view_functions["problems"] = odd
    found = Asked(app, lived)
    (route,) = [route for route in API if route.name == "problems"]
    with pytest.raises(FailureGroup) as failure:
        ask_all(found, route, FEW)
    assert "418" in str(failure.value.exceptions)


def test_a_reply_of_another_shape_is_found(lived: World) -> None:
    app = door_of(lived.rt)
    served = app.view_functions["me"]

    def odd(**path: str) -> Any:
        response = served(**path)
        response.set_data(b'{"person": 3}')
        return response

    app.view_functions["me"] = odd
    (route,) = [route for route in API if route.name == "me"]
    with pytest.raises(FailureGroup):
        ask_all(Asked(app, lived), route, FEW)


def test_every_kind_of_reply_is_described() -> None:
    assert [route.name for route in API if route.gives == JSON and route.reply is None and route.status != 204] == []


def test_every_link_leads_somewhere() -> None:
    known = {route.name: {*route.parts, "If-Match"} for route in API}
    wrong = [
        (route.name, name, part) for route in API for name, parts in route.links.items()
        for part in parts if part not in known.get(name, ())
    ]  # fmt: skip
    assert wrong == []
