"""Routes: what an address takes and gives, declared beside the function that answers; served and described by that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from api.kit.ask import Ask, Reply

Schema = Mapping[str, Any]
Run = Callable[[Ask], Reply]

JSON: Final = "application/json"
CSV: Final = "text/csv"
FORM: Final = "application/x-www-form-urlencoded"
HTML: Final = "text/html"
SVG: Final = "image/svg+xml"
TEXT: Final = "text/plain"

_PART = re.compile(r"\{(?:(path):)?(\w+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address. path: `/reviews/{review}`, `{path:name}` may hold slashes. body: schema of the JSON
    body (None: no body); takes: its media type. keyed: needs an Idempotency-Key; matched: needs If-Match; public:
    nobody has to sign in; rate: a limit like `30 per minute`; refuses: statuses beyond those that follow from the
    rest; links: name of a route that goes on from the reply -> its parts, as OpenAPI runtime expressions."""

    method: str
    path: str
    name: str
    tag: str
    run: Run
    status: int = 200
    gives: str = JSON
    reply: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    takes: str | None = None
    body: Schema | None = None
    keyed: bool = False
    matched: bool = False
    public: bool = False
    rate: str | None = None
    refuses: tuple[int, ...] = ()
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def page(self) -> bool:
        """Whether a person in a browser gets the answer: faults are then pages, and signing in comes first."""
        return self.tag == "pages"

    @property
    def rule(self) -> str:
        """The address as Flask writes it."""
        return _PART.sub(lambda found: f"<{'path:' if found[1] else ''}{found[2]}>", self.path)

    @property
    def shown_path(self) -> str:
        """The address as OpenAPI writes it."""
        return _PART.sub(lambda found: "{" + found[2] + "}", self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of the address that vary."""
        return tuple(found[2] for found in _PART.finditer(self.path))


class Door:
    """Collects the routes of one module; `prefix` stands before every path."""

    def __init__(self, tag: str, prefix: str = "") -> None:
        self.tag = tag
        self.prefix = prefix
        self.routes: list[Route] = []

    def get(self, path: str, name: str, **more: Any) -> Callable[[Run], Run]:
        return self._add("GET", path, name, **more)

    def post(self, path: str, name: str, **more: Any) -> Callable[[Run], Run]:
        """Something changes unless `keyed=False` says that it does not."""
        more.setdefault("keyed", True)
        more.setdefault("takes", JSON if more.get("body") is not None else None)
        return self._add("POST", path, name, **more)

    def put(self, path: str, name: str, **more: Any) -> Callable[[Run], Run]:
        more.setdefault("takes", JSON)
        return self._add("PUT", path, name, **more)

    def delete(self, path: str, name: str, **more: Any) -> Callable[[Run], Run]:
        return self._add("DELETE", path, name, **more)

    def page(self, path: str, name: str, **more: Any) -> Callable[[Run], Run]:
        """A page to look at."""
        return self._add("GET", path, name, gives=HTML, **more)

    def submit(self, path: str, name: str, **more: Any) -> Callable[[Run], Run]:
        """A page's form handed in: key and revision come as its hidden fields."""
        return self._add("POST", path, name, gives=HTML, takes=FORM, status=303, **more)

    def _add(self, method: str, path: str, name: str, **more: Any) -> Callable[[Run], Run]:
        def add(run: Run) -> Run:
            self.routes.append(Route(method, self.prefix + path, name, self.tag, run, **more))
            return run

        return add
