"""The app factory: every route of the API and of the pages, served from one runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, g, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api import logs
from api.kit import faults, serving
from api.kit.route import Door, Route
from api.limits import BODY_MAX, FILE_MAX
from api.refusals import Fault
from api.routes import (
    clocks,
    cohorts,
    cycles,
    dates,
    definitions,
    house,
    jobs,
    observations,
    people,
    reviews,
    steps,
    tasks,
    tokens,
    whatif,
)
from engine.runtime import Runtime

DOORS: tuple[Door, ...] = (
    house.door, house.health, reviews.door, tasks.door, steps.door, clocks.door, cycles.door, cohorts.door,
    definitions.door, people.door, observations.door, jobs.door, tokens.door, whatif.door, dates.door,
)  # fmt: skip


def routes() -> tuple[Route, ...]:
    """Everything that is served, in the order in which it is described."""
    from api.pages import doors

    return tuple(route for door in (*DOORS, *doors.DOORS) for route in door.routes)


def create_app(rt: Runtime, settings: Mapping[str, Any] | None = None) -> Flask:
    """A WSGI app on the runtime, which the caller closes. settings: `limits` (False: no rate limits), `proxies` (how
    many of them stand in front and set X-Forwarded-*), `demo` (pages say that the data is a sample's)."""
    from api.pages.render import fault_page

    known = dict(settings or {})
    app = Flask("api", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = FILE_MAX
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_MAX
    app.url_map.strict_slashes = True
    app.before_request(serving.begin_request)
    app.after_request(serving.end_request)
    app.after_request(logs.log_request)
    faults.install(app, rt, fault_page)
    known["routes"] = routes()
    known["documents"] = {}
    limiter = MovingWindowRateLimiter(MemoryStorage()) if known.get("limits", True) else None
    for route in known["routes"]:
        add(app, rt, route, known, limiter)
    if known.get("proxies"):
        from werkzeug.middleware.proxy_fix import ProxyFix

        count = int(known["proxies"])
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def add(
    app: Flask, rt: Runtime, route: Route, settings: Mapping[str, Any], limiter: MovingWindowRateLimiter | None = None
) -> None:
    view = serving.view_of(route, rt, settings)
    if limiter is not None and route.rate is not None:
        view = slowed(view, route, limiter)
    app.add_url_rule(route.rule, route.name, view, methods=[route.method], provide_automatic_options=False)


def slowed(view: Callable[..., Response], route: Route, limiter: MovingWindowRateLimiter) -> Callable[..., Response]:
    """Slows down whoever guesses, by address. Each process counts for itself."""
    rate = parse(route.rate or "")

    def run(**path: str) -> Response:
        g.route = route
        if not limiter.hit(rate, route.name, request.remote_addr or ""):
            raise Fault("http.too_many", headers={"Retry-After": str(rate.get_expiry())})
        return view(**path)

    return run
